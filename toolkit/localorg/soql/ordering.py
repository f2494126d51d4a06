"""ORDER BY, LIMIT and OFFSET, of records and of groups alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from toolkit.localorg.soql.nodes import Order, Query
from toolkit.localorg.soql.values import sort_key
from toolkit.localorg.store.records import Value

Row = TypeVar("Row")


def sort(rows: list[Row], get: Callable[[Row], Value], order: Order) -> None:
    """Sort in place by one column; rows that are equal there keep their order."""
    rows.sort(key=lambda row: sort_key(get(row)), reverse=order.descending)
    blank = [row for row in rows if get(row) is None]
    filled = [row for row in rows if get(row) is not None]
    rows[:] = filled + blank if order.nulls_last else blank + filled


def cut(rows: list[Row], query: Query) -> list[Row]:
    """What LIMIT and OFFSET leave."""
    end = None if query.limit is None else query.offset + query.limit
    return rows[query.offset : end]
