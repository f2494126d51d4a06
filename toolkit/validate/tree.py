"""The few things rules need of a parsed element, and where an element stands in its file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol, cast
from xml.parsers import expat

from toolkit.metadata import xml


class Element(Protocol):
    """An XML element as lxml has it."""

    @property
    def tag(self) -> str: ...
    @property
    def text(self) -> str | None: ...
    @property
    def sourceline(self) -> int | None: ...
    def find(self, path: str) -> Element | None: ...
    def findtext(self, path: str) -> str | None: ...
    def get(self, key: str) -> str | None: ...
    def iterchildren(self, tag: str | None = None) -> Iterator[Element]: ...
    def iter(self, tag: str | None = None) -> Iterator[Element]: ...
    def __iter__(self) -> Iterator[Element]: ...
    def __len__(self) -> int: ...


def parse(data: bytes, source: str) -> Element:
    """The root of a well-formed document; MetadataError otherwise."""
    return cast(Element, xml.parse(data, source))


def local(element: Element) -> str:
    """The name without its namespace; "" for a comment or an instruction."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def namespace(root: Element) -> str:
    """The prefix that names of this document need: "{uri}", or "" when there is none."""
    head, brace, _ = root.tag.rpartition("}")
    return head + brace


def place(data: bytes, tag: str, line: int, value: str | None = None, *, nth: int = 0) -> tuple[int, int]:
    """Line and column (from 1) of an element: the nth on this line with this name and, when given, value.

    With a value the place is where the value begins, else where the tag does. line is where the parser
    saw the start tag end, so a tag that is spread over lines is found further up.
    """
    row = _line(data, line)
    starts = list(re.finditer(rb"<(?:\w+:)?" + re.escape(tag.encode()) + rb"(?=[\s/>])", row))
    if value is not None:
        wanted = value.strip()
        narrowed = [match for match in starts if _value_at(row, match.end()) == wanted]
        starts, nth = narrowed or starts, nth if narrowed else 0
    if not starts:
        return _further_up(data, tag, line)
    match = starts[min(nth, len(starts) - 1)]
    column = _column(row, match.start())
    if value is None or not value.strip():
        return line, column
    inner = row.find(b">", match.end())
    if inner < 0 or inner + 1 >= len(row):
        return line, column
    inner += 1 + len(row[inner + 1 :]) - len(row[inner + 1 :].lstrip())
    return line, _column(row, inner)


def _column(row: bytes, index: int) -> int:
    return len(row[:index].decode("utf-8", "replace")) + 1


def _value_at(row: bytes, index: int) -> str:
    begin = row.find(b">", index)
    end = row.find(b"<", begin)
    text = row[begin + 1 : end if end >= 0 else len(row)].decode("utf-8", "replace").strip()
    return _unescape(text) if "&" in text else text


def _unescape(text: str) -> str:
    for name, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(name, character)
    return text


def _line(data: bytes, line: int) -> bytes:
    start = 0
    for _ in range(line - 1):
        start = data.find(b"\n", start) + 1
        if start == 0:
            return b""
    end = data.find(b"\n", start)
    return data[start : end if end >= 0 else len(data)]


def _further_up(data: bytes, tag: str, line: int) -> tuple[int, int]:
    for above in range(line - 1, max(0, line - 20), -1):
        row = _line(data, above)
        match = re.search(rb"<(?:\w+:)?" + re.escape(tag.encode()) + rb"(?=[\s/>]|$)", row)
        if match:
            return above, _column(row, match.start())
    return line, 0


def element_extents(data: bytes) -> Iterator[tuple[str, int, int]]:
    """(comment, first line, last line) for every comment: the lines of what it stands before, with all inside.

    A comment before the root covers the whole file, one with nothing behind it its own line. Stops quietly at the
    first mistake, which the schema check reports.
    """
    found: list[tuple[str, int, int]] = []
    waiting: list[tuple[str, int]] = []
    open_: list[list[tuple[str, int]]] = []
    parser = expat.ParserCreate()

    def comment(text: str) -> None:
        waiting.append((text, parser.CurrentLineNumber))

    def start(_name: str, _attributes: dict[str, str]) -> None:
        open_.append(waiting.copy())
        waiting.clear()

    def end(_name: str) -> None:
        last = parser.CurrentLineNumber
        found.extend((text, line, last) for text, line in open_.pop())
        found.extend((text, line, line) for text, line in waiting)  # nothing follows: its own line
        waiting.clear()

    parser.CommentHandler = comment
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        parser.Parse(data, True)  # noqa: FBT003  # expat takes no keywords
    except expat.ExpatError:
        found.extend((text, line, line) for text, line in waiting)
    yield from found
