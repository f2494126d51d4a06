"""Read FlexiPages: the regions of a Lightning page, what stands in them, and which page it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from xml.sax.saxutils import escape

from toolkit.errors import Location, MetadataError
from toolkit.metadata.edit import Document, Element, head, read
from toolkit.placement.item import WidgetItem

VISUALFORCE = "flexipage:visualforcePage"
RECORD_PAGE = "RecordPage"
REGION, FACET = "Region", "Facet"
ITEMS = "itemInstances"
OLD_ITEMS = "componentInstances"
"""What regions held before API version 49."""
_NO_PROPERTIES: Mapping[str, str] = MappingProxyType({})
_COMPONENT, _FIELD = "componentInstance", "fieldInstance"


@dataclass(frozen=True, slots=True)
class Item:
    """One component or field of a region."""

    component: str
    """componentName (force:detailPanel), or the fieldItem of a field (Record.Name)."""
    identifier: str | None
    properties: Mapping[str, str]
    """The values by name; a list of values is joined with commas, a property without value is empty."""
    is_field: bool = False

    def shows(self, page: str) -> bool:
        """Whether it is the Visualforce component with that page (names of pages know no case)."""
        return self.component == VISUALFORCE and self.properties.get("pageName", "").casefold() == page.casefold()


_A_FIELD = Item("", None, _NO_PROPERTIES, is_field=True)


@dataclass(frozen=True, slots=True)
class Region:
    """A region, facet or background of a page; mode is how it meets the parent page's region."""

    name: str
    type: str
    mode: str | None
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class FlexiPage:
    """A Lightning page; object is None for pages that belong to no object."""

    label: str
    type: str
    object: str | None
    template: str | None
    parent: str | None
    regions: tuple[Region, ...]

    @property
    def is_record_page(self) -> bool:
        return self.type == RECORD_PAGE


@dataclass(frozen=True, slots=True)
class ItemAt:
    """An item of a page with its elements: holder is what a region lists, instance the component or field.

    For an edit the item of anything but a Visualforce component says no more than its component.
    """

    item: Item
    holder: Element
    instance: Element


@dataclass(frozen=True, slots=True)
class RegionAt:
    """A region with its element; holders are what the region lists, in their order."""

    name: str
    type: str
    element: Element
    holders: tuple[Element, ...]
    items: tuple[ItemAt, ...]


@dataclass(frozen=True, slots=True)
class PageAt:
    """A page with the positions that an edit needs."""

    document: Document
    regions: tuple[RegionAt, ...]
    template: str | None
    parent: str | None

    def items(self) -> Iterator[tuple[RegionAt, ItemAt]]:
        for region in self.regions:
            for item in region.items:
                yield region, item

    def error(self, message: str, mend: str | None = None) -> MetadataError:
        return MetadataError.of(message, where=Location(self.document.source), mend=mend)


def regions(data: bytes, source: str = "flexipage") -> tuple[Region, ...]:
    """The regions and facets of a page in the order of the file."""
    return read_page(data, source).regions


def widgets(data: bytes, item: WidgetItem, source: str = "flexipage") -> tuple[tuple[str, Item], ...]:
    """Every place where the item's Visualforce page stands, with the name of its region."""
    return tuple(
        (region.name, found)
        for region in read_page(data, source).regions
        for found in region.items
        if found.shows(item.page)
    )


def namespace_of(full_name: str) -> str | None:
    """The namespace of a managed component (ns__Name); such a page cannot be edited, only cloned."""
    namespace, separator, rest = full_name.partition("__")
    return namespace if namespace and separator and rest else None


def is_named_by_component(data: bytes, region: str) -> bool:
    """Whether a component of the page shows that region inside itself.

    Such a region is a facet by use: pages of some API versions say type Region for their facets too.
    """
    name = re.escape(escape(region).encode())
    return re.search(rb"<(?:\w+:)?value>\s*" + name + rb"\s*</", data) is not None


def read_page(data: bytes, source: str = "flexipage") -> FlexiPage:
    """The page; MetadataError when it is not a well-formed FlexiPage."""
    document = read(data, source, "FlexiPage")
    root = document.root
    return FlexiPage(
        label=document.child_text(root, "masterLabel") or "",
        type=document.child_text(root, "type") or "",
        object=document.child_text(root, "sobjectType"),
        template=_template(document),
        parent=document.child_text(root, "parentFlexiPage"),
        regions=tuple(
            Region(r.name, r.type, document.child_text(r.element, "mode"), tuple(i.item for i in r.items))
            for r in _regions(document)
        ),
    )


def open_record_page(data: bytes, source: str) -> PageAt:
    """A record page for an edit; MetadataError when it is another kind of page, or none."""
    document = read(data, source, "FlexiPage")
    kind = document.child_text(document.root, "type")
    if kind != RECORD_PAGE:
        raise MetadataError.of(
            f"a FlexiPage of type {kind or 'unknown'}, not a record page",
            where=Location(source),
            mend="the widget belongs on record pages; name one of the object's record pages",
        )
    parent = document.child_text(document.root, "parentFlexiPage")
    return PageAt(document, tuple(_regions(document, only=VISUALFORCE)), _template(document), parent)


def is_record_page_of(data: bytes, object_name: str, source: str = "flexipage") -> bool:
    """Whether it is a record page of the object; MetadataError when it is no FlexiPage at all."""
    said, kind = head(data, source, "FlexiPage", ("sobjectType", "type"))
    return kind == RECORD_PAGE and (said or "").casefold() == object_name.casefold()


def _template(document: Document) -> str | None:
    template = document.root.first("template")
    if template is not None:
        return document.child_text(template, "name")
    return document.child_text(document.root, "pageTemplate")  # before API version 43


def _regions(document: Document, only: str | None = None) -> Iterator[RegionAt]:
    """The regions; with `only`, no more is read of other components than their names, of fields nothing."""
    for element in document.root.all("flexiPageRegions"):
        holders = tuple(child for child in element.children if child.name in {ITEMS, OLD_ITEMS})
        items = tuple(found for holder in holders for found in _items(document, holder, only))
        name = document.child_text(element, "name") or ""
        yield RegionAt(name, document.child_text(element, "type") or REGION, element, holders, items)


def _items(document: Document, holder: Element, only: str | None) -> Iterator[ItemAt]:
    if holder.name == OLD_ITEMS:
        yield ItemAt(_component(document, holder, only), holder, holder)
        return
    for instance in holder.children:
        if instance.name == _COMPONENT:
            yield ItemAt(_component(document, instance, only), holder, instance)
        elif instance.name == _FIELD and only is not None:
            yield ItemAt(_A_FIELD, holder, instance)
        elif instance.name == _FIELD:
            name = document.child_text(instance, "fieldItem") or ""
            identifier = document.child_text(instance, "identifier")
            yield ItemAt(Item(name, identifier, _NO_PROPERTIES, is_field=True), holder, instance)


def _component(document: Document, instance: Element, only: str | None) -> Item:
    name = document.child_text(instance, "componentName") or ""
    if only is not None and name != only:
        return Item(name, None, _NO_PROPERTIES)
    properties = {
        document.child_text(found, "name") or "": _value(document, found)
        for found in instance.all("componentInstanceProperties")
    }
    return Item(name, document.child_text(instance, "identifier"), MappingProxyType(properties))


def _value(document: Document, found: Element) -> str:
    listed = found.first("valueList")
    if listed is None:
        return document.child_text(found, "value") or ""
    return ",".join(document.child_text(entry, "value") or "" for entry in listed.all("valueListItems"))
