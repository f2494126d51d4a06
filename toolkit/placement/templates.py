"""The record page templates that Salesforce ships: their regions, and how wide each one is on a desktop.

The names and regions are those seen in retrieved pages. A template that is not listed (custom Aura
templates, new console templates) is understood by the names of its regions alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Row = tuple[tuple[str, int], ...]
"""Regions side by side with their share of twelve columns."""


@dataclass(frozen=True, slots=True)
class Template:
    """rows: from top to bottom, what a user of a desktop browser sees."""

    rows: tuple[Row, ...]

    @property
    def regions(self) -> tuple[str, ...]:
        return tuple(name for row in self.rows for name, _ in row)


def _full(name: str) -> Row:
    return ((name, 12),)


_MAIN_SIDEBAR: Row = (("main", 8), ("sidebar", 4))
_SIDEBAR_MAIN: Row = (("sidebar", 4), ("main", 8))
_THREE: Row = (("leftsidebar", 3), ("main", 6), ("rightsidebar", 3))

RECORD_TEMPLATES: dict[str, Template] = {
    "flexipage:recordHomeTemplateDesktop": Template((_full("header"), _MAIN_SIDEBAR)),
    "flexipage:recordHomeLeftSidebarTemplateDesktop": Template((_full("header"), _SIDEBAR_MAIN)),
    "flexipage:recordHomeWithSubheaderTemplateDesktop": Template((_full("header"), _full("subheader"), _MAIN_SIDEBAR)),
    "flexipage:recordHomeWithSubheaderLeftSidebarTemplateDesktop": Template(
        (_full("header"), _full("subheader"), _SIDEBAR_MAIN)
    ),
    "flexipage:recordHomeTwoColEqualHeaderTemplateDesktop": Template(
        (_full("header"), (("leftcol", 6), ("rightcol", 6)))
    ),
    "flexipage:recordHomeThreeColTemplateDesktop": Template((_THREE,)),
    "flexipage:recordHomeThreeColHeaderTemplateDesktop": Template((_full("header"), _THREE)),
    "flexipage:recordHomePinnedHeaderTemplateDesktop": Template((_full("header"), _THREE)),
    "flexipage:recordHomePinnedLeftRightSidebarsTemplateDesktop": Template((_THREE,)),
    "flexipage:recordHomeSingleColTemplateDesktop": Template((_full("header"), _full("main"))),
    "flexipage:recordHomeSimpleViewTemplate": Template((_full("header"), _full("main"))),
    "flexipage:recordHomeSingleColNoHeaderTemplateDesktop": Template((_full("main"),)),
}

SIDEBAR = "sidebar"
"""The role that a placement asks for when it names no region."""
_SIDEBAR_ROLES: tuple[tuple[str, ...], ...] = (("sidebar",), ("rightcol",), ("rightsidebar", "right"))
_HEADERS = frozenset({"header", "subheader"})


def sidebar_of(regions: Sequence[str]) -> str | None:
    """The region that plays the sidebar: sidebar, rightcol, rightsidebar or right, else the last that is no header."""
    for names in _SIDEBAR_ROLES:
        for region in regions:
            if region.casefold() in names:
                return region
    return next((r for r in reversed(regions) if r.casefold() not in _HEADERS), None)


def rows_of(template: str | None, regions: Sequence[str]) -> tuple[Row, ...]:
    """How a page looks: the template's rows, or rows guessed from the names of the regions that are there."""
    known = RECORD_TEMPLATES.get(template or "")
    if known is not None:
        extra = tuple(_full(name) for name in regions if name not in known.regions)
        return known.rows + extra
    tops = [r for r in regions if r.casefold() in _HEADERS]
    bottoms = [r for r in regions if r.casefold() in {"footer", "bottom"}]
    middle = [r for r in regions if r not in tops and r not in bottoms]
    rows = [_full(name) for name in tops]
    if middle:
        rows += _columns(middle)
    return tuple(rows + [_full(name) for name in bottoms])


def _columns(names: Sequence[str]) -> list[Row]:
    """Regions side by side, left ones first, as long as there are at most four of them."""
    if len(names) > 4:
        return [_full(name) for name in names]

    def order(name: str) -> int:
        folded = name.casefold()
        return -1 if folded.startswith("left") else 1 if folded.startswith("right") or folded == SIDEBAR else 0

    weights = {name: 2 if name.casefold() in {"main", "center"} else 1 for name in names}
    total = sum(weights.values())
    ordered = sorted(names, key=order)
    return [tuple((name, max(12 * weights[name] // total, 2)) for name in ordered)]
