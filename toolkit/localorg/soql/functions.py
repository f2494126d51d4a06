"""Functions of one value: parts of dates, and how a value is shown. Functions over groups are in aggregates.

Dates are those of UTC, which is the time zone of the org's users; its fiscal year begins in January.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from toolkit.localorg.model.fields import Field
from toolkit.localorg.store.records import Value

_TIMES = frozenset({"date", "datetime"})


@dataclass(frozen=True, slots=True)
class Function:
    """takes: the types of fields it can be given, empty for any; gives: the type of its value, empty for that of
    the field; of: its value.
    """

    of: Callable[[Field, Value], Value]
    gives: str = ""
    takes: frozenset[str] = frozenset()
    shows: bool = False
    """Whether it only changes how a value is shown; a query need not be grouped to select it."""


def _day(value: Value) -> date:
    return date.fromisoformat(str(value)[:10])


def _part(part: Callable[[date], int]) -> Function:
    def of(_field: Field, value: Value) -> Value:
        return None if value is None else part(_day(value))

    return Function(of, "int", _TIMES)


def _hour(_field: Field, value: Value) -> Value:
    return None if value is None else int(str(value)[11:13] or 0)


def _day_only(_field: Field, value: Value) -> Value:
    return None if value is None else _day(value).isoformat()


def _format(field: Field, value: Value) -> Value:
    """The value as a user of the United States sees it."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        places = field.scale if field.precision else 2 if field.type == "currency" else 0
        sign = "$" if field.type == "currency" else ""
        shown = f"{sign}{abs(value):,.{places}f}{'%' if field.type == 'percent' else ''}"
        return f"-{shown}" if value < 0 else shown
    if field.type == "date":
        day = _day(value)
        return f"{day.month}/{day.day}/{day.year}"
    if field.type == "datetime":
        moment = datetime.fromisoformat(value.replace("Z", "+00:00").replace("+0000", "+00:00"))
        return f"{moment.month}/{moment.day}/{moment.year}, {moment.hour % 12 or 12}:{moment:%M %p}"
    return value


def _same(_field: Field, value: Value) -> Value:
    return value


FUNCTIONS: dict[str, Function] = {
    "calendar_month": _part(lambda day: day.month),
    "calendar_quarter": _part(lambda day: (day.month + 2) // 3),
    "calendar_year": _part(lambda day: day.year),
    "day_in_month": _part(lambda day: day.day),
    "day_in_week": _part(lambda day: day.isoweekday() % 7 + 1),
    "day_in_year": _part(lambda day: day.timetuple().tm_yday),
    "day_only": Function(_day_only, "date", frozenset({"datetime"})),
    "fiscal_month": _part(lambda day: day.month),
    "fiscal_quarter": _part(lambda day: (day.month + 2) // 3),
    "fiscal_year": _part(lambda day: day.year),
    "hour_in_day": Function(_hour, "int", frozenset({"datetime"})),
    "week_in_month": _part(lambda day: (day.day + 6) // 7),
    "week_in_year": _part(lambda day: (day.timetuple().tm_yday + 6) // 7),
    "converttimezone": Function(_same, takes=frozenset({"datetime"})),
    "tolabel": Function(_same, shows=True),
    "convertcurrency": Function(_same, takes=frozenset({"currency"}), shows=True),
    "format": Function(_format, gives="string", shows=True),
}
