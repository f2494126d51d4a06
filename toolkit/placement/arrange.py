"""Place the widget in an org: the pages that users get are edited, made or copied, and become what they get."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from urllib.parse import unquote

from toolkit.errors import Location, MetadataError, Problem
from toolkit.metadata.component import ComponentKey
from toolkit.placement.app_pages import AppScope, app_label, app_page, merge_app_page
from toolkit.placement.assigned import layouts_of_profiles
from toolkit.placement.flexipage import is_record_page_of, namespace_of, widgets
from toolkit.placement.inventory import Inventory
from toolkit.placement.item import Action, Edit, WidgetItem
from toolkit.placement.layout import layout_object, place_on_layout, read_layout
from toolkit.placement.new_page import (
    MADE,
    copy_name,
    copy_of,
    default_page_name,
    default_record_page,
    scoped_page_name,
)
from toolkit.placement.overrides import (
    MayTake,
    PageOverride,
    app_overrides,
    hiding,
    merge_override,
    never,
    org_default,
)
from toolkit.placement.request import Hidden
from toolkit.placement.widget import place_on_flexipage
from toolkit.placement.wish import Wish


def arrange(inventory: Inventory, wishes: Iterable[Wish], api_version: str, *, may_take: MayTake = never) -> None:
    """Stage every wish in the inventory, and note what would hide an org default.

    may_take is asked where a wish does not say take_over and another page holds what it wants. MetadataError holds
    what every wish is refused for.
    """
    wanted = tuple(wishes)
    _stage(inventory, wanted, api_version, may_take)
    _check_agreement(inventory, wanted, api_version, may_take)
    for wish in wanted:
        inventory.notes.setdefault(wish.object, [])
        if wish.lightning and wish.app is None:
            report_hidden(inventory, wish)


def _stage(inventory: Inventory, wishes: Iterable[Wish], api_version: str, may_take: MayTake) -> None:
    problems: list[Problem] = []
    for wish in wishes:
        for act in _Arranging(inventory, wish, api_version, may_take).acts():
            try:
                act()
            except MetadataError as error:
                problems += [replace(problem, where=problem.where or wish.where) for problem in error.problems]
    MetadataError.raise_any(dict.fromkeys(problems))


def _check_agreement(inventory: Inventory, wishes: tuple[Wish, ...], api_version: str, may_take: MayTake) -> None:
    """Refuse placements that undo one another: each must find nothing left to do after all of them."""
    problems: list[Problem] = []
    for wish in wishes if len(wishes) > 1 else ():
        again = inventory.staged()
        _stage(again, [wish], api_version, may_take)
        for key, _, _ in again.changes():
            what = (
                f"another placement of {wish.object} puts the widget elsewhere on {key.type} {unquote(key.full_name)}"
            )
            problems.append(Problem(what, wish.where, "give each page and layout one placement"))
    MetadataError.raise_any(dict.fromkeys(problems))


class _Arranging:
    """One wish on an inventory."""

    def __init__(self, inventory: Inventory, wish: Wish, api_version: str, may_take: MayTake) -> None:
        self._inventory = inventory
        self._wish = wish
        self._version = api_version
        self._may_take = may_take

    def acts(self) -> Iterable[Callable[[], None]]:
        wish = self._wish
        if wish.lightning:
            for form_factor in wish.form_factors if wish.org_default else ():
                yield partial(self._org_default, form_factor)
            for scope in wish.scopes():
                yield partial(self._in_app, scope)
            if not wish.org_default and wish.app is None:
                yield self._on_page_alone
        if wish.layouts:
            yield self._layouts

    # Who gets the page

    def _org_default(self, form_factor: str) -> None:
        inventory, wish = self._inventory, self._wish
        key = self._object()
        held = org_default(inventory.held(key), form_factor, inventory.path(key))
        page = wish.page or held or self._made(default_page_name(wish.object, wish.prefix))
        shown = self._place(page)
        override = PageOverride(shown, form_factor)
        edit = merge_override(
            inventory.held(key),
            override,
            take_over=self._takes(held, page, shown, override.question(held, wish.object)),
            source=inventory.path(key),
        )
        inventory.record(key, edit, wish.object)

    def _in_app(self, scope: AppScope) -> None:
        inventory, wish = self._inventory, self._wish
        key = inventory.find("CustomApplication", scope.app)
        if key is None:
            apps = ", ".join(app.full_name for app in inventory.of_type("CustomApplication")) or "none"
            raise MetadataError.of(f"the org has no app {scope.app}", mend=f"its apps are: {apps}")
        held = app_page(inventory.held(key), scope, inventory.path(key))
        page = wish.page or (held.content if held is not None else None) or self._for_app(scope)
        shown = self._place(page)
        holder = held.content if held is not None else None
        repointed = holder is not None and page == holder and shown != page
        question = f"{holder} is the {scope.words} for {wish.object}. Shall {shown} take its place?"
        edit = merge_app_page(
            inventory.held(key),
            scope,
            shown,
            take_over=self._takes(holder, page, shown, question),
            source=inventory.path(key),
        )
        if edit.changed and held is not None and scope.profile is not None and not repointed:
            forgotten = f"{held.content} is no longer the {scope.words}; sfmeta place --remove cannot give that back"
            inventory.note(wish.object, forgotten)
        inventory.record(key, edit, wish.object)

    def _takes(self, holder: str | None, page: str, shown: str, question: str) -> bool:
        """Whether the page shown may take what holder has; a copy takes the place of its managed page unasked."""
        if holder is None or holder == shown:
            return False
        return self._wish.take_over or page == holder or self._may_take(question)

    def _for_app(self, scope: AppScope) -> str:
        """The page for users of an app who get the org default today: that one when it has the widget, else a copy."""
        inventory, wish = self._inventory, self._wish
        key = self._object()
        default = org_default(inventory.held(key), scope.form_factor, inventory.path(key))
        page = inventory.find("FlexiPage", default) if default else None
        if default and page is not None and widgets(inventory.held(page), wish.item, inventory.path(page)):
            return default
        narrow = tuple(part for part in (scope.app, scope.profile, scope.record_type) if part)
        name = scoped_page_name(wish.object, narrow, wish.prefix)
        if page is None:
            return self._made(name)
        if inventory.find("FlexiPage", name) is None:
            self._copy(page, name)
        return name

    def _on_page_alone(self) -> None:
        inventory, wish = self._inventory, self._wish
        key = self._object()
        held = {org_default(inventory.held(key), form, inventory.path(key)) for form in wish.form_factors} - {None}
        pages = [wish.page] if wish.page else sorted(page for page in held if page)
        if not pages:
            mend = "name a page, or let the widget's page become the org default"
            raise MetadataError.of(f"{wish.object} has no org default page", mend=mend)
        for page in pages:
            if namespace_of(page):
                mend = "clone it in the Lightning App Builder and name the copy"
                raise MetadataError.of(f"{page} belongs to a managed package and cannot be edited", mend=mend)
            self._place(page)

    def _object(self) -> ComponentKey:
        key = self._inventory.find("CustomObject", self._wish.object)
        if key is None:
            mend = "check the API name; the object may need a feature that this org does not have"
            raise MetadataError.of(f"the org has no object {self._wish.object}", mend=mend)
        return key

    # Pages

    def _place(self, page: str) -> str:
        """Put the widget on a page, or on our copy of a managed one; the name of the page that has it then."""
        inventory, wish = self._inventory, self._wish
        key = inventory.find("FlexiPage", page)
        if key is None:
            mend = "look at it in the Lightning App Builder; a page of a managed package has to be cloned there"
            raise MetadataError.of(f"the org does not return the record page {page}", mend=mend)
        source = inventory.path(key)
        if not is_record_page_of(inventory.held(key), wish.object, source):
            mend = "name a page of that object"
            raise MetadataError.of(f"{page} is no record page of {wish.object}", where=Location(source), mend=mend)
        edit = self._edited(key)
        if namespace_of(page) and edit.changed:
            name = copy_name(page, wish.prefix)
            if inventory.find("FlexiPage", name) is None:
                self._copy(key, name)
            inventory.note(
                wish.object,
                f"{page} belongs to a managed package and cannot be edited: its copy {name} takes its place",
            )
            key = ComponentKey("FlexiPage", name)
            edit = self._edited(key)
        inventory.record(key, edit, wish.object)
        return key.full_name

    def _edited(self, key: ComponentKey) -> Edit:
        inventory, wish = self._inventory, self._wish
        data, source = inventory.held(key), inventory.path(key)
        item = wish.item if widgets(data, wish.item, source) else _new(wish)
        return place_on_flexipage(data, item, wish.spot, source=source, api_version=self._version)

    def _copy(self, page: ComponentKey, name: str) -> None:
        inventory = self._inventory
        data = copy_of(inventory.held(page), page.full_name, source=inventory.path(page))
        edit = Edit(data, Action.CREATED, (f"made a copy of {page.full_name}",))
        inventory.record(ComponentKey("FlexiPage", name), edit, self._wish.object)

    def _made(self, name: str) -> str:
        """A page like the one that Salesforce shows, unless we have made it before."""
        inventory, wish = self._inventory, self._wish
        if inventory.find("FlexiPage", name) is None:
            data = default_record_page(wish.object, self._version, None, description=MADE)
            edit = Edit(data, Action.CREATED, ("made a record page like the standard one",))
            inventory.record(ComponentKey("FlexiPage", name), edit, wish.object)
        return name

    # Layouts

    def _layouts(self) -> None:
        inventory, wish = self._inventory, self._wish
        for key in named_layouts(inventory, wish):
            data, source = inventory.held(key), inventory.path(key)
            item = wish.item if _on_layout(data, wish.item, source) else _new(wish)
            inventory.record(key, place_on_layout(data, item, wish.layout_spot, source=source), wish.object)


def _new(wish: Wish) -> WidgetItem:
    return replace(wish.item, label=wish.item.label or wish.label)


def _on_layout(data: bytes, item: WidgetItem, source: str) -> bool:
    sections = read_layout(data, source)
    items = (found for section in sections for column in section.columns for found in column)
    return any((found.page or "").casefold() == item.page.casefold() for found in items)


def named_layouts(inventory: Inventory, wish: Wish) -> list[ComponentKey]:
    """The object's layouts, or those that the wish names itself or by profiles.

    MetadataError names the layouts and profiles that the org does not have.
    """
    folded = wish.object.casefold()
    mine = [k for k in inventory.of_type("Layout") if layout_object(k.full_name).casefold() == folded]
    names = {unquote(key.full_name).casefold(): key for key in mine}
    found: list[ComponentKey] = []
    problems: list[Problem] = []
    shown = ", ".join(unquote(key.full_name).partition("-")[2] for key in mine) or "none"
    for name in (*wish.layout_names, *_assigned(inventory, wish)):
        full = unquote(name).casefold()
        key = names.get(full) or names.get(f"{folded}-{full}")
        if key is None:
            problems.append(Problem(f"{wish.object} has no layout {name}", mend=f"its layouts are: {shown}"))
        elif key not in found:
            found.append(key)
    if not mine and not problems:
        problems.append(Problem(f"the org has no layout of {wish.object}", mend="check the API name of the object"))
    MetadataError.raise_any(problems)
    return found if wish.layout_names or wish.layout_profiles else mine


def _assigned(inventory: Inventory, wish: Wish) -> tuple[str, ...]:
    profiles = {
        unquote(key.full_name): (inventory.held(key), inventory.path(key)) for key in inventory.of_type("Profile")
    }
    return layouts_of_profiles(profiles, wish.layout_profiles, wish.object)


def report_hidden(inventory: Inventory, wish: Wish) -> None:
    """Remember the overrides of apps, profiles and record types that show another page than the org default."""
    key = inventory.find("CustomObject", wish.object)
    data = inventory.held(key) if key is not None else None
    found = inventory.hidden.setdefault(wish.object, [])
    for app in inventory.of_type("CustomApplication"):
        overrides = app_overrides(inventory.held(app), app.full_name, inventory.path(app))
        label = app_label(inventory.held(app), inventory.path(app))
        for form_factor in wish.form_factors:
            default = org_default(data, form_factor) if data else None
            for override in hiding(overrides, wish.object, default):
                page = inventory.find("FlexiPage", override.content or "")
                has = page is not None and bool(widgets(inventory.held(page), wish.item, inventory.path(page)))
                hidden = Hidden(override, has_widget=has, app_label=label)
                if (override.form_factor or form_factor) == form_factor and hidden not in found:
                    found.append(hidden)
