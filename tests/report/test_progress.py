"""What is said while a release runs."""

from __future__ import annotations

import io
from dataclasses import replace

from toolkit.org.jobs import DeployResult, deploy_result
from toolkit.report.progress import LiveTalk, PlainTalk, job_text


def seen(status: str, deployed: int = 0, **more: object) -> DeployResult:
    values = {"id": "0Af000000000001AAA", "status": status, "numberComponentsDeployed": deployed, **more}
    return deploy_result({"numberComponentsTotal": 40, **values})


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_line_of_a_job_holds_what_is_known() -> None:
    assert job_text("Components", seen("Pending")) == "Components: Pending, components 0/40"
    full = seen(
        "InProgress", 3, numberTestsTotal=9, numberTestsCompleted=4, numberTestErrors=1, stateDetail="Running X"
    )
    assert job_text("Components", full) == ("Components: InProgress, components 3/40, tests 4/9, 1 failed, Running X")
    assert job_text("C", deploy_result({})) == "C: waiting"


def test_plain_lines_come_when_the_stage_changes_and_every_fifteen_seconds() -> None:
    out, clock = io.StringIO(), Clock()
    talk = PlainTalk(out, clock)
    talk.say("Components: reading")
    for status, deployed, at in (
        ("Pending", 0, 0),
        ("Pending", 0, 1),
        ("InProgress", 1, 2),
        ("InProgress", 9, 16.9),
        ("InProgress", 20, 17),
        ("Succeeded", 40, 18),
    ):
        clock.now = at
        talk.job("Components", seen(status, deployed))
    talk.close()
    assert out.getvalue().splitlines() == [
        "Components: reading",
        "Components: Pending, components 0/40 (0 s)",
        "Components: InProgress, components 1/40 (2 s)",
        "Components: InProgress, components 20/40 (17 s)",
        "Components: Succeeded, components 40/40 (18 s)",
    ]


def test_the_live_line_is_written_over_fits_the_terminal_and_is_wiped() -> None:
    out, clock = io.StringIO(), Clock()
    talk = LiveTalk(out, 30, clock)
    talk.say("Components: reading")
    clock.now = 3
    talk.job("Components", seen("InProgress", 20))
    talk.say("Components: 2 to create")
    talk.close()
    wipe = "\r\x1b[2K"
    assert out.getvalue() == (
        f"{wipe}Components: reading (0 s){wipe}Components: InProgress, co...{wipe}Components: 2 to create\n"
    )


def failing(count: int, **more: object) -> DeployResult:
    failures = [
        {"componentType": "ApexClass", "fullName": f"C{n}", "problem": "Missing ;", "fileName": f"classes/C{n}.cls",
         "lineNumber": n}
        for n in range(count)
    ]  # fmt: skip
    tests = {"failures": {"name": "T", "methodName": "m", "message": "expected 1"}}
    details = {"componentFailures": failures, "runTestResult": tests if count > 1 else None}
    return seen("InProgress", numberComponentErrors=count, details=details, **more)


def test_failures_are_told_as_they_come_each_once_and_not_again_at_the_end() -> None:
    out = io.StringIO()
    talk = PlainTalk(out, Clock())
    for result in (failing(1), failing(1), failing(2), failing(2, done=True)):
        talk.job("Components", result)
    assert out.getvalue().splitlines() == [
        "Components: failed: ApexClass C0: Missing ;",
        "Components: InProgress, components 0/40, 1 failed (0 s)",
        "Components: failed: ApexClass C1: Missing ;",
        "Components: test failed: T.m: expected 1",
    ]
    (result,) = talk.jobs.results
    assert (result.done, len(result.failures)) == (True, 2)


def test_the_live_line_has_the_link_where_it_fits() -> None:
    page = "https://acme.my.salesforce.com/lightning/setup/DeployStatus/page"
    shown = []
    for width in (200, 100):
        out = io.StringIO()
        LiveTalk(out, width, Clock()).job("Components", replace(seen("InProgress", 20), page=page))
        shown.append(out.getvalue().removeprefix("\r\x1b[2K"))
    assert shown == [
        f"Components: InProgress, components 20/40 (0 s) {page}",
        "Components: InProgress, components 20/40 (0 s)",
    ]


def test_what_an_org_says_cannot_steer_the_terminal() -> None:
    out = io.StringIO()
    for talk in (PlainTalk(out, Clock()), LiveTalk(out, 80, Clock())):
        talk.say("A\x1b[2J\x07B\nC")
        talk.job("T", seen("\x1b]0;x"))
    assert out.getvalue() == (
        "A?[2J?B C\nT: ?]0;x, components 0/40 (0 s)\nA?[2J?B C\n\r\x1b[2KT: ?]0;x, components 0/40 (0 s)"
    )
