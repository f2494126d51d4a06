"""Which record page users get, in a project folder: the org default of an object, and what hides it."""

from __future__ import annotations

from toolkit.errors import Location, MetadataError
from toolkit.placement.app_pages import app_label
from toolkit.placement.flexipage import widgets
from toolkit.placement.folder import Folder, Found
from toolkit.placement.item import Action, Edit
from toolkit.placement.overrides import (
    FORM_FACTORS,
    PageOverride,
    app_overrides,
    hiding,
    merge_override,
    org_default,
    remove_override,
    set_by_us,
)
from toolkit.placement.request import Hidden, Outcome, Request


def object_files(folder: Folder, object_name: str) -> list[Found]:
    folded = object_name.casefold()
    return [found for found in folder.of_kind("CustomObject") if found.name.casefold() == folded]


def set_org_default(folder: Folder, request: Request, pages: list[Found], outcome: Outcome) -> str:
    """Stage the org default and return its page: the one named, the one that is it already, or the only one."""
    files = object_files(folder, request.object)
    name = request.object
    page = _default_among(folder, request, pages, files)
    new = not files
    if new:
        files = [Found(folder.path_for("CustomObject", request.object), "CustomObject", request.object)]
    # An object that is spread over several package directories is assigned once, where it is assigned already.
    holding = [f for f in files if not new and _any_default(folder, f, request)]
    found = (holding or files)[0]
    data = None if new else folder.read(found.path)
    what: list[str] = []
    for form_factor in sorted(request.form_factors, key=FORM_FACTORS.index):
        override = PageOverride(page, form_factor)
        source = folder.where(found.path)
        held = org_default(data, form_factor, source) if data is not None else None
        taking = request.take_over or (held not in {None, page} and request.may_take(override.question(held, name)))
        edit = merge_override(data, override, take_over=taking, source=source)
        data = edit.data
        what += edit.what
    action = Action.CREATED if new else Action.PLACED if what else Action.UNCHANGED
    outcome.record(folder, found, data, Edit(data or b"", action, tuple(what)))
    if new:
        outcome.name_in_manifest(folder, found)
    return page


def _any_default(folder: Folder, found: Found, request: Request) -> bool:
    source = folder.where(found.path)
    return any(org_default(folder.read(found.path), form, source) for form in request.form_factors)


def _default_among(folder: Folder, request: Request, pages: list[Found], files: list[Found]) -> str:
    names = list(dict.fromkeys(found.name for found in pages))
    if len(names) == 1:
        return names[0]
    for found in files:
        for form_factor in request.form_factors:
            held = org_default(folder.read(found.path), form_factor, folder.where(found.path))
            if held in names:
                return held
    raise MetadataError.of(
        f"{request.object} has {len(names)} record pages, and none of them is its org default",
        where=Location(folder.where(folder.root)),
        mend=f"name one with --page: {', '.join(names)}",
    )


def remove_org_default(folder: Folder, page: Found, request: Request, outcome: Outcome) -> None:
    for found in object_files(folder, request.object):
        source = folder.where(found.path)
        data = folder.read(found.path)
        what: list[str] = []
        gone = False
        for form_factor in reversed(FORM_FACTORS):  # the first one placed, which may have made the file, goes last
            override = PageOverride(page.name, form_factor)
            if set_by_us(data, override, source=source):
                edit = remove_override(data, override, source=source)
                data = edit.data
                what += edit.what
                gone = edit.action is Action.DELETED
        if not what:
            continue
        action = Action.DELETED if gone else Action.REMOVED
        outcome.record(folder, found, None if gone else data, Edit(data, action, tuple(what)))
        if gone:
            outcome.name_in_manifest(folder, found, gone=True)


def is_org_default(folder: Folder, page: Found, request: Request) -> bool:
    return any(
        org_default(folder.read(found.path), form_factor) == page.name
        for found in object_files(folder, request.object)
        if folder.exists(found.path)
        for form_factor in FORM_FACTORS
    )


def report_hidden(folder: Folder, request: Request, pages: list[Found], outcome: Outcome, default: str | None) -> None:
    """Note the overrides of apps, profiles and record types that show another page than the org default.

    default is the page that has just become it; None reads what the object's file says.
    """
    files = [] if default else object_files(folder, request.object)
    default = default or next((n for f in files if (n := org_default(folder.read(f.path)))), None)
    by_name = {found.name: found for found in pages}
    for found in folder.of_kind("CustomApplication"):
        data = folder.read(found.path)
        if request.object.casefold().encode() in data.lower():
            overrides = app_overrides(data, found.name, folder.where(found.path))
            hidden = hiding(overrides, request.object, default)
            for override in hidden:
                page = by_name.get(override.content or "")
                has_widget = page is not None and bool(widgets(folder.read(page.path), request.item))
                outcome.hidden.append(Hidden(override, has_widget, app_label(data, folder.where(found.path))))
