"""Placements put back: the widget is taken off the pages that a release put it on, whatever others did there since.

What a release, or a way back, took off is placed again. What the ledger keeps is the wish itself, and what it found:
a widget that stood before and was only changed (another height, another place) becomes what it was, and an entry of
a profile that a page of ours had taken shows its former page again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from toolkit.errors import ReleaseError
from toolkit.placement.undo import Held, Undo, again, held_in
from toolkit.placement.wish import Wish
from toolkit.release.seen import Seen, SeenRow, digest
from toolkit.release.step import Back, Change, Context, Kind, Step
from toolkit.release.steps.placement import PlacementState, PlacementStep
from toolkit.release.steps.placement_changes import changes_of

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_SOBJECT = "placement"
_FOUND = "placement found"


@dataclass(frozen=True, slots=True)
class PlacementBack:
    """How a PlacementStep is kept and undone."""

    def seen(self, ctx: Context, state: PlacementState) -> Seen:  # noqa: ARG002  the Protocol's
        pages = (
            (f"{key.type} {key.full_name}", digest(before) if before is not None else "")
            for key, before, _ in state.inventory.changes()
        )
        rows = [row for wish in state.wishes for row in (self._row(wish, state), _found(wish, state))]
        now = ((key, state.inventory.was(key)) for key in sorted(state.sent))
        edited = (state.inventory.component(key, data) for key, data in now if data is not None)
        return Seen(rows=tuple(rows), others=tuple(pages), edited=tuple(edited))

    def _row(self, wish: Wish, state: PlacementState) -> SeenRow:
        outcome = state.outcomes.get(wish.object)
        changes = changes_of({wish.object: outcome}, (wish,)) if outcome is not None else ()
        if state.remove:
            stands = any(change.kind is not Kind.UNCHANGED for change in changes)
        else:
            stands = not any(_is_new(change, wish) for change in changes)
        text = _wishes().dump_json(wish).decode()
        where = (("object", wish.object), ("wish", text))
        return SeenRow(_SOBJECT, f"placement on {wish.object}", where, {} if stands else None)

    def revert(self, back: Back) -> tuple[Step[Any], ...]:
        left = {row.name: row for row in back.after.rows} if back.after else {}
        gone: list[tuple[Wish, Undo | None]] = []
        stay: list[Wish] = []
        found_before = {row.where: row for row in back.before.rows if row.sobject == _FOUND}
        settled: set[str] = set()
        for row in back.before.rows:
            if row.sobject != _SOBJECT:
                continue
            # Without an after it is the latest release that counts, and it comes first: what it says is not on an
            # object has gone from it, whichever wish of an earlier release had brought it.
            name = dict(row.where)["object"].casefold()
            if back.after is None and name in settled:
                continue
            if row.values is None:
                settled.add(name)
            after = left.get(row.name)
            undo = _undo(found_before.get(row.where), left.get((_FOUND, row.where)))
            if row.values is None and (after is None or after.values is not None):
                gone.append((_wish(row), undo))
            elif row.values is not None and (after is None or after.values is None):
                stay += again(_wish(row), undo) if undo is not None else (_wish(row),)
            elif row.values is not None and undo is not None and undo.before != undo.after:
                gone.append((_wish(row), undo))
        found: list[Step[Any]] = []
        if gone:
            undos = tuple(undo for _, undo in gone)
            found.append(PlacementStep(tuple(wish for wish, _ in gone), remove=True, undos=undos))
        if stay:
            found.append(PlacementStep(tuple(stay)))
        return tuple(found)


def _is_new(change: Change, wish: Wish) -> bool:
    """Whether the widget comes where it was not, or a page becomes the default."""
    if change.kind is Kind.CREATED:
        return True
    return any(d.old is None or d.path.startswith("org default") for d in change.details if d.path != wish.item.label)


def _found(wish: Wish, state: PlacementState) -> SeenRow:
    """Where the widget stood and which pages were shown, as JSON: what a ledger keeps of a row is flat."""
    outcome = state.outcomes.get(wish.object)
    edits = outcome.edits if outcome is not None else []
    keys = (state.inventory.find(edit.type, edit.name) for edit in edits)
    held = held_in(state.inventory, wish, [key for key in keys if key is not None])
    where = (("object", wish.object), ("wish", _wishes().dump_json(wish).decode()))
    return SeenRow(_FOUND, f"widget on {wish.object}", where, {"held": _helds().dump_json(held).decode()})


def _undo(before: SeenRow | None, after: SeenRow | None) -> Undo | None:
    """None where the ledger does not know both."""
    if before is None or after is None or before.values is None or after.values is None:
        return None
    try:
        was, ours = (_helds().validate_json(str(row.values["held"])) for row in (before, after) if row.values)
    except (KeyError, ValueError):
        raise _unreadable(before.subject) from None
    return Undo(was, ours)


def _unreadable(subject: str) -> ReleaseError:
    return ReleaseError.of(f"the ledger's {subject} cannot be read", mend="use the sfmeta that wrote it")


@cache
def _helds() -> TypeAdapter[Held]:
    from pydantic import TypeAdapter

    return TypeAdapter(Held)


@cache
def _wishes() -> TypeAdapter[Wish]:
    from pydantic import TypeAdapter

    return TypeAdapter(Wish)


def _wish(row: SeenRow) -> Wish:
    text = dict(row.where)["wish"]
    try:
        json.loads(text)
        return _wishes().validate_json(text)
    except ValueError:
        raise _unreadable(row.subject) from None
