"""The filter configuration as one JSON text, and how it is split across the fields of the setting."""

from __future__ import annotations

import json
from collections.abc import Mapping

from toolkit.config.model import Package
from toolkit.generate.names import FILTER_PARTS, PART_LENGTH

FilterMap = Mapping[str, Mapping[str, str]]


def configured(package: Package) -> dict[str, dict[str, str]]:
    """Object -> record field -> custom-data key, as widget.objects says."""
    return {widget.object: dict(widget.filters) for widget in package.widget.objects}


def as_json(filters: FilterMap) -> str:
    """One line of JSON without blanks between its parts; characters stand for themselves."""
    return json.dumps(filters, ensure_ascii=False, separators=(",", ":"))


def units(text: str) -> int:
    """The length as Apex and the platform's field limits count it: UTF-16 code units."""
    return len(text) + sum(1 for character in text if ord(character) > 0xFFFF)


def split(text: str) -> tuple[str, ...]:
    """The text in pieces of at most 255 UTF-16 units.

    No piece begins or ends with a blank (the platform would trim it), and no character is cut in two. A run of
    blanks that is longer than a piece cannot be kept this way: then ValueError.
    """
    pieces: list[str] = []
    rest = text
    while units(rest) > PART_LENGTH:
        cut = _longest_prefix(rest)
        while cut > 0 and (rest[cut - 1].isspace() or rest[cut].isspace()):
            cut -= 1
        if cut == 0:
            raise ValueError("a run of blanks is longer than a field")
        pieces.append(rest[:cut])
        rest = rest[cut:]
    return (*pieces, rest)


def _longest_prefix(text: str) -> int:
    used = 0
    for index, character in enumerate(text):
        used += 2 if ord(character) > 0xFFFF else 1
        if used > PART_LENGTH:
            return index
    return len(text)


def overflow(text: str) -> int:
    """By how many characters the text is too long for all fields together; 0 when it fits."""
    pieces = split(text)
    if len(pieces) <= FILTER_PARTS:
        return 0
    return sum(units(piece) for piece in pieces[FILTER_PARTS:])
