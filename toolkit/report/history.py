"""What was released to an org, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

from toolkit.release.ledger.alive import Life
from toolkit.release.ledger.ledger import Release, Step
from toolkit.release.ledger.recorder import INTERRUPTED
from toolkit.report.release import JsonValue
from toolkit.report.tables import table

_SIGNS = {"created": "+", "changed": "~", "deleted": "-"}


@dataclass(frozen=True, slots=True)
class Told:
    """A release, what is known of the process that makes it when it has no end, and its deploy jobs without one.

    jobs: ids that the journal of this folder has for the same org and has not seen end; lost: whether it has a start
    there that was never answered.
    """

    release: Release
    life: Life = Life.UNKNOWN
    jobs: Sequence[str] = ()
    lost: bool = False

    @property
    def status(self) -> str:
        """As the ledger has it; of a release without an end, what can be known."""
        if self.release.finished is not None:
            return self.release.status
        if self.life is Life.RUNS:
            return "running"
        if self.life is Life.CUT_OFF or self.release.status == INTERRUPTED:
            return INTERRUPTED
        return "not ended"

    @property
    def advice(self) -> str | None:
        """What to do about a release without an end; None when it has one, or still runs."""
        org = self.release.target
        if self.status == "not ended":
            return f"it runs on another machine, or was cut off there: see `sfmeta job list --org {org}`"
        if self.status != INTERRUPTED:
            return None
        first = [f"`sfmeta job resume {job} --org {org}` follows its deployment" for job in self.jobs]
        if self.lost:
            first.append(f"`sfmeta job resume --org {org}` finds out whether its deployment was started")
        again = "the same command goes on from what the org has, `sfmeta rollback` takes back what was done"
        return "; ".join((*first, again))


def print_history(releases: Sequence[Told], out: IO[str]) -> None:
    """One row a release, the newest first; then what to do about those that were interrupted last."""
    if not releases:
        out.write("The ledger has no release to this org.\n")
        return
    rows = [
        (
            one.release.id,
            one.release.started[:19].replace("T", " "),
            one.release.kind,
            _status(one),
            f"{one.release.username}: {one.release.scope}",
        )
        for one in reversed(releases)
    ]
    table(("Release", "Started (UTC)", "Kind", "Status", "By, what"), rows, out)
    newest = {told.release.org_id: told for told in releases}
    for told in newest.values():
        if told.advice is not None:
            out.write(f"\n{told.release.id}: {told.advice}.\n")


def _status(told: Told) -> str:
    undone = told.release.undone_by
    return f"{told.status}, taken back by {undone}" if undone else told.status


def print_release(told: Told, steps: Sequence[Step], out: IO[str]) -> None:
    """Everything the ledger knows of one release."""
    release = told.release
    for name, value in (
        ("Release", release.id),
        ("Org", f"{release.org_id} ({release.target}, {release.url})"),
        ("Kind", f"{release.kind}, {release.scope}"),
        ("By", f"{release.username} ({release.os_user} on the machine)"),
        ("Started", release.started),
        ("Finished", release.finished or "not"),
        ("Status", _status(told)),
        ("sfmeta", release.tool_version),
        ("Content", release.config_hash),
    ):
        out.write(f"{name + ':':<10}{value}\n")
    if told.advice is not None:
        out.write(f"{'To do:':<10}{told.advice}\n")
    for step in steps:
        jobs = f" (deployment {', '.join(step.jobs)})" if step.jobs else ""
        out.write(f"\n{step.title}: {_outcome(step, told)}{jobs}\n")
        for change in step.changes:
            out.write(f"  {_SIGNS.get(str(change['kind']), ' ')} {change['subject']}\n")
            for detail in change["details"]:
                out.write(f"      {detail['path']}: {_shown(detail['old'])} -> {_shown(detail['new'])}\n")


def _outcome(step: Step, told: Told) -> str:
    """A step that was planned and has no end may have been begun when its release was cut off."""
    unknown = step.outcome == "planned" and told.status in (INTERRUPTED, "not ended")
    return "planned; whether it was begun is not known" if unknown else step.outcome


def _shown(value: str | None) -> str:
    return "(none)" if value is None else value


def release_document(told: Told, steps: Sequence[Step] | None = None) -> dict[str, JsonValue]:
    """One release; its steps too when they are given."""
    release = told.release
    found: dict[str, JsonValue] = {
        "id": release.id,
        "kind": release.kind,
        "scope": release.scope,
        "status": told.status,
        "org": release.org_id,
        "target": release.target,
        "username": release.username,
        "osUser": release.os_user,
        "started": release.started,
        "finished": release.finished,
        "toolVersion": release.tool_version,
        "configHash": release.config_hash,
        "takenBackBy": release.undone_by,
        "unfinishedJobs": list(told.jobs),
        "advice": told.advice,
    }
    if steps is not None:
        found["steps"] = [_step(step) for step in steps]
    return found


def _step(step: Step) -> dict[str, JsonValue]:
    changes: list[Mapping[str, Any]] = list(step.changes)
    return {
        "name": step.name,
        "title": step.title,
        "outcome": step.outcome,
        "changes": [dict(change) for change in changes],
        "jobs": list(step.jobs),
        "seconds": step.seconds,
    }
