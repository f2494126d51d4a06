"""Records that earlier releases of ours made and that the configuration does not name any more (--prune)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from toolkit.errors import Problem, RefusedError
from toolkit.release.seen import SeenRow
from toolkit.release.step import Change, Context, Kind
from toolkit.release.steps.restore_rows import record_of, seen_again


@dataclass(frozen=True, slots=True)
class LeftRow:
    """Such a record as the org has it; record_id is empty once it is gone."""

    record_id: str
    now: SeenRow


def there(ctx: Context, left: Iterable[SeenRow], sobject: str, wanted: Collection[SeenRow]) -> tuple[LeftRow, ...]:
    """Those of the left rows that are of this object and not wanted; the ones that are gone already, too."""
    asked = {row.where for row in wanted}
    found: list[LeftRow] = []
    for row in left:
        if row.sobject != sobject or row.where in asked:
            continue
        record = record_of(ctx, row, None)
        found.append(LeftRow(record.id if record else "", seen_again(ctx, row, None, record)))
    return tuple(sorted(found, key=lambda one: one.now.subject))


def changes(rows: Iterable[LeftRow]) -> tuple[Change, ...]:
    return tuple(Change(Kind.DELETED, one.now.subject) for one in rows if one.record_id)


def removed(ctx: Context, rows: Iterable[LeftRow]) -> list[Problem]:
    """Delete them; what the org says against it."""
    problems: list[Problem] = []
    for one in rows:
        if not one.record_id:
            continue
        try:
            ctx.org.delete(one.now.sobject, one.record_id)
        except RefusedError as error:
            problems += [Problem(f"{one.now.subject}: {p.message}", mend=p.mend) for p in error.problems]
    return problems
