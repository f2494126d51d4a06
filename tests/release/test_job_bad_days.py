"""Single jobs on bad days: what the journal says, what the user is told, and what the next run does."""

from __future__ import annotations

import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.baddays import everything
from tests.faultproxy import FAULTS, Exchange, FaultProxy, canned, cut_at_once
from toolkit.errors import DeployError, ReleaseError, StillRunningError, UnsettledError
from toolkit.localorg.embedded import EmbeddedOrg
from toolkit.localorg.faults import parse_all
from toolkit.metadata.component import Bundle, Component, ComponentFile
from toolkit.org.org import Org, connect
from toolkit.org.retries import NONE
from toolkit.org.signin import AccessToken
from toolkit.release import run
from toolkit.release.joblist import unfinished
from toolkit.release.journal.entry import Content, content_of
from toolkit.release.journal.file import Journal
from toolkit.release.run import ReleaseReport
from toolkit.release.steps import component_steps

NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
META = f"<ApexClass {NS}><apiVersion>62.0</apiVersion><status>Active</status></ApexClass>".encode()
BODY = b"public with sharing class Once {\n}\n"
BUNDLE = Bundle.of(
    [
        Component(
            "ApexClass",
            "Once",
            (ComponentFile("classes/Once.cls", BODY), ComponentFile("classes/Once.cls-meta.xml", META)),
        )
    ],
    api_version="62.0",
)


@dataclass
class Bench:
    """A local org behind the proxy, and releases of one class through it."""

    local: EmbeddedOrg
    proxy: FaultProxy
    folder: Path
    against: Callable[[Org], Any]
    said: list[str]

    @property
    def journal(self) -> Journal:
        """As a new command would open it."""
        return Journal(self.folder / "journal")

    def org(self) -> Org:
        org = connect(AccessToken(self.proxy.url, self.local.access_token), api_version="62.0")
        org._http.session.retries = replace(org._http.session.retries, first=0.01)
        return org

    def release(self, bundle: Bundle = BUNDLE, *, journal: Journal | None = None, **more: object) -> ReleaseReport:
        here = self.against(self.org())
        here.talk.lines = self.said
        ctx = here.context(bundle, None, journal=journal or self.journal, whole=True, **more)
        return run.apply(ctx, run.plan(ctx, component_steps()))

    def jobs(self) -> Counter[str]:
        with self.local.org.read() as work:
            return Counter(job.status for job in work.jobs.of_kind("deploy"))

    def the_job(self) -> str:
        with self.local.org.read() as work:
            (job,) = work.jobs.of_kind("deploy")
        return job.id


@pytest.fixture
def bench(first_day: Path, tmp_path: Path, new_org, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setattr("toolkit.release.journal.settle.LOOKS", (0.0, 0.02))
    state = Path(shutil.copytree(first_day, tmp_path / "behind"))
    with EmbeddedOrg(state) as local, FaultProxy("127.0.0.1", int(local.url.rpartition(":")[2])) as proxy:
        yield Bench(local, proxy, tmp_path, type(new_org), [])


def starts(what: Callable[[Exchange], None]) -> Callable[[Exchange], None]:
    """A fault for the request that starts a job alone."""
    return lambda exchange: what(exchange) if exchange.is_start else exchange.reply(exchange.pass_on())


def looks(what: Callable[[Exchange], None]) -> Callable[[Exchange], None]:
    """A fault for the looks at a job alone."""
    return lambda exchange: what(exchange) if "/deployRequest/" in exchange.name else exchange.reply(exchange.pass_on())


def no_list(exchange: Exchange) -> None:
    """The answer to a start is lost, and the org does not list its jobs."""
    if "/tooling/query" in exchange.name:
        refusal = b'[{"errorCode":"INSUFFICIENT_ACCESS","message":"no"}]'
        canned("403 Forbidden", refusal, kind="application/json")(exchange)
    else:
        starts(FAULTS["answer lost"])(exchange)


def test_a_release_without_faults_is_journalled_from_start_to_end(bench: Bench) -> None:
    assert bench.release().error is None
    (entry,) = bench.journal.entries()
    assert (entry.ended, entry.content, entry.check_only) == ("Succeeded", content_of(BUNDLE), False)
    assert (entry.job, entry.inferred) == (bench.the_job(), False)
    assert bench.journal.path.stat().st_mode & 0o777 == 0o600
    assert bench.local.access_token.encode() not in bench.journal.path.read_bytes()


@pytest.mark.bad_day("the journal cannot be written", "0")
def test_a_journal_that_cannot_be_written_stops_before_anything_is_sent(bench: Bench) -> None:
    (bench.folder / "taken").write_text("a file")
    with pytest.raises(ReleaseError, match=r"the journal of jobs .* cannot be read: Not a directory"):
        bench.release(journal=Journal(bench.folder / "taken"))
    assert not bench.jobs()


@pytest.mark.bad_day("the answer to the start is lost", "1")
def test_an_answer_that_was_lost_is_found_in_the_org_within_the_same_run(bench: Bench) -> None:
    bench.proxy.arm(starts(FAULTS["answer lost"]), seconds=20)
    assert bench.release().error is None
    assert f"the answer to the start was lost; the org has it as deployment {bench.the_job()}" in bench.said
    assert bench.jobs() == {"Succeeded": 1}


@pytest.mark.bad_day("the answer to the start is lost, and the org does not list its jobs: asked about, exit 69", "1")
def test_an_org_that_does_not_list_its_jobs_leaves_the_question_to_the_user(bench: Bench) -> None:
    bench.proxy.arm(no_list, seconds=20)
    stopped = bench.release()
    assert isinstance(stopped.error, UnsettledError)
    assert stopped.error.exit_code == 69
    assert "the org does not list its jobs" in str(stopped.error)
    assert "--start-anew" in str(stopped.error)
    assert len(bench.jobs()) == 1


def test_a_lost_start_that_has_ended_meanwhile_is_the_job_to_resume(bench: Bench) -> None:
    bench.proxy.arm(no_list, seconds=20)
    bench.release()
    bench.proxy.disarm()
    while "Succeeded" not in bench.jobs():
        time.sleep(0.01)
    assert unfinished(bench.org(), bench.journal, bench.said.append) == bench.the_job()
    with pytest.raises(DeployError, match="knows no deployment of this org that has not ended"):
        unfinished(bench.org(), bench.journal, bench.said.append)


def test_start_anew_forgets_a_start_that_nobody_can_tell_of(bench: Bench) -> None:
    bench.proxy.arm(starts(cut_at_once), seconds=20)
    assert isinstance(bench.release().error, UnsettledError)
    bench.proxy.disarm()
    assert bench.release(start_anew=True).error is None
    assert [entry.ended for entry in bench.journal.entries()] == ["given up by the user", "Succeeded"]


@pytest.mark.bad_day("the session ends while the job is followed and cannot be renewed", "1")
def test_a_session_that_ends_while_polling_leaves_a_job_to_resume(bench: Bench) -> None:
    bench.proxy.arm(looks(FAULTS["401"]), seconds=20)
    stopped = bench.release()
    assert isinstance(stopped.error, StillRunningError)
    assert f"sfmeta job resume {bench.the_job()} --org NAME" in str(stopped.error)
    bench.proxy.disarm()
    assert bench.release().error is None
    assert bench.jobs() == {"Succeeded": 1}


@pytest.mark.bad_day("no connection for two seconds between two looks", "1")
def test_an_org_that_is_gone_between_two_looks_is_waited_for(bench: Bench) -> None:
    """Two seconds stand for the minute: they are four times what the looks of this job wait for."""
    bench.local.org.faults.arm(parse_all(["slow-job:seconds=0.5,job=deploy"]))
    bench.proxy.arm(looks(cut_at_once), seconds=2)
    assert bench.release().error is None
    assert bench.proxy.hit is not None
    assert bench.jobs() == {"Succeeded": 1}


@everything
@pytest.mark.bad_day("a job of 20 s, and no connection for a minute between two looks at it", "1")
def test_an_org_that_is_gone_for_a_minute_between_two_looks_is_waited_for(bench: Bench) -> None:
    bench.local.org.faults.arm(parse_all(["slow-job:seconds=20,job=deploy"]))
    bench.proxy.arm(looks(cut_at_once), at=2, seconds=60, path="/deployRequest/")
    began = time.monotonic()
    assert bench.release(wait=300.0).error is None
    assert time.monotonic() - began > 60
    assert bench.jobs() == {"Succeeded": 1}


def test_an_org_that_wants_to_be_left_alone_for_a_day_is_and_the_job_is_named(bench: Bench) -> None:
    bench.proxy.arm(looks(FAULTS["503 long"]), seconds=20)
    stopped = bench.release()
    assert isinstance(stopped.error, StillRunningError)
    assert "the org wants no look for 86400 s" in str(stopped.error)
    assert f"sfmeta job resume {bench.the_job()}" in str(stopped.error)


@pytest.mark.bad_day("this machine's clock is wrong by 30 hours, and the answer to the start is lost", "1")
@pytest.mark.parametrize("hours", [-30, 30])
def test_a_wrong_clock_of_this_machine_hides_no_job(bench: Bench, hours: int) -> None:
    journal = Journal(bench.folder / "journal", now=lambda: datetime.now(UTC) + timedelta(hours=hours))
    bench.proxy.arm(starts(FAULTS["answer lost"]), seconds=20)
    assert bench.release(journal=journal).error is None
    (entry,) = bench.journal.entries()
    assert entry.inferred
    assert abs(entry.at - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.bad_day("the org does not know a journalled job any more", "1")
def test_a_job_that_the_org_has_forgotten_stands_in_nobodys_way(bench: Bench) -> None:
    org = bench.org()
    journal = bench.journal
    entry = journal.starting(
        org=org.identity.org_id[:15],
        user=org.identity.user_id[:15],
        content=content_of(BUNDLE),
        options="{}",
        check_only=False,
    )
    journal.started(entry.key, "0AfLo0000009999KAA")
    assert bench.release().error is None
    assert bench.journal.entries()[0].ended == "an end that the org does not know any more"
    assert bench.jobs() == {"Succeeded": 1}


def test_how_a_job_ended_that_nobody_saw_end_is_said_before_the_org_is_read(bench: Bench) -> None:
    bench.proxy.arm(looks(FAULTS["401"]), seconds=20)
    bench.release()
    bench.proxy.disarm()
    while "Succeeded" not in bench.jobs():
        pass
    bench.said.clear()
    assert bench.release().error is None
    assert f"deployment {bench.the_job()} of " in bench.said[0]
    assert " has ended with Succeeded: `sfmeta job status " in bench.said[0]


@pytest.mark.parametrize(
    "line", [b"[" * 100_000, b"\xff\xfe", b"null", b'{"event":"starting"}', b'{"event":"started","key":1}']
)
def test_a_journal_with_nonsense_in_it_is_read_past_it(tmp_path: Path, line: bytes) -> None:
    journal = Journal(tmp_path)
    entry = journal.starting(org="o", user="u", content=Content("d"), options="{}", check_only=True)
    with journal.path.open("ab") as stream:
        stream.write(line + b"\n")
    journal.ended(entry.key, "Succeeded")
    assert [found.ended for found in journal.entries()] == ["Succeeded"]


def test_of_a_journal_that_is_too_long_the_end_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(tmp_path)
    for number in range(50):
        journal.ended(
            journal.starting(org="o", user="u", content=Content(f"d{number}"), options="{}", check_only=True).key, "x"
        )
    monkeypatch.setattr("toolkit.release.journal.file._LONGEST", 3000)
    found = journal.entries()
    assert 0 < len(found) < 50
    assert found[-1].content.digest == "d49"


def test_a_cut_line_of_the_journal_is_passed_over(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    entry = journal.starting(
        org="00D000000000001", user="005000000000001", content=Content("d"), options="{}", check_only=True
    )
    with journal.path.open("ab") as stream:
        stream.write(b'{"event":"started","key":"' + entry.key.encode())
    journal.started(entry.key, "0Af000000000001AAA")
    (found,) = journal.entries()
    assert found.job == "0Af000000000001AAA"
    assert journal.of_job("0Af000000000001") == found
    for cut in range(len(journal.path.read_bytes())):
        (tmp_path / "cut").mkdir(exist_ok=True)
        (tmp_path / "cut" / "jobs.jsonl").write_bytes(journal.path.read_bytes()[:cut])
        assert len(Journal(tmp_path / "cut").entries()) <= 1


def test_no_retries_at_all_is_possible() -> None:
    assert not NONE.attempt().goes_on()
