"""Starting a deploy job once: journalled before, looked up when the answer is lost, never blindly sent again."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from toolkit.errors import OrgError, Problem, RefusedError, UnreachableError
from toolkit.org.jobs import DeployOptions
from toolkit.org.org import Org
from toolkit.release.journal import settle
from toolkit.release.journal.entry import Entry, options_text
from toolkit.release.journal.file import Journal

_LOOKS = (0.0, 1.0, 3.0)
"""Seconds before each look for a job whose start was not answered; the org lists it a moment later."""


@dataclass(frozen=True, slots=True)
class Started:
    """A job that runs. entry is None without a journal; found: it had been started before."""

    job: str
    entry: Entry | None = None
    found: bool = False


@dataclass(frozen=True, slots=True)
class Starting:
    """Where jobs are started, the journal (None: nothing is written down), and where it is told."""

    org: Org
    journal: Journal | None
    say: Callable[[str], None]
    sleep: Callable[[float], None] = time.sleep


def start_once(here: Starting, package: Path, digest: str, options: DeployOptions, *, anew: bool = False) -> Started:
    """Send a package, unless a job of this user with the same content and options runs already: that one is told.

    anew: lost starts are forgotten and not looked up. DeployError when it cannot be known whether a lost one runs.
    """
    org, journal = here.org, here.journal
    if journal is None:
        return Started(org.start_deploy(package, options))
    with journal.alone():
        if anew:
            settle.give_up(journal, org)
        settle.settle(journal, org, here.say)
        running = _running(journal, org, digest, options)
        if running is not None:
            return running
        return send(here, journal, digest, options, lambda: org.start_deploy(package, options))


def send(here: Starting, journal: Journal, digest: str, options: DeployOptions, request: Callable[[], str]) -> Started:
    """Make the one request that starts a job; it is journalled before, and so is what came of it."""
    identity = here.org.identity
    entry = journal.starting(
        org=identity.org_id[:15],
        user=identity.user_id[:15],
        digest=digest,
        options=options_text(options),
        check_only=options.check_only,
    )
    try:
        job = request()
    except OrgError as error:
        if not may_have_arrived(error):
            journal.ended(entry.key, "refused, or never sent")
            raise
        for pause in _LOOKS:
            here.sleep(pause)
            found = _found(journal, here.org, entry, error)
            if len(found) == 1:
                here.say(f"the answer to the start was lost; the org has it as deployment {found[0]}")
                journal.started(entry.key, found[0])
                return Started(found[0], entry, found=True)
        raise _unknown(error) from None
    journal.started(entry.key, job)
    return Started(job, entry)


def may_have_arrived(error: OrgError) -> bool:
    """Whether the org may have started the job although there is no good answer."""
    if isinstance(error, UnreachableError):
        return error.sent
    if isinstance(error, RefusedError):
        return error.status >= 500
    return type(error).__name__ == "RequestError"  # an answer that cannot be read


def _found(journal: Journal, org: Org, entry: Entry, lost: OrgError) -> tuple[str, ...]:
    try:
        return settle.candidates(journal, org, entry)
    except OrgError as error:
        raise type(lost)(*lost.problems, *error.problems) from None


def _unknown(error: OrgError) -> OrgError:
    last = Problem(
        "the answer to the start was lost, and the org shows no job of it so far",
        mend="run the same command again: the org is asked once more before anything is sent",
    )
    return type(error)(*error.problems, last)


def _running(journal: Journal, org: Org, digest: str, options: DeployOptions) -> Started | None:
    """A job of the same content and options that has not ended; the ends that are seen are written down."""
    mine = [entry for entry in journal.entries() if entry.open and entry.digest == digest]
    if not mine:
        return None
    me = (org.identity.org_id[:15], org.identity.user_id[:15])
    for entry in reversed(mine):
        if (entry.org, entry.user) != me or entry.options != options_text(options) or entry.job is None:
            continue
        result = org.deploy_status(entry.job)
        if not result.done:
            return Started(entry.job, entry, found=True)
        journal.ended(entry.key, result.status_text)
    return None
