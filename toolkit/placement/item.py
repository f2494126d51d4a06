"""What is placed and where, and what an edit did: the small records that every placement function speaks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from toolkit.errors import MetadataError, Problem

HEIGHTS = range(50, 2001)
DEFAULT_HEIGHT = 900
DEFAULT_LABEL = "Cobrowse.io"
_PAGE_NAME = re.compile(r"(?:[A-Za-z][A-Za-z0-9]*__)?[A-Za-z](?:_?[A-Za-z0-9])*")

Position = Literal["first", "last"] | int
"""first, last, or a number that counts from 1; a number beyond the end means last."""


@dataclass(frozen=True, slots=True)
class WidgetItem:
    """The Visualforce widget. What is None is not asked for: a new item takes the default (height 900, label
    Cobrowse.io, label hidden), an item that is there keeps what it has."""

    page: str
    """API name of the Visualforce page, with its namespace when it has one (ns__Page)."""
    height: int | None = None
    label: str | None = None
    show_label: bool | None = None

    def __post_init__(self) -> None:
        problems = []
        if not _PAGE_NAME.fullmatch(self.page):
            problems.append(Problem(f"{self.page!r} is not the API name of a Visualforce page"))
        if self.height is not None and self.height not in HEIGHTS:
            mend = f"use {HEIGHTS.start} to {HEIGHTS.stop - 1} pixels"
            problems.append(Problem(f"height {self.height} is out of range", mend=mend))
        if self.label is not None and not 1 <= len(self.label) <= 80:
            problems.append(Problem("a label has 1 to 80 characters", mend="shorten the label"))
        MetadataError.raise_any(problems)


def checked_position(position: Position | None) -> Position | None:
    """The position as it came; MetadataError for a number below 1."""
    if isinstance(position, int) and position < 1:
        raise MetadataError.of(f"position {position} is not a place", mend="use first, last or a number from 1")
    return position


class Action(StrEnum):
    """What an edit did to the item, from the view of the file."""

    PLACED = "placed"
    UPDATED = "updated"
    MOVED = "moved"
    REMOVED = "removed"
    UNCHANGED = "unchanged"
    CREATED = "created"
    """The file itself is new."""
    DELETED = "deleted"
    """The file went, as it had been made for the widget."""


@dataclass(frozen=True, slots=True)
class Edit:
    """The new bytes of a file, and in words what was done, one change a line."""

    data: bytes
    action: Action
    what: tuple[str, ...]
    spot: str | None = None
    """Where the item stands now: the name of a region or the label of a section."""

    @property
    def changed(self) -> bool:
        return self.action is not Action.UNCHANGED


def slot(position: Position | None, count: int) -> int:
    """The index (from 0) among count others that a position means; None means last."""
    if position == "first":
        return 0
    if isinstance(position, int):
        return min(position - 1, count)
    return count
