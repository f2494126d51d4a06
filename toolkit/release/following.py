"""Following a job with a person at the keyboard: what an interruption means, and cancelling."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from toolkit.errors import CutShortError, DeployError, EndedError, Problem, RefusedError
from toolkit.org.jobs import DeployResult
from toolkit.org.org import Org
from toolkit.release.step import Talk

SECOND_THOUGHT = 3.0
"""Seconds in which a second interruption cancels the job in the org."""

CANCEL_WAIT = 600.0
"""Seconds that a job may take to end once it is to be canceled."""


@dataclass(slots=True)
class UnderWay:
    """The job of what is being done; None until the org has named it."""

    job: str | None = None


@contextmanager
def interruptible(org: Org, talk: Talk, title: str, job: str | None = None) -> Iterator[UnderWay]:
    """While it lasts, an interruption says how the job goes on, and a second one cancels it in the org; when the
    system ends the process, the job is left.

    The interruption goes on to the caller. Before the org has named a job it is said whether there can be one, and how
    to find out about it.
    """
    under_way = UnderWay(job)
    try:
        yield under_way
    except CutShortError:
        talk.say(f"{title}: interrupted before the package was sent completely: the org has started nothing")
        raise
    except KeyboardInterrupt as interruption:
        if under_way.job is None:
            talk.say(
                f"{title}: interrupted while the job was being started; the same command asks the org what became of "
                "it before anything is sent again"
            )
        elif isinstance(interruption, EndedError):
            talk.say(_goes_on(under_way.job))
        else:
            _second_thought(org, talk, under_way.job, title)
        raise


def _goes_on(job: str) -> str:
    return (
        f"deployment {job} goes on in the org: `sfmeta job resume {job} --org NAME` follows it, "
        f"`sfmeta job cancel {job} --org NAME` ends it"
    )


def _second_thought(org: Org, talk: Talk, job: str, title: str) -> None:
    try:
        talk.say(f"{_goes_on(job)}; interrupt again within {SECOND_THOUGHT:g} s to cancel it now")
        time.sleep(SECOND_THOUGHT)
    except KeyboardInterrupt:
        talk.say(f"cancelling deployment {job}")
        ended = cancelled(org, talk, job, title, wait=CANCEL_WAIT)
        talk.say(f"deployment {job} ended with {ended.status_text}")


def follow(org: Org, talk: Talk, job: str, title: str, *, wait: float) -> DeployResult:
    """Follow a job to its end; every look is told."""
    return org.follow_deploy(job, wait=wait, seen=lambda seen: talk.job(title, seen))


def followed(org: Org, talk: Talk, job: str, title: str, *, wait: float) -> DeployResult:
    """The same for a job that is known, interruptible."""
    with interruptible(org, talk, title, job):
        return follow(org, talk, job, title, wait=wait)


def cancelled(org: Org, talk: Talk, job: str, title: str, *, wait: float) -> DeployResult:
    """Have the org cancel a job and follow it to its end, which need not be Canceled: it may have been done.

    DeployError when the org refuses and the job goes on, as it does once a job is being finalised.
    """
    try:
        org.cancel_deploy(job)
    except RefusedError as error:
        now = org.deploy_status(job)
        if now.done:
            return now
        raise DeployError(
            *error.problems,
            Problem(
                f"deployment {job} cannot be canceled now ({now.status_text})",
                mend=f"it goes on in the org: `sfmeta job resume {job} --org NAME` follows it",
            ),
        ) from None
    return follow(org, talk, job, title, wait=wait)
