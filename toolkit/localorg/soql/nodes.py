"""The tree of a parsed query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal as Choice

Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Path:
    """A field path as written ("Account.Owner.Name"); line and column from 1 for messages."""

    parts: tuple[str, ...]
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return ".".join(self.parts)


@dataclass(frozen=True, slots=True)
class Call:
    """A function: COUNT(Id), CALENDAR_YEAR(CreatedDate), FORMAT(MIN(Amount)), FIELDS(ALL); COUNT() has no argument."""

    function: str
    argument: Path | Call | None
    alias: str | None = None
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.function}({self.argument or ''})"

    @property
    def field(self) -> Path | None:
        """The field that it is about in the end."""
        return self.argument.field if isinstance(self.argument, Call) else self.argument


@dataclass(frozen=True, slots=True)
class Aliased:
    """A field with another name for the answer, as grouped queries have them."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class TypeOf:
    """What of a relationship is shown, by the object it leads to (lower case); the last is for any other."""

    relationship: Path
    branches: tuple[tuple[str, tuple[Path, ...]], ...]
    otherwise: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """A date, a datetime, or a date literal such as LAST_N_DAYS:3, as written."""

    text: str
    kind: Choice["date", "datetime", "literal"]


@dataclass(frozen=True, slots=True)
class Comparison:
    left: Path | Call
    operator: str
    """=, !=, <, <=, >, >=, LIKE, IN, NOT IN, INCLUDES, EXCLUDES."""
    right: Scalar | Moment | tuple[Scalar | Moment, ...] | Query


@dataclass(frozen=True, slots=True)
class Junction:
    operator: Choice["AND", "OR"]
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Negation:
    part: Condition


Condition = Comparison | Junction | Negation


@dataclass(frozen=True, slots=True)
class Order:
    by: Path | Call
    descending: bool
    nulls_last: bool


@dataclass(frozen=True, slots=True)
class Query:
    select: tuple[Selected, ...]
    source: str
    source_line: int
    source_column: int
    alias: str | None = None
    where: Condition | None = None
    scope: str = "everything"
    group: tuple[Path | Call, ...] = ()
    having: Condition | None = None
    order: tuple[Order, ...] = ()
    limit: int | None = None
    offset: int = 0
    all_rows: bool = False

    @property
    def counts_only(self) -> bool:
        """SELECT COUNT() FROM ..."""
        only = self.select[0] if len(self.select) == 1 else None
        return isinstance(only, Call) and only.argument is None and only.function.lower() == "count"


Selected = Path | Call | Aliased | TypeOf | Query
