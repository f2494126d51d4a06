"""The types of Salesforce metadata as data/types.txt has them (written by scripts/build_schema.py, see docs/schema.md).

The file holds one type a line, in ASCII, sorted, so a type is found by bisection and parsed when it is first asked for;
there is no index to load. Members come in the order of the WSDL, those of the base type first.
"""

from __future__ import annotations

import functools
import os
import re
from typing import NamedTuple

_DATA = os.path.join(os.path.dirname(__file__), "data", "types.txt")  # noqa: PTH118, PTH120 - pathlib takes 6 ms to load
LATEST = 68
"""The newest Metadata API version that the data file describes."""

SIMPLE = frozenset(
    {"string", "boolean", "int", "double", "number", "date", "dateTime", "time", "moment", "base64", "any"}
)
"""The built-in types: number is int or double, moment is date, dateTime or time, any is text or elements."""


class Span(NamedTuple):
    """A change between two API versions: `before` is the last on the near side, `after` the first on the far side."""

    before: int
    after: int


class Member(NamedTuple):
    """A child element of a type.

    since: absent in since.before, there in since.after. until: there in until.before, absent in until.after.
    None where every source that knows the type has the member (or, for until, may only have it switched off).
    """

    name: str
    type: str = "string"
    required: bool = False
    repeated: bool = False
    since: Span | None = None
    until: Span | None = None

    def newer_than(self, version: int) -> bool:
        """Whether the member certainly is not in this API version yet."""
        return self.since is not None and version <= self.since.before

    def removed_before(self, version: int) -> bool:
        """Whether the member certainly is no longer in this API version."""
        return self.until is not None and version >= self.until.after


class ComplexType(NamedTuple):
    """A type with child elements, in WSDL order; root says that it is a metadata type and not only a part of one."""

    name: str
    base: str | None
    root: bool
    members: tuple[Member, ...]

    def member(self, name: str) -> Member | None:
        return next((m for m in self.members if m.name == name), None)


class EnumType(NamedTuple):
    """An enumeration; its values are Members without a type, so that they can have come and gone too.

    varies: which values there are depends on the org's features, so another one may be right.
    """

    name: str
    values: tuple[Member, ...]
    varies: bool


class Schema:
    """The type table. Types are parsed when asked for and kept."""

    def __init__(self, text: bytes) -> None:
        self._text = b"\n" + text
        self._types: dict[str, ComplexType | EnumType | None] = {}

    def type(self, name: str) -> ComplexType | EnumType | None:
        """The complex type or enum of this name; None for a built-in type and for a name that is not known."""
        try:
            return self._types[name]
        except KeyError:
            found = self._types[name] = self._find(name)
            return found

    def complex_type(self, name: str) -> ComplexType | None:
        found = self.type(name)
        return found if isinstance(found, ComplexType) else None

    def enum(self, name: str) -> EnumType | None:
        found = self.type(name)
        return found if isinstance(found, EnumType) else None

    def root_type(self, name: str) -> ComplexType | None:
        """The metadata type of this name (CustomObject, Package, ...), None for parts of types and unknown names."""
        found = self.complex_type(name)
        return found if found is not None and found.root else None

    @functools.cached_property
    def roots(self) -> tuple[str, ...]:
        """The names of all metadata types, sorted."""
        return tuple(match.decode() for match in re.findall(rb"\n(\w+) M ", self._text))

    @functools.cached_property
    def names(self) -> tuple[str, ...]:
        """The names of all complex types and enums, sorted."""
        return tuple(match.decode() for match in re.findall(rb"\n(\w+) [MCEV] ", self._text))

    @functools.cached_property
    def _heirs(self) -> dict[str, list[str]]:
        heirs: dict[str, list[str]] = {}
        for name, base in re.findall(rb"\n(\w+) [MC] (\w+)", self._text):
            heirs.setdefault(base.decode(), []).append(name.decode())
        return heirs

    def heirs(self, name: str) -> tuple[str, ...]:
        """The types that extend this one, directly or not: what xsi:type may say in its place."""
        direct = self._heirs.get(name, [])
        return tuple(x for heir in direct for x in (heir, *self.heirs(heir)))

    def _find(self, name: str) -> ComplexType | EnumType | None:
        if not (name.isascii() and name.isidentifier()):
            return None
        line = self._line(name.encode() + b" ")
        if line is None:
            return None
        _, kind, base, *tokens = line.decode("ascii").split(" ")
        members = tuple(map(_member, tokens))
        if kind in "EV":
            return EnumType(name, members, kind == "V")
        return ComplexType(name, None if base == "-" else base, kind == "M", members)

    def _line(self, start: bytes) -> bytes | None:
        """The line that starts with this, without its end."""
        text = self._text
        low, high = 0, len(text) - 1  # both are ends of lines; the one looked for begins in between
        while low < high:
            middle = text.rfind(b"\n", 0, (low + high + 1) // 2 + 1)
            if middle <= low:  # the line in the middle begins at low
                middle = text.find(b"\n", low + 1)
                if middle >= high or text[low + 1 : middle].startswith(start):
                    break
            if text[middle + 1 : middle + 1 + len(start)] <= start:
                low = middle
            else:
                high = middle
        end = text.find(b"\n", low + 1)
        found = text[low + 1 : end]
        return found if found.startswith(start) else None


_TOKEN = re.compile(r"([^=!*@~]+)(?:=(\w+))?(!)?(\*)?(?:@(\d+)-(\d+))?(?:~(\d+)-(\d+))?")


def _member(token: str) -> Member:
    if token.isalnum():  # most are a name and no more
        return Member(token)
    match = _TOKEN.fullmatch(token)
    if match is None:
        raise ValueError(f"types.txt is damaged at {token!r}; install sfmeta again")
    name, kind, required, repeated, *numbers = match.groups()
    since = Span(int(numbers[0]), int(numbers[1])) if numbers[0] else None
    until = Span(int(numbers[2]), int(numbers[3])) if numbers[2] else None
    return Member(name.replace("%20", " "), kind or "string", bool(required), bool(repeated), since, until)


@functools.cache
def schema() -> Schema:
    """The shipped type table; reading it takes well under a millisecond, each type a few hundredths of one."""
    with open(_DATA, "rb") as file:  # noqa: PTH123 - as above
        return Schema(file.read())


def root_type(name: str) -> ComplexType | None:
    """The metadata type of this name, None when the schema does not know it."""
    return schema().root_type(name)


@functools.lru_cache(maxsize=100)
def major(api_version: str) -> int:
    """62 for "62.0"; LATEST for anything that is not a version, so that nothing is called too new."""
    head = api_version.strip().partition(".")[0]
    return int(head) if head.isascii() and head.isdigit() and len(head) < 4 else LATEST
