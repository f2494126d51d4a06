"""What the ledger keeps of a placement, and the wishes that take it back."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.metadata.component import Component, ComponentFile
from toolkit.placement.flexipage import VISUALFORCE, read_page
from toolkit.placement.inventory import Inventory
from toolkit.placement.item import WidgetItem
from toolkit.placement.layout import layout_object, read_layout
from toolkit.placement.overrides import FORM_FACTORS, overrides_alone
from toolkit.placement.wish import Wish
from toolkit.release.seen import Seen


def seen_of(inventory: Inventory) -> Seen:
    """Every component that the placement looked at to edit, as the org had it; of an object only its overrides."""
    held = inventory.original()
    keys = inventory.touched()
    return Seen(
        tuple(_kept(component) for key in keys if (component := held.found(key)) is not None),
        tuple(key for key in keys if held.found(key) is None),
    )


def _kept(component: Component) -> Component:
    if component.type != "CustomObject":
        return component
    file = component.files[0]
    alone = overrides_alone(file.content, FORM_FACTORS, source=file.path)
    return Component(component.type, component.full_name, (ComponentFile(file.path, alone),))


def wishes_between(before: Seen, after: Seen) -> tuple[Wish, ...]:
    """A wish for each widget that stands on a page or layout in after and stood on none of that object before."""
    old = set(_widgets(before))
    found = [pair for pair in dict.fromkeys(_widgets(after)) if pair not in old]
    return tuple(Wish(object_name, WidgetItem(page), layouts=True) for object_name, page in found)


def _widgets(seen: Seen) -> Iterator[tuple[str, str]]:
    """Objects with the Visualforce pages that stand on their pages and layouts."""
    readers = {"FlexiPage": _on_page, "Layout": _on_layout}
    for component in seen.components:
        reader = readers.get(component.type)
        if reader is not None:
            yield from reader(component)


def _on_page(component: Component) -> Iterator[tuple[str, str]]:
    page = read_page(component.files[0].content, component.files[0].path)
    for item in (item for region in page.regions for item in region.items):
        if item.component == VISUALFORCE and page.object and "pageName" in item.properties:
            yield page.object, item.properties["pageName"]


def _on_layout(component: Component) -> Iterator[tuple[str, str]]:
    sections = read_layout(component.files[0].content, component.files[0].path)
    for item in (item for section in sections for column in section.columns for item in column):
        if item.page is not None:
            yield layout_object(component.full_name), item.page
