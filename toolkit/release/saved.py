"""A plan in a file: what it would put into which org, and what was read to make it.

The file is a zip of plan.json and package.zip, the exact package. References to secrets stay references; of what was
read there are digests alone. It is applied by reading the org again: only when everything is as it was then, and
the changes come out the same, anything is sent. The same plan gives the same bytes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit import __version__
from toolkit.config.model import Package
from toolkit.config.project import Project
from toolkit.errors import Location, MetadataError, Problem, ReleaseError
from toolkit.metadata import zipfmt
from toolkit.metadata.archive import read_zip, zip_chunks
from toolkit.metadata.component import Bundle
from toolkit.metadata.content import Content, Shelf, Stretch, bytes_of, size_of
from toolkit.release.ledger import document
from toolkit.release.ledger.recorder import change_document
from toolkit.release.run import PlannedStep
from toolkit.release.seen import SeenRow
from toolkit.release.step import Context
from toolkit.release.steps import reversible

FORMAT = "sfmeta-plan-1"
_PLAN, _PACKAGE = "plan.json", "package.zip"
_MOST_TEXT = 100_000_000
_LIMITS = zipfmt.Limits(
    archive=zipfmt.MAX_ARCHIVE_BYTES + _MOST_TEXT,
    entries=2,
    unpacked=zipfmt.MAX_ARCHIVE_BYTES + _MOST_TEXT,
    entry=zipfmt.MAX_ARCHIVE_BYTES,
)
_MEND = "make it with sfmeta plan --out"


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """A plan as it was saved. project is None when any folder of metadata was planned; scope is that folder.

    read maps everything that was read to a digest; changes are those of every step, in its order.
    """

    org_id: str
    scope: str
    bundle: Bundle
    project: Project | None
    read: Mapping[str, str]
    changes: Sequence[Any]
    left: tuple[SeenRow, ...] = ()
    """Records of earlier releases that go where they are not wanted any more."""


def save(ctx: Context, planned: Sequence[PlannedStep], path: Path, *, scope: str, left: Sequence[SeenRow] = ()) -> None:
    """Write the plan, readable by its owner only."""
    project = ctx.project
    value = {
        "format": FORMAT,
        "sfmeta": __version__,
        "org": ctx.org.identity.org_id,
        "scope": scope,
        "package": project.package.model_dump(mode="json", by_alias=True, exclude_unset=True) if project else None,
        "target": project.org if project else None,
        "read": dict(_read(ctx, planned)),
        "changes": _changes(planned),
        "left": [document.row(row) for row in left],
    }
    package = Shelf().put(zip_chunks(ctx.bundle)[0], _PACKAGE)
    text = (json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.writelines(zipfmt.write([(_PACKAGE, package), (_PLAN, text)], compress=True))
    part.replace(path)


def load(path: Path, config: Path) -> SavedPlan:
    """A saved plan; config is what `${file:...}` is relative to. ReleaseError when the file is none."""
    try:
        files = zipfmt.read(Stretch.of_file(str(path), str(path), path.stat()), str(path), _LIMITS)
        found: dict[str, Content] = dict(files)
        if size_of(found[_PLAN]) > _MOST_TEXT:
            raise _refused(path)
        value: Any = json.loads(bytes_of(found[_PLAN]))
        package = found[_PACKAGE]
        if not isinstance(value, dict) or value.get("format") != FORMAT:
            raise _refused(path)
        bundle = read_zip(package, f"{path}/{_PACKAGE}")
        project = None
        if value["package"] is not None:
            project = Project(Package.model_validate(value["package"]), config, value["target"], {})
        left = tuple(document.read_row(row) for row in value["left"])
        read, changes = dict(value["read"]), list(value["changes"])
        return SavedPlan(value["org"], value["scope"], bundle, project, read, changes, left)
    except (OSError, KeyError, ValueError, TypeError, MetadataError):
        raise _refused(path) from None


def _refused(path: Path) -> ReleaseError:
    return ReleaseError.of("this is not a saved plan, or has been altered", where=Location(str(path)), mend=_MEND)


def check_org(saved: SavedPlan, org_id: str) -> None:
    """ReleaseError when the plan is for another org."""
    if saved.org_id[:15] != org_id[:15]:
        raise ReleaseError.of(
            f"the plan is for the org {saved.org_id}, and this is {org_id}", mend="name the org that was planned for"
        )


def check_unchanged(saved: SavedPlan, ctx: Context, planned: Sequence[PlannedStep]) -> None:
    """ReleaseError that names everything which is no longer as it was when the plan was made."""
    now = dict(_read(ctx, planned))
    problems = [
        Problem(f"{name} {_what(saved.read.get(name), now.get(name))} since the plan was made")
        for name in sorted(saved.read.keys() | now.keys())
        if saved.read.get(name) != now.get(name)
    ]
    if not problems:
        before, after = (
            {json.dumps(c, sort_keys=True): c for c in side} for side in (saved.changes, _changes(planned))
        )
        problems = [
            Problem(f"{(before | after)[text]['subject']} would be changed otherwise than planned")
            for text in sorted(before.keys() ^ after.keys())
        ]
    if problems:
        raise ReleaseError(*dict.fromkeys(problems), Problem("nothing was changed", mend="make a new plan"))


def _what(before: str | None, now: str | None) -> str:
    if not before:
        return "has come into the org"
    return "has changed" if now else "is no longer in the org"


def _read(ctx: Context, planned: Sequence[PlannedStep]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for one in planned:
        undo = reversible(one.step)
        if undo is not None:
            found += [(f"{one.step.title}: {name}", text) for name, text in undo.seen(ctx, one.state).parts()]
    return found


def _changes(planned: Sequence[PlannedStep]) -> list[dict[str, object]]:
    return [{"step": one.step.name, **change_document(change)} for one in planned for change in one.pending]
