"""What a release would change: for people, for machines, and for the comment of a pull request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import IO

from toolkit.org.org import Org
from toolkit.release.run import PlannedStep, summary
from toolkit.release.step import Change, Detail, Kind
from toolkit.report.plain import plain
from toolkit.report.release import JsonValue

NOTHING = "Nothing to change: the org has all of it as wanted."
NO_DRIFT = "No drift: the org has all of it as it was released."

_SIGNS = {Kind.CREATED: "+", Kind.CHANGED: "~", Kind.DELETED: "-"}
_COLOURS = {Kind.CREATED: "32", Kind.CHANGED: "33", Kind.DELETED: "31"}
_LONGEST = 160
"""Characters of a value that a person is shown."""


def print_plan(planned: Iterable[PlannedStep], out: IO[str]) -> None:
    """Every change with its values, step by step, and how much stays as it is. Colour on a terminal only."""
    _print(list(planned), out, NOTHING, "Plan", summary)


def print_drift(planned: Iterable[PlannedStep], out: IO[str]) -> None:
    """What others have changed: old is what was released, new what the org has."""
    _print(list(planned), out, NO_DRIFT, "Drift", happened)


def happened(changes: Sequence[Change]) -> str:
    """ "1 created, 2 changed", or "nothing"."""
    kinds = (Kind.CREATED, Kind.CHANGED, Kind.DELETED)
    counts = {kind: sum(1 for change in changes if change.kind is kind) for kind in kinds}
    return ", ".join(f"{count} {kind.value}" for kind, count in counts.items() if count) or "nothing"


def _print(
    steps: list[PlannedStep], out: IO[str], nothing: str, word: str, told: Callable[[Sequence[Change]], str]
) -> None:
    coloured = out.isatty()
    for one in steps:
        if one.pending:
            out.write(f"{one.step.title}: {told(one.changes)}{_unchanged(one)}\n")
            for change in one.pending:
                line = f"  {_SIGNS[change.kind]} {plain(change.subject)}"
                out.write(f"\x1b[{_COLOURS[change.kind]}m{line}\x1b[0m\n" if coloured else f"{line}\n")
                for detail in change.details:
                    out.write(f"      {_told(detail)}\n")
            out.write("\n")
    everything = tuple(change for one in steps for change in one.changes)
    if not any(one.pending for one in steps):
        out.write(f"{nothing}\n")
        return
    still = sum(1 for change in everything if change.kind is Kind.UNCHANGED)
    out.write(f"{word}: {told(everything)}, {still} unchanged.\n")


def _unchanged(one: PlannedStep) -> str:
    still = len(one.changes) - len(one.pending)
    return f", {still} unchanged" if still else ""


def _told(detail: Detail) -> str:
    path = f"{plain(detail.path)}: " if detail.path else ""
    return f"{path}{_shown(detail.old)} -> {_shown(detail.new)}"


def _shown(value: str | None) -> str:
    if value is None:
        return "(none)"
    text = plain(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def plan_json(planned: Sequence[PlannedStep], org: Org, *, exit_code: int) -> dict[str, JsonValue]:
    """`status` is changes or unchanged; every change with its details, unchanged things counted."""
    identity = org.identity
    everything = tuple(change for one in planned for change in one.changes)
    return {
        "status": "changes" if any(one.pending for one in planned) else "unchanged",
        "exitCode": exit_code,
        "org": {"id": identity.org_id, "username": identity.username, "url": org.url, "apiVersion": org.api_version},
        "summary": {kind.value: sum(1 for change in everything if change.kind is kind) for kind in Kind},
        "steps": [
            {
                "name": one.step.name,
                "title": one.step.title,
                "changes": [_change(change) for change in one.pending],
                "unchanged": len(one.changes) - len(one.pending),
            }
            for one in planned
        ],
    }


def _change(change: Change) -> dict[str, JsonValue]:
    details: list[JsonValue] = [{"path": d.path, "old": d.old, "new": d.new} for d in change.details]
    return {"kind": change.kind.value, "subject": change.subject, "details": details}


def plan_markdown(planned: Sequence[PlannedStep], org: Org) -> str:
    """The plan for a pull request comment: one table a step; what an org says cannot become markup."""
    head = f"### Plan for {_cell(org.organization.name)} (`{org.identity.org_id}`)\n"
    parts = [head]
    for one in planned:
        if not one.pending:
            continue
        parts.append(f"**{_cell(one.step.title)}**: {summary(one.changes)}{_unchanged(one)}\n")
        rows = ["| | What | Element | Old | New |", "|---|---|---|---|---|"]
        for change in one.pending:
            rows += _rows(change)
        parts.append("\n".join(rows) + "\n")
    if len(parts) == 1:
        parts.append(f"{NOTHING}\n")
    return "\n".join(parts)


def _rows(change: Change) -> list[str]:
    head = f"| {change.kind.value} | {_cell(change.subject)} |"
    if not change.details:
        return [f"{head} | | |"]
    return [
        f"{head if number == 0 else '| | |'} {_cell(detail.path)} | {_value(detail.old)} | {_value(detail.new)} |"
        for number, detail in enumerate(change.details)
    ]


def _value(value: str | None) -> str:
    return "*(none)*" if value is None else _cell(_shown(value))


def _cell(text: str) -> str:
    escaped = "".join(f"\\{c}" if c in "\\`*_[]|~#" else c for c in plain(text))
    return escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("@", "&#64;")
