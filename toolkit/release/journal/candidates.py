"""Which jobs of an org may be the one of a start whose answer was lost."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

from toolkit.errors import DeployError, OrgError, Problem, RefusedError
from toolkit.org import soql
from toolkit.org.jobs import DeployResult, Status
from toolkit.org.org import Org
from toolkit.release.journal.entry import Entry
from toolkit.release.journal.file import Journal

MEND = (
    "look at Setup, Deployment Status: when the job is there, `sfmeta job resume ID --org NAME`; when it is not, "
    "deploy again with --start-anew"
)

RUNNING = (Status.PENDING.value, Status.IN_PROGRESS.value, "Finalizing", Status.CANCELING.value)

_MOST = 200
"""Jobs that the org is asked for."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A job; result is how it ended, None while it runs. Only an ended job tells what it was about."""

    job: str
    result: DeployResult | None = None


def candidates(journal: Journal, org: Org, entry: Entry) -> tuple[Candidate, ...]:
    """Jobs that may be that of a lost start: this user's, since then, which the journal knows nothing of.

    An ended job of other components is none. DeployError when the org does not list its jobs.
    """
    query = soql.select(
        "Id",
        "CheckOnly",
        "Status",
        source="DeployRequest",
        where=soql.all_of(
            soql.equals("CreatedById", org.identity.user_id), soql.since("CreatedDate", entry.asked_since)
        ),
        order_by="CreatedDate",
        limit=_MOST,
    )
    try:
        rows = org.tooling_query(query)
    except OrgError as error:
        last = Problem(f"the answer to a start of {entry.when} was lost, and the org does not list its jobs", mend=MEND)
        raise DeployError(*error.problems, last) from None
    known = {(other.job or "")[:15] for other in journal.entries()} | {job[:15] for job in entry.not_ours}
    found: list[Candidate] = []
    for row in rows:
        if row.id[:15] in known or row.flag("CheckOnly") != entry.check_only:
            continue
        result = None if row.text("Status") in RUNNING else _told(org, row.id)
        if result is None or not result.done:
            found.append(Candidate(row.id))
        elif entry.content.may_be(components_of(result)):
            found.append(Candidate(row.id, result))
    return tuple(found)


def _told(org: Org, job: str) -> DeployResult | None:
    """What an ended job tells; None when the org will not say it any more."""
    try:
        return org.deploy_status(job)
    except RefusedError as error:
        if error.status >= 500 or error.status in (420, 429):
            raise
        return None


def components_of(result: DeployResult) -> tuple[str, ...]:
    """The components that a job tells of ("ApexClass One"), without its manifests."""
    messages = (*result.successes, *result.failures)
    return tuple(f"{message.type} {unquote(message.full_name)}" for message in messages if message.type)
