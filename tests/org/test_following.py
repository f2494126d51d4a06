"""Following a job on a bad day: what ends it, what does not, and that its id is never lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest

from toolkit.errors import AuthError, RefusedError, RequestError, StillRunningError, UnreachableError
from toolkit.org.jobs import DeployJobs, DeployResult, Looks, deploy_result, follow
from toolkit.org.jobs.following import PATIENCE

JOB = "0Af000000000001AAA"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def at(status: str, *, done: bool = False, **more: object) -> DeployResult:
    return deploy_result({"id": JOB, "status": status, "done": done, "success": done, **more})


def following(
    answers: list[DeployResult | Exception], *, wait: float = 3600.0, seen: Callable[[DeployResult], None] | None = None
) -> tuple[DeployResult, Clock]:
    """The answers in order, the last one again and again; the clock of the run."""
    clock, left = Clock(), list(answers)

    def look(_: float) -> DeployResult:
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    return follow(Looks(look, look), job=JOB, wait=wait, seen=seen, clock=clock, sleep=clock.sleep), clock


RUNNING, DONE = at("InProgress"), at("Succeeded", done=True)


def refused(status: int, after: float = 0.0) -> RefusedError:
    error = RefusedError.of("no")
    error.status, error.retry_after = status, after
    return error


@pytest.mark.parametrize(
    "fault",
    [
        UnreachableError.of("no connection"),
        RequestError.of("the answer is not JSON"),
        *(refused(status) for status in (420, 429, 500, 502, 503, 504)),
    ],
    ids=str,
)
def test_a_fault_on_the_way_ends_nothing(fault: Exception) -> None:
    result, _ = following([RUNNING, fault, fault, RUNNING, fault, DONE])
    assert result is DONE


@pytest.mark.parametrize("status", [420, 429, 503])
def test_retry_after_is_honoured(status: int) -> None:
    _, clock = following([RUNNING, refused(status, 45.0), DONE])
    assert clock.slept[-1] == 45.0


def test_the_deadline_is_kept_whatever_the_org_asks_for() -> None:
    with pytest.raises(StillRunningError) as caught:
        following([RUNNING, refused(503, 300.0)], wait=30)
    assert "is still running after 30 s" in str(caught.value)


def test_an_org_that_wants_no_look_for_hours_is_left_at_once() -> None:
    with pytest.raises(StillRunningError) as caught:
        following([RUNNING, refused(503, 36_000.0)])
    assert f"deployment {JOB} cannot be followed: the org wants no look for 36000 s" in str(caught.value)


def test_after_ten_minutes_without_an_answer_the_job_is_named_and_left() -> None:
    with pytest.raises(StillRunningError) as caught:
        following([RUNNING, UnreachableError.of("no connection")], wait=36_000)
    assert f"deployment {JOB} cannot be followed: no answer for {PATIENCE:g} s" in str(caught.value)
    assert f"sfmeta job resume {JOB}" in str(caught.value)


@pytest.mark.parametrize("error", [AuthError.of("signed out"), refused(403), refused(404)], ids=str)
def test_a_no_of_the_org_while_a_job_runs_leaves_the_job_running(error: Exception) -> None:
    with pytest.raises(StillRunningError) as caught:
        following([RUNNING, error])
    assert caught.value.exit_code == 69
    assert f"sfmeta job resume {JOB}" in str(caught.value)


def test_an_org_that_never_knew_the_job_says_so_with_its_id() -> None:
    with pytest.raises(RefusedError) as caught:
        following([refused(404)])
    assert f"deployment {JOB} cannot be followed" in str(caught.value)
    assert caught.value.exit_code == 1


def test_details_are_asked_for_when_more_has_failed_and_not_at_every_look() -> None:
    clock = Clock()
    close: list[float] = []

    def failed() -> int:
        return min(int((clock.now - 1000.0) / 0.4), 40)

    def counts(_: float) -> DeployResult:
        return at("Failed" if clock.now >= 1030 else "InProgress", done=clock.now >= 1030, numberTestErrors=failed())

    def details(_: float) -> DeployResult:
        close.append(clock.now)
        return replace(counts(0), state_detail="close")

    seen: list[DeployResult] = []
    result = follow(Looks(counts, details), job=JOB, wait=100, seen=seen.append, clock=clock, sleep=clock.sleep)
    assert result.state_detail == "close"
    assert seen[-1] is result
    running = close[:-1]
    assert 3 <= len(running) <= 12
    assert all(later - earlier >= 2.0 for earlier, later in pairwise(running))


def test_a_look_over_the_wire_is_not_repeated_by_itself(scripted) -> None:
    """The loop is what repeats: a look that repeated itself would pass the deadline unseen."""
    scripted.json([{"errorCode": "SERVER_UNAVAILABLE", "message": "busy"}], status=503)
    with pytest.raises(StillRunningError):
        DeployJobs(scripted.http(retries=None), "62.0").follow(JOB, wait=0)
    assert len(scripted.asked) == 1


def test_retry_after_comes_with_the_refusal(scripted) -> None:
    scripted.raw(b"HTTP/1.1 429 Slow\r\nRetry-After: 17\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
    with pytest.raises(RefusedError) as caught:
        DeployJobs(scripted.http(), "62.0").status(JOB, patience=5)
    assert (caught.value.status, caught.value.retry_after) == (429, 17.0)
