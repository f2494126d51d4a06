"""What a person sees of a page or layout, as boxes: regions to scale, components by label, the widget marked."""

from __future__ import annotations

import re
from dataclasses import dataclass

from toolkit.placement.flexipage import FACET, FlexiPage, Item, Region, read_page
from toolkit.placement.item import WidgetItem
from toolkit.placement.layout import Section, read_layout
from toolkit.placement.templates import rows_of

_LABELS = {
    "force:highlightsPanel": "Highlights Panel",
    "record_flexipage:dynamicHighlights": "Dynamic Highlights Panel",
    "force:detailPanel": "Record Detail",
    "force:relatedListContainer": "Related Lists",
    "force:relatedListSingleContainer": "Related List - Single",
    "force:relatedListQuickLinksContainer": "Related List Quick Links",
    "lst:dynamicRelatedList": "Dynamic Related List",
    "forceChatter:recordFeedContainer": "Chatter",
    "forceChatter:publisher": "Chatter Publisher",
    "forceChatter:exposedFeed": "Chatter Feed",
    "runtime_sales_activities:activityPanel": "Activities",
    "runtime_sales_pathassistant:pathAssistant": "Path",
    "flexipage:tabset": "Tabs",
    "flexipage:tab": "Tab",
    "flexipage:column": "Column",
    "flexipage:fieldSection": "Field Section",
    "flexipage:richText": "Rich Text",
    "flexipage:reportChart": "Report Chart",
    "flowruntime:interview": "Flow",
    "console:relatedRecord": "Related Record",
}
_TABS = {
    "detail": "Details",
    "relatedLists": "Related",
    "activity": "Activity",
    "collaborate": "Chatter",
    "feed": "Feed",
    "news": "News",
    "history": "History",
}
_DETAILS = ("relatedListApiName", "parentFieldApiName", "flowName", "reportName", "label", "title")
_WORDS = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
_FIELD_COUNT = 3
"""From so many fields side by side on, a picture says how many there are and not which."""


@dataclass(frozen=True, slots=True)
class Box:
    """A component: its label, more about it, what it contains, and its height in pixels where the page says one."""

    label: str
    detail: str = ""
    ours: bool = False
    height: int | None = None
    inner: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """A region (or a layout's section or column) with its share of twelve columns."""

    name: str
    width: int
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A page from top to bottom; a row is what stands side by side."""

    title: str
    rows: tuple[tuple[Cell, ...], ...]


def picture_of_page(data: bytes, item: WidgetItem, title: str) -> Picture:
    """The picture of a FlexiPage."""
    page = read_page(data, title)
    shown_inside = {value for region in page.regions for i in region.items for value in i.properties.values()}
    facets = {r.name: r for r in page.regions if r.type == FACET or r.name in shown_inside}
    main = {r.name: r for r in page.regions if r.name not in facets}
    draw = _Drawing(item, facets)
    rows = tuple(
        tuple(Cell(name, width, draw.boxes(main.get(name))) for name, width in row)
        for row in rows_of(page.template, tuple(main))
    )
    return Picture(_title(page, title), rows)


def picture_of_layout(data: bytes, item: WidgetItem, title: str) -> Picture:
    """The picture of a page layout: a row a section."""
    return Picture(f"Layout {title}", tuple(_section(section, item) for section in read_layout(data, title)))


def _title(page: FlexiPage, name: str) -> str:
    return f"{page.label} ({name})" if page.label and page.label != name else name


class _Drawing:
    """Boxes of the items of a page; a facet is drawn inside the component that names it."""

    def __init__(self, item: WidgetItem, facets: dict[str, Region]) -> None:
        self._item = item
        self._facets = facets
        self._drawn: set[str] = set()

    def boxes(self, region: Region | None) -> tuple[Box, ...]:
        items = region.items if region is not None else ()
        fields = [i for i in items if i.is_field]
        if len(fields) >= _FIELD_COUNT:
            drawn = [self._box(i) for i in items if not i.is_field]
            return (Box(f"{len(fields)} fields"), *drawn)
        return tuple(self._box(i) for i in items)

    def _box(self, item: Item) -> Box:
        inner: list[Box] = []
        for value in item.properties.values():
            facet = self._facets.get(value)
            if facet is not None and value not in self._drawn:  # a page can name a facet twice, or in a circle
                self._drawn.add(value)
                inner += self.boxes(facet)
        if item.shows(self._item.page):
            page = item.properties["pageName"]
            label = item.properties.get("label")
            return Box(label or page, page if label else "", ours=True, height=_pixels(item))
        return Box(_label(item), height=_pixels(item), inner=tuple(inner))


def _pixels(item: Item) -> int | None:
    height = item.properties.get("height", "")
    return min(int(height), 5000) if height.isascii() and height.isdigit() else None


def _label(item: Item) -> str:
    if item.is_field:
        return item.component.removeprefix("Record.")
    name = _LABELS.get(item.component) or _words(item.component)
    title = item.properties.get("title") or ""
    if item.component == "flexipage:tab" and title:
        return f"Tab {_TABS.get(title.removeprefix('Standard.Tab.'), title)}"
    if item.component == "flexipage:visualforcePage":
        return f"Visualforce {item.properties.get('pageName', '')}".rstrip()
    detail = next((v for key in _DETAILS if (v := item.properties.get(key))), None)
    detail = (detail or "").removeprefix("@@@SFDC").removesuffix("SFDC@@@")
    return f"{name}: {detail}" if detail and detail != name else name


def _words(component: str) -> str:
    """`runtime_sales_activities:activityPanel` -> `Activity Panel`."""
    words = _WORDS.findall(component.rpartition(":")[2].replace("__", " "))
    return " ".join(word[:1].upper() + word[1:] for word in words) or component


def _section(section: Section, item: WidgetItem) -> tuple[Cell, ...]:
    width = max(12 // max(len(section.columns), 1), 1)
    label = section.label or section.style
    if not section.columns:
        return (Cell(label, 12, ()),)
    cells = []
    for number, column in enumerate(section.columns):
        boxes = []
        for entry in column:
            if entry.page is not None:
                ours = entry.page.casefold() == item.page.casefold()
                height = int(entry.height) if entry.height and entry.height.isdigit() else None
                boxes.append(Box(f"Visualforce {entry.page}", ours=ours, height=height))
        fields = sum(1 for entry in column if entry.field is not None)
        if fields:
            boxes.insert(0, Box(f"{fields} field{'s' if fields > 1 else ''}"))
        cells.append(Cell(label if not number else "", width, tuple(boxes)))
    return tuple(cells)
