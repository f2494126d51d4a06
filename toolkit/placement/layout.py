"""Put the widget on a classic page layout and take it off again; nothing else of the layout changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from toolkit.errors import Location, MetadataError
from toolkit.metadata.edit import Document, Element, Markup, Splice, read
from toolkit.placement.item import (
    DEFAULT_HEIGHT,
    DEFAULT_LABEL,
    Action,
    Edit,
    Position,
    WidgetItem,
    checked_position,
    slot,
)

_SECTIONS, _COLUMNS, _ITEMS = "layoutSections", "layoutColumns", "layoutItems"
_CUSTOM_LINKS = "CustomLinks"


@dataclass(frozen=True, slots=True)
class LayoutSpot:
    """Where on a layout. All None means: a new widget goes last, into a section of its own; one that is
    there stays.

    Own section: position counts the sections that users can arrange (the custom links stay last), or
    before_section/after_section names a neighbour. Else the widget goes into section (a label) and column
    (from 1) at the position, or before_field/after_field, whichever column that field is in.
    """

    position: Position | None = None
    section: str | None = None
    column: int | None = None
    before_field: str | None = None
    after_field: str | None = None
    before_section: str | None = None
    after_section: str | None = None

    def __post_init__(self) -> None:
        checked_position(self.position)
        named = [self.section, self.before_field, self.after_field, self.before_section, self.after_section]
        if sum(name is not None for name in named) > 1:
            raise MetadataError.of("two places for one item of a layout", mend="name a section or one field, not both")
        if self.column is not None and (self.section is None or self.column < 1):
            raise MetadataError.of("a column counts from 1 and needs its section", mend="name the section too")
        if self.position is not None and any(named[1:]):
            raise MetadataError.of("a position and a neighbour are two places", mend="leave one of them out")

    @property
    def says_nothing(self) -> bool:
        return self == LayoutSpot()


@dataclass(frozen=True, slots=True)
class LayoutItem:
    """One item of a layout: a field, or a Visualforce page with its height."""

    field: str | None
    page: str | None
    height: str | None


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a layout: its columns from left to right."""

    label: str
    style: str
    columns: tuple[tuple[LayoutItem, ...], ...]


@dataclass(frozen=True, slots=True)
class _At:
    """Where an item stands: the elements around it."""

    section: Element
    column: Element
    item: Element


def layout_object(full_name: str) -> str:
    """The object of a layout by its (URL-encoded) name: what stands before the first dash."""
    return unquote(full_name).partition("-")[0]


def read_layout(data: bytes, source: str = "layout") -> tuple[Section, ...]:
    """The sections of a layout in their order."""
    document = read(data, source, "Layout")
    return tuple(
        Section(
            document.child_text(section, "label") or "",
            document.child_text(section, "style") or "",
            tuple(tuple(_item(document, i) for i in c.all(_ITEMS)) for c in section.all(_COLUMNS)),
        )
        for section in document.root.all(_SECTIONS)
    )


def place_on_layout(
    data: bytes,
    item: WidgetItem,
    spot: LayoutSpot = LayoutSpot(),
    *,
    source: str = "layout",
) -> Edit:
    """The layout with the widget at the spot; a widget that is there is brought up to date and moved if asked.

    Raises MetadataError for what is no layout, and for a section, column or field that it does not have.
    """
    document = read(data, source, "Layout")
    found = next(_find(document, item), None)
    if found is None:
        splice, place = _insertion(document, spot, _markup(item), item.label or DEFAULT_LABEL)
        return Edit(document.apply([splice]), Action.PLACED, (f"placed {item.page} in {place}",), place)
    updated, changes = _update(document, found, item)
    if not spot.says_nothing:
        moved, place = _moved(updated, item, spot, source)
        if read_layout(moved, source) != read_layout(updated, source):
            return Edit(moved, Action.MOVED, (*changes, f"moved {item.page} to {place}"), place)
    place = f"section {_label(document, found.section)}"
    return Edit(updated, Action.UPDATED if changes else Action.UNCHANGED, tuple(changes), place)


def remove_from_layout(data: bytes, item: WidgetItem, *, source: str = "layout") -> Edit:
    """The layout without the widget, and without the section that was made for it."""
    document = read(data, source, "Layout")
    found = list(_find(document, item))
    what = tuple(f"removed {item.page} from section {_label(document, at.section)}" for at in found)
    splices = [splice for at in found for splice in _removal(document, at)]
    return Edit(document.apply(splices), Action.REMOVED if found else Action.UNCHANGED, what)


def _item(document: Document, element: Element) -> LayoutItem:
    return LayoutItem(*(document.child_text(element, name) for name in ("field", "page", "height")))


def _label(document: Document, section: Element) -> str:
    return document.child_text(section, "label") or "without label"


def _find(document: Document, item: WidgetItem) -> Iterator[_At]:
    for section in document.root.all(_SECTIONS):
        for column in section.all(_COLUMNS):
            for element in column.all(_ITEMS):
                if (document.child_text(element, "page") or "").casefold() == item.page.casefold():
                    yield _At(section, column, element)


# Where an item goes


def _markup(item: WidgetItem) -> Markup:
    return Markup(
        _ITEMS,
        (
            Markup("height", str(item.height or DEFAULT_HEIGHT)),
            Markup("page", item.page),
            Markup("showLabel", "true" if item.show_label else "false"),
            Markup("showScrollbars", "false"),
            Markup("width", "100%"),
        ),
    )


def _own_section(label: str, inner: Markup) -> Markup:
    return Markup(
        _SECTIONS,
        (
            Markup("customLabel", "true"),
            Markup("detailHeading", "true"),
            Markup("editHeading", "false"),
            Markup("label", label),
            Markup(_COLUMNS, (inner,)),
            Markup("style", "OneColumn"),
        ),
    )


def _is_own_section(document: Document, section: Element) -> bool:
    """Whether a section has the marks of one that `place_on_layout` makes, and holds one item."""
    expected = {"customLabel": "true", "detailHeading": "true", "editHeading": "false", "style": "OneColumn"}
    columns = section.all(_COLUMNS)
    return (
        all(document.child_text(section, name) == value for name, value in expected.items())
        and len(columns) == 1
        and len(columns[0].children) == 1
    )


def _insertion(document: Document, spot: LayoutSpot, inner: Markup, label: str) -> tuple[Splice, str]:
    """The splice that puts an item at the spot, and the spot in words; label is for a section of its own."""
    field = spot.before_field or spot.after_field
    if field is not None:
        section, column, index = _field(document, field)
        side = "before" if spot.before_field else "after"
        splice = _into(document, column, index + (side == "after"), inner)
        return splice, f"section {_label(document, section)}, {side} {field}"
    if spot.section is not None:
        column = _column(document, spot.section, spot.column or 1)
        splice = _into(document, column, slot(spot.position, len(column.all(_ITEMS))), inner)
        return splice, f"section {_label(document, _section(document, spot.section))}"
    after, place = _section_slot(document, spot)
    return document.insert(document.root, after, _own_section(label, inner)), place


def _into(document: Document, column: Element, index: int, inner: Markup) -> Splice:
    items = column.all(_ITEMS)
    if index:
        return document.insert(column, items[index - 1], inner)
    before = column.children.index(items[0]) if items else 0
    return document.insert(column, column.children[before - 1] if before else None, inner)


def _column(document: Document, label: str, number: int) -> Element:
    section = _section(document, label)
    columns = section.all(_COLUMNS)
    if number > len(columns):
        raise MetadataError.of(
            f"section {label} has no column {number}",
            where=document.where(section),
            mend=f"it has {len(columns)}",
        )
    return columns[number - 1]


def _section(document: Document, label: str) -> Element:
    sections = document.root.all(_SECTIONS)
    for section in sections:
        if (document.child_text(section, "label") or "").casefold() == label.casefold():
            return section
    labels = dict.fromkeys(text for s in sections if (text := document.child_text(s, "label")))
    raise MetadataError.of(
        f"the layout has no section {label}",
        where=Location(document.source),
        mend=f"the sections there are: {', '.join(labels) or 'none'}",
    )


def _field(document: Document, name: str) -> tuple[Element, Element, int]:
    """The section and column of a field, and its index there."""
    for section in document.root.all(_SECTIONS):
        for column in section.all(_COLUMNS):
            for index, element in enumerate(column.all(_ITEMS)):
                if (document.child_text(element, "field") or "").casefold() == name.casefold():
                    return section, column, index
    raise MetadataError.of(
        f"the layout has no field {name}", where=Location(document.source), mend="name a field that is on it"
    )


def _section_slot(document: Document, spot: LayoutSpot) -> tuple[Element | None, str]:
    """The element behind which a section of its own goes; sections stay consecutive."""
    root = document.root
    sections = root.all(_SECTIONS)
    named = spot.before_section or spot.after_section
    if named is not None:
        index = sections.index(_section(document, named)) + (spot.after_section is not None)
    else:
        count = len(sections)
        while count and document.child_text(sections[count - 1], "style") == _CUSTOM_LINKS:
            count -= 1
        index = slot(spot.position, count)
    place = f"a section of its own, {index + 1} of {len(sections) + 1}"
    if index:
        return sections[index - 1], place
    if sections:
        at = root.children.index(sections[0])
        return (root.children[at - 1] if at else None), place
    earlier = [child for child in root.children if child.name < _SECTIONS]
    return (earlier[-1] if earlier else None), place


# An item that is there


def _update(document: Document, at: _At, item: WidgetItem) -> tuple[bytes, list[str]]:
    asked = {
        "height": None if item.height is None else str(item.height),
        "showLabel": None if item.show_label is None else str(item.show_label).lower(),
    }
    splices: list[Splice] = []
    changes: list[str] = []
    for name, value in asked.items():
        element = at.item.first(name)
        old = document.text(element)
        if value is None or value == old:
            continue
        changes.append(f"{name} {old or 'not set'} -> {value}")
        if element is not None:
            splices.append(document.replace_text(element, value))
        else:
            splices.append(document.insert(at.item, at.item.first("page"), Markup(name, value)))
    label = at.section.first("label")
    if (
        item.label
        and label is not None
        and _is_own_section(document, at.section)
        and document.text(label) != item.label
    ):
        changes.append(f"label {document.text(label)} -> {item.label}")
        splices.append(document.replace_text(label, item.label))
    return document.apply(splices), changes


def _moved(data: bytes, item: WidgetItem, spot: LayoutSpot, source: str) -> tuple[bytes, str]:
    """The layout with the item taken out and put in again at the spot, as it was otherwise."""
    document = read(data, source, "Layout")
    at = next(_find(document, item))
    if spot.section is not None and _section(document, spot.section) is at.section and len(at.column.children) == 1:
        return data, f"section {_label(document, at.section)}"
    own = _is_own_section(document, at.section)
    label = _label(document, at.section) if own else item.label or DEFAULT_LABEL
    inner = Markup(_ITEMS, tuple(Markup(child.name, document.text(child) or "") for child in at.item.children))
    rest = read(document.apply(_removal(document, at)), source, "Layout")
    splice, place = _insertion(rest, spot, inner, label)
    return rest.apply([splice]), place


def _removal(document: Document, at: _At) -> list[Splice]:
    if _is_own_section(document, at.section):
        return [document.remove(at.section)]
    if _is_alone(document, at) and _closes_empty_columns(document):
        return [document.close(at.column)]
    return [document.remove(at.item)]


def _is_alone(document: Document, at: _At) -> bool:
    """Whether nothing else stands in the column, not even a comment."""
    before = document.data[document.inside(at.column) : at.item.start]
    behind = document.data[document.end(at.item) : at.column.close]
    return not before.strip() and not behind.strip()


def _closes_empty_columns(document: Document) -> bool:
    """Whether this file writes an empty element as <x/>; Salesforce does, and so does a file that does not tell."""
    for element in document.root.walk():
        if not element.children:
            if document.self_closed(element):
                return True
            if element.name == _COLUMNS:
                return False
    return True
