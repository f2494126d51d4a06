"""The few things rules need of a parsed element, and where an element stands in its file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Protocol, cast


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
    return _reader()(data, source)


@cache
def _reader() -> Callable[[bytes, str], Element]:
    from toolkit.metadata import xml

    return cast(Callable[[bytes, str], Element], xml.reader())


def local(element: Element) -> str:
    """The name without its namespace; "" for a comment or an instruction."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def namespace(root: Element) -> str:
    """The prefix that names of this document need: "{uri}", or "" when there is none."""
    head, brace, _ = root.tag.rpartition("}")
    return head + brace


class Places:
    """Lines and columns of elements in the bytes of one file; the lines are found once."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._starts: list[int] = []

    def row(self, line: int) -> bytes:
        """The bytes of a line (from 1), b"" when there is none."""
        if not self._starts:
            self._starts = [0, *(match.end() for match in re.finditer(rb"\n", self.data)), len(self.data) + 1]
        if not 0 < line < len(self._starts):
            return b""
        return self.data[self._starts[line - 1] : self._starts[line] - 1]

    def find(
        self, tag: str, line: int, value: str | None = None, *, nth: Callable[[], int] | None = None
    ) -> tuple[int, int]:
        """Line and column (from 1) of the element of this name, and, when given, value.

        With a value the place is where the value begins, else where the tag does. line is where the parser saw
        the start tag end, so a tag that is spread over lines is found further up. nth tells which of several
        equal ones on the line is meant; it is only asked then.
        """
        row = self.row(line)
        starts = list(re.finditer(rb"<(?:\w+:)?" + re.escape(tag.encode()) + rb"(?=[\s/>])", row))
        if value is not None:
            starts = [match for match in starts if _value_at(row, match.end()) == value.strip()] or starts
        if not starts:
            return self._further_up(tag, line)
        which = nth() if nth is not None and len(starts) > 1 else 0
        match = starts[min(which, len(starts) - 1)]
        inner = row.find(b">", match.end()) + 1
        if value is None or not value.strip() or not 0 < inner < len(row):
            return line, _column(row, match.start())
        inner += len(row[inner:]) - len(row[inner:].lstrip())
        return line, _column(row, inner)

    def _further_up(self, tag: str, line: int) -> tuple[int, int]:
        for above in range(line - 1, max(0, line - 20), -1):
            row = self.row(above)
            match = re.search(rb"<(?:\w+:)?" + re.escape(tag.encode()) + rb"(?=[\s/>]|$)", row)
            if match:
                return above, _column(row, match.start())
        return line, 0


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


def element_extents(data: bytes) -> Iterator[tuple[str, int, int]]:
    """(comment, first line, last line) for every comment: the lines of what it stands before, with all inside.

    A comment before the root covers the whole file, one with nothing behind it its own line. Stops quietly at the
    first mistake, which the schema check reports.
    """
    from xml.parsers import expat

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
