"""What a placement needs and what it edits in a project folder: the Visualforce page, record pages and layouts."""

from __future__ import annotations

import re
from urllib.parse import unquote

from toolkit.errors import Location, MetadataError, Problem
from toolkit.metadata.edit import is_wide
from toolkit.placement.assigned import layouts_of_profiles
from toolkit.placement.flexipage import is_record_page_of, namespace_of
from toolkit.placement.folder import Folder, Found
from toolkit.placement.layout import layout_object
from toolkit.placement.request import Outcome, Request

_PAGE_TAG = re.compile(r"""<apex:page\b((?:[^>"']|"[^"]*"|'[^']*')*)>""", re.IGNORECASE)
_CONTROLLER = re.compile(r"""\bstandardController\s*=\s*["']([^"']*)["']""", re.IGNORECASE)


def check_visualforce(folder: Folder, request: Request) -> None:
    """The Visualforce page is in the project and on the object's standard controller."""
    name = request.item.page
    if not request.check_page:
        return
    where = Location(folder.where(folder.root))
    found = next((f for f in folder.of_kind("ApexPage") if f.name.casefold() == name.casefold()), None)
    if found is None:
        raise MetadataError.of(
            f"the project has no Visualforce page {name}",
            where=where,
            mend="generate it first, name another with --vf-page, or say --no-page-check when the org has it",
        )
    check_controller(folder.read(found.path), name, request.object, Location(folder.where(found.path)))


def check_controller(markup: bytes, page: str, object_name: str, where: Location | None = None) -> None:
    """MetadataError when a Visualforce page is not on the standard controller of the object."""
    tag = _PAGE_TAG.search(markup.decode("utf-8", "replace"))
    controller = _CONTROLLER.search(tag[1]) if tag else None
    said = controller[1] if controller else None
    if (said or "").casefold() != object_name.casefold():
        has = f"the standard controller {said}" if said else "no standard controller"
        raise MetadataError.of(
            f"Visualforce page {page} has {has}, not {object_name}",
            where=where,
            mend=f'a page for {object_name} begins <apex:page standardController="{object_name}"',
        )


def record_pages(folder: Folder, request: Request, outcome: Outcome) -> list[Found]:
    """The object's record pages, or the one that was named; managed ones are left out with a note."""
    mine = [found for found in folder.of_kind("FlexiPage") if _is_of(folder, found, request.object)]
    if request.page is not None:
        named = [found for found in mine if found.name == request.page]
        if not named:
            names = ", ".join(dict.fromkeys(found.name for found in mine)) or "none"
            raise MetadataError.of(
                f"{request.object} has no record page {request.page} here",
                where=Location(folder.where(folder.root)),
                mend=f"its record pages are: {names}",
            )
        if namespace_of(request.page):
            raise MetadataError.of(
                f"{request.page} belongs to a managed package and cannot be edited",
                where=Location(folder.where(named[0].path)),
                mend="clone it in the Lightning App Builder, retrieve the copy and name that",
            )
        return named
    managed = dict.fromkeys(found.name for found in mine if namespace_of(found.name))
    outcome.notes += [f"left out {name}: it belongs to a managed package and cannot be edited" for name in managed]
    return [found for found in mine if found.name not in managed]


def _is_of(folder: Folder, found: Found, object_name: str) -> bool:
    """Whether it is a record page of the object; a file that does not name the object is not even parsed."""
    data = folder.read(found.path)
    if object_name.casefold().encode() not in data.lower() and not is_wide(data):
        return False
    return is_record_page_of(data, object_name, folder.where(found.path))


def layouts_of(folder: Folder, request: Request) -> list[Found]:
    """The object's layouts, or those named (with or without the object before the dash) and those that profiles get."""
    folded = request.object.casefold()
    mine = [found for found in folder.of_kind("Layout") if layout_object(found.name).casefold() == folded]
    if not request.names_layouts:
        return mine
    named: list[Found] = []
    problems: list[Problem] = []
    for name in (*request.layout_names, *_assigned(folder, request)):
        full = unquote(name)
        hits = [found for found in mine if found.name in {full, f"{request.object}-{full}"}]
        if not hits:
            names = ", ".join(dict.fromkeys(found.name for found in mine)) or "none"
            where = Location(folder.where(folder.root))
            problems.append(Problem(f"{request.object} has no layout {full} here", where, f"its layouts are: {names}"))
        named += [found for found in hits if found not in named]
    MetadataError.raise_any(problems)
    return named


def _assigned(folder: Folder, request: Request) -> tuple[str, ...]:
    if not request.layout_profiles:
        return ()
    held = {f.name: (folder.read(f.path), folder.where(f.path)) for f in folder.of_kind("Profile")}
    return layouts_of_profiles(held, request.layout_profiles, request.object)


def nothing_there(folder: Folder, request: Request, outcome: Outcome) -> MetadataError:
    """The error for an object that has nothing to edit; what was left out is part of it."""
    what = "record page and no layout" if request.layouts else "record page"
    left_out = "".join(f"; {note}" for note in outcome.notes)
    return MetadataError.of(
        f"no {what} of {request.object} here{left_out}",
        where=Location(folder.where(folder.root)),
        mend="--org-default makes one and activates it, --layouts edits the object's classic layouts",
    )
