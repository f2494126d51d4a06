"""kill -9 at every moment of a deployment: the next run, here or on another machine, finds the job and finishes it.

A run of the tests kills at the moments that matter; with BAD_DAYS set it kills at every request, before the org has it
and before its answer comes. (A whole release is killed at every request in test_bad_days_matrix.)
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from _pytest.mark import ParameterSet

from tests.baddays import everything
from tests.faultproxy import Exchange, FaultProxy, GoneError
from toolkit.cli import main as command_line
from toolkit.localorg.embedded import EmbeddedOrg
from toolkit.release.journal.file import Journal

META = (
    '<ApexClass xmlns="http://soap.sforce.com/2006/04/metadata">'
    "<apiVersion>62.0</apiVersion><status>Active</status></ApexClass>"
)
MANIFEST = (
    '<Package xmlns="http://soap.sforce.com/2006/04/metadata"><types><members>Tiny</members><name>ApexClass</name>'
    "</types><version>62.0</version></Package>"
)
DEPLOY = "deploy m --org live --yes --confirm live"


@dataclass
class Bench:
    """A production org whose jobs take a moment, and two machines: folders with the same configuration and package."""

    local: EmbeddedOrg
    proxy: FaultProxy
    here: Path
    elsewhere: Path
    chdir: Callable[[Path], None]
    capsys: pytest.CaptureFixture[str]

    def run(self, line: str, *, at: Path | None = None) -> tuple[int, str]:
        self.chdir(at or self.here)
        code = command_line.main(line.split())
        said = self.capsys.readouterr()
        return code, said.out + said.err

    def killed(self, *, number: int | None = None, start: bool = False, after: bool) -> bool:
        """Begin the deployment as a process of its own and kill it at a request: the one of this number, or the start.

        after: the org has got the request and answered it. False when there was no such request.
        """
        died: list[subprocess.Popen[bytes]] = []

        def kill(exchange: Exchange) -> None:
            if start and not exchange.is_start:
                exchange.reply(exchange.pass_on())
                return
            if after:
                exchange.pass_on()
            (process,) = died
            process.send_signal(signal.SIGKILL)
            process.wait()
            self.proxy.disarm()
            raise GoneError

        self.proxy.arm(kill, at=number or 0, seconds=60.0 if start else 0.0)
        arguments = [sys.executable, "-m", "toolkit", *DEPLOY.split()]
        path = os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")])
        with subprocess.Popen(
            arguments,
            cwd=self.here,
            env={**os.environ, "PYTHONPATH": path},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            died.append(process)
            process.wait(timeout=60)
        self.proxy.disarm()
        return process.returncode == -signal.SIGKILL

    def jobs(self) -> Counter[str]:
        with self.local.org.read() as work:
            return Counter(job.status for job in work.jobs.of_kind("deploy"))

    def the_job(self) -> str:
        with self.local.org.read() as work:
            (job,) = work.jobs.of_kind("deploy")
        return job.id


@pytest.fixture
def bench(
    production: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Bench]:
    state = Path(shutil.copytree(production, tmp_path / "state"))
    monkeypatch.setattr("toolkit.release.journal.settle.LOOKS", (0.0, 0.1))
    with contextlib.ExitStack() as stack:
        local = stack.enter_context(
            EmbeddedOrg(state, org_type="production", faults=["slow-job:seconds=0.4,job=deploy"])
        )
        proxy = stack.enter_context(FaultProxy("127.0.0.1", int(local.url.rpartition(":")[2])))
        monkeypatch.setenv("T", local.access_token)
        for name in ("here", "elsewhere"):
            classes = tmp_path / name / "m" / "classes"
            classes.mkdir(parents=True)
            (tmp_path / name / "m" / "package.xml").write_text(MANIFEST)
            (classes / "Tiny.cls").write_text("public with sharing class Tiny {\n}\n")
            (classes / "Tiny.cls-meta.xml").write_text(META)
            (tmp_path / name / "config").mkdir()
            target = {"kind": "access_token", "instanceUrl": proxy.url, "accessToken": "${env:T}"}
            (tmp_path / name / "config" / "orgs.yaml").write_text(yaml.safe_dump({"orgs": {"live": target}}))
        yield Bench(local, proxy, tmp_path / "here", tmp_path / "elsewhere", monkeypatch.chdir, capsys)


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Path:
    state = tmp_path_factory.mktemp("production") / "state"
    with EmbeddedOrg(state, org_type="production"):
        pass
    return state


def test_killed_before_the_org_has_the_start(bench: Bench) -> None:
    assert bench.killed(start=True, after=False)
    (entry,) = Journal(bench.here / ".sfmeta").entries()
    assert entry.lost
    code, said = bench.run(DEPLOY)
    assert code == 0, said
    assert "whose answer was lost never reached the org" in said
    assert bench.jobs() == {"Succeeded": 1}


def test_killed_before_the_answer_to_the_start_and_found_by_the_next_deploy(bench: Bench) -> None:
    assert bench.killed(start=True, after=True)
    code, said = bench.run(DEPLOY)
    assert code == 0, said
    assert f"whose answer was lost became deployment {bench.the_job()}" in said
    assert bench.jobs() == {"Succeeded": 1}
    (entry,) = Journal(bench.here / ".sfmeta").entries()
    assert (entry.ended, entry.inferred) == ("Succeeded", True)


@pytest.mark.bad_day("killed before the answer to the start; then `job resume` here", "1")
@everything
def test_killed_before_the_answer_to_the_start_and_found_by_job_resume(bench: Bench) -> None:
    assert bench.killed(start=True, after=True)
    code, said = bench.run("job resume --org live")
    assert code == 0, said
    assert f"deployment {bench.the_job()}: Succeeded" in said
    assert bench.run(DEPLOY)[0] == 0
    assert bench.jobs() == {"Succeeded": 1}


@pytest.mark.bad_day("killed after the start; then `job list`, `job resume`, `deploy` on another machine", "1")
def test_killed_while_polling_and_finished_from_another_machine(bench: Bench) -> None:
    assert bench.killed(start=True, after=True)
    code, said = bench.run("job list --org live --json", at=bench.elsewhere)
    assert code == 0, said
    (row,) = json.loads(said)["jobs"]
    assert (row["id"], row["startedHere"]) == (bench.the_job(), False)
    code, said = bench.run(f"job resume {row['id'][:15]} --org live", at=bench.elsewhere)
    assert code == 0, said
    code, said = bench.run(DEPLOY, at=bench.elsewhere)
    assert code == 0, said
    assert "Nothing to change" in said
    assert bench.jobs() == {"Succeeded": 1}
    code, said = bench.run(DEPLOY)
    assert code == 0, said
    assert bench.jobs() == {"Succeeded": 1}


@pytest.mark.bad_day("killed after the start; then only `deploy` on another machine", "1")
@everything
def test_a_deploy_on_another_machine_waits_for_the_job_that_the_dead_one_left(bench: Bench) -> None:
    bench.local.org.faults.arm([])
    from toolkit.localorg.faults import parse_all

    bench.local.org.faults.arm(parse_all(["slow-job:seconds=2,job=deploy"]))
    assert bench.killed(start=True, after=True)
    code, said = bench.run(DEPLOY, at=bench.elsewhere)
    assert code == 0, said
    title = f"deployment {bench.the_job()}, of another run of this user"
    assert f"{title}, is not over: waiting for it before the org is read" in said
    assert f"{title}, has ended with Succeeded" in said
    assert "Nothing to change" in said
    assert bench.jobs() == {"Succeeded": 1}


def moments() -> list[ParameterSet]:
    """Requests (by number) of the deployment, and whether the org has answered them when the process dies."""
    days = {"before": "before the org has it", "after": "before its answer comes"}
    marks = {
        when: pytest.mark.bad_day(f"one class, killed (SIGKILL) at a request, {day}; then `deploy` here", "1")
        for when, day in days.items()
    }
    return [
        pytest.param(number, when == "after", marks=mark, id=f"{number}-{when}")
        for number in range(20)
        for when, mark in marks.items()
    ]


@everything
@pytest.mark.parametrize(("number", "after"), moments())
def test_killed_at_a_request(bench: Bench, number: int, after: bool) -> None:
    died = bench.killed(number=number, after=after)
    if not died:
        assert number >= len(bench.proxy.seen), "the deployment has more requests than that"
        pytest.skip("the deployment has fewer requests than that")
    code, said = bench.run(DEPLOY)
    assert code == 0, said
    assert "sfmeta itself failed" not in said
    assert bench.jobs() == {"Succeeded": 1}, said
    code, said = bench.run(DEPLOY, at=bench.elsewhere)
    assert code == 0, said
    assert bench.jobs() == {"Succeeded": 1}
    assert all(
        entry.ended in ("Succeeded", "never reached the org") for entry in Journal(bench.here / ".sfmeta").entries()
    )
