"""Record pages and layouts, from retrieved metadata. Two retrieves: the overrides say which pages are to be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import unquote

from toolkit.config.model import Package
from toolkit.errors import MetadataError, Problem, RequestError
from toolkit.metadata.component import Component, ComponentKey
from toolkit.metadata.soap import FileProperties
from toolkit.org import soql
from toolkit.placement.assigned import assignments
from toolkit.placement.flexipage import FACET, VISUALFORCE, open_record_page
from toolkit.placement.layout import layout_object, read_layout
from toolkit.placement.overrides import VIEW, Override, app_overrides, object_overrides
from toolkit.release import jobs
from toolkit.release.step import Context
from toolkit.release.verify.facts import AppPages, PageFacts, WidgetFact
from toolkit.release.verify.ids import short

T = TypeVar("T")
Found = Mapping[ComponentKey, Component]
_NO_ID = "000000000000000"


@dataclass(frozen=True, slots=True)
class Listing:
    """What the org lists: Lightning and classic apps, profiles, and the layouts of objects that are placed on one.

    apps: the id by name, None where the org tells none (standard apps). profiles: the metadata name by id. Names are
    URL-encoded where the org lists them so, because a retrieve takes them as they are listed.
    """

    apps: Mapping[str, str | None]
    profiles: Mapping[str, str]
    layouts: tuple[str, ...]

    @property
    def app_ids(self) -> dict[str, str]:
        return {name: app_id for name, app_id in self.apps.items() if app_id is not None}


def read_listing(ctx: Context, package: Package) -> Listing:
    """One call: listMetadata takes three queries."""
    objects = {p.object.casefold() for p in package.placements if p.target in ("layout", "both")}
    types = ("CustomApplication", "Profile", *(("Layout",) if objects else ()))
    rows = ctx.org.list_metadata(*((name, None) for name in types))
    apps = {row.full_name: _id(row) for row in rows if row.type == "CustomApplication"}
    profiles = {short(row.id): row.full_name for row in rows if row.type == "Profile"}
    layouts = [row.full_name for row in rows if row.type == "Layout"]
    mine = [name for name in layouts if layout_object(name).casefold() in objects]
    return Listing(dict(sorted(apps.items())), profiles, tuple(sorted(mine)))


def _id(row: FileProperties) -> str | None:
    return row.id if row.id and short(row.id) != _NO_ID else None


def retrieve_overrides(
    ctx: Context, package: Package, listing: Listing, certificates: Iterable[str], profiles: Iterable[str]
) -> Found:
    """Objects, apps and certificates in one retrieve; with layouts, the profiles that assign them too."""
    wanted = [_key("CustomObject", widget.object) for widget in package.widget.objects]
    wanted += [_key("CustomApplication", name) for name in listing.apps]
    wanted += [_key("Certificate", name) for name in certificates]
    wanted += [_key("Layout", name) for name in listing.layouts]
    wanted += [_key("Profile", name) for name in profiles] if listing.layouts else []
    return jobs.retrieve(ctx, wanted)


def _key(type_name: str, full_name: str) -> Component:
    return Component(type_name, full_name, (), (ComponentKey(type_name, full_name),))


def profile_files(ctx: Context, package: Package, listing: Listing) -> dict[str, str]:
    """The metadata name (URL-encoded) of each profile that placements name, by that name in lower case.

    One that the org does not have is left out: the placement step says so.
    """
    asked = {name.casefold(): name for placement in package.placements for name in placement.layout_profiles}
    known = {unquote(name).casefold(): name for name in listing.profiles.values()}
    found = {folded: known[folded] for folded in asked if folded in known}
    for part in soql.parts(name for folded, name in asked.items() if folded not in found):
        for row in ctx.org.query(soql.select("Id", "Name", source="Profile", where=soql.one_of("Name", part))):
            if short(row.id) in listing.profiles:
                found[row.need("Name").casefold()] = listing.profiles[short(row.id)]
    return found


def read_pages(ctx: Context, package: Package, listing: Listing, found: Found, files: Mapping[str, str]) -> PageFacts:
    """The facts of pages, from what `retrieve_overrides` found."""
    wanted = {widget.object.casefold() for widget in package.widget.objects}
    overrides = {
        component.full_name.casefold(): _overrides_of(component)
        for component in _of(found, "CustomObject")
        if component.full_name.casefold() in wanted
    }
    apps = tuple(
        AppPages(component.full_name, listing.apps.get(component.full_name), _overrides_in(component))
        for component in _of(found, "CustomApplication")
    )
    every = [*(o for held in overrides.values() for o in held), *(o for app in apps for o in app.overrides)]
    names = sorted({o.content for o in every if _is_page(o, overrides) and o.content})
    return PageFacts(
        overrides=overrides,
        apps=apps,
        pages=_pages(ctx, names),
        layouts={unquote(c.full_name): _on_layout(c) for c in _of(found, "Layout")},
        assigned={unquote(c.full_name).casefold(): _assignments(c) for c in _of(found, "Profile")},
        profile_files=files,
    )


def _of(found: Found, type_name: str) -> list[Component]:
    return [component for key, component in sorted(found.items()) if key.type == type_name]


def _is_page(override: Override, objects: Mapping[str, object]) -> bool:
    """A record page of one of our objects; those of an object's own file name no object."""
    mine = override.object is None or override.object.casefold() in objects
    return override.action == VIEW and override.type == "Flexipage" and mine


def _overrides_of(component: Component) -> tuple[Override, ...]:
    return _told(component, object_overrides)


def _overrides_in(component: Component) -> tuple[Override, ...]:
    return _told(component, lambda data, source: app_overrides(data, component.full_name, source))


def _pages(ctx: Context, names: list[str]) -> dict[str, tuple[WidgetFact, ...] | None]:
    pages: dict[str, tuple[WidgetFact, ...] | None] = dict.fromkeys(names)
    if names:
        for component in _of(jobs.retrieve(ctx, [_key("FlexiPage", name) for name in names]), "FlexiPage"):
            pages[component.full_name] = _told(component, _widgets)
    return pages


def _widgets(data: bytes, source: str) -> tuple[WidgetFact, ...]:
    """Every Visualforce component of a page. A facet shows when a property of some component names it."""
    page = open_record_page(data, source)
    named = {value for _, at in page.items() for value in at.item.properties.values()}
    return tuple(
        WidgetFact(
            page=at.item.properties.get("pageName", ""),
            region=region.name,
            conditional=at.instance.first("visibilityRule") is not None,
            shown=region.type != FACET or region.name in named,
        )
        for region, at in page.items()
        if at.item.component == VISUALFORCE
    )


def _on_layout(component: Component) -> frozenset[str]:
    sections = _told(component, read_layout)
    items = (item for section in sections for column in section.columns for item in column)
    return frozenset(item.page.casefold() for item in items if item.page)


def _assignments(component: Component) -> tuple[tuple[str | None, str], ...]:
    return tuple((one.record_type, one.layout) for one in _told(component, assignments))


def _told(component: Component, reader: Callable[[bytes, str], T]) -> T:
    """What a reader makes of a component's file; an answer that is no such metadata is the org's fault."""
    file = component.files[0]
    try:
        return reader(file.content, file.path)
    except MetadataError as error:
        problems = [Problem(f"retrieve metadata: {problem.message}", problem.where) for problem in error.problems]
        raise RequestError(*problems) from None
