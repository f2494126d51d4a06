"""What was released to an org, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import IO, Any

from toolkit.release.ledger.ledger import Release, Step
from toolkit.report.release import JsonValue
from toolkit.report.tables import table

_SIGNS = {"created": "+", "changed": "~", "deleted": "-"}


def print_history(releases: Sequence[Release], out: IO[str]) -> None:
    """One row a release, the newest first."""
    if not releases:
        out.write("The ledger has no release to this org.\n")
        return
    rows = [
        (one.id, one.started[:19].replace("T", " "), one.kind, _status(one), f"{one.username}: {one.scope}")
        for one in reversed(releases)
    ]
    table(("Release", "Started (UTC)", "Kind", "Status", "By, what"), rows, out)


def _status(release: Release) -> str:
    """A release that has no end may be running elsewhere, or its process was killed: the ledger cannot know."""
    status = release.status if release.finished is not None else "not ended: running, or cut off"
    return f"{status}, taken back by {release.undone_by}" if release.undone_by else status


def print_release(release: Release, steps: Sequence[Step], out: IO[str]) -> None:
    """Everything the ledger knows of one release."""
    for name, value in (
        ("Release", release.id),
        ("Org", f"{release.org_id} ({release.target}, {release.url})"),
        ("Kind", f"{release.kind}, {release.scope}"),
        ("By", f"{release.username} ({release.os_user} on the machine)"),
        ("Started", release.started),
        ("Finished", release.finished or "not"),
        ("Status", _status(release)),
        ("sfmeta", release.tool_version),
        ("Content", release.config_hash),
    ):
        out.write(f"{name + ':':<10}{value}\n")
    for step in steps:
        jobs = f" (deployment {', '.join(step.jobs)})" if step.jobs else ""
        out.write(f"\n{step.title}: {step.outcome}{jobs}\n")
        for change in step.changes:
            out.write(f"  {_SIGNS.get(str(change['kind']), ' ')} {change['subject']}\n")
            for detail in change["details"]:
                out.write(f"      {detail['path']}: {_shown(detail['old'])} -> {_shown(detail['new'])}\n")


def _shown(value: str | None) -> str:
    return "(none)" if value is None else value


def release_document(release: Release, steps: Sequence[Step] | None = None) -> dict[str, JsonValue]:
    """One release; its steps too when they are given."""
    found: dict[str, JsonValue] = {
        "id": release.id,
        "kind": release.kind,
        "scope": release.scope,
        "status": release.status,
        "org": release.org_id,
        "target": release.target,
        "username": release.username,
        "osUser": release.os_user,
        "started": release.started,
        "finished": release.finished,
        "toolVersion": release.tool_version,
        "configHash": release.config_hash,
        "takenBackBy": release.undone_by,
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
