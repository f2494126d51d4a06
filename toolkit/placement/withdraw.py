"""Take the widget out of an org again: just our item, the assignments as they were, and the pages that we made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from toolkit.errors import MetadataError, Problem
from toolkit.metadata.compare import differences
from toolkit.metadata.component import Component, ComponentFile, ComponentKey
from toolkit.placement.app_pages import release_app_page, scopes_of
from toolkit.placement.arrange import named_layouts
from toolkit.placement.flexipage import is_record_page_of, namespace_of
from toolkit.placement.inventory import Inventory
from toolkit.placement.item import Action, Edit
from toolkit.placement.layout import place_on_layout, remove_from_layout
from toolkit.placement.new_page import MADE, copy_of, default_record_page, made_here, origin_of
from toolkit.placement.overrides import (
    FORM_FACTORS,
    PageOverride,
    app_overrides,
    object_overrides,
    org_default,
    release_override,
    set_by_us,
)
from toolkit.placement.standing import layout_stands, page_stands
from toolkit.placement.undo import Undo, default_of, item_of, said
from toolkit.placement.widget import Spot, place_on_flexipage, remove_from_flexipage
from toolkit.placement.wish import Wish


def withdraw(inventory: Inventory, wishes: Iterable[Wish], api_version: str, undos: Iterable[Undo | None] = ()) -> None:
    """Stage the way back for every wish: the widget off the object's pages and layouts, our assignments undone.

    lightning and layouts of a wish say where to look; one that names a page or layouts is limited to those. An
    assignment that somebody else has made since stays; so does a page of ours that somebody has edited or still
    uses, with a note. undos, one a wish, say what was there before: that stays, and gets back what it was.
    MetadataError with what is refused.
    """
    problems: list[Problem] = []
    known = iter(undos)
    for wish in wishes:
        inventory.notes.setdefault(wish.object, [])
        try:
            _Withdrawing(inventory, wish, api_version, next(known, None)).act()
        except MetadataError as error:
            problems += [replace(problem, where=problem.where or wish.where) for problem in error.problems]
    MetadataError.raise_any(dict.fromkeys(problems))


class _Withdrawing:
    def __init__(self, inventory: Inventory, wish: Wish, api_version: str, undo: Undo | None) -> None:
        self._inventory = inventory
        self._wish = wish
        self._version = api_version
        self._undo = undo

    def act(self) -> None:
        if self._wish.layouts:
            self._layouts()
        if self._wish.lightning:
            self._org_default()
            self._apps()
            for key in self._pages():
                self._page(key)

    def _layouts(self) -> None:
        inventory, wish = self._inventory, self._wish
        try:
            layouts = named_layouts(inventory, wish)
        except MetadataError:
            if wish.layout_names or wish.layout_profiles:
                raise
            return  # an object without layouts has none to clean
        for key in layouts:
            edit = self._as_before(key) or remove_from_layout(
                inventory.held(key), wish.item, source=inventory.path(key)
            )
            if edit.changed or wish.layout_names or wish.layout_profiles:
                inventory.record(key, edit, wish.object)

    # Assignments

    def _org_default(self) -> None:
        inventory, wish = self._inventory, self._wish
        key = inventory.find("CustomObject", wish.object)
        if key is None:
            return
        for form_factor in FORM_FACTORS:
            data, source = inventory.held(key), inventory.path(key)
            page = org_default(data, form_factor, source)
            if page is None or not self._gives_up(default_of(form_factor), page):
                continue
            override = PageOverride(page, form_factor)
            if set_by_us(data, override, source=source):
                inventory.record(key, release_override(data, override, source=source), wish.object)

    def _apps(self) -> None:
        inventory, wish = self._inventory, self._wish
        for key in inventory.of_type("CustomApplication"):
            source = inventory.path(key)
            for scope, page in scopes_of(app_overrides(inventory.held(key), key.full_name, source), wish.object):
                held = inventory.find("FlexiPage", page)
                ours = held is not None and made_here(inventory.held(held), source=inventory.path(held))
                narrow = scope.profile is not None or scope.record_type is not None
                known = self._undo.former(scope.words, page) if self._undo is not None else None
                if not self._gives_up(scope.words, page) or (narrow and not ours and known is None):
                    continue
                before = origin_of(inventory.held(held), source=inventory.path(held)) if held is not None else None
                managed = before if before and namespace_of(before) else None
                edit = release_app_page(inventory.held(key), scope, page, before=known or managed, source=source)
                if edit.changed:
                    inventory.record(key, edit, wish.object)

    def _gives_up(self, whom: str, page: str) -> bool:
        """Whether an assignment of that page may end; one that was there before us stays."""
        return self._concerns(page) and not (self._undo is not None and self._undo.showed(whom, page))

    def _concerns(self, page: str) -> bool:
        return self._wish.page is None or self._wish.page.casefold() == page.casefold()

    def _as_before(self, key: ComponentKey) -> Edit | None:
        """A widget that stood there before us: as it was, unless others have changed it since; None for ours."""
        inventory, wish = self._inventory, self._wish
        data, source = inventory.held(key), inventory.path(key)
        kept = self._undo.kept(said(key)) if self._undo is not None else None
        if kept is None:
            return None if self._undo is None or self._undo.came else Edit(data, Action.UNCHANGED, ())
        was, ours = kept
        read = layout_stands if key.type == "Layout" else page_stands
        now = read(data, wish.item, source)
        if now in {was, None} or was == ours:
            return Edit(data, Action.UNCHANGED, ())
        if now != ours:
            inventory.note(wish.object, f"others have changed the widget on {said(key)} since; it stays as it is")
            return Edit(data, Action.UNCHANGED, ())
        item = item_of(was, wish.item.page)
        if key.type == "Layout":
            return place_on_layout(data, item, source=source)
        moved = (was.place, was.position) != (ours.place, ours.position) if ours is not None else False
        spot = Spot(was.place, was.position) if moved else Spot()
        return place_on_flexipage(data, item, spot, source=source, api_version=self._version)

    # Pages

    def _pages(self) -> list[ComponentKey]:
        inventory, wish = self._inventory, self._wish
        folded = wish.object.casefold().encode()
        mine = [
            key
            for key in inventory.of_type("FlexiPage")
            if self._concerns(key.full_name)
            and not namespace_of(key.full_name)
            and folded in inventory.held(key).lower()
            and is_record_page_of(inventory.held(key), wish.object, inventory.path(key))
        ]
        if wish.page is not None and not mine:
            raise MetadataError.of(f"the org has no record page {wish.page} of {wish.object}", mend="check the name")
        return mine

    def _page(self, key: ComponentKey) -> None:
        inventory, wish = self._inventory, self._wish
        data, source = inventory.held(key), inventory.path(key)
        edit = self._as_before(key) or remove_from_flexipage(data, wish.item, source=source)
        if not made_here(data, source=source):
            if edit.changed or wish.page is not None:
                inventory.record(key, edit, wish.object)
            return
        user = self._user_of(key.full_name)
        if user is None and not edit.changed:
            return  # taken out earlier; what is left of it was kept for a reason that was said then
        if user is None and self._is_as_made(key, edit.data):
            what = (*edit.what, "deleted the page, which was made for the widget")
            inventory.record(key, Edit(data, Action.DELETED, what), wish.object, gone=True)
            return
        why = f"it is the page of {user}" if user else "it has been edited since it was made for the widget"
        if edit.changed:
            inventory.note(wish.object, f"kept {key.full_name}: {why}")
            inventory.record(key, edit, wish.object)

    def _user_of(self, page: str) -> str | None:
        """Who still gets the page after the edits so far."""
        inventory = self._inventory
        for key in inventory.of_type("CustomObject"):
            if any(o.content == page for o in object_overrides(inventory.held(key), inventory.path(key))):
                return f"the org default of {key.full_name}"
        for key in inventory.of_type("CustomApplication"):
            for override in app_overrides(inventory.held(key), key.full_name, inventory.path(key)):
                if override.content == page:
                    return override.for_whom
        return None

    def _is_as_made(self, key: ComponentKey, data: bytes) -> bool:
        """Whether nobody has edited the page that we made; data is what it is without the widget."""
        inventory, wish = self._inventory, self._wish
        origin = origin_of(data, source=inventory.path(key))
        if origin is None:
            made = default_record_page(wish.object, self._version, None, description=MADE)
        else:
            held = inventory.find("FlexiPage", origin)
            if held is None:
                return False
            bare = remove_from_flexipage(inventory.held(held), wish.item, source=inventory.path(held))
            made = copy_of(bare.data, origin, source=inventory.path(held))
        return not differences(_page_of(made), _page_of(data))


def _page_of(data: bytes) -> Component:
    return Component("FlexiPage", "page", (ComponentFile("flexipages/page.flexipage", data),))
