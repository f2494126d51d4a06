"""Starting a deploy job once: journalled before, looked up when the answer is lost, never blindly sent again."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from toolkit.errors import (
    CutShortError,
    OrgError,
    Problem,
    RefusedError,
    ReleaseError,
    RequestError,
    UnreachableError,
    UnsettledError,
)
from toolkit.org.jobs import DeployOptions
from toolkit.org.org import Org
from toolkit.release.journal import settle
from toolkit.release.journal.entry import Content, Entry, options_text
from toolkit.release.journal.file import Journal


@dataclass(frozen=True, slots=True)
class Started:
    """A job that runs, or did. entry is None without a journal; found: it had been started before.

    inferred: the org has not said that it is the job of our start; it is the only one that can be.
    """

    job: str
    entry: Entry | None = None
    found: bool = False
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class Starting:
    """Where jobs are started, the journal (None: nothing is written down), and where it is told."""

    org: Org
    journal: Journal | None
    say: Callable[[str], None]
    sleep: Callable[[float], None] = time.sleep


def start_once(
    here: Starting, package: Path, content: Content, options: DeployOptions, *, anew: bool = False
) -> Started:
    """Send a package, unless a job of this user with the same content and options runs already: that one is told.

    So is one that is known only since the org was read to have succeeded. anew: lost starts are forgotten
    and not looked up. UnsettledError when it cannot be known whether a lost one runs.
    """
    org, journal = here.org, here.journal
    if journal is None:
        return Started(org.start_deploy(package, options))
    with journal.alone(here.say):
        if anew:
            settle.give_up(journal, org)
        settle.settle(journal, org, here.say, here.sleep)
        same = _same(here, journal, content, options)
        if same is not None:
            return same
        return send(here, journal, content, options, lambda: org.start_deploy(package, options))


def send(
    here: Starting, journal: Journal, content: Content, options: DeployOptions, request: Callable[[], str]
) -> Started:
    """Make the one request that starts a job; it is journalled before, and so is what came of it."""
    identity = here.org.identity
    entry = journal.starting(
        org=identity.org_id[:15],
        user=identity.user_id[:15],
        content=content,
        options=options_text(options),
        check_only=options.check_only,
        org_time=here.org.now(),
    )
    try:
        job = request()
    except OrgError as error:
        if not may_have_arrived(error):
            noted(here.say, lambda: journal.ended(entry.key, "refused, or never sent"))
            raise
        return _looked_up(here, journal, entry, error)
    except CutShortError:
        noted(here.say, lambda: journal.ended(entry.key, "refused, or never sent"))
        raise
    noted(here.say, lambda: journal.started(entry.key, job))
    return Started(job, entry)


def noted(say: Callable[[str], None], write: Callable[[], None]) -> None:
    """Write into the journal what the org knows anyway: that it cannot be written ends nothing, and is said."""
    try:
        write()
    except ReleaseError as error:
        say(f"warning: {error.problems[0].message}; the org is asked instead the next time")


def may_have_arrived(error: OrgError) -> bool:
    """Whether the org may have started the job although there is no good answer."""
    if isinstance(error, UnreachableError):
        return error.sent
    if isinstance(error, RefusedError):
        return error.status >= 500
    return isinstance(error, RequestError)  # an answer that cannot be read


def _looked_up(here: Starting, journal: Journal, entry: Entry, error: OrgError) -> Started:
    """The job of a start that was not answered well. UnsettledError when there is none so far, or nobody can tell."""
    try:
        found = settle.looked_for(journal, here.org, entry, here.sleep)
    except OrgError as unknown:
        raise UnsettledError(*error.problems, *unknown.problems) from None
    if found is None:
        last = Problem(
            "the answer to the start was lost, and the org shows no job of it so far",
            mend="run the same command again: the org is asked once more before anything is sent",
        )
        raise UnsettledError(*error.problems, last)
    here.say(f"the answer to the start was lost; the org has it as deployment {found.job}")
    noted(here.say, lambda: journal.started(entry.key, found.job, inferred=True))
    return Started(found.job, entry, found=True, inferred=True)


def _same(here: Starting, journal: Journal, content: Content, options: DeployOptions) -> Started | None:
    """A job of the same content and options that has not ended, or whose success is news."""
    me = (here.org.identity.org_id[:15], here.org.identity.user_id[:15])
    for entry in reversed(journal.entries()):
        if (
            (entry.org, entry.user) != me
            or entry.job is None
            or entry.content.digest != content.digest
            or entry.options != options_text(options)
        ):
            continue
        ended = entry.ended if entry.ended is not None else _ended(here, journal, entry, entry.job)
        if ended is None:
            return Started(entry.job, entry, found=True, inferred=entry.inferred)
        if ended == "Succeeded" and (entry.open or journal.is_news(entry)):
            return Started(entry.job, entry, found=True)
    return None


def _ended(here: Starting, journal: Journal, entry: Entry, job: str) -> str | None:
    """How a job came out whose end nobody has seen, which is written down; None while it runs."""
    try:
        result = here.org.deploy_status(job)
    except RefusedError as error:
        if error.status >= 500 or error.status in (420, 429):
            raise
        unknown = "an end that the org does not know any more"
        settle.over(journal, entry, unknown, job, here.say)
        return unknown
    if not result.done:
        return None
    settle.over(journal, entry, result.status_text, job, here.say)
    return result.status_text
