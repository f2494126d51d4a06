"""Two deployments of ours at once against one org: in one folder or two, of one package or two."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.baddays import everything
from tests.faultproxy import Exchange, FaultProxy
from toolkit.errors import UnreachableError, UnsettledError
from toolkit.localorg.embedded import EmbeddedOrg
from toolkit.localorg.faults import parse_all
from toolkit.metadata.archive import write_zip
from toolkit.metadata.component import Bundle, Component, ComponentFile
from toolkit.org.jobs import Wire
from toolkit.org.org import Org, connect
from toolkit.org.signin import AccessToken
from toolkit.release import run
from toolkit.release.journal.file import Journal
from toolkit.release.run import ReleaseReport
from toolkit.release.step import Context
from toolkit.release.steps import component_steps

META = (
    b'<ApexClass xmlns="http://soap.sforce.com/2006/04/metadata">'
    b"<apiVersion>62.0</apiVersion><status>Active</status></ApexClass>"
)


def package(name: str, text: str = "") -> Bundle:
    """A class with a line of comment."""
    body = f"public with sharing class {name} {{\n}}\n// {text}\n".encode()
    files = (ComponentFile(f"classes/{name}.cls", body), ComponentFile(f"classes/{name}.cls-meta.xml", META))
    return Bundle.of([Component("ApexClass", name, files)], api_version="62.0")


def large() -> Bundle:
    """Static resources of 16 MB that cannot be compressed: more than sockets hold."""
    meta = (
        b'<StaticResource xmlns="http://soap.sforce.com/2006/04/metadata"><cacheControl>Private</cacheControl>'
        b"<contentType>application/octet-stream</contentType></StaticResource>"
    )
    found = []
    for number in range(4):
        path = f"staticresources/Large{number}.resource"
        files = (
            ComponentFile(path, random.Random(number).randbytes(4_000_000)), ComponentFile(f"{path}-meta.xml", meta)
        )  # fmt: skip
        found.append(Component("StaticResource", f"Large{number}", files))
    return Bundle.of(found, api_version="62.0")


@dataclass
class Bench:
    """Releases of packages from folders, each with a journal and a session of its own."""

    local: EmbeddedOrg
    proxy: FaultProxy
    folder: Path
    against: Callable[[Org], Any]

    def release(
        self, package: Bundle, folder: str, *, through: bool = False, wire: Wire = Wire.AUTO
    ) -> tuple[ReleaseReport, list[str]]:
        """through: by way of the proxy."""
        ctx, lines = self.context(package, folder, through=through, wire=wire)
        return run.apply(ctx, run.plan(ctx, component_steps())), lines

    def context(
        self, package: Bundle, folder: str, *, through: bool = False, wait: float = 60.0, wire: Wire = Wire.AUTO
    ) -> tuple[Context, list[str]]:
        """A context, and what is said in it."""
        signed = AccessToken(self.proxy.url if through else self.local.url, self.local.access_token)
        here = self.against(connect(signed, wire=wire))
        journal = Journal(self.folder / folder)
        return here.context(package, None, journal=journal, whole=True, wait=wait), here.talk.lines

    def at_once(self, *releases: tuple[Bundle, str]) -> list[tuple[ReleaseReport, list[str]]]:
        """The releases in threads that begin together; every one has read the org before any starts its job."""
        done: dict[int, tuple[ReleaseReport, list[str]]] = {}
        together = threading.Barrier(len(releases))

        def work(number: int, package: Bundle, folder: str) -> None:
            ctx, lines = self.context(package, folder)
            planned = run.plan(ctx, component_steps())
            together.wait(20)
            done[number] = run.apply(ctx, planned), lines

        threads = [threading.Thread(target=work, args=(n, *release)) for n, release in enumerate(releases)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return [done[number] for number in range(len(releases))]

    def jobs(self) -> Counter[str]:
        with self.local.org.read() as work:
            return Counter(job.status for job in work.jobs.of_kind("deploy"))


@pytest.fixture
def bench(first_day: Path, tmp_path: Path, new_org, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setattr("toolkit.release.journal.settle.LOOKS", (0.0, 0.05))
    state = Path(shutil.copytree(first_day, tmp_path / "behind"))
    slow = ["slow-job:seconds=0.3,job=deploy"]
    with EmbeddedOrg(state, faults=slow) as local, FaultProxy("127.0.0.1", int(local.url.rpartition(":")[2])) as proxy:
        yield Bench(local, proxy, tmp_path, type(new_org))


@pytest.mark.bad_day("two deployments of one package at once, from one folder", "1")
def test_the_same_package_from_one_folder_is_one_job(bench: Bench) -> None:
    one, two = bench.at_once((package("Same"), "here"), (package("Same"), "here"))
    assert (one[0].error, two[0].error) == (None, None)
    assert bench.jobs() == {"Succeeded": 1}
    assert sorted(any("goes on" in line for line in lines) for _, lines in (one, two)) == [False, True]
    assert [entry.ended for entry in Journal(bench.folder / "here").entries()] == ["Succeeded"]


@pytest.mark.bad_day("the same package was deployed between plan and start", "1")
def test_the_same_package_that_has_ended_meanwhile_is_not_sent_again(bench: Bench) -> None:
    """The second has read the org before the first's job began, and comes to start its own when that is over."""
    bench.local.org.faults.arm([])
    ctx, _ = bench.context(package("Same"), "here")
    planned = run.plan(ctx, component_steps())
    assert bench.release(package("Same"), "here")[0].error is None
    assert run.apply(ctx, planned).error is None
    assert bench.jobs() == {"Succeeded": 1}


@pytest.mark.bad_day("two packages at once, from one folder", "2")
def test_two_packages_from_one_folder_are_two_jobs(bench: Bench) -> None:
    one, two = bench.at_once((package("One"), "here"), (package("Two"), "here"))
    assert (one[0].error, two[0].error) == (None, None)
    assert bench.jobs() == {"Succeeded": 2}


@pytest.mark.bad_day("two deployments at once, from two folders", "2")
def test_two_folders_know_nothing_of_each_other_and_both_are_told_the_truth(bench: Bench) -> None:
    one, two = bench.at_once((package("One"), "here"), (package("Two"), "there"))
    assert (one[0].error, two[0].error) == (None, None)
    same, again = bench.at_once((package("Same"), "here"), (package("Same"), "there"))
    assert (same[0].error, again[0].error) == (None, None)
    assert bench.jobs() == {"Succeeded": 4}


@pytest.mark.bad_day("a start that never arrived, and a job of another folder", "2")
def test_the_job_of_another_folder_is_not_taken_for_a_lost_start(bench: Bench) -> None:
    """The other's package has ended in the org when ours, whose start never arrived, is looked for."""
    bench.local.org.faults.arm([])
    assert bench.release(package("Theirs"), "there")[0].error is None
    bench.proxy.arm(cut_the_start, seconds=20)
    report, _ = bench.release(package("Ours"), "here", through=True)
    bench.proxy.disarm()
    assert isinstance(report.error, UnsettledError)
    assert "the org shows no job of it so far" in str(report.error)
    again, lines = bench.release(package("Ours"), "here", through=True)
    assert again.error is None
    assert any("never reached the org" in line for line in lines)
    assert bench.jobs() == {"Succeeded": 2}


@pytest.mark.bad_day("a lost start, and a job of another folder that still runs", "2")
def test_a_running_job_of_another_folder_that_was_taken_for_a_lost_start_is_told_from_it_at_its_end(
    bench: Bench,
) -> None:
    bench.local.org.faults.arm(parse_all(["slow-job:seconds=2,job=deploy"]))
    theirs: list[ReleaseReport] = []
    other = threading.Thread(target=lambda: theirs.append(bench.release(package("Theirs"), "there")[0]))

    def theirs_first(exchange: Exchange) -> None:
        if exchange.is_start and not bench.jobs():
            other.start()
            until(bench.jobs)
            exchange.cut()
        exchange.reply(exchange.pass_on())

    bench.proxy.arm(theirs_first, seconds=20)
    report, lines = bench.release(package("Ours"), "here", through=True)
    other.join(30)
    assert theirs[0].error is None
    assert report.error is None, str(report.error)
    assert any("was of another package" in line for line in lines)
    assert bench.jobs() == {"Succeeded": 2}
    lost, sent = Journal(bench.folder / "here").entries()
    assert (lost.ended, sent.ended) == ("never reached the org", "Succeeded")


@pytest.mark.bad_day("a lost start, and several jobs that may be it: asked about", "2, of the others")
def test_several_jobs_that_may_be_the_lost_one_are_asked_about_and_not_guessed(bench: Bench) -> None:
    bench.proxy.arm(cut_the_start, seconds=20)
    report, _ = bench.release(package("Same", "here"), "here", through=True)
    bench.proxy.disarm()
    assert isinstance(report.error, UnsettledError)
    bench.local.org.faults.arm([])
    for folder in ("there", "elsewhere"):
        assert bench.release(package("Same", folder), folder)[0].error is None
    asked, _ = bench.release(package("Same", "here"), "here")
    assert isinstance(asked.error, UnsettledError)
    assert "the org has several jobs of this user since then: 0Af" in str(asked.error)
    assert "--start-anew" in str(asked.error)
    assert sum(bench.jobs().values()) == 2


@pytest.mark.bad_day("the upload of 16 MB is cut (REST, SOAP)", "0, by the next run 1")
@pytest.mark.parametrize("wire", [Wire.REST, Wire.SOAP])
def test_an_upload_that_was_cut_is_no_lost_start(bench: Bench, wire: Wire) -> None:
    """An org cannot act on half a request: it is told as not sent, and nothing is looked up."""
    bench.proxy.upload_limit = 100_000
    report, _ = bench.release(large(), "here", through=True, wire=wire)
    bench.proxy.upload_limit = None
    assert isinstance(report.error, UnreachableError)
    assert "the package was not sent completely, so the org has not started it" in str(report.error)
    (entry,) = Journal(bench.folder / "here").entries()
    assert entry.ended == "refused, or never sent"
    assert not bench.jobs()
    assert bench.release(large(), "here", through=True, wire=wire)[0].error is None
    assert bench.jobs() == {"Succeeded": 1}


@everything
@pytest.mark.bad_day("two processes deploy one package, the second some tenths of a second later, from one folder", "1")
@pytest.mark.parametrize("later", [tenths / 10 for tenths in range(12)])
def test_two_processes_in_one_folder(bench: Bench, later: float) -> None:
    assert processes_at_once(bench, ("here", "here"), later) == [0, 0]
    assert bench.jobs() == {"Succeeded": 1}


@everything
@pytest.mark.bad_day(
    "two processes deploy one package, the second some tenths of a second later, from two folders", "1 or 2"
)
@pytest.mark.parametrize("later", [tenths / 10 for tenths in range(12)])
def test_two_processes_in_two_folders(bench: Bench, later: float) -> None:
    assert processes_at_once(bench, ("here", "there"), later) == [0, 0]
    assert bench.jobs() in ({"Succeeded": 1}, {"Succeeded": 2})


def processes_at_once(bench: Bench, folders: tuple[str, str], later: float) -> list[int]:
    """The exit codes of two deployments of one package."""
    target = {"kind": "access_token", "instanceUrl": bench.local.url, "accessToken": "${env:T}"}
    running = []
    path = os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")])
    for name in folders:
        folder = bench.folder / name
        (folder / "config").mkdir(parents=True, exist_ok=True)
        (folder / "config" / "orgs.yaml").write_text(yaml.safe_dump({"orgs": {"live": target}}))
        (folder / "m.zip").write_bytes(write_zip(package("Same")))
        running.append(
            subprocess.Popen(
                [sys.executable, "-m", "toolkit", "deploy", "m.zip", "--org", "live", "--yes"],
                cwd=folder,
                env={**os.environ, "PYTHONPATH": path, "T": bench.local.access_token},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )
        time.sleep(later)
    return [process.wait(60) for process in running]


def cut_the_start(exchange: Exchange) -> None:
    """The org never gets a start; everything else passes."""
    if exchange.is_start:
        exchange.cut()
    exchange.reply(exchange.pass_on())


def until(said: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not said() and time.monotonic() < deadline:
        time.sleep(0.01)
