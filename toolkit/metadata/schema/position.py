"""Where findings stand: lines and columns, by a second pass that only a document with findings costs."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from typing import cast
from xml.parsers import expat

from lxml import etree

from toolkit.metadata.schema.walker import Behind, Raw

Place = tuple[int, int]
Target = tuple[etree._Element, Behind]


def places(data: bytes, root: etree._Element, raws: Iterable[Raw]) -> dict[Target, Place]:
    """(line, column) of what the findings stand on, counted from 1, columns in characters.

    The document must be one without a document type declaration. A column is 0, and the line the first parser's,
    when the text is in an encoding that only that one knows.
    """
    wanted = {(raw.element, raw.behind) for raw in raws}
    found: dict[Target, Place] = {target: (cast("int | None", target[0].sourceline) or 0, 0) for target in wanted}
    elements = {element for element, _ in wanted}
    ordinals = {number: element for number, element in enumerate(root.iter("*")) if element in elements}
    with contextlib.suppress(expat.ExpatError, ValueError, LookupError):  # then lines without columns have to do
        _Pass(ordinals, found).run(data)
    return found


class _Pass:
    """One reading of the document by expat, which tells where it is."""

    def __init__(self, ordinals: dict[int, etree._Element], found: dict[Target, Place]) -> None:
        self._ordinals = ordinals
        self._found = found
        self._count = -1
        self._open: list[etree._Element | None] = []
        self._awaited: Target | None = None  # whose text comes next
        self._parser = expat.ParserCreate()

    def run(self, data: bytes) -> None:
        self._parser.StartElementHandler = self._start
        if any(behind for _, behind in self._found):
            self._parser.EndElementHandler = self._end
            self._parser.CharacterDataHandler = self._text
        self._parser.Parse(data, True)  # noqa: FBT003 - the standard library takes it by position

    def _start(self, _name: str, _attributes: dict[str, str]) -> None:
        self._count += 1
        element = self._ordinals.get(self._count)
        self._open.append(element)
        self._awaited = None
        if element is not None:
            if (element, "") in self._found:
                self._found[element, ""] = (self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1)
            self._awaited = (element, "start")

    def _end(self, _name: str) -> None:
        element = self._open.pop()
        self._awaited = None if element is None else (element, "end")

    def _text(self, text: str) -> None:
        if self._awaited in self._found and text.strip():
            indent = len(text) - len(text.lstrip())
            column = self._parser.CurrentColumnNumber + 1 + indent
            self._found[self._awaited] = (self._parser.CurrentLineNumber, column)
            self._awaited = None
