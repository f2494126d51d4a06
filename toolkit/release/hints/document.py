"""Errors in JSON: of `sf ... --json`, of sfmeta's --json, of answers of the platform."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

from toolkit.release.hints.told import SEVERITIES, Told, line_error, placed

_CODED = (
    ("errorCode", "message"),
    ("statusCode", "message"),
    ("error", "error_description"),
    ("errorStatusCode", "errorMessage"),
)
"""Where the platform puts a code, and the text that goes with it."""


def document_errors(text: str) -> list[Told] | None:
    """The errors of a JSON document; None when the text is none, or says nothing of errors."""
    start = min((at for at in (text.find("{"), text.find("[")) if at >= 0), default=-1)
    if start < 0 or text[:start].strip():
        return None
    try:
        document, _ = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        return None
    maps = list(_maps(document))
    return (
        [told for each in maps for told in _map_errors(each)]
        or [Told(message) for each in maps if (message := _string(each, "message"))]
        or None
    )


def _maps(value: object) -> Iterator[Mapping[str, object]]:
    """Every object of a document, outer before inner, in its order."""
    waiting: list[object] = [value]
    while waiting:
        at = waiting.pop()
        if isinstance(at, dict):
            yield at
            waiting.extend(reversed(at.values()))
        elif isinstance(at, list):
            waiting.extend(reversed(at))


def _map_errors(each: Mapping[str, object]) -> Iterator[Told]:
    """What one object of a document tells: a component, a test, a problem of sfmeta, a refusal of the API."""
    kind = _string(each, "componentType") or _string(each, "type")
    name = _string(each, "fullName")
    line, column = _number(each, "lineNumber", "line"), _number(each, "columnNumber", "column")
    problem = _string(each, "problem")
    if not problem and (name or "filePath" in each):
        problem = _string(each, "error")
    if problem:
        yield placed(problem, kind if kind.lower() not in SEVERITIES else "", name, line, column)
    message = _string(each, "message")
    if message and ("mend" in each or "stackTrace" in each):
        told, where = line_error(message), each.get("where")
        place = where if isinstance(where, dict) else {}
        yield replace(told, line=told.line or _number(place, "line"), column=told.column or _number(place, "column"))
    for code, said in _CODED:
        if not problem and code in each and _string(each, said):
            yield Told(": ".join(filter(None, (_string(each, code), _string(each, said)))))


def _string(each: Mapping[str, object], key: str) -> str:
    value = each.get(key)
    return value if isinstance(value, str) else ""


def _number(each: Mapping[str, object], *keys: str) -> int:
    for key in keys:
        value = each.get(key)
        if isinstance(value, (int, str)) and str(value).isascii() and str(value).isdecimal() and len(str(value)) < 8:
            return int(value)
    return 0
