"""Put the widget on a Lightning record page and take it off again; nothing else of the page changes."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.metadata.edit import Document, Element, Markup, Splice
from toolkit.placement.flexipage import (
    ITEMS,
    OLD_ITEMS,
    REGION,
    VISUALFORCE,
    ItemAt,
    PageAt,
    RegionAt,
    is_named_by_component,
    open_record_page,
)
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
from toolkit.placement.templates import RECORD_TEMPLATES, SIDEBAR, sidebar_of

MOST_ITEMS = 25
"""What a region may hold."""
IDENTIFIER = "cobrowse_visualforcePage"
ADDED_REGION = "region added by sfmeta place"
"""The comment in a region that the page did not have, so that it goes with the widget."""
ADDED_IDENTIFIER = "cobrowse_addedRegion"
"""The identifier of a widget in such a region: an org keeps no comments, but this comes back from it."""
_ITEMS_SINCE, _IDENTIFIER_SINCE = 49, 53


@dataclass(frozen=True, slots=True)
class Spot:
    """Where on a page. None means: a new widget goes last into the sidebar, one that is there stays.

    region is a region's or facet's name, or "sidebar" for whatever region plays that part.
    """

    region: str | None = None
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """How a page writes its components; it changed with API versions 49 and 53."""

    items: bool = True
    """itemInstances/componentInstance, not componentInstances."""
    identifiers: bool = True

    @classmethod
    def of_version(cls, api_version: str | None) -> Shape:
        number = float(api_version) if api_version else _IDENTIFIER_SINCE
        return cls(number >= _ITEMS_SINCE, number >= _IDENTIFIER_SINCE)

    def component(self, name: str, properties: dict[str, str], identifier: str) -> Markup:
        """A component as the regions of such a page list it."""
        parts = [
            Markup("componentInstanceProperties", (Markup("name", key), Markup("value", value)))
            for key, value in sorted(properties.items())
        ]
        parts.append(Markup("componentName", name))
        if self.identifiers:
            parts.append(Markup("identifier", identifier))
        if not self.items:
            return Markup(OLD_ITEMS, tuple(parts))
        return Markup(ITEMS, (Markup("componentInstance", tuple(parts)),))


def place_on_flexipage(
    data: bytes,
    item: WidgetItem,
    spot: Spot = Spot(),
    *,
    source: str = "flexipage",
    api_version: str | None = None,
) -> Edit:
    """The page with the widget at the spot; a widget that is there is brought up to date and moved if asked.

    A page tells by its components how it writes them; api_version decides for a page that has none, and whether the
    new component must have an identifier also where the others have none.
    Raises MetadataError for a page that is malformed or no record page, a region that the page and its
    template do not have (the message lists those there are), and a region that is full.
    """
    checked_position(spot.position)
    page = open_record_page(data, source)
    found = _find(page, item)
    if not found:
        return _place(page, item, spot, api_version)
    updated, changes = _update(page, found[0][1], item)
    moved = _move(open_record_page(updated, source) if changes else page, item, spot)
    if moved is not None:
        return Edit(moved.data, Action.MOVED, (*changes, *moved.what), moved.spot)
    region = found[0][0].name
    return Edit(updated, Action.UPDATED if changes else Action.UNCHANGED, tuple(changes), region)


def remove_from_flexipage(data: bytes, item: WidgetItem, *, source: str = "flexipage") -> Edit:
    """The page without the widget, wherever and however often it stands on it."""
    page = open_record_page(data, source)
    found = _find(page, item)
    splices: list[Splice] = []
    what: list[str] = []
    for region in page.regions:
        ours = [at for where, at in found if where is region]
        if ours:
            splices += _removal(page, region, ours)
            what.append(f"removed {item.page} from region {region.name}")
    return Edit(page.document.apply(splices), Action.REMOVED if what else Action.UNCHANGED, tuple(what))


def _find(page: PageAt, item: WidgetItem) -> list[tuple[RegionAt, ItemAt]]:
    return [(region, at) for region, at in page.items() if at.item.shows(item.page)]


# A new widget


def _place(page: PageAt, item: WidgetItem, spot: Spot, api_version: str | None) -> Edit:
    region = _target(page, spot.region)
    identifier = ADDED_IDENTIFIER if isinstance(region, str) else IDENTIFIER
    new = _markup(page, item, _shape(page, api_version), identifier)
    if isinstance(region, str):
        splice = _add_region(page, region, new, spot.position)
        added = (f"added region {region}", f"placed {item.page} in region {region}")
        return Edit(page.document.apply([splice]), Action.PLACED, added, region)
    _check_room(page, region, len(region.items))
    index = slot(spot.position, len(region.holders))
    splice = _insertion(page, region, list(region.holders), index, new)
    what = (f"placed {item.page} in region {region.name}, {index + 1} of {len(region.holders) + 1}",)
    return Edit(page.document.apply([splice]), Action.PLACED, what, region.name)


def _shape(page: PageAt, api_version: str | None) -> Shape:
    default = Shape.of_version(api_version)
    holders = {holder.name for region in page.regions for holder in region.holders}
    items = ITEMS in holders if holders else default.items
    known = [at.instance.first("identifier") is not None for _, at in page.items()]
    needed = api_version is not None and default.identifiers  # or that version refuses the page
    return Shape(items, (items and needed) or any(known) if known else default.identifiers and items)


def _markup(page: PageAt, item: WidgetItem, shape: Shape, wanted: str) -> Markup:
    properties = {
        "height": str(item.height or DEFAULT_HEIGHT),
        "label": item.label or DEFAULT_LABEL,
        "pageName": item.page,
        "showLabel": "true" if item.show_label else "false",
    }
    return shape.component(VISUALFORCE, properties, _free_identifier(page, wanted))


def _free_identifier(page: PageAt, wanted: str) -> str:
    taken: set[str] = set()
    if wanted.casefold().encode() in page.document.data.lower():
        taken = {(page.document.child_text(at.instance, "identifier") or "").casefold() for _, at in page.items()}
    identifier, number = wanted, 1
    while identifier.casefold() in taken:
        number += 1
        identifier = f"{wanted}{number}"
    return identifier


def _target(page: PageAt, asked: str | None) -> RegionAt | str:
    """The region to use; a name when the template has a region that the page's file leaves out."""
    known = RECORD_TEMPLATES.get(page.template or "")
    in_template = known.regions if known else ()
    present: dict[str, RegionAt] = {}
    for region in page.regions:
        if region.name:
            present.setdefault(region.name, region)
    main = [region.name for region in page.regions if region.type == REGION and region.name]
    extra = [name for name in main if name not in in_template and not is_named_by_component(page.document.data, name)]
    if asked is None or asked.casefold() == SIDEBAR:
        # A region that a child page leaves out has the parent's content: rather use one that the file has.
        there = [region for region in in_template if region in main or not page.parent]
        name = sidebar_of(there) or sidebar_of(extra) or sidebar_of(in_template)
    else:
        folded = {region.casefold(): region for region in (*in_template, *present)}
        name = asked if asked in present else folded.get(asked.casefold())
    if name is None:
        listed = ", ".join((*in_template, *extra)) or "none"
        facets = [name for name in present if name not in in_template and name not in extra]
        also = f"; facets: {', '.join(facets)}" if facets else ""
        raise page.error(f"the page has no region {asked or SIDEBAR}", f"the regions there are: {listed}{also}")
    return present.get(name, name)


def _check_room(page: PageAt, region: RegionAt, count: int) -> None:
    if count >= MOST_ITEMS:
        raise page.error(
            f"region {region.name} is full: it holds {count} components, and {MOST_ITEMS} is the most",
            "name another region, or take a component out",
        )


def _insertion(page: PageAt, region: RegionAt, holders: list[Element], index: int, new: Markup | bytes) -> Splice:
    """Among the items, which stay consecutive: Salesforce refuses repeated elements that are not."""
    return page.document.insert(region.element, _before(region.element, holders, index), new)


def _before(region: Element, holders: list[Element], index: int) -> Element | None:
    if index:
        return holders[index - 1]
    if holders:
        at = region.children.index(holders[0])
        return region.children[at - 1] if at else None
    return region.first("appendable") if region.children and region.children[0].name == "appendable" else None


def _add_region(page: PageAt, name: str, new: Markup, position: Position | None) -> Splice:
    parts: list[Markup | str] = [ADDED_REGION, new]
    if page.parent:  # keep what the parent page shows there
        parts.append(Markup("mode", "Prepend" if position in {"first", 1} else "Append"))
    parts += [Markup("name", name), Markup("type", REGION)]
    root = page.document.root
    earlier = [child for child in root.children if child.name in {"description", "events", "flexiPageRegions"}]
    return page.document.insert(root, earlier[-1] if earlier else None, Markup("flexiPageRegions", tuple(parts)))


# A widget that is there


def _update(page: PageAt, at: ItemAt, item: WidgetItem) -> tuple[bytes, list[str]]:
    asked = {
        "height": None if item.height is None else str(item.height),
        "label": item.label,
        "showLabel": None if item.show_label is None else str(item.show_label).lower(),
    }
    splices: list[Splice] = []
    changes: list[str] = []
    missing: dict[str, str] = {}
    for name, value in asked.items():
        old = at.item.properties.get(name)
        if value is None or value == old:
            continue
        changes.append(f"{name} {old or 'not set'} -> {value}")
        if old is None:
            missing[name] = value
        else:
            splices.append(_set_property(page.document, at.instance, name, value))
    if missing:
        splices += _add_properties(page.document, at.instance, missing)
    return page.document.apply(splices), changes


def _set_property(document: Document, instance: Element, name: str, value: str) -> Splice:
    found = next(
        p for p in instance.all("componentInstanceProperties") if (document.child_text(p, "name") or "") == name
    )
    element = found.first("value")
    if element is not None:
        return document.replace_text(element, value)
    return document.insert(found, found.children[-1], Markup("value", value))


def _add_properties(document: Document, instance: Element, missing: dict[str, str]) -> list[Splice]:
    last = instance.all("componentInstanceProperties")[-1]
    return [
        document.insert(
            instance, last, Markup("componentInstanceProperties", (Markup("name", name), Markup("value", value)))
        )
        for name, value in missing.items()
    ]


def _move(page: PageAt, item: WidgetItem, spot: Spot) -> Edit | None:
    """The page with the widget moved, None when it stands right."""
    region, at = _find(page, item)[0]
    target = region if spot.region is None else _target(page, spot.region)
    same = target is region
    if same and spot.position is None:
        return None
    if isinstance(target, str):
        raise page.error(
            f"{item.page} stands in region {region.name} and cannot move to {target}, which this page leaves out",
            f"remove it first, or name a region that the page has: {', '.join(r.name for r in page.regions)}",
        )
    others = [holder for holder in target.holders if holder is not at.holder]
    index = slot(spot.position, len(others))
    if same and target.holders.index(at.holder) == index:
        return None
    if not same:
        _check_room(page, target, len(target.items))
    raw = page.document.raw(at.holder)
    if not same and at.item.identifier and at.item.identifier.startswith(ADDED_IDENTIFIER):
        raw = raw.replace(at.item.identifier.encode(), _free_identifier(page, IDENTIFIER).encode())
    splices = [_insertion(page, target, others, index, raw), *_removal(page, region, [at])]
    what = (f"moved {item.page} from region {region.name} to {target.name}, {index + 1} of {len(others) + 1}",)
    return Edit(page.document.apply(splices), Action.MOVED, what, target.name)


def _removal(page: PageAt, region: RegionAt, ours: list[ItemAt]) -> list[Splice]:
    """Take the items out, and the region with them when we had added it."""
    gone = {id(at.instance) for at in ours}
    if all(id(at.instance) in gone for at in region.items) and _is_added(page.document, region.element, ours):
        return [page.document.remove(region.element)]
    alone = {id(at.holder) for at in ours if all(id(c) in gone for c in at.holder.children) or at.holder is at.instance}
    holders = {id(at.holder): at.holder for at in ours if id(at.holder) in alone}
    rest = [at.instance for at in ours if id(at.holder) not in alone]
    return [page.document.remove(element) for element in (*holders.values(), *rest)]


def _is_added(document: Document, region: Element, ours: list[ItemAt]) -> bool:
    if any((at.item.identifier or "").startswith(ADDED_IDENTIFIER) for at in ours):
        return True
    head = document.data[document.inside(region) : region.children[0].start] if region.children else b""
    return f"<!-- {ADDED_REGION} -->".encode() in head
