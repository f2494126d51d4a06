"""What a placement reads of an org: objects, apps, pages and layouts, in one listing and two retrieves.

The second retrieve is for the pages that the overrides of the first one name; taking a widget out may need a third,
for the managed pages that we made copies of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from urllib.parse import unquote

from toolkit.errors import MetadataError, Problem, ReleaseError
from toolkit.metadata.component import Component, ComponentKey
from toolkit.metadata.soap import FileProperties
from toolkit.org import soql
from toolkit.placement.find import check_controller
from toolkit.placement.flexipage import namespace_of
from toolkit.placement.inventory import Inventory
from toolkit.placement.layout import layout_object
from toolkit.placement.new_page import MADE, copy_name, default_page_name, origin_of, scoped_page_name
from toolkit.placement.overrides import FLEXIPAGE, VIEW, Override, app_overrides, object_overrides
from toolkit.placement.wish import Wish
from toolkit.release import jobs
from toolkit.release.people import Named, profiles
from toolkit.release.step import Context

_QUERIES_AT_ONCE = 3
"""What one listMetadata call takes."""


def resolved(ctx: Context, wishes: Iterable[Wish]) -> tuple[Wish, ...]:
    """The wishes with the names of profiles that metadata uses.

    ReleaseError names every profile and record type that the org does not have.
    """
    wanted = tuple(wishes)
    problems: list[Problem] = []
    found: list[Wish] = []
    names = _profile_names(ctx, wanted, problems)
    for wish in wanted:
        if wish.record_type is not None and not _has_record_type(ctx, wish.object, wish.record_type):
            mend = "use its API name, without the object"
            problems.append(Problem(f"{wish.object} has no record type {wish.record_type}", wish.where, mend))
        layout_profiles = tuple(names.get(name, name) for name in wish.layout_profiles)
        profile = names.get(wish.profile, wish.profile) if wish.profile else None
        found.append(replace(wish, profile=profile, layout_profiles=layout_profiles))
    ReleaseError.raise_any(dict.fromkeys(problems))
    return tuple(found)


def _profile_names(ctx: Context, wishes: tuple[Wish, ...], problems: list[Problem]) -> Mapping[str, str]:
    """The metadata name by the name that a wish uses, which is that or the one that admins see."""
    asked = {name: wish.where for wish in wishes for name in (wish.profile, *wish.layout_profiles) if name is not None}
    if not asked:
        return {}
    by_id = {row.id[:15]: row.full_name for row in ctx.org.list_metadata(("Profile", None)) if row.id}
    known = {unquote(name): name for name in by_id.values()}
    ids = profiles(ctx.org, [Named(name, where) for name, where in asked.items() if name not in known], problems)
    shown = {name: by_id[found[:15]] for name, found in ids.items() if found[:15] in by_id}
    return {name: known[name] for name in asked if name in known} | shown


def _has_record_type(ctx: Context, object_name: str, record_type: str) -> bool:
    where = soql.all_of(soql.equals("SobjectType", object_name), soql.equals("DeveloperName", record_type))
    return bool(ctx.org.query(soql.select("Id", source="RecordType", where=where)))


def read_inventory(ctx: Context, wishes: tuple[Wish, ...], *, every_page: bool) -> Inventory:
    """What the wishes concern. every_page reads all record pages of the org's own, to find each that has the widget."""
    listed = _listed(ctx, wishes, every_page=every_page)
    wanted = dict.fromkeys([*_named(wishes), *_of_list(listed, wishes)])
    found = dict(jobs.retrieve(ctx, (_request(key) for key in wanted)))
    pages = dict.fromkeys(_pages_shown(found.values(), wishes))
    more = [_request(key) for key in pages if key not in wanted]
    if more:
        found |= jobs.retrieve(ctx, more)
    origins = [_request(key) for key in dict.fromkeys(_origins(found.values())) if key not in found]
    if origins and every_page:
        found |= jobs.retrieve(ctx, origins)
    return Inventory([*found.values(), *_coming_apps(ctx, wishes, found)])


def _coming_apps(ctx: Context, wishes: tuple[Wish, ...], found: Mapping[ComponentKey, Component]) -> list[Component]:
    """The apps of wishes that this very release brings: when the placement is applied, the org has them."""
    asked = {wish.app for wish in wishes if wish.app is not None}
    apps = (component for component in ctx.bundle if component.type == "CustomApplication")
    return [app for app in apps if app.full_name in asked and app.key not in found]


def _listed(ctx: Context, wishes: tuple[Wish, ...], *, every_page: bool) -> list[FileProperties]:
    types = ["CustomApplication"]
    types += ["Layout"] if any(wish.layouts for wish in wishes) else []
    types += ["FlexiPage"] if every_page else []
    rows: list[FileProperties] = []
    for start in range(0, len(types), _QUERIES_AT_ONCE):
        rows += ctx.org.list_metadata(*((name, None) for name in types[start : start + _QUERIES_AT_ONCE]))
    return rows


def _named(wishes: tuple[Wish, ...]) -> Iterator[ComponentKey]:
    for wish in wishes:
        yield ComponentKey("CustomObject", wish.object)
        yield ComponentKey("ApexPage", wish.item.page)
        yield from (ComponentKey("Profile", name) for name in wish.layout_profiles if wish.layouts)
        if wish.lightning:
            yield ComponentKey("FlexiPage", default_page_name(wish.object, wish.prefix))
            if wish.page is not None:
                yield from _with_copy(wish.page, wish)
            if wish.app is not None:
                narrow = tuple(part for part in (wish.app, wish.profile, wish.record_type) if part)
                yield ComponentKey("FlexiPage", scoped_page_name(wish.object, narrow, wish.prefix))


def _of_list(listed: Iterable[FileProperties], wishes: tuple[Wish, ...]) -> Iterator[ComponentKey]:
    objects = {wish.object.casefold() for wish in wishes}
    for row in listed:
        if row.type == "Layout" and layout_object(row.full_name).casefold() not in objects:
            continue
        if row.type == "FlexiPage" and namespace_of(row.full_name):
            continue
        yield ComponentKey(row.type, row.full_name)


def _with_copy(page: str, wish: Wish) -> Iterator[ComponentKey]:
    yield ComponentKey("FlexiPage", page)
    if namespace_of(page):
        yield ComponentKey("FlexiPage", copy_name(page, wish.prefix))


def _pages_shown(found: Iterable[Component], wishes: tuple[Wish, ...]) -> Iterator[ComponentKey]:
    by_object = {wish.object.casefold(): wish for wish in wishes}
    for component in found:
        for override in _overrides(component):
            owner = override.object if component.type == "CustomApplication" else component.full_name
            wish = by_object.get((owner or "").casefold())
            if wish is not None and override.action == VIEW and override.type == FLEXIPAGE and override.content:
                yield from _with_copy(override.content, wish)


def _origins(found: Iterable[Component]) -> Iterator[ComponentKey]:
    """The pages that there are copies of ours of: what a copy is compared with before it goes."""
    for component in found:
        file = component.files[0]
        if component.type == "FlexiPage" and MADE.encode() in file.content:
            try:
                origin = origin_of(file.content, source=file.path)
            except MetadataError as error:
                raise ReleaseError(*error.problems) from None
            if origin is not None:
                yield ComponentKey("FlexiPage", origin)


def _overrides(component: Component) -> tuple[Override, ...]:
    file = component.files[0]
    try:
        if component.type == "CustomObject":
            return object_overrides(file.content, file.path)
        if component.type == "CustomApplication":
            return app_overrides(file.content, component.full_name, file.path)
    except MetadataError as error:
        raise ReleaseError(*error.problems) from None
    return ()


def _request(key: ComponentKey) -> Component:
    return Component(key.type, key.full_name, (), (key,))


def check_pages(ctx: Context, inventory: Inventory, wishes: Iterable[Wish]) -> None:
    """ReleaseError for every Visualforce page that neither org nor bundle has, or that is on another controller."""
    coming = {
        component.full_name.casefold(): next(f.content for f in component.files if f.path.endswith(".page"))
        for component in ctx.bundle
        if component.type == "ApexPage"
    }
    problems: list[Problem] = []
    for page, object_name, where in dict.fromkeys((wish.item.page, wish.object, wish.where) for wish in wishes):
        key = inventory.find("ApexPage", page)
        markup = coming.get(page.casefold()) or (inventory.held(key) if key is not None else None)
        if markup is None:
            mend = "deploy it first (sfmeta deploy), or name another with --vf-page"
            problems.append(Problem(f"the org has no Visualforce page {page}", where, mend))
            continue
        try:
            check_controller(markup, page, object_name, where)
        except MetadataError as error:
            problems += error.problems
    ReleaseError.raise_any(problems)
