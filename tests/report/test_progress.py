"""What is said while a release runs."""

from __future__ import annotations

import io

from toolkit.org.jobs import DeployResult, deploy_result
from toolkit.report.progress import LiveTalk, PlainTalk, job_text


def seen(status: str, deployed: int = 0, **more: object) -> DeployResult:
    values = {"id": "0Af000000000001AAA", "status": status, "numberComponentsDeployed": deployed, **more}
    return deploy_result({"numberComponentsTotal": 40, **values})  # type: ignore[dict-item]


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
        "Components: Pending, components 0/40",
        "Components: InProgress, components 1/40",
        "Components: InProgress, components 20/40",
        "Components: Succeeded, components 40/40",
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


def test_what_an_org_says_cannot_steer_the_terminal() -> None:
    out = io.StringIO()
    for talk in (PlainTalk(out), LiveTalk(out, 80, Clock())):
        talk.say("A\x1b[2J\x07B\nC")
        talk.job("T", seen("\x1b]0;x"))
    assert out.getvalue() == (
        "A?[2J?B C\nT: ?]0;x, components 0/40\nA?[2J?B C\n\r\x1b[2KT: ?]0;x, components 0/40 (0 s)"
    )
