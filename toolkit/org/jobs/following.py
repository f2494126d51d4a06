"""Following a job to its end: how often one looks, what is a fault on the way, and when one gives up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from toolkit.errors import AuthError, OrgError, Problem, RefusedError, RequestError, StillRunningError
from toolkit.org.jobs.result import DeployResult

POLL_FIRST = 0.05
POLL_GROWTH = 0.2
POLL_QUICK = 0.5
POLL_LONGEST = 10.0
POLL_SHARE = 0.05
"""The wait between two looks: it grows to half a second within three, and from ten seconds on it is 5 % of the time
so far, never over 10 s. So the end is seen within one second or 5 % of the time that the job took."""

PATIENCE = 600.0
"""Seconds without an answer of the org after which following a job is given up."""

CLOSE_LOOKS = 2.0
"""Seconds between two looks at the details of a running job; they may be megabytes."""

GRACE = 10.0
"""Seconds that a look may take although the deadline is nearer, or past."""

Seen = Callable[[DeployResult], None]


@dataclass(frozen=True, slots=True)
class Looks:
    """Two ways to look at a job, each given the seconds that it may take: at its counts, and with its details."""

    counts: Callable[[float], DeployResult]
    details: Callable[[float], DeployResult]


@dataclass(slots=True)
class _Told:
    """What has been told of a running job's failures, and when (seconds of the clock)."""

    failed: int = 0
    at: float = float("-inf")


def pause(elapsed: float) -> float:
    """Seconds until the next look at a job that has been running for this long."""
    quick = min(POLL_QUICK, POLL_FIRST + POLL_GROWTH * elapsed)
    return min(POLL_LONGEST, max(quick, POLL_SHARE * elapsed))


def follow(
    looks: Looks,
    *,
    job: str,
    wait: float,
    seen: Seen | None,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> DeployResult:
    """Look at a job until it is done, at most `wait` seconds, and return it with its details.

    seen is told of every look, with details when more has failed than before, and of the end. Faults on the way to
    the org end nothing: the job goes on there. After PATIENCE seconds without an answer, or at the deadline,
    StillRunningError names the job. When the org says that it knows no such job, that error names it, too.
    """
    started = answered = clock()
    told = _Told()
    result: DeployResult | None = None
    while True:
        fault: OrgError | None = None
        left = max(wait - (clock() - started), GRACE)
        try:
            result = _look(looks, told, left, clock)
            if seen is not None:
                seen(result)
            if result.done:
                return result
            answered = clock()
        except AuthError as error:
            raise _still_running(job, result, "cannot be followed: nobody is signed in", error) from None
        except RequestError as error:
            if _is_final(error):
                raise _not_followed(job, result, error) from None
            fault = error
        elapsed = clock() - started
        if elapsed >= wait:
            what = f"is still running after {wait:g} s" if wait else "runs"
            raise _still_running(job, result, what, fault)
        if clock() - answered >= PATIENCE:
            raise _still_running(job, result, f"cannot be followed: no answer for {PATIENCE:g} s", fault)
        asked = fault.retry_after if isinstance(fault, RefusedError) else 0.0
        if min(asked, wait - elapsed) > PATIENCE:
            raise _still_running(job, result, f"cannot be followed: the org wants no look for {asked:g} s", fault)
        sleep(min(max(pause(elapsed), asked), max(wait - elapsed, 0.0)))


def _look(looks: Looks, told: _Told, patience: float, clock: Callable[[], float]) -> DeployResult:
    """How the job stands; with details at first, when it is done, and when more of it has failed than has been told.

    The first look has them because a small job is done by then, and one that has just begun has few.
    """
    if told.at != float("-inf"):
        result = looks.counts(patience)
        if result.done:
            return looks.details(patience)
        if result.failed <= told.failed or clock() - told.at < CLOSE_LOOKS:
            return result
    result = looks.details(patience)
    told.failed, told.at = result.failed, clock()
    return result


def _is_final(error: RequestError) -> bool:
    """Whether another look would be refused in the same way: the org's own no, that is not about load."""
    return isinstance(error, RefusedError) and error.status < 500 and error.status not in (420, 429)


def _not_followed(job: str, result: DeployResult | None, error: RequestError) -> OrgError:
    """The org's no, with the job in it; a job that had been seen goes on whatever was refused."""
    if result is not None:
        return _still_running(job, result, "cannot be followed: the org refuses", error)
    last = Problem(
        f"deployment {job} cannot be followed",
        mend=f"check the id and the org; `sfmeta job resume {job} --org NAME` looks again",
    )
    if isinstance(error, RefusedError):
        return RefusedError(*error.problems, last, status=error.status, codes=error.codes)
    return type(error)(*error.problems, last)


def _still_running(job: str, result: DeployResult | None, what: str, fault: OrgError | None) -> StillRunningError:
    state = "no status"
    if result is not None:
        state = (
            f"{result.status_text or 'no status'}, {result.components_deployed} of {result.components_total} components"
        )
    return StillRunningError(
        *(fault.problems if fault is not None else ()),
        Problem(
            f"deployment {job} {what} ({state})",
            mend=f"it goes on in the org: `sfmeta job resume {job} --org NAME` follows it, `sfmeta job cancel` ends it",
        ),
    )
