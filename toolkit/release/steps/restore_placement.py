"""Placements put back: the widget is taken off the pages that a release put it on, whatever others did there since.

What a release, or a way back, took off is placed again. What the ledger keeps is the wish itself. A placement that
stood before and was only changed (another height) stays as the release left it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toolkit.errors import ReleaseError
from toolkit.placement.wish import Wish
from toolkit.release.seen import Seen, SeenRow, digest
from toolkit.release.step import Back, Change, Context, Kind, Step
from toolkit.release.steps.placement import PlacementState, PlacementStep
from toolkit.release.steps.placement_changes import changes_of

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_SOBJECT = "placement"


@dataclass(frozen=True, slots=True)
class PlacementBack:
    """How a PlacementStep is kept and undone."""

    def seen(self, ctx: Context, state: PlacementState) -> Seen:  # noqa: ARG002  the Protocol's
        pages = (
            (f"{key.type} {key.full_name}", digest(before) if before is not None else "")
            for key, before, _ in state.inventory.changes()
        )
        return Seen(rows=tuple(self._row(wish, state) for wish in state.wishes), others=tuple(pages))

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
        gone: list[Wish] = []
        stay: list[Wish] = []
        for row in back.before.rows:
            after = left.get(row.name)
            if row.values is None and (after is None or after.values is not None):
                gone.append(_wish(row))
            elif row.values is not None and (after is None or after.values is None):
                stay.append(_wish(row))
        found: list[Step[Any]] = []
        if gone:
            found.append(PlacementStep(tuple(gone), remove=True))
        if stay:
            found.append(PlacementStep(tuple(stay)))
        return tuple(found)


def _is_new(change: Change, wish: Wish) -> bool:
    """Whether the widget comes where it was not, or a page becomes the default."""
    if change.kind is Kind.CREATED:
        return True
    return any(d.old is None or d.path.startswith("org default") for d in change.details if d.path != wish.item.label)


def _wishes() -> TypeAdapter[Wish]:
    from pydantic import TypeAdapter

    return TypeAdapter(Wish)


def _wish(row: SeenRow) -> Wish:
    text = dict(row.where)["wish"]
    try:
        json.loads(text)
        return _wishes().validate_json(text)
    except ValueError:
        raise ReleaseError.of(
            f"the ledger's {row.subject} cannot be read", mend="use the sfmeta that wrote it"
        ) from None
