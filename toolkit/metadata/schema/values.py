"""Values of the built-in types: what is right, what an org takes all the same, and what is wrong.

The patterns take at least what XML Schema takes for these types (the fast tier relies on that).
"""

from __future__ import annotations

import re

BOOLEANS = frozenset({"true", "false", "1", "0"})
_INT = r"[+-]?[0-9]+"
_DOUBLE = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN"
_DAY = r"-?[0-9]{4,9}-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
_CLOCK = r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})(\.[0-9]+)?"
_ZONE = r"(Z|[+-][0-9]{2}:?[0-9]{2})?"
_DATE, _TIME, _DATE_TIME = f"{_DAY}{_ZONE}", f"{_CLOCK}{_ZONE}", f"{_DAY}T{_CLOCK}{_ZONE}"  # compiled when needed
_MOMENTS = {"date": (_DATE,), "time": (_TIME,), "dateTime": (_DATE_TIME,), "moment": (_DATE, _TIME, _DATE_TIME)}
_RANGES = {"month": (1, 12), "day": (1, 31), "hour": (0, 24), "minute": (0, 59), "second": (0, 60)}
_LONGEST_NUMBER = 400  # characters; beyond, the text is not looked at


def good(kind: str, text: str) -> bool:
    """Whether the text (which is not empty) is a value of the built-in type."""
    text = text.strip(" \t\r\n")
    if kind == "boolean":
        return text in BOOLEANS
    if kind in {"string", "base64", "any"}:
        return True
    if len(text) > _LONGEST_NUMBER:
        return False
    if kind == "int":
        return re.fullmatch(_INT, text) is not None and -(2**31) <= int(text) < 2**31
    if kind in {"double", "number"}:
        return re.fullmatch(_DOUBLE, text) is not None
    return any(_in_range(re.fullmatch(pattern, text)) for pattern in _MOMENTS[kind])


def _in_range(match: re.Match[str] | None) -> bool:
    if match is None:
        return False
    return all(_RANGES[part][0] <= int(value) <= _RANGES[part][1] for part, value in match.groupdict().items())


FORMS = {
    "boolean": "true or false",
    "int": "a whole number",
    "double": "a number",
    "number": "a number",
    "date": "a date like 2026-01-31",
    "dateTime": "a date and time like 2026-01-31T08:00:00.000Z",
    "time": "a time like 08:00:00.000Z",
    "moment": "a date or time like 2026-01-31 or 08:00:00.000Z",
}
CODES = {
    "boolean": "boolean",
    "int": "number",
    "double": "number",
    "number": "number",
    "date": "date",
    "dateTime": "date",
    "time": "date",
    "moment": "date",
}
