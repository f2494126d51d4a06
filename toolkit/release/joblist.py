"""The deploy jobs that an org lists, and those that a command line without an id means."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import DeployError
from toolkit.org import soql
from toolkit.org.org import Org
from toolkit.org.soql import Condition
from toolkit.release.journal import settle
from toolkit.release.journal.file import Journal
from toolkit.release.journal.settle import Say

_FIELDS = (
    "Id", "Status", "CheckOnly", "CreatedDate", "CompletedDate", "CreatedById", "NumberComponentsDeployed",
    "NumberComponentsTotal", "NumberComponentErrors", "NumberTestErrors", "ErrorMessage",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listed:
    """One job as the Tooling object DeployRequest has it; moments are as the org writes them. here: in our journal."""

    id: str
    status: str
    check_only: bool
    created: str
    completed: str | None
    created_by: str
    deployed: int
    total: int
    errors: int
    message: str | None
    here: bool


def listed(org: Org, journal: Journal, *, everybody: bool, limit: int) -> tuple[Listed, ...]:
    """The newest jobs of an org, of the user who is signed in or of everybody. OrgError when it does not list them."""
    mine: Condition | None = None if everybody else soql.equals("CreatedById", org.identity.user_id)
    known = {(entry.job or "")[:15] for entry in journal.entries()}
    rows = org.tooling_query(
        soql.select(*_FIELDS, source="DeployRequest", where=mine, order_by="CreatedDate DESC", limit=limit)
    )
    return tuple(
        Listed(
            id=row.id,
            status=row.need("Status"),
            check_only=row.flag("CheckOnly"),
            created=row.need("CreatedDate"),
            completed=row.text("CompletedDate"),
            created_by=row.need("CreatedById"),
            deployed=int(row.text("NumberComponentsDeployed") or 0),
            total=int(row.text("NumberComponentsTotal") or 0),
            errors=int(row.text("NumberComponentErrors") or 0) + int(row.text("NumberTestErrors") or 0),
            message=row.text("ErrorMessage"),
            here=row.id[:15] in known,
        )
        for row in rows
    )


def unfinished(org: Org, journal: Journal, say: Say) -> str:
    """The newest job of this user and org that the journal has not seen end; lost starts are looked for before.

    One that a lost start turns out to have become counts, also when it has ended. DeployError when there is none.
    """
    with journal.alone(say):
        lost = {entry.key for entry in settle.lost(journal, org)}
        settle.settle(journal, org, say)
    found = [entry for entry in journal.entries() if entry.key in lost and entry.job]
    entries = settle.unended(journal, org) or found
    if entries:
        return entries[-1].job or ""
    raise DeployError.of(
        "this folder's journal knows no deployment of this org that has not ended",
        mend="`sfmeta job list --org NAME` shows those that the org has; give the id of one",
    )
