"""What the placement tests share: the golden cases, and a reading of XML that is not the code under test."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from toolkit.placement.item import Edit, WidgetItem
from toolkit.placement.layout import LayoutSpot, place_on_layout, remove_from_layout
from toolkit.placement.widget import Spot, place_on_flexipage, remove_from_flexipage

GOLDEN = Path(__file__).parent / "golden"
WIDGET = WidgetItem("CobrowseWidgetContact")

Node = tuple[str, str, tuple[tuple[str, str], ...]]


def before(name: str) -> bytes:
    return (GOLDEN / f"{name}.before.xml").read_bytes()


def after(name: str) -> bytes:
    return (GOLDEN / f"{name}.after.xml").read_bytes()


def nodes(data: bytes) -> list[Node]:
    """Every element with its path, its text and its attributes, in document order."""
    found: list[Node] = []

    def visit(element: ElementTree.Element, path: str) -> None:
        here = f"{path}/{element.tag.rpartition('}')[2]}"
        found.append((here, (element.text or "").strip(), tuple(sorted(element.attrib.items()))))
        for child in element:
            visit(child, here)

    visit(ElementTree.fromstring(data), "")
    return found


def added(old: bytes, new: bytes) -> list[Node]:
    """What new has more than old; fails when anything of old is gone, changed or in another order."""
    rest = iter(nodes(new))
    more: list[Node] = []
    for node in nodes(old):
        for candidate in rest:
            if candidate == node:
                break
            more.append(candidate)
        else:
            raise AssertionError(f"{node} is gone, or has moved")
    return more + list(rest)


def grouped(data: bytes) -> bool:
    """Whether repeated siblings are consecutive, as Salesforce demands."""
    for element in ElementTree.fromstring(data).iter():
        tags = [child.tag for child in element]
        runs = [tag for i, tag in enumerate(tags) if i == 0 or tags[i - 1] != tag]
        if max(Counter(runs).values(), default=0) > 1:
            return False
    return True


def only_lines_added(old: bytes, new: bytes) -> bool:
    """Whether every line of old is in new, in its order."""
    lines = iter(new.splitlines(keepends=True))
    return all(line in lines for line in old.splitlines(keepends=True))


@dataclass(frozen=True)
class PageCase:
    """A golden page: what is asked, and where the widget must go."""

    name: str
    region: str
    spot: Spot = field(default_factory=Spot)

    def place(self, data: bytes) -> Edit:
        return place_on_flexipage(data, WIDGET, self.spot, source=self.name)

    def remove(self, data: bytes) -> Edit:
        return remove_from_flexipage(data, WIDGET, source=self.name)


@dataclass(frozen=True)
class LayoutCase:
    """A golden layout: what is asked, and where the widget must go."""

    name: str
    place_name: str
    spot: LayoutSpot = field(default_factory=LayoutSpot)

    def place(self, data: bytes) -> Edit:
        return place_on_layout(data, WIDGET, self.spot, source=self.name)

    def remove(self, data: bytes) -> Edit:
        return remove_from_layout(data, WIDGET, source=self.name)


PAGES = (
    PageCase("standard", "sidebar"),
    PageCase("parent_replace_crlf", "sidebar"),
    PageCase("two_columns_tabs", "rightcol"),
    PageCase("pinned_header_bom", "rightsidebar"),
    PageCase("custom_aura", "right"),
    PageCase("before_49", "sidebar"),
    PageCase("before_53", "sidebar", Spot(position="first")),
    PageCase("one_line", "sidebar"),
    PageCase("empty_sidebar", "sidebar"),
    PageCase("self_closed_items", "sidebar"),
    PageCase("no_sidebar_in_file", "sidebar"),
    PageCase("no_sidebar_in_file_parent", "main"),
    PageCase("single_column", "main"),
    PageCase("subheader", "subheader", Spot("SubHeader", "first")),
    PageCase("dynamic_forms", "Facet-1", Spot("Facet-1", 2)),
    PageCase("prefixed", "sidebar"),
    PageCase("mixed_line_ends", "sidebar", Spot(position=1)),
    PageCase("flat", "sidebar"),
    PageCase("identifier_taken", "sidebar"),
    PageCase("single_quotes", "sidebar", Spot("sidebar", 99)),
)
LAYOUTS = (
    LayoutCase("layout_standard", "a section of its own, 3 of 4"),
    LayoutCase("layout_first", "a section of its own, 1 of 4", LayoutSpot(position="first")),
    LayoutCase("layout_section", "section Contact Information", LayoutSpot(section="contact information", position=2)),
    LayoutCase("layout_empty_column", "section Address & more", LayoutSpot(section="Address & more", column=2)),
    LayoutCase("layout_field", "section Contact Information, before phone", LayoutSpot(before_field="phone")),
    LayoutCase("layout_crlf_tabs", "a section of its own, 2 of 4", LayoutSpot(after_section="Contact Information")),
    LayoutCase("layout_one_line", "a section of its own, 3 of 4"),
    LayoutCase("layout_no_sections", "a section of its own, 1 of 1"),
)
CASES: tuple[PageCase | LayoutCase, ...] = PAGES + LAYOUTS
