"""Where elements begin: line and column of start tags, by a second pass that only a document with findings costs."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from typing import cast
from xml.parsers import expat

from lxml import etree


def places(
    data: bytes, root: etree._Element, elements: Iterable[etree._Element]
) -> dict[etree._Element, tuple[int, int]]:
    """(line, column) of the start tags of these elements, counted from 1, column in characters.

    The document must be one without a document type declaration. An element's column is 0, and its line the
    parser's, when the text is in an encoding that only the first parser knows.
    """
    wanted = set(elements)
    if not wanted:
        return {}
    found: dict[etree._Element, tuple[int, int]] = {e: (cast("int | None", e.sourceline) or 0, 0) for e in wanted}
    ordinals = {number: element for number, element in enumerate(root.iter("*")) if element in wanted}
    last = max(ordinals)
    count = -1
    parser = expat.ParserCreate()

    def start(_name: str, _attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        element = ordinals.get(count)
        if element is not None:
            found[element] = (parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)
        if count >= last:
            parser.StartElementHandler = None

    parser.StartElementHandler = start
    with contextlib.suppress(expat.ExpatError, ValueError, LookupError):  # then lines without columns have to do
        parser.Parse(data, True)  # noqa: FBT003 - the standard library takes it by position
    return found
