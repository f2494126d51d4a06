"""What a placement found before it changed anything, so that taking it back leaves what was there.

A widget that somebody else had placed stays where it stood, with the height and label that it had; an entry of a
profile, which has no comment to remember in, gets its former page again. Others' later changes are left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import unquote

from toolkit.metadata.component import ComponentKey
from toolkit.placement.app_pages import AppScope, app_page
from toolkit.placement.inventory import Inventory
from toolkit.placement.item import HEIGHTS, WidgetItem
from toolkit.placement.new_page import default_page_name
from toolkit.placement.overrides import FORM_FACTORS, org_default
from toolkit.placement.standing import Stands, layout_stands, page_stands
from toolkit.placement.widget import Spot
from toolkit.placement.wish import Wish

_STANDS = {"FlexiPage": page_stands, "Layout": layout_stands}


@dataclass(frozen=True, slots=True)
class Held:
    """What an org has of one placement.

    widgets: where the widget stands, by page or layout (`FlexiPage A`), None for one without it. shown: the page by
    whom it is shown to (`org default (Large)`, `default of app Sales, profile Admin`), None for Salesforce's own.
    """

    widgets: Mapping[str, Stands | None]
    shown: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Undo:
    """How a placement is taken back: before is what it found, after what it left."""

    before: Held
    after: Held

    @property
    def came(self) -> bool:
        """Whether the widget came anywhere; otherwise it was only changed, or a page that has it became a default."""
        return any(stands and not self.before.widgets.get(name) for name, stands in self.after.widgets.items())

    def kept(self, component: str) -> tuple[Stands, Stands | None] | None:
        """The widget as it stood before and as we left it; None where it came with us."""
        was = self.before.widgets.get(component)
        return None if was is None else (was, self.after.widgets.get(component))

    def showed(self, whom: str, page: str) -> bool:
        """Whether it was that page before, too."""
        return self.before.shown.get(whom) == page

    def former(self, whom: str, page: str) -> str | None:
        """The page that was shown before ours; None where there was none, or the page is not ours."""
        return self.before.shown.get(whom) if self.after.shown.get(whom) == page else None


def again(wish: Wish, undo: Undo) -> tuple[Wish, ...]:
    """The wishes that bring back what a removal took: the widget where it stood, and the defaults that went with it.

    The wish itself where the removal took nothing that is known.
    """
    found: list[Wish] = []
    for name, stands in undo.before.widgets.items():
        if stands is None or undo.after.widgets.get(name) is not None:
            continue
        kind, _, full_name = name.partition(" ")
        there = replace(wish, item=item_of(stands, wish.item.page), take_over=True, layout_profiles=())
        if kind == "Layout":
            found.append(replace(there, lightning=False, layouts=True, layout_names=(full_name,)))
            continue
        forms = tuple(form for form in FORM_FACTORS if undo.before.shown.get(default_of(form)) == full_name)
        made = full_name == default_page_name(wish.object, wish.prefix)
        found.append(
            replace(
                there,
                layouts=False,
                page=None if made else full_name,
                spot=Spot(stands.place, stands.position),
                org_default=bool(forms),
                form_factors=forms or wish.form_factors,
            )
        )
    return tuple(found) or (wish,)


def item_of(stands: Stands, page: str) -> WidgetItem:
    """A widget as it stood; what cannot be asked for (a height out of range) is left as it is."""
    height = int(stands.height) if stands.height and stands.height.isdigit() else 0
    return WidgetItem(
        page,
        height=height if height in HEIGHTS else None,
        label=stands.label or None,
        show_label=None if stands.show_label is None else stands.show_label == "true",
    )


def held_in(inventory: Inventory, wish: Wish, components: Iterable[ComponentKey]) -> Held:
    """What the org had of a placement when the inventory was read."""
    widgets = {
        said(key): _STANDS[key.type](inventory.was(key), wish.item, inventory.path(key))
        for key in components
        if key.type in _STANDS
    }
    key = inventory.find("CustomObject", wish.object)
    data = inventory.was(key) if key is not None else None
    shown = {default_of(form): org_default(data, form) if data else None for form in FORM_FACTORS}
    return Held(widgets, shown | {scope.words: _page_of(inventory, scope) for scope in wish.scopes()})


def said(key: ComponentKey) -> str:
    """A page or layout by a name that is the same however the org encodes it."""
    return f"{key.type} {unquote(key.full_name)}"


def default_of(form_factor: str) -> str:
    return f"org default ({form_factor})"


def _page_of(inventory: Inventory, scope: AppScope) -> str | None:
    key = inventory.find("CustomApplication", scope.app)
    data = inventory.was(key) if key is not None else None
    found = app_page(data, scope) if data is not None else None
    return found.content if found is not None else None
