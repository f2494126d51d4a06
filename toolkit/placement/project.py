"""Place the widget of an object in a project folder, or take it out: what `sfmeta place --source` does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from toolkit.errors import Location, MetadataError, Problem
from toolkit.placement.assign import is_org_default, remove_org_default, report_hidden, set_org_default
from toolkit.placement.find import check_visualforce, layouts_of, nothing_there, record_pages
from toolkit.placement.folder import Folder, Found
from toolkit.placement.item import Action, Edit
from toolkit.placement.layout import place_on_layout, remove_from_layout
from toolkit.placement.new_page import TEMPLATE_SINCE, default_page_name, default_record_page
from toolkit.placement.request import DEFAULT_VERSION, Outcome, Request
from toolkit.placement.widget import place_on_flexipage, remove_from_flexipage


def place_in(folder: Folder, request: Request) -> Outcome:
    """Stage the placement in the folder; MetadataError with every problem when any file refuses it."""
    check_visualforce(folder, request)
    outcome = Outcome()
    pages = record_pages(folder, request, outcome)
    layouts = layouts_of(folder, request) if request.layouts or request.names_layouts else []
    if not pages and request.org_default:
        pages = [_new_page(folder, request, outcome)]
    elif request.record_pages:
        _each(pages, lambda found: _place_page(folder, found, request, outcome))
    if not layouts and not (pages and (request.record_pages or request.org_default)):
        raise nothing_there(folder, request, outcome)
    if request.layouts and not layouts:
        outcome.notes.append(f"no layout of {request.object} here")
    _each(layouts, lambda found: _place_layout(folder, found, request, outcome))
    default = set_org_default(folder, request, pages, outcome) if request.org_default else None
    report_hidden(folder, request, pages, outcome, default)
    return outcome


def remove_in(folder: Folder, request: Request) -> Outcome:
    """Stage the way back: the widget off the object's pages and layouts, our org default and our page gone.

    Naming a page or layouts limits it to those.
    """
    outcome = Outcome()
    everything = not request.page and not request.names_layouts
    pages = record_pages(folder, request, outcome) if everything or request.page else []
    layouts = layouts_of(folder, request) if everything or request.names_layouts else []
    _each(layouts, lambda found: _remove_from_layout(folder, found, request, outcome))
    for found in pages:
        remove_org_default(folder, found, request, outcome)
    ours = [found for found in pages if found.name == default_page_name(request.object)]
    untouched = _made(folder, ours[0].path, request) if ours else b""
    _each(pages, lambda found: _remove_from_page(folder, found, request, outcome, untouched))
    if not pages and not layouts:
        outcome.notes.append(f"no record page and no layout of {request.object} here")
    return outcome


def _each(files: Iterable[Found], act: Callable[[Found], None]) -> None:
    """Do it to each file and raise the problems of all of them together."""
    problems: list[Problem] = []
    for found in files:
        try:
            act(found)
        except MetadataError as error:
            problems += error.problems
    MetadataError.raise_any(problems)


# Record pages


def _place_page(folder: Folder, found: Found, request: Request, outcome: Outcome) -> None:
    edit = place_on_flexipage(
        folder.read(found.path),
        request.item,
        request.spot,
        source=folder.where(found.path),
        api_version=folder.api_version(found.path),
    )
    outcome.record(folder, found, edit.data, edit)


def _new_page(folder: Folder, request: Request, outcome: Outcome) -> Found:
    name = default_page_name(request.object)
    path = folder.path_for("FlexiPage", name)
    if folder.exists(path):
        raise MetadataError.of(
            "the record page to make has a file that is another page",
            where=Location(folder.where(path)),
            mend="rename that page, or name the page to use with --page",
        )
    version = folder.api_version(path)
    if version is not None and float(version) < TEMPLATE_SINCE:
        raise MetadataError.of(
            f"{request.object} has no record page here, and API version {version} cannot describe a new one",
            where=Location(folder.where(folder.root)),
            mend=f"raise the project's version to {TEMPLATE_SINCE} or later",
        )
    found = Found(path, "FlexiPage", name)
    bare = _made(folder, path, request)
    source = folder.where(path)
    edit = place_on_flexipage(bare, request.item, request.spot, source=source, api_version=folder.api_version(path))
    what = (f"made a record page like the standard one, {request.item.page} in region {edit.spot}",)
    outcome.record(folder, found, edit.data, Edit(edit.data, Action.CREATED, what, edit.spot))
    outcome.name_in_manifest(folder, found)
    return found


def _made(folder: Folder, path: Path, request: Request) -> bytes:
    """The page that we make, without the widget."""
    return default_record_page(request.object, folder.api_version(path) or DEFAULT_VERSION, None)


def _remove_from_page(folder: Folder, found: Found, request: Request, outcome: Outcome, untouched: bytes) -> None:
    """untouched is the page that we make, without the widget."""
    edit = remove_from_flexipage(folder.read(found.path), request.item, source=folder.where(found.path))
    if edit.changed and edit.data == untouched and not is_org_default(folder, found, request):
        what = (*edit.what, "deleted the page, which was made for the widget")
        outcome.record(folder, found, None, Edit(b"", Action.DELETED, what))
        outcome.name_in_manifest(folder, found, gone=True)
    else:
        outcome.record(folder, found, edit.data, edit)


# Layouts


def _place_layout(folder: Folder, found: Found, request: Request, outcome: Outcome) -> None:
    source = folder.where(found.path)
    edit = place_on_layout(folder.read(found.path), request.item, request.layout_spot, source=source)
    outcome.record(folder, found, edit.data, edit)


def _remove_from_layout(folder: Folder, found: Found, request: Request, outcome: Outcome) -> None:
    edit = remove_from_layout(folder.read(found.path), request.item, source=folder.where(found.path))
    outcome.record(folder, found, edit.data, edit)
