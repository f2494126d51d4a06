"""What a placement changes, component by component, with the values before and after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from toolkit.placement.item import WidgetItem
from toolkit.placement.overrides import DEFAULT, FORM_FACTORS, VIEW, app_overrides, org_default
from toolkit.placement.request import FileEdit, Outcome
from toolkit.placement.standing import Stands, layout_stands, page_stands
from toolkit.placement.wish import Wish
from toolkit.release.step import Change, Detail, Kind


def changes_of(outcomes: Mapping[str, Outcome], wishes: Iterable[Wish]) -> tuple[Change, ...]:
    """One change for each component that the placement looked at to edit, the unchanged ones included."""
    items = {wish.object: wish.item for wish in wishes}
    return tuple(
        Change(_kind(edit), edit.path, tuple(_details(edit, items[name])) if edit.before != edit.after else ())
        for name, outcome in outcomes.items()
        for edit in outcome.edits
    )


def _kind(edit: FileEdit) -> Kind:
    if edit.before == edit.after:
        return Kind.UNCHANGED
    if edit.before is None:
        return Kind.CREATED
    return Kind.DELETED if edit.after is None else Kind.CHANGED


def _details(edit: FileEdit, item: WidgetItem) -> Iterator[Detail]:
    if edit.type == "CustomObject":
        yield from _defaults(edit)
    elif edit.type == "CustomApplication":
        yield from _in_app(edit)
    elif edit.after is not None:
        stands = page_stands if edit.type == "FlexiPage" else layout_stands
        yield from _widget(stands(edit.before, item, edit.path), stands(edit.after, item, edit.path), item)


def _widget(old: Stands | None, new: Stands | None, item: WidgetItem) -> Iterator[Detail]:
    before, after = _values(old, item), _values(new, item)
    for name in dict.fromkeys((*after, *before)):
        if before.get(name) != after.get(name):
            yield Detail(name, before.get(name), after.get(name))


def _values(stands: Stands | None, item: WidgetItem) -> dict[str, str | None]:
    if stands is None:
        return {}
    return {
        item.page: stands.place,
        "height": stands.height,
        "label": stands.label,
        "showLabel": stands.show_label,
    }


def _defaults(edit: FileEdit) -> Iterator[Detail]:
    for form_factor in FORM_FACTORS:
        old, new = (org_default(data, form_factor, edit.path) if data else None for data in (edit.before, edit.after))
        if old != new:
            yield Detail("org default" if form_factor == "Large" else f"org default ({form_factor})", old, new)


def _in_app(edit: FileEdit) -> Iterator[Detail]:
    old, new = _entries(edit.before, edit), _entries(edit.after, edit)
    for words in dict.fromkeys((*old, *new)):
        if old.get(words) != new.get(words):
            yield Detail(words, old.get(words), new.get(words))


def _entries(data: bytes | None, edit: FileEdit) -> dict[str, str | None]:
    if data is None:
        return {}
    return {
        f"{o.object} for {o.for_whom}{f' ({o.form_factor})' if o.form_factor not in (None, 'Large') else ''}": o.content
        for o in app_overrides(data, edit.name, edit.path)
        if o.action == VIEW and o.type != DEFAULT
    }
