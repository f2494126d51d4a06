"""Dates, datetimes and date literals of SOQL as half-open ranges of stamps (text that sorts by time)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from toolkit.localorg.clock import stamp
from toolkit.localorg.soql.nodes import Moment

Range = tuple[str, str]
"""Start and end as stamps; the end is not part of it. A point in time has start == end."""

_LITERAL = re.compile(r"(LAST|NEXT)_N_(DAY|WEEK|MONTH|QUARTER|YEAR)S:(\d+)\Z")
_AGO = re.compile(r"N_(DAY|WEEK|MONTH|QUARTER|YEAR)S_AGO:(\d+)\Z")
_FIXED = re.compile(r"(THIS|LAST|NEXT)_(WEEK|MONTH|QUARTER|YEAR)\Z")
_LIMIT = 5000


class BadMomentError(ValueError):
    """What stands there is no date."""


def _months(start: date, count: int) -> date:
    index = start.year * 12 + start.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)


def _begin(unit: str, today: date) -> date:
    if unit == "WEEK":
        return today - timedelta(days=(today.weekday() + 1) % 7)
    if unit == "MONTH":
        return today.replace(day=1)
    if unit == "QUARTER":
        return today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    return today.replace(month=1, day=1) if unit == "YEAR" else today


def _move(unit: str, start: date, count: int) -> date:
    steps: dict[str, Callable[[], date]] = {
        "DAY": lambda: start + timedelta(days=count),
        "WEEK": lambda: start + timedelta(weeks=count),
        "MONTH": lambda: _months(start, count),
        "QUARTER": lambda: _months(start, 3 * count),
        "YEAR": lambda: _months(start, 12 * count),
    }
    return steps[unit]()


def _days(first: date, after: date) -> Range:
    return tuple(stamp(datetime.combine(day, time(), UTC)) for day in (first, after))  # type: ignore[return-value]


def _literal(text: str, today: date) -> Range:
    name = text.upper().replace("_FISCAL_", "_")  # the fiscal year of the org begins in January
    named = {
        "TODAY": (0, 1),
        "YESTERDAY": (-1, 0),
        "TOMORROW": (1, 2),
        "LAST_90_DAYS": (-90, 1),
        "NEXT_90_DAYS": (1, 91),
    }
    if name in named:
        first, after = named[name]
        return _days(today + timedelta(days=first), today + timedelta(days=after))
    if match := _FIXED.match(name):
        begin = _begin(match[2], today)
        offset = {"LAST": -1, "THIS": 0, "NEXT": 1}[match[1]]
        return _days(_move(match[2], begin, offset), _move(match[2], begin, offset + 1))
    if match := _LITERAL.match(name):
        unit, count = match[2], _count(match[3])
        begin = _begin(unit, today)
        if match[1] == "LAST":
            return _days(_move(unit, begin, -count), _move(unit, begin, 1 if unit == "DAY" else 0))
        return _days(_move(unit, begin, 1), _move(unit, begin, count + 1))
    if match := _AGO.match(name):
        begin = _move(match[1], _begin(match[1], today), -_count(match[2]))
        return _days(begin, _move(match[1], begin, 1))
    raise BadMomentError(text)


def _count(digits: str) -> int:
    if len(digits) > 4 or int(digits) > _LIMIT:
        raise BadMomentError(digits)
    return int(digits)


def range_of(moment: Moment, today: date) -> Range:
    """The stretch of time that a moment means; BadMomentError when it means none."""
    try:
        if moment.kind == "datetime":
            at = stamp(datetime.fromisoformat(moment.text.upper()))
            return at, at
        if moment.kind == "date":
            first = date.fromisoformat(moment.text)
            return _days(first, first + timedelta(days=1))
        return _literal(moment.text, today)
    except (ValueError, OverflowError) as error:
        raise BadMomentError(moment.text) from error


def compare(operator: str, value: str, span: Range) -> bool:
    """Whether a stamp or a date (as text) stands in this relation to the span."""
    start, end = span
    if len(value) == 10:  # a date field: compare days
        start, end = start[:10], end[:10] if end[10:] == "T00:00:00.000Z" and end != start else end[:10] + "~"
    point = start == end
    within = value == start if point else start <= value < end
    return {
        "=": within,
        "!=": not within,
        "<": value < start,
        ">": value > start if point else value >= end,
        "<=": value <= start if point else value < end,
        ">=": value >= start,
    }.get(operator, False)
