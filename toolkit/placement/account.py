"""The account of a placement in a folder, as text, as JSON and as pictures; it prints what an Outcome says."""

from __future__ import annotations

from collections import Counter

from toolkit.placement.item import WidgetItem
from toolkit.placement.picture import Picture, picture_of_layout, picture_of_page
from toolkit.placement.picture_html import Comparison
from toolkit.placement.picture_html import page as html_page
from toolkit.placement.picture_text import draw
from toolkit.placement.request import Audience, FileEdit, Hidden, Outcome


def as_text(outcome: Outcome, *, dry_run: bool, noun: str = "file") -> str:
    """One line a file (or component), then what the user should know, then the sum."""
    lines = [
        f"{edit.action:<9}  {edit.path}{': ' + '; '.join(edit.what) if edit.what else ''}" for edit in outcome.edits
    ]
    lines += [f"note: {note}" for note in notes(outcome)]
    changed = Counter(edit.action for edit in outcome.edits if edit.before != edit.after)
    total = sum(changed.values())
    done = "would change" if dry_run else "changed"
    parts = f" ({', '.join(f'{count} {action}' for action, count in sorted(changed.items()))})" if total else ""
    same = len(outcome.edits) - total
    lines.append(f"{total} {noun}{'' if total == 1 else 's'} {done}{parts}, {same} as they should be")
    return "\n".join(lines) + "\n"


def as_rows(outcome: Outcome, object_name: str) -> dict[str, list[dict[str, object]]]:
    """The same for one object as rows for JSON: files, overrides and notes."""
    return {
        "files": [
            {
                "object": object_name,
                "path": edit.path,
                "type": edit.type,
                "name": edit.name,
                "action": str(edit.action),
                "changed": edit.before != edit.after,
                "spot": edit.spot,
                "changes": list(edit.what),
            }
            for edit in outcome.edits
        ],
        "overrides": [
            {
                "object": object_name,
                "app": hidden.override.app,
                "appLabel": hidden.app_label,
                "profile": hidden.override.profile,
                "recordType": hidden.override.record_type,
                "formFactor": hidden.override.form_factor,
                "page": hidden.override.content,
                "hasWidget": hidden.has_widget,
                "users": _users(hidden.audience),
            }
            for hidden in outcome.hidden
        ],
        "notes": [{"object": object_name, "message": note} for note in notes(outcome)],
    }


def _users(audience: Audience | None) -> dict[str, object] | None:
    if audience is None:
        return None
    return {"count": audience.count, "more": audience.more, "names": list(audience.names)}


def notes(outcome: Outcome) -> list[str]:
    """What the user should know: files left out, and who sees another page than the org default."""
    return [*outcome.notes, *(_hidden(hidden) for hidden in outcome.hidden)]


def _hidden(hidden: Hidden) -> str:
    override = hidden.override
    widget = "which has the widget too" if hidden.has_widget else "without the widget"
    form_factor = f" ({override.form_factor})" if override.form_factor else ""
    concerned = f": {hidden.audience}" if hidden.audience is not None else ""
    return f"{hidden.for_whom} sees {override.content}{form_factor}, {widget}{concerned}"


def pictures(edit: FileEdit, item: WidgetItem) -> tuple[Picture | None, Picture | None] | None:
    """A page or layout before and after, None for a file of another type."""
    drawings = {"FlexiPage": picture_of_page, "Layout": picture_of_layout}
    picture = drawings.get(edit.type)
    if picture is None:
        return None
    before = picture(edit.before, item, edit.name) if edit.before is not None else None
    after = picture(edit.after, item, edit.name) if edit.after is not None else None
    return before, after


def drawn(outcome: Outcome, item: WidgetItem, *, width: int, ascii_only: bool) -> str:
    """Every page and layout that changes, before and after, with characters."""
    parts: list[str] = []
    for edit in outcome.edits:
        pair = pictures(edit, item) if edit.before != edit.after else None
        for when, picture in zip(("before", "after"), pair or (), strict=False):
            text = draw(picture, width, ascii_only=ascii_only) if picture else "no such page\n"
            parts.append(f"{edit.path}, {when}\n{text}\n")
    return "".join(parts)


def comparisons(outcome: Outcome, item: WidgetItem) -> list[Comparison]:
    """The same for `html`."""
    return [
        Comparison(edit.path, edit.what, *pair)
        for edit in outcome.edits
        if edit.before != edit.after and (pair := pictures(edit, item)) is not None
    ]


def html(found: list[Comparison], outcomes: list[Outcome], title: str, intro: str) -> str:
    """One page with all comparisons, what changes besides pages and layouts, and what the user should know."""
    drawn_paths = {comparison.path for comparison in found}
    others = [
        f"{edit.path}: {'; '.join(edit.what)}"
        for outcome in outcomes
        for edit in outcome.edits
        if edit.before != edit.after and edit.path not in drawn_paths
    ]
    return html_page(title, intro, found, [*others, *(note for outcome in outcomes for note in notes(outcome))])
