"""Every fault at every request of a whole release: done once, or a clear error and a next run that finishes it.

The shipped configuration, all steps, by the command line, through a proxy. All cases, and the page that tells them:

    make bad-days

A run of the tests makes some of a diagonal of the same table: a fifth of the faults, each at another request. All of it
is done when BAD_DAYS names a folder: every fault leaves a file there, from which bad_days_page.py writes the page.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.faultproxy import FAULTS, HOSTILE, FaultProxy
from toolkit.cli import main as command_line
from toolkit.localorg.embedded import EmbeddedOrg
from toolkit.org.http import Limits
from toolkit.org.retries import Retries

FOLDER = os.path.abspath(named) if (named := os.environ.get("BAD_DAYS")) else None  # noqa: PTH100  the tests move
KEY = "licence-0123456789"
ALL = {**FAULTS, **HOSTILE}
_RANDOM = ("Certificate", "ExtlClntAppGlobalOauthSettings")
"""Types of components with keys in them that the org makes."""


@dataclass
class Bench:
    """Whole releases by the command line, from one folder, each into a new org behind the proxy."""

    first_day: Path
    folder: Path
    monkeypatch: pytest.MonkeyPatch

    @contextlib.contextmanager
    def org(self) -> Iterator[tuple[EmbeddedOrg, FaultProxy]]:
        state = self.folder / "org"
        shutil.rmtree(state, ignore_errors=True)
        shutil.rmtree(self.folder / ".sfmeta", ignore_errors=True)
        shutil.copytree(self.first_day, state)
        with EmbeddedOrg(state) as local, FaultProxy("127.0.0.1", int(local.url.rpartition(":")[2])) as proxy:
            target = {"kind": "access_token", "instanceUrl": proxy.url, "accessToken": "${env:TOKEN}"}
            Path("config/orgs.yaml").write_text(yaml.safe_dump({"default": "far", "orgs": {"far": target}}))
            self.monkeypatch.setenv("TOKEN", local.access_token)
            yield local, proxy

    def run(self, line: str) -> tuple[int, str]:
        """The exit code of a command line, and what it said on both streams."""
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            code = command_line.main(line.split())
        return code, said.getvalue()


@pytest.fixture
def bench(first_day: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COBROWSE_LICENSE_KEY", KEY)
    monkeypatch.setattr("toolkit.release.journal.settle.LOOKS", (0.0, 0.05))
    monkeypatch.setattr(Retries.__init__, "__defaults__", (4, 60.0, 0.005, *Retries.__init__.__defaults__[3:]))
    monkeypatch.setattr(Limits.__init__, "__defaults__", (15.0, 1.0, *Limits.__init__.__defaults__[2:]))
    assert command_line.main(["init"]) == 0
    values = yaml.safe_load(Path("config/package.yaml").read_text())
    values["permissionSets"]["agent"]["assign"] = {"users": ["agent@local.example"]}
    Path("config/package.yaml").write_text(yaml.safe_dump(values))
    return Bench(first_day, tmp_path, monkeypatch)


def jobs(local: EmbeddedOrg) -> Counter[str]:
    """How the deploy jobs of the org have ended."""
    with local.org.read() as work:
        return Counter(job.status for job in work.jobs.of_kind("deploy"))


def state(local: EmbeddedOrg) -> dict[str, object]:
    """What is in the org: components with their files, settings rows and assignments."""
    with local.org.read() as work:
        found: dict[str, object] = {}
        for type_name, full_name in work.components._db.execute("SELECT type, full_name FROM component").fetchall():
            if type_name not in _RANDOM:
                stored = work.components.get(type_name, full_name)
                found[f"{type_name} {full_name}"] = (stored.xml, work.components.files(type_name, full_name))
        for sobject in ("Cobrowse_Settings__c", "PermissionSetAssignment", "SetupEntityAccess"):
            rows = work.records.all(sobject)
            found[sobject] = sorted(
                str({k: v for k, v in row.items() if not k.endswith(("Id", "Date", "stamp"))}) for row in rows
            )
    return found


@dataclass(frozen=True)
class Clean:
    """A release on a good day."""

    requests: tuple[str, ...]
    jobs: int
    state: dict[str, object]


def different(local: EmbeddedOrg, clean: Clean) -> list[str]:
    """What is not in the org as on a good day."""
    now = state(local)
    return sorted(name for name in {*now, *clean.state} if now.get(name) != clean.state.get(name))


DEPLOY = "deploy --yes --on-failure keep"


def a_good_day(bench: Bench) -> Clean:
    with bench.org() as (local, proxy):
        code, said = bench.run(DEPLOY)
        assert code == 0, said
        requests = tuple(proxy.seen)
        ended = jobs(local)
        assert set(ended) == {"Succeeded"}
        return Clean(requests, ended["Succeeded"], state(local))


def a_bad_day(bench: Bench, clean: Clean, fault: str, number: int) -> tuple[str, str] | None:
    """The request that met the fault and how the day ended; None when there was no request of that number."""
    case = f"{fault} at request {number}"
    with bench.org() as (local, proxy):
        proxy.arm(ALL[fault], at=number, path=path_of(fault))
        code, said = bench.run(DEPLOY)
        proxy.disarm()
        if proxy.hit is None:
            return None
        case = f"{case}, {proxy.hit}"
        assert code in (0, 1, 69), f"{case}: exit code {code}\n{said}"
        assert "sfmeta itself failed" not in said, f"{case}\n{said}"
        assert_no_secret(bench, local, said)
        if code == 0:
            assert different(local, clean) == [], f"{case}: done, and not as on a good day"
        else:
            assert "\nerror: " in f"\n{said}", case
            again, said_again = bench.run(DEPLOY)
            assert again == 0, f"{case}: first\n{said}\nthen\n{said_again}"
            assert different(local, clean) == [], f"{case}: finished, and not as on a good day"
        ended = jobs(local)
        assert ended["Succeeded"] == clean.jobs, f"{case}: {ended}, {clean.jobs} on a good day\n{said}"
        assert set(ended) <= {"Succeeded", "Failed"}, f"{case}: {ended}"
        return proxy.hit, "one run" if code == 0 else "next run"


def assert_no_secret(bench: Bench, local: EmbeddedOrg, said: str) -> None:
    secrets = [local.access_token, KEY]
    texts = [said.encode(), *(p.read_bytes() for p in (bench.folder / ".sfmeta").rglob("*") if p.is_file())]
    for secret in secrets:
        assert not any(secret.encode() in text for text in texts)


def path_of(fault: str) -> str:
    """What is in the path of a request that can meet a fault: hostile answers are those of SOAP."""
    return "/services/Soap/" if fault in HOSTILE else "/"


@pytest.fixture(scope="module")
def good_day() -> dict[str, Clean]:
    """The release on a good day, once for all faults."""
    return {}


@pytest.mark.parametrize("fault", list(ALL) if FOLDER else list(ALL)[::5])
def test_a_fault_is_survived_at_every_request_or_mended_by_the_next_run(
    bench: Bench, good_day: dict[str, Clean], fault: str
) -> None:
    clean = good_day.get("") or good_day.setdefault("", a_good_day(bench))
    numbers = list(range(sum(path_of(fault) in request for request in clean.requests)))
    if not FOLDER:
        numbers = [numbers[list(ALL).index(fault) * 7 % len(numbers)]]
    outcomes: Counter[tuple[str, str]] = Counter()
    wrong: list[str] = []
    for number in numbers:
        try:
            met = a_bad_day(bench, clean, fault, number)
        except AssertionError as error:
            wrong.append(str(error))
            continue
        if met is not None:  # the number of looks at a job varies from run to run
            outcomes[kind_of(met[0]), met[1]] += 1
    assert not wrong, f"{len(wrong)} of {len(numbers)} cases:\n\n" + "\n\n".join(wrong)
    assert outcomes.total() >= 0.8 * len(numbers) - 1
    if FOLDER:
        rows = [[request, ended, count] for (request, ended), count in sorted(outcomes.items())]
        told = {"fault": fault, "requests": len(clean.requests), "jobs": clean.jobs, "outcomes": rows}
        Path(FOLDER, f"{list(ALL).index(fault):02d}.json").write_text(json.dumps(told))


def kind_of(request: str) -> str:
    """A request without ids and versions."""
    text = re.sub(r"/v?\d+\.\d", "/{version}", request)
    return re.sub(r"/(?=\w*\d)[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?(?=/|$)", "/{id}", text)
