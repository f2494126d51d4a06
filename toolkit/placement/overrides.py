"""Who gets which record page: the org default on the object, and the overrides in apps that hide it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from toolkit.errors import MetadataError, Problem
from toolkit.metadata.edit import Document, Element, Markup, Splice, read, write
from toolkit.placement.item import Action, Edit

VIEW = "View"
FORM_FACTORS = ("Large", "Medium", "Small")
DEFAULT, FLEXIPAGE = "Default", "Flexipage"
_OVERRIDES, _PROFILE_OVERRIDES = "actionOverrides", "profileActionOverrides"
COMMENT = "set by sfmeta place"
_ALONE_COMMENT = "set by sfmeta place, which made this file"
_OPENED_COMMENT = "set by sfmeta place in an object without content"
_TAKEN_COMMENT = "taken by sfmeta place"
TAKING = "give --take-over (takeOver: true in package.yaml), or place the widget on that page"
"""How an assignment that another page holds is had all the same."""
MayTake = Callable[[str], bool]
"""Answers whether a page may lose what it holds; the question is a sentence for people."""
OUR_COMMENTS = frozenset({COMMENT, _ALONE_COMMENT, _OPENED_COMMENT})
# What an entry said before stands in its own comment: that comes back from an org with the entry, so that
# undoing needs no other memory.
_BEFORE = re.compile(rb" \[sfmeta place, before: ([A-Za-z0-9_]+)\]")


@dataclass(frozen=True, slots=True)
class PageOverride:
    """The wish that a Lightning page is what View shows on a form factor (Large is desktop, Small is phone)."""

    page: str
    form_factor: str = "Large"

    def question(self, holder: str | None, object_name: str) -> str:
        """For `MayTake`."""
        return f"{holder} is the org default of {object_name} ({self.form_factor}). Shall {self.page} take its place?"


@dataclass(frozen=True, slots=True)
class Override:
    """One actionOverrides or profileActionOverrides entry as it stands in a file.

    form_factor, content, app, profile and record_type are None where the entry does not say them.
    """

    action: str
    type: str
    content: str | None
    form_factor: str | None
    object: str | None = None
    app: str | None = None
    profile: str | None = None
    record_type: str | None = None

    @property
    def for_whom(self) -> str:
        parts = [f"app {self.app}"] if self.app else []
        parts += [f"profile {self.profile}"] if self.profile else []
        parts += [f"record type {self.record_type}"] if self.record_type else []
        return ", ".join(parts) or "org default"


@lru_cache(maxsize=8)  # each form factor of a wish asks for those of the same file again
def object_overrides(data: bytes, source: str = "object") -> tuple[Override, ...]:
    """The action overrides of a CustomObject file."""
    document = read(data, source, "CustomObject")
    return tuple(override_of(document, element) for element in document.root.all(_OVERRIDES))


def org_default(data: bytes, form_factor: str = "Large", source: str = "object") -> str | None:
    """The page that the object shows to everybody who has no other one; None for Salesforce's own."""
    found = (o for o in object_overrides(data, source) if _is_view(o, form_factor) and o.type == FLEXIPAGE)
    return next((o.content for o in found), None)


def app_overrides(data: bytes, app: str, source: str = "app") -> tuple[Override, ...]:
    """The action overrides of a CustomApplication file, for the app and for its profiles and record types."""
    document = read(data, source, "CustomApplication")
    elements = [*document.root.all(_OVERRIDES), *document.root.all(_PROFILE_OVERRIDES)]
    return tuple(override_of(document, element, app) for element in elements)


def hiding(overrides: tuple[Override, ...], object_name: str, page: str | None = None) -> tuple[Override, ...]:
    """Those overrides of apps that show another record page of the object than the org default, `page`."""
    return tuple(
        o
        for o in overrides
        if o.action == VIEW
        and (o.object or "").casefold() == object_name.casefold()
        and o.type not in {DEFAULT, "Standard"}
        and (page is None or o.content != page)
    )


def never(_question: str) -> bool:
    """Nothing is taken from another page."""
    return False


def merge_override(data: bytes | None, override: PageOverride, *, take_over: bool, source: str = "object") -> Edit:
    """The CustomObject with this page as org default; every other override stays.

    data None makes a CustomObject that says nothing else, which leaves the rest of the object in the org
    alone. Raises MetadataError when another page holds the default, unless take_over.
    """
    if data is None:
        new = write(Markup("CustomObject", (_entry(override, _ALONE_COMMENT),)))
        return Edit(new, Action.PLACED, (f"org default ({override.form_factor}): none -> {override.page}",))
    document = read(data, source, "CustomObject")
    held = _entry_for(document, override.form_factor)
    if held is None:
        after = _last_before(document.root)
        comment = _OPENED_COMMENT if document.self_closed(document.root) else COMMENT
        splices = [document.insert(document.root, after, _entry(override, comment))]
        return Edit(document.apply(splices), Action.PLACED, (f"org default ({override.form_factor}): {override.page}",))
    before = override_of(document, held)
    if before.type == FLEXIPAGE and before.content == override.page:
        return Edit(data, Action.UNCHANGED, ())
    if before.type not in {DEFAULT, FLEXIPAGE}:
        raise MetadataError.of(
            f"View is overridden by {before.type} {before.content}, which is no Lightning page",
            where=document.where(held),
            mend="remove that override in Setup first",
        )
    if before.type != DEFAULT and not take_over:
        raise MetadataError.of(
            f"{before.type} {before.content or ''} holds the org default ({override.form_factor})".replace("  ", " "),
            where=document.where(held),
            mend=TAKING,
        )
    was = DEFAULT if before.type == DEFAULT else before.content or DEFAULT
    what = (f"org default ({override.form_factor}): {was} -> {override.page}",)
    return Edit(document.apply(taken_over(document, held, override.page, was)), Action.PLACED, what)


def remove_override(data: bytes, override: PageOverride, *, source: str = "object") -> Edit:
    """The CustomObject as it was before this page became the org default.

    The entry that was there before comes back; without one the entry goes. The action is DELETED when the file
    was made for the entry and says nothing else. Nothing changes when another page has become the default since.
    """
    document = read(data, source, "CustomObject")
    held = _entry_for(document, override.form_factor)
    if held is None or document.child_text(held, "content") != override.page:
        return Edit(data, Action.UNCHANGED, ())
    mark = mark_of(document, held)
    was = mark[1].decode() if mark else None
    splices = _removal(document, held) if mark is None else given_back(document, held, mark)
    what = (f"org default ({override.form_factor}): {override.page} -> {was or 'none'}",)
    made_here = document.child_text(held, "comment") == _ALONE_COMMENT
    alone = made_here and document.root.children == [held]
    return Edit(document.apply(splices), Action.DELETED if alone else Action.REMOVED, what)


def release_override(data: bytes, override: PageOverride, *, source: str = "object") -> Edit:
    """The same for an org, which merges the entries of a file into its own and so keeps one that a file leaves out:
    an entry that was not there before becomes one of type Default."""
    document = read(data, source, "CustomObject")
    held = _entry_for(document, override.form_factor)
    if held is None or document.child_text(held, "content") != override.page or mark_of(document, held) is not None:
        return remove_override(data, override, source=source)
    gone = [document.remove(e) for e in held.children if e.name in {"comment", "content"}]
    back = [document.replace_text(e, DEFAULT) for e in held.all("type")]
    what = (f"org default ({override.form_factor}): {override.page} -> none",)
    return Edit(document.apply([*gone, *back]), Action.REMOVED, what)


def overrides_alone(data: bytes, form_factors: tuple[str, ...], *, source: str = "object") -> bytes:
    """A CustomObject that says nothing but its overrides, to deploy without touching anything else of the object.

    Entries of type Default are left out, but for those of View on these form factors.
    """
    document = read(data, source, "CustomObject")
    kept = [
        element
        for element in document.root.all(_OVERRIDES)
        if (found := override_of(document, element)).type != DEFAULT
        or (found.action == VIEW and found.form_factor in form_factors)
    ]
    entries = (
        Markup(_OVERRIDES, tuple(Markup(child.name, document.text(child) or "") for child in element.children))
        for element in kept
    )
    return write(Markup("CustomObject", tuple(entries)))


def set_by_us(data: bytes, override: PageOverride, *, source: str = "object") -> bool:
    """Whether the org default is this page and was made so by `merge_override`."""
    document = read(data, source, "CustomObject")
    held = _entry_for(document, override.form_factor)
    if held is None or document.child_text(held, "content") != override.page:
        return False
    return document.child_text(held, "comment") in OUR_COMMENTS or mark_of(document, held) is not None


def check_assignments(overrides: tuple[tuple[str, PageOverride], ...]) -> None:
    """Raise MetadataError when two placements want one spot: two pages as the default of one object."""
    seen: dict[tuple[str, str], str] = {}
    problems: list[Problem] = []
    for object_name, override in overrides:
        key = (object_name.casefold(), override.form_factor)
        other = seen.setdefault(key, override.page)
        if other != override.page:
            both = f"{other} and {override.page}"
            message = f"two pages are to be the org default of {object_name} ({override.form_factor}): {both}"
            problems.append(Problem(message, mend="keep one of the two placements"))
    MetadataError.raise_any(problems)


def override_of(document: Document, element: Element, app: str | None = None) -> Override:
    """What an entry of an object's or an app's file says."""

    def say(name: str) -> str | None:
        return document.child_text(element, name)

    return Override(
        action=say("actionName") or "",
        type=say("type") or "",
        content=say("content"),
        form_factor=say("formFactor"),
        object=say("pageOrSobjectType"),
        app=app,
        profile=say("profile"),
        record_type=say("recordType"),
    )


def _is_view(override: Override, form_factor: str) -> bool:
    return override.action == VIEW and override.form_factor == form_factor


def _entry_for(document: Document, form_factor: str) -> Element | None:
    """The View entry of that form factor; a Visualforce override of View has none and is not it."""
    return next(
        (e for e in document.root.all(_OVERRIDES) if _is_view(override_of(document, e), form_factor)),
        None,
    )


def _entry(override: PageOverride, comment: str = COMMENT) -> Markup:
    return Markup(
        _OVERRIDES,
        (
            Markup("actionName", VIEW),
            Markup("comment", comment),
            Markup("content", override.page),
            Markup("formFactor", override.form_factor),
            Markup("skipRecordTypeSelect", "false"),
            Markup("type", FLEXIPAGE),
        ),
    )


def _last_before(root: Element) -> Element | None:
    """The element behind which a new override goes: the last override, else where the schema's order puts it."""
    overrides = root.all(_OVERRIDES)
    if overrides:
        return overrides[-1]
    earlier = [child for child in root.children if child.name == "fullName" or child.name < _OVERRIDES]
    return earlier[-1] if earlier and earlier[-1] is root.children[len(earlier) - 1] else None


def mark_of(document: Document, held: Element) -> re.Match[bytes] | None:
    """Our note of what the entry said before, in its comment."""
    comment = held.first("comment")
    if comment is None or document.self_closed(comment):
        return None
    return _BEFORE.search(document.data, document.inside(comment), comment.close)


def taken_over(document: Document, held: Element, page: str, was: str) -> list[Splice]:
    """Make an entry ours and let its comment remember what it said."""
    mark = f" [sfmeta place, before: {was}]"
    comment = held.first("comment")
    if comment is None:
        new = Markup("comment", _TAKEN_COMMENT + mark)
        noted = document.insert(held, held.first("actionName"), new)
    elif document.self_closed(comment):
        noted = document.replace_text(comment, mark)
    else:
        noted = Splice(comment.close, comment.close, mark.encode())
    return [
        noted,
        *_put(document, held, "content", page, after="comment"),
        *_put(document, held, "type", FLEXIPAGE, after="formFactor"),
    ]


def given_back(document: Document, held: Element, mark: re.Match[bytes]) -> list[Splice]:
    was = mark[1].decode()
    comment = held.first("comment")
    if comment is not None and document.text(comment) == _TAKEN_COMMENT + mark[0].decode():
        splices = [document.remove(comment)]
    else:
        splices = [Splice(mark.start(), mark.end(), b"")]
    back = {"type": DEFAULT} if was == DEFAULT else {"content": was}
    splices += [document.replace_text(e, back[e.name]) for e in held.children if e.name in back]
    if was == DEFAULT:
        splices += [document.remove(e) for e in held.all("content")]
    return splices


def _removal(document: Document, held: Element) -> list[Splice]:
    opened = document.child_text(held, "comment") == _OPENED_COMMENT and document.root.children == [held]
    return [document.close(document.root) if opened else document.remove(held)]


def _put(document: Document, held: Element, name: str, text: str, *, after: str) -> list[Splice]:
    """Set a child's text; a child that is missing goes behind another one."""
    element = held.first(name)
    if element is None:
        previous = held.first(after) or held.first("actionName")
        return [document.insert(held, previous, Markup(name, text))]
    return [] if document.text(element) == text else [document.replace_text(element, text)]
