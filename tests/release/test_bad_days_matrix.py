"""Every fault at every request of a whole release: done once, or a clear error and a next run that finishes it.

The shipped configuration, all steps, by the command line, through a proxy. All cases, and the page that tells them:

    make bad-days

A run of the tests makes some of a diagonal of the same table: a fifth of the faults, each at another request. All of it
is done when BAD_DAYS names a folder: every fault leaves a file there, from which bad_days_page.py writes the page.
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from types import CodeType

import jinja2
import pytest
import yaml

from tests.baddays import FOLDER
from tests.faultproxy import FAULTS, HOSTILE, Exchange, Fault, FaultProxy, GoneError, lose_the_answer
from toolkit.cli import main as command_line
from toolkit.localorg.embedded import EmbeddedOrg
from toolkit.org.http import Limits
from toolkit.org.retries import Retries

KEY = "licence-0123456789"
DEPLOY = "deploy --yes --on-failure keep"
_RANDOM = ("Certificate", "ExtlClntAppGlobalOauthSettings")
"""Types of components with keys in them that the org makes."""


@dataclass(frozen=True)
class Day:
    """What is wrong on a bad day: what happens to the requests with `path` in theirs, one of them at a time.

    sign_in: the kind of the target. dies: the release is a process of its own, which the fault kills.
    """

    fault: Callable[[Bench], Fault]
    path: str = "/"
    sign_in: str = "access_token"
    dies: bool = False


def _days() -> Iterator[tuple[str, Day]]:
    for name, fault in FAULTS.items():
        yield name, Day(lambda _bench, fault=fault: fault)
        if name == "401":
            yield "401, renewed", Day(lambda _bench, fault=fault: fault, sign_in="password")
    for name, hours in (("clock ahead", 26), ("clock behind", -26)):
        yield name, Day(lambda bench, hours=hours: bench.lost_while_the_clock_jumps(timedelta(hours=hours)))
    yield "killed before", Day(lambda bench: bench.kill, dies=True)
    yield "killed after", Day(lambda bench: bench.answer_and_kill, dies=True)
    for name, fault in HOSTILE.items():
        yield name, Day(lambda _bench, fault=fault: fault, path="/services/Soap/")


DAYS = dict(_days())


@dataclass
class Bench:
    """Whole releases by the command line, from one folder, each into a new org behind the proxy."""

    first_day: Path
    folder: Path
    monkeypatch: pytest.MonkeyPatch
    ahead: timedelta = timedelta()
    """What is added to this machine's clock, as sfmeta reads it."""
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @contextlib.contextmanager
    def org(self, sign_in: str = "access_token") -> Iterator[tuple[EmbeddedOrg, FaultProxy]]:
        state = self.folder / "org"
        shutil.rmtree(state, ignore_errors=True)
        shutil.rmtree(self.folder / ".sfmeta", ignore_errors=True)
        shutil.copytree(self.first_day, state)
        self.ahead = timedelta()
        with EmbeddedOrg(state) as local, FaultProxy("127.0.0.1", int(local.url.rpartition(":")[2])) as proxy:
            target = targets(local, proxy)[sign_in]
            Path("config/orgs.yaml").write_text(yaml.safe_dump({"default": "far", "orgs": {"far": target}}))
            for name, secret in secrets_of(local).items():
                self.monkeypatch.setenv(name, secret)
            yield local, proxy

    def run(self, line: str) -> tuple[int, str]:
        """The exit code of a command line, and what it said on both streams."""
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            code = command_line.main(line.split())
        return code, said.getvalue()

    def run_apart(self, line: str) -> tuple[int, str]:
        """The same in a process of its own; -9 when it is killed."""
        path = os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")])
        with subprocess.Popen(
            [sys.executable, "-m", "toolkit", *line.split()],
            env={**os.environ, "PYTHONPATH": path},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as process:
            self.running[:] = [process]
            said, _ = process.communicate(timeout=120)
        return process.returncode, said.decode()

    def kill(self, _exchange: Exchange) -> None:
        """The process that asks dies before the org has got its request."""
        (process,) = self.running
        process.send_signal(signal.SIGKILL)
        process.wait()
        raise GoneError

    def answer_and_kill(self, exchange: Exchange) -> None:
        """The process that asks dies before it has got the answer."""
        exchange.pass_on()
        self.kill(exchange)

    def lost_while_the_clock_jumps(self, by: timedelta) -> Fault:
        """This machine's clock is set anew while a request is under way whose answer is lost."""

        def fault(exchange: Exchange) -> None:
            self.ahead = by
            lose_the_answer(exchange)

        return fault


@pytest.fixture
def bench(first_day: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COBROWSE_LICENSE_KEY", KEY)
    monkeypatch.setattr("toolkit.release.journal.settle.LOOKS", (0.0, 0.05))
    monkeypatch.setattr("toolkit.org.jobs.following.POLL_FIRST", 0.03)
    monkeypatch.setattr(Retries.__init__, "__defaults__", (4, 60.0, 0.005, *Retries.__init__.__defaults__[3:]))
    monkeypatch.setattr(Limits.__init__, "__defaults__", (15.0, 1.5, *Limits.__init__.__defaults__[2:]))
    monkeypatch.setattr(jinja2.Environment, "compile", compiled_once)
    gc.set_threshold(100_000)  # as the command has it
    assert command_line.main(["init"]) == 0
    values = yaml.safe_load(Path("config/package.yaml").read_text())
    values["permissionSets"]["agent"]["assign"] = {"users": ["agent@local.example"]}
    Path("config/package.yaml").write_text(yaml.safe_dump(values))
    made = Bench(first_day, tmp_path, monkeypatch)
    set_clock(made)
    return made


def secrets_of(local: EmbeddedOrg) -> dict[str, str]:
    return {"TOKEN": local.access_token, "PASSWORD": local.password, "CLIENT_SECRET": local.client_secret}


def targets(local: EmbeddedOrg, proxy: FaultProxy) -> dict[str, dict[str, str]]:
    """Ways to sign in: one that lasts as long as its token does, and one that is renewed."""
    return {
        "access_token": {"kind": "access_token", "instanceUrl": proxy.url, "accessToken": "${env:TOKEN}"},
        "password": {
            "kind": "password", "loginUrl": proxy.url, "consumerKey": local.client_id, "username": local.username,
            "consumerSecret": "${env:CLIENT_SECRET}", "password": "${env:PASSWORD}",
        },
    }  # fmt: skip


_compile = jinja2.Environment.compile
_compiled: dict[tuple[str, str | None, str | None], CodeType] = {}


def compiled_once(
    self: jinja2.Environment, source: str, name: str | None = None, filename: str | None = None
) -> CodeType:
    """Every release compiles the same templates: a tenth of its time."""
    key = (source, name, filename)
    return _compiled.get(key) or _compiled.setdefault(key, _compile(self, source, name, filename))


_TELLING_THE_TIME = (
    "org.http",
    "org.retries",
    "release.journal.file",
    "release.journal.settle",
    "release.ledger.recorder",
    "release.steps.certificate",
)


def set_clock(bench: Bench) -> None:
    """Have the modules that tell the time by this machine's clock ask the bench."""

    class Set(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime.now(tz) + bench.ahead

    for module in _TELLING_THE_TIME:
        bench.monkeypatch.setattr(f"toolkit.{module}.datetime", Set)


def jobs(local: EmbeddedOrg) -> Counter[str]:
    """How the deploy jobs of the org have ended, as the org tells it."""
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

    def numbers(self, day: Day) -> range:
        """The requests that a fault can meet, by number."""
        return range(sum(day.path in request for request in self.requests))


def different(local: EmbeddedOrg, clean: Clean) -> list[str]:
    """What is not in the org as on a good day."""
    now = state(local)
    return sorted(name for name in {*now, *clean.state} if now.get(name) != clean.state.get(name))


def a_good_day(bench: Bench, sign_in: str) -> Clean:
    with bench.org(sign_in) as (local, proxy):
        code, said = bench.run(DEPLOY)
        assert code == 0, said
        requests = tuple(proxy.seen)
        ended = jobs(local)
        assert set(ended) == {"Succeeded"}
        return Clean(requests, ended["Succeeded"], state(local))


def a_bad_day(bench: Bench, clean: Clean, name: str, number: int) -> tuple[str, str] | None:
    """The request that met the fault and how the day ended; None when there was no request of that number."""
    case, day = f"{name} at request {number}", DAYS[name]
    with bench.org(day.sign_in) as (local, proxy):
        proxy.arm(day.fault(bench), at=number, path=day.path)
        code, said = bench.run_apart(DEPLOY) if day.dies else bench.run(DEPLOY)
        proxy.disarm()
        if proxy.hit is None:
            return None
        case = f"{case}, {proxy.hit}"
        assert code in ((-signal.SIGKILL,) if day.dies else (0, 1, 69)), f"{case}: exit code {code}\n{said}"
        assert "sfmeta itself failed" not in said, f"{case}\n{said}"
        assert_no_secret(bench, local, said)
        if code == 0:
            assert different(local, clean) == [], f"{case}: done, and not as on a good day"
        else:
            assert day.dies or "\nerror: " in f"\n{said}", case
            again, said_again = bench.run(DEPLOY)
            assert again == 0, f"{case}: first\n{said}\nthen\n{said_again}"
            assert different(local, clean) == [], f"{case}: finished, and not as on a good day"
        ended = jobs(local)
        assert ended["Succeeded"] == clean.jobs, f"{case}: {ended}, {clean.jobs} on a good day\n{said}"
        assert set(ended) <= {"Succeeded", "Failed"}, f"{case}: {ended}"
        return proxy.hit, "one run" if code == 0 else "next run"


def assert_no_secret(bench: Bench, local: EmbeddedOrg, said: str) -> None:
    secrets = [*secrets_of(local).values(), KEY]
    texts = [said.encode(), *(p.read_bytes() for p in (bench.folder / ".sfmeta").rglob("*") if p.is_file())]
    for secret in secrets:
        assert not any(secret.encode() in text for text in texts)


@pytest.fixture(scope="module")
def good_days() -> dict[str, Clean]:
    """The release on a good day, once for every kind of sign-in."""
    return {}


@pytest.mark.parametrize("name", list(DAYS) if FOLDER else list(DAYS)[::6])
def test_a_fault_is_survived_at_every_request_or_mended_by_the_next_run(
    bench: Bench, good_days: dict[str, Clean], name: str
) -> None:
    day = DAYS[name]
    clean = good_days.get(day.sign_in) or good_days.setdefault(day.sign_in, a_good_day(bench, day.sign_in))
    numbers = list(clean.numbers(day))
    if not FOLDER:
        numbers = [numbers[list(DAYS).index(name) * 7 % len(numbers)]]
    outcomes: Counter[tuple[str, str]] = Counter()
    wrong: list[str] = []
    for number in numbers:
        try:
            met = a_bad_day(bench, clean, name, number)
        except AssertionError as error:
            wrong.append(str(error))
            continue
        if met is not None:  # the number of looks at a job varies from run to run
            outcomes[kind_of(met[0]), met[1]] += 1
    assert not wrong, f"{len(wrong)} of {len(numbers)} cases:\n\n" + "\n\n".join(wrong)
    assert outcomes.total() >= 0.8 * len(numbers) - 1
    if FOLDER:
        rows = [[request, ended, count] for (request, ended), count in sorted(outcomes.items())]
        told = {"fault": name, "requests": len(clean.requests), "jobs": clean.jobs, "outcomes": rows}
        Path(FOLDER, f"{list(DAYS).index(name):02d}.json").write_text(json.dumps(told))


def kind_of(request: str) -> str:
    """A request without ids and versions."""
    text = re.sub(r"/v?\d+\.\d", "/{version}", request)
    return re.sub(r"/(?=\w*\d)[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?(?=/|$)", "/{id}", text)
