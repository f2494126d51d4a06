"""The settings that hold for one user: user over profile over org over what the package was generated with.

It is what the generated Apex does (templates/apex/Config.cls.j2 and Filters.cls.j2): a field that is empty is
inherited, field by field; filters are looked up object by object in one row after the other, never merged.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from toolkit.release.verify.facts import KeyFact, RowFact

GENERATED = "default of the generated package"
_SAFE = re.compile(r"https://[^/]+(/.*)?|http://(localhost|127\.0\.0\.1|\[::1])(:\d+)?(/.*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Level:
    """A row and whose it is ("row of user ada@acme.example"); nearest first in a list of levels."""

    said: str
    row: RowFact


@dataclass(frozen=True, slots=True)
class Value:
    """A value that holds, and where it comes from."""

    text: str
    source: str


@dataclass(frozen=True, slots=True)
class FilterFact:
    """The filters of one object: record field -> custom-data key, None when there are none.

    error is why a row's filter text cannot be read; the widget then shows that error and nothing else.
    """

    fields: Mapping[str, str] | None
    source: str
    error: str | None = None


def key_of(levels: Sequence[Level]) -> tuple[KeyFact, str]:
    """The licence key as it reaches the user: whether it is there, and whose row it comes from."""
    for level in levels:
        if level.row.key is not KeyFact.INHERITED:
            return level.row.key, level.said
    return KeyFact.INHERITED, ""


def service_url(levels: Sequence[Level], default: str) -> Value:
    return _nearest([(level, level.row.service_url) for level in levels], default)


def certificate(levels: Sequence[Level], default: str) -> Value:
    return _nearest([(level, level.row.certificate) for level in levels], default)


def _nearest(found: Sequence[tuple[Level, str | None]], default: str) -> Value:
    for level, text in found:
        if text:
            # Only blanks: the row is the nearest that says something, and the generated default stands in for it.
            return Value(text.strip(), level.said) if text.strip() else Value(default, GENERATED)
    return Value(default, GENERATED)


def is_safe(url: str) -> bool:
    """Whether the widget sends a token to this address: encrypted, or on the machine itself."""
    return _SAFE.fullmatch(url.strip().removesuffix("/")) is not None


def filters_of(levels: Sequence[Level], object_name: str, default: Mapping[str, Mapping[str, str]]) -> FilterFact:
    """The filters of an object for the user, as the widget finds them."""
    for level in levels:
        try:
            found = _find(_parse(level.row.filters), object_name)
        except ValueError as error:
            return FilterFact(None, level.said, str(error))
        if found is not None:
            return FilterFact(found, level.said)
    return FilterFact(_find(default, object_name), GENERATED)


def _find(filters: Mapping[str, Mapping[str, str]], object_name: str) -> Mapping[str, str] | None:
    folded = object_name.casefold()
    return next((fields for name, fields in filters.items() if name.casefold() == folded), None)


def _parse(text: str) -> dict[str, dict[str, str]]:
    if not text.strip():
        return {}
    try:
        loaded: object = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("the filter configuration is not valid JSON") from None
    filters: dict[str, dict[str, str]] = {}
    for name, fields in _object(loaded, "the filter configuration").items():
        keys: dict[str, str] = {}
        for field, key in _object(fields, name).items():
            if not isinstance(key, str) or not key.strip():
                raise ValueError(f"{name}.{field} has no custom-data key")
            keys[field] = key
        filters[name] = keys
    return filters


def _object(value: object, what: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise ValueError(f"{what} is not a JSON object")  # noqa: TRY004  a mistake in the text, not in a type
    return value
