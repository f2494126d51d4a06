"""What became of a start whose answer was lost: the org is asked before anything is sent again."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from toolkit.errors import DeployError, UnsettledError
from toolkit.org.org import Org
from toolkit.release.journal.candidates import MEND, Candidate, candidates
from toolkit.release.journal.entry import Entry
from toolkit.release.journal.file import Journal

LOOKS = (0.0, 1.0, 2.0, 4.0)
"""Seconds before each look for a job whose start was not answered: the org lists it a moment after it has all of it."""

_SURE = timedelta(hours=1)
"""An age from which on a start is not under way any more: one look is enough."""

Say = Callable[[str], None]
Sleep = Callable[[float], None]


def settle(journal: Journal, org: Org, say: Say, sleep: Sleep = time.sleep) -> None:
    """Find out about every lost start of this user in this org. UnsettledError when the org's list cannot tell."""
    for entry in lost(journal, org):
        now = org.now() or datetime.now(UTC)
        found = looked_for(journal, org, entry, sleep, looks=LOOKS[:1] if now - entry.at > _SURE else LOOKS)
        if found is None:
            journal.ended(entry.key, "never reached the org")
            say(f"a start of {entry.when} whose answer was lost never reached the org")
            continue
        journal.started(entry.key, found.job, inferred=True)
        say(f"a start of {entry.when} whose answer was lost became deployment {found.job}")
        if found.result is not None:
            over(journal, entry, found.result.status_text, found.job, say)


def looked_for(
    journal: Journal, org: Org, entry: Entry, sleep: Sleep, *, looks: tuple[float, ...] = LOOKS
) -> Candidate | None:
    """The job of a lost start; None when the org has none after the last look. UnsettledError when it may be several.

    DeployError when the org does not list its jobs.
    """
    for pause in looks:
        sleep(pause)
        found = candidates(journal, org, entry)
        if len(found) == 1:
            return found[0]
        if found:
            raise UnsettledError.of(
                f"the answer to a start of {entry.when} was lost, and the org has several jobs of "
                f"this user since then: {', '.join(one.job for one in found)}",
                mend=MEND,
            )
    return None


def adopt(journal: Journal, org: Org, job: str) -> None:
    """A person names a job: when it can be that of the one lost start, or the org cannot tell, it is."""
    waiting = lost(journal, org)
    if len(waiting) != 1 or journal.of_job(job) is not None:
        return
    try:
        known = {one.job[:15] for one in candidates(journal, org, waiting[0])}
    except DeployError:
        known = {job[:15]}
    if job[:15] in known:
        journal.started(waiting[0].key, job, inferred=True)


def over(journal: Journal, entry: Entry, how: str, job: str, say: Say) -> None:
    """Write down, and say, how a job came out that nobody of ours has seen end."""
    journal.ended(entry.key, how)
    say(f"deployment {job} of {entry.when} has ended with {how}: `sfmeta job status {job} --org NAME` tells more")


def lost(journal: Journal, org: Org) -> tuple[Entry, ...]:
    """The lost starts of this user in this org."""
    return _of_me([entry for entry in journal.entries() if entry.lost], org)


def unended(journal: Journal, org: Org) -> tuple[Entry, ...]:
    """The jobs of this user in this org whose end was not seen, oldest first."""
    return _of_me([entry for entry in journal.entries() if entry.open], org)


def _of_me(entries: list[Entry], org: Org) -> tuple[Entry, ...]:
    if not entries:
        return ()
    me = (org.identity.org_id[:15], org.identity.user_id[:15])
    return tuple(entry for entry in entries if (entry.org, entry.user) == me)


def give_up(journal: Journal, org: Org) -> None:
    """Forget the lost starts, because a person has looked and wants a new job."""
    for entry in lost(journal, org):
        journal.ended(entry.key, "given up by the user")
