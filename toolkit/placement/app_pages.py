"""The record page that an app shows, to all its users or to a profile and record type: one entry of the app's file."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import MetadataError
from toolkit.metadata.edit import Document, Element, Markup, read
from toolkit.placement.item import Action, Edit
from toolkit.placement.overrides import (
    COMMENT,
    DEFAULT,
    FLEXIPAGE,
    OUR_COMMENTS,
    TAKING,
    VIEW,
    Override,
    given_back,
    mark_of,
    override_of,
    taken_over,
)

_ALL, _PROFILES = "actionOverrides", "profileActionOverrides"


@dataclass(frozen=True, slots=True)
class AppScope:
    """Whom an app shows a page to. profile is the name that metadata uses (Admin); record_type has no object."""

    object: str
    app: str
    form_factor: str = "Large"
    profile: str | None = None
    record_type: str | None = None

    @property
    def words(self) -> str:
        """ "default of app Sales, profile Admin, record type Vip"; the form factor is said only when not Large."""
        parts = [f"default of app {self.app}"]
        parts += [f"profile {self.profile}"] if self.profile else []
        parts += [f"record type {self.record_type}"] if self.record_type else []
        parts += [self.form_factor.lower()] if self.form_factor != "Large" else []
        return ", ".join(parts)


def app_label(data: bytes, source: str = "app") -> str | None:
    """The name that users see; standard apps may say none."""
    document = read(data, source, "CustomApplication")
    return document.child_text(document.root, "label")


def app_page(data: bytes, scope: AppScope, source: str = "app") -> Override | None:
    """The entry of exactly that scope; None when there is none, or one of type Default."""
    document = read(data, source, "CustomApplication")
    held = _entry_of(document, scope)
    found = override_of(document, held, scope.app) if held is not None else None
    return None if found is None or found.type == DEFAULT else found


def merge_app_page(data: bytes, scope: AppScope, page: str, *, take_over: bool, source: str = "app") -> Edit:
    """The app with this page for the scope; every other entry stays.

    Raises MetadataError when another page holds the scope, unless take_over. What an entry for the whole app said
    before stands in its comment; entries of profiles have no comment, so what those said is not remembered.
    """
    document = read(data, source, "CustomApplication")
    held = _entry_of(document, scope)
    if held is None:
        return _added(document, scope, page)
    before = override_of(document, held, scope.app)
    if before.type == FLEXIPAGE and before.content == page:
        return Edit(data, Action.UNCHANGED, ())
    if before.type not in {DEFAULT, FLEXIPAGE}:
        raise MetadataError.of(
            f"View of {scope.object} is overridden by {before.type} {before.content}, which is no Lightning page",
            where=document.where(held),
            mend="remove that override in Setup first",
        )
    if before.type != DEFAULT and not take_over:
        raise MetadataError.of(
            f"{before.content} is the {scope.words} for {scope.object}",
            where=document.where(held),
            mend=TAKING,
        )
    was = DEFAULT if before.type == DEFAULT else before.content or DEFAULT
    if held.name == _ALL:
        splices = taken_over(document, held, page, was)
    else:
        splices = [document.replace_text(e, page if e.name == "content" else FLEXIPAGE) for e in _says_page(held)]
    return Edit(document.apply(splices), Action.PLACED, (f"{scope.words}: {was} -> {page}",))


def release_app_page(
    data: bytes, scope: AppScope, page: str, *, before: str | None = None, source: str = "app"
) -> Edit:
    """The app as it was before this page was made the one of the scope.

    before is the page that an entry of a profile showed, which its file cannot remember; without one it goes.
    Nothing changes when another page has taken the scope since, or when the entry is not ours.
    """
    document = read(data, source, "CustomApplication")
    held = _entry_of(document, scope)
    if held is None or document.child_text(held, "content") != page:
        return Edit(data, Action.UNCHANGED, ())
    mark = mark_of(document, held)
    if mark is not None:
        was: str | None = mark[1].decode()
        splices = given_back(document, held, mark)
    elif held.name == _PROFILES and before is not None:
        was = before
        splices = [document.replace_text(e, before) for e in held.all("content")]
    elif held.name == _PROFILES or document.child_text(held, "comment") in OUR_COMMENTS:
        was, splices = None, [document.remove(held)]
    else:
        return Edit(data, Action.UNCHANGED, ())
    return Edit(document.apply(splices), Action.REMOVED, (f"{scope.words}: {page} -> {was or 'none'}",))


def scopes_of(overrides: tuple[Override, ...], object_name: str) -> tuple[tuple[AppScope, str], ...]:
    """The scopes of an app that show a Lightning page for View of the object, with that page."""
    return tuple(
        (AppScope(object_name, o.app or "", o.form_factor or "Large", o.profile, _bare(o.record_type)), o.content)
        for o in overrides
        if o.action == VIEW
        and o.type == FLEXIPAGE
        and o.content
        and (o.object or "").casefold() == object_name.casefold()
    )


def _bare(record_type: str | None) -> str | None:
    """`Contact.Vip` -> `Vip`."""
    return record_type.rpartition(".")[2] if record_type else None


def _entry_of(document: Document, scope: AppScope) -> Element | None:
    narrow = scope.profile is not None or scope.record_type is not None
    for element in document.root.all(_PROFILES if narrow else _ALL):
        found = override_of(document, element)
        record_type = _bare(found.record_type)
        if (
            found.action == VIEW
            and (found.object or "").casefold() == scope.object.casefold()
            and (found.form_factor or "Large") == scope.form_factor
            and (found.profile or "").casefold() == (scope.profile or "").casefold()
            and (record_type or "").casefold() == (scope.record_type or "").casefold()
        ):
            return element
    return None


def _says_page(held: Element) -> list[Element]:
    return [child for child in held.children if child.name in {"content", "type"}]


def _added(document: Document, scope: AppScope, page: str) -> Edit:
    narrow = scope.profile is not None or scope.record_type is not None
    name = _PROFILES if narrow else _ALL
    there = document.root.all(name)
    earlier = there or [child for child in document.root.children if child.name < name]
    # Repeated elements stay consecutive: behind the last of the children that sort before it, when they come first.
    after = earlier[-1] if there or (earlier and earlier == document.root.children[: len(earlier)]) else None
    splices = [document.insert(document.root, after, _profile_entry(scope, page) if narrow else _entry(scope, page))]
    return Edit(document.apply(splices), Action.PLACED, (f"{scope.words}: none -> {page}",))


def _entry(scope: AppScope, page: str) -> Markup:
    return Markup(
        _ALL,
        (
            Markup("actionName", VIEW),
            Markup("comment", COMMENT),
            Markup("content", page),
            Markup("formFactor", scope.form_factor),
            Markup("skipRecordTypeSelect", "false"),
            Markup("type", FLEXIPAGE),
            Markup("pageOrSobjectType", scope.object),
        ),
    )


def _profile_entry(scope: AppScope, page: str) -> Markup:
    parts = [
        Markup("actionName", VIEW),
        Markup("content", page),
        Markup("formFactor", scope.form_factor),
        Markup("pageOrSobjectType", scope.object),
    ]
    parts += [Markup("recordType", f"{scope.object}.{scope.record_type}")] if scope.record_type else []
    parts += [Markup("type", FLEXIPAGE)]
    parts += [Markup("profile", scope.profile)] if scope.profile else []
    return Markup(_PROFILES, tuple(parts))
