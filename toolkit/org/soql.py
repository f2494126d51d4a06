"""SOQL that cannot be broken out of: every value becomes an escaped literal, every name is checked.

    select("Id", "Name", source="PermissionSet", where=all_of(one_of("Name", names), equals("IsOwnedByProfile", False)))

Source of the escapes: SOQL and SOSL Reference, "Quoted String Escape Sequences".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import NewType

from toolkit.errors import UsageError

Soql = NewType("Soql", str)
"""A query that has been put together here, or one that the configuration holds (`written`)."""

Condition = NewType("Condition", str)
Value = str | bool | int | datetime | None

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)*\Z")
_SUBQUERY = re.compile(r"\(SELECT [A-Za-z0-9_., ]+ FROM [A-Za-z0-9_]+\)\Z")
_ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_LONGEST_LIST = 4000
"""Characters of one IN list: the query travels in a URL, and servers refuse request lines over 16 KB."""


def literal(value: Value) -> str:
    """The value as SOQL writes it; a datetime must know its time zone."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a datetime without a time zone has no SOQL literal")
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"'{''.join(map(_escaped, value))}'"


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    return f"\\u{ord(character):04x}" if ord(character) < 0x20 or ord(character) == 0x7F else character


def _name(name: str) -> str:
    if not _NAME.match(name):
        raise ValueError(f"{name!r} is not the name of a field or object")
    return name


def _order(part: str) -> str:
    """A field to order by, which may be followed by DESC."""
    field, _, direction = part.strip().partition(" ")
    if direction not in ("", "DESC"):
        raise ValueError(f"{direction!r} is no direction")
    return f"{_name(field)} {direction}".rstrip()


def equals(field: str, value: Value) -> Condition:
    return Condition(f"{_name(field)} = {literal(value)}")


def differs(field: str, value: Value) -> Condition:
    return Condition(f"{_name(field)} != {literal(value)}")


def since(field: str, moment: datetime) -> Condition:
    """field >= moment."""
    return Condition(f"{_name(field)} >= {literal(moment)}")


def one_of(field: str, values: Sequence[Value]) -> Condition:
    """field IN (...); an empty list is a mistake, because SOQL has no empty list."""
    if not values:
        raise ValueError(f"{field} IN () cannot be asked")
    return Condition(f"{_name(field)} IN ({', '.join(map(literal, values))})")


def within(field: str, query: Soql) -> Condition:
    """field IN (SELECT ...)."""
    return Condition(f"{_name(field)} IN ({query})")


def all_of(*conditions: Condition) -> Condition:
    return Condition(" AND ".join(conditions)) if len(conditions) > 1 else conditions[0]


def any_of(*conditions: Condition) -> Condition:
    return Condition(f"({' OR '.join(conditions)})")


def select(
    *fields: str,
    source: str,
    where: Condition | None = None,
    order_by: str | None = None,
    limit: int | None = None,
) -> Soql:
    """A query for these fields of one object; a field may be a child query `(SELECT X FROM Y)`."""
    names = ", ".join(field if _SUBQUERY.match(field) else _name(field) for field in fields)
    query = f"SELECT {names} FROM {_name(source)}"  # noqa: S608  every part is checked or escaped
    if where:
        query += f" WHERE {where}"
    if order_by:
        query += f" ORDER BY {', '.join(map(_order, order_by.split(',')))}"
    if limit is not None:
        query += f" LIMIT {limit:d}"
    return Soql(query)


def written(query: str) -> Soql:
    """A query from the configuration, as it stands; UsageError unless it is one SELECT."""
    if not re.match(r"\s*SELECT\s", query, re.IGNORECASE):
        raise UsageError.of(f"not a query: {query[:80]!r}", mend="write SELECT Id FROM User WHERE ...")
    return Soql(query.strip().rstrip(";"))


def parts(values: Iterable[str]) -> Iterator[list[str]]:
    """The values in order, without doubles, in lists that fit one query each."""
    part: list[str] = []
    size = 0
    for value in dict.fromkeys(values):
        length = len(literal(value).encode()) + 2
        if part and (size + length > _LONGEST_LIST or len(part) >= 500):
            yield part
            part, size = [], 0
        part.append(value)
        size += length
    if part:
        yield part
