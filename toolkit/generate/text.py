"""Escapes for the places that a configured value can land in, and the check that it can land there at all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote

from pydantic import BaseModel

from toolkit.config.project import Project
from toolkit.errors import GenerateError, Problem

# What XML 1.0 cannot hold, and CR, which a parser turns into LF: neither would arrive as it was written.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")

_APEX_ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\t": "\\t"}


def apex(value: str) -> str:
    """An Apex string literal, quotes included, in ASCII: what is not printable becomes UTF-16 escapes."""
    return "'" + "".join(_apex_character(character) for character in value) + "'"


def _apex_character(character: str) -> str:
    if character in _APEX_ESCAPES:
        return _APEX_ESCAPES[character]
    if " " <= character <= "~":
        return character
    units = character.encode("utf-16-be", "surrogatepass").hex().upper()
    return "".join(f"\\u{units[index : index + 4]}" for index in range(0, len(units), 4))


def url(value: str) -> str:
    """Percent-encoded for any part of a URL, as UTF-8."""
    return quote(value, safe="")


def visualforce(value: str) -> str:
    """The value itself if Visualforce markup can hold it as text; the XML escape is the template engine's work.

    `{!` begins an expression even inside an escaped attribute, and there is no escape for it: ValueError. The
    shipped templates put no free text into markup; they bind it from Apex, where every text can be said.
    """
    if "{!" in value:
        raise ValueError("text with {! cannot stand in Visualforce markup, where it begins an expression")
    return value


def check_texts(project: Project) -> None:
    """Raise GenerateError with the place of every configured text that no XML document can carry unchanged."""
    problems = []
    for path, value in _texts(project.package, ""):
        found = _FORBIDDEN.search(value)
        if found:
            code = f"U+{ord(found.group()):04X}"
            message = f"{path} holds the character {code}, which Salesforce metadata cannot carry"
            problems.append(Problem(message, project.where(path), "remove it"))
    GenerateError.raise_any(problems)


def _texts(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            yield from _texts(getattr(value, name), _join(path, field.alias or name))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(item, _join(path, str(key)))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _texts(item, _join(path, str(index)))


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
