"""What became of a start whose answer was lost: the org is asked before anything is sent again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from toolkit.errors import DeployError, OrgError, Problem
from toolkit.org import soql
from toolkit.org.org import Org
from toolkit.release.journal.entry import Entry
from toolkit.release.journal.file import Journal

SKEW = timedelta(minutes=5)
"""How far this machine's clock may be ahead of the org's."""

_MEND = (
    "look at Setup, Deployment Status: when the job is there, `sfmeta job resume ID --org NAME`; when it is not, "
    "deploy again with --start-anew"
)


def settle(journal: Journal, org: Org, say: Callable[[str], None]) -> None:
    """Find out about every lost start of this user in this org. DeployError when the org's list cannot tell."""
    for entry in lost(journal, org):
        found = candidates(journal, org, entry)
        if not found:
            journal.ended(entry.key, "never reached the org")
            say(f"a start of {entry.at:%Y-%m-%d %H:%M:%S} UTC whose answer was lost never reached the org")
        elif len(found) == 1:
            journal.started(entry.key, found[0])
            say(f"a start of {entry.at:%Y-%m-%d %H:%M:%S} UTC whose answer was lost became deployment {found[0]}")
        else:
            raise DeployError.of(
                f"the answer to a start of {entry.at:%Y-%m-%d %H:%M:%S} UTC was lost, and the org has several jobs of "
                f"this user since then: {', '.join(found)}",
                mend=_MEND,
            )


def lost(journal: Journal, org: Org) -> tuple[Entry, ...]:
    """The lost starts of this user in this org."""
    entries = journal.entries()
    if not any(entry.lost for entry in entries):
        return ()
    me = (org.identity.org_id[:15], org.identity.user_id[:15])
    return tuple(entry for entry in entries if entry.lost and (entry.org, entry.user) == me)


def candidates(journal: Journal, org: Org, entry: Entry) -> tuple[str, ...]:
    """Ids of jobs that may be that of a lost start: this user's, since then, which the journal knows nothing of."""
    query = soql.select(
        "Id",
        "CheckOnly",
        source="DeployRequest",
        where=soql.all_of(soql.equals("CreatedById", org.identity.user_id), soql.since("CreatedDate", entry.at - SKEW)),
        order_by="CreatedDate",
        limit=200,
    )
    try:
        rows = org.tooling_query(query)
    except OrgError as error:
        raise DeployError(
            *error.problems,
            Problem(
                f"the answer to a start of {entry.at:%Y-%m-%d %H:%M:%S} UTC was lost, "
                "and the org does not list its jobs",
                mend=_MEND,
            ),
        ) from None
    known = {(other.job or "")[:15] for other in journal.entries()}
    return tuple(row.id for row in rows if row.id[:15] not in known and row.flag("CheckOnly") == entry.check_only)


def give_up(journal: Journal, org: Org) -> None:
    """Forget the lost starts, because a person has looked and wants a new job."""
    for entry in lost(journal, org):
        journal.ended(entry.key, "given up by the user")
