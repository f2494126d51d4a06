"""Byte-faithful edits of metadata XML: exact positions to read by, splices to write by.

A Document is parsed to be understood and never written back. An edit is a list of Splices on the bytes as
they came, so everything that an edit does not mean keeps its formatting, line ends, byte order mark,
comments and attribute order.

What `insert` adds, `remove` takes out again to the byte: an element goes in either on lines of its own (from
the end of the line before it) or, where the file has no line end there, between two tags.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from toolkit.errors import Location, MetadataError
from toolkit.metadata.positions import Element as Element  # noqa: PLC0414  its users find it here
from toolkit.metadata.positions import positions
from toolkit.metadata.xml import METADATA_NS, parse, text_of

_BOM = b"\xef\xbb\xbf"
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_DECLARED = re.compile(rb"""\A(?:\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_START_TAG = re.compile(rb"""<[^\s/>]+(?:\s+[^\s=>/]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*(/?)>""")
# What may follow an element on its line and belongs to it: blanks and comments that begin there.
_REST_OF_LINE = re.compile(rb"(?:[ \t]*<!--[^-]*(?:-[^-]+)*-->)*[ \t]*(?=(\r\n|\n|\r))")
_BLANKS = re.compile(rb"[ \t]*")
_NOT_TEXT = re.compile(rb"<!--.*?-->|<\?.*?\?>", re.DOTALL)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_REFERENCE = re.compile(r"&(?:#x([0-9A-Fa-f]+)|#([0-9]+)|(amp|lt|gt|quot|apos));")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DEFAULT_UNIT = b"    "
_MOST_BYTES = 40_000_000
"""A deployment holds 39 MB, and the positions of a file need several times its size in memory."""


@dataclass(frozen=True, slots=True)
class Markup:
    """An element to write: its name and its text or children. A str child is a comment."""

    name: str
    content: str | tuple[Markup | str, ...] = ()


@dataclass(frozen=True, slots=True)
class Splice:
    """Replace the bytes from start to end (both offsets of the original) by new."""

    start: int
    end: int
    new: bytes


@dataclass(frozen=True, slots=True)
class Document:
    """A metadata file as it came, and the positions of its elements."""

    data: bytes
    root: Element
    source: str
    ascii_only: bool = False

    def where(self, element: Element) -> Location:
        """The line and column (in characters) of an element."""
        before = self.data[: element.start].removeprefix(_BOM).decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
        return Location(self.source, before.count("\n") + 1, len(before) - before.rfind("\n"))

    # Reading

    def inside(self, element: Element) -> int:
        """The offset behind the element's start tag."""
        match = _START_TAG.match(self.data, element.start)
        if match is None:
            raise MetadataError.of("a start tag that cannot be read", where=self.where(element))
        return match.end()

    def self_closed(self, element: Element) -> bool:
        return (
            not element.children
            and self.data[element.close - 2 : element.close] == b"/>"
            and self.inside(element) == element.close
        )

    def end(self, element: Element) -> int:
        """The offset behind the element."""
        return element.close if self.self_closed(element) else self.data.index(b">", element.close) + 1

    def raw(self, element: Element) -> bytes:
        return self.data[element.start : self.end(element)]

    def text(self, element: Element | None) -> str | None:
        """The text of an element without children, unescaped and stripped; None for no element."""
        if element is None:
            return None
        if self.self_closed(element):
            return ""
        raw = self.data[self.inside(element) : element.close]
        if b"<" not in raw and b"&" not in raw:
            return raw.decode("utf-8").strip()
        parts = _CDATA.split(_NOT_TEXT.sub(b"", raw).decode("utf-8"))
        return "".join(part if i % 2 else _unescape(part) for i, part in enumerate(parts)).strip()

    def child_text(self, element: Element, name: str) -> str | None:
        """The text of its first child of that name, None when there is none."""
        return self.text(element.first(name))

    def indent(self, element: Element) -> bytes | None:
        """The blanks before an element that begins its line; None when something else begins it."""
        width = 64
        while True:  # backwards in growing windows: a file may be one line of many megabytes
            begin = max(element.start - width, 0)
            window = self.data[begin : element.start]
            before = window.rstrip(b" \t")
            if before or not begin:
                starts_line = not before or before.endswith((b"\n", b"\r"))
                return window[len(before) :] if starts_line else None
            width *= 4

    # Writing

    def insert(self, parent: Element, after: Element | None, new: Markup | bytes) -> Splice:
        """Put an element into parent behind a child, or as its first child.

        Bytes are an element cut out of the same document (see `raw`); it keeps its formatting and is only
        moved to the indentation of the new place. A self-closed parent is opened.
        """
        if self.self_closed(parent):
            return self._open(parent, new)
        at = self.end(after) if after is not None else self.inside(parent)
        rest = _REST_OF_LINE.match(self.data, at)
        if rest is None:
            return Splice(at, at, self._inline(parent, new))
        indent, unit = self._child_indent(parent)
        eol = rest[1]
        return Splice(rest.end(), rest.end(), eol + self._lines(parent, new, eol, indent, unit))

    def remove(self, element: Element) -> Splice:
        """Take an element out, with its lines when they hold nothing else."""
        start, end = element.start, self.end(element)
        indent = self.indent(element)
        behind = _BLANKS.match(self.data, end)
        line_end = behind.end() if behind else end
        alone = indent is not None and (line_end == len(self.data) or self.data[line_end : line_end + 1] in b"\r\n")
        if not alone or indent is None:
            return Splice(start, end, b"")
        line = start - len(indent)
        eol = 2 if self.data[line - 2 : line] == b"\r\n" else 1
        return Splice(max(line - eol, 0), line_end, b"")

    def close(self, element: Element) -> Splice:
        """Make an element self-closed again that `insert` has opened; what is in it goes."""
        return Splice(element.start, self.end(element), self.data[element.start : self.inside(element) - 1] + b"/>")

    def replace_text(self, element: Element, text: str) -> Splice:
        """Give an element without children another text."""
        new = self._escape(text)
        if self.self_closed(element):
            name = self._tag(element)
            return Splice(element.start, element.close, b"<" + name + b">" + new + b"</" + name + b">")
        return Splice(self.inside(element), element.close, new)

    def apply(self, splices: Iterable[Splice]) -> bytes:
        """The document with these splices; where two begin at one offset, the first given comes first."""
        parts: list[bytes] = []
        at = 0
        for splice in sorted(splices, key=lambda s: (s.start, s.end)):
            if splice.start < at:
                raise ValueError("splices overlap")
            parts += [self.data[at : splice.start], splice.new]
            at = splice.end
        return b"".join([*parts, self.data[at:]])

    def lines(self, content: Iterable[Markup | str], unit: bytes = _DEFAULT_UNIT) -> list[bytes]:
        """Elements as lines, one level deep."""
        return [line for child in content if isinstance(child, Markup) for line in self._render(child, b"", unit, unit)]

    # How new lines look

    def _child_indent(self, parent: Element) -> tuple[bytes, bytes]:
        """The indentation of parent's children and the step from one level to the next."""
        own = self.indent(parent)
        inner = next((i for c in parent.children if (i := self.indent(c)) is not None), None)
        if inner is not None and own is not None and inner.startswith(own):
            step = inner[len(own) :]
            # One level says little where everything starts in the same column but deeper levels do not.
            return inner, step if step else self._unit()
        unit = self._unit()
        return (inner, unit) if inner is not None else ((own or b"") + unit, unit)

    def _unit(self) -> bytes:
        """The step between two levels of this file: the first that can be seen, four blanks when none can."""
        seen_flat = False
        for element in self.root.walk():
            own = self.indent(element)
            if own is None:
                continue
            for child in element.children:
                inner = self.indent(child)
                if inner is not None and inner.startswith(own):
                    if len(inner) > len(own):
                        return inner[len(own) :]
                    seen_flat = seen_flat or inner == own
        return b"" if seen_flat else _DEFAULT_UNIT

    def _open(self, parent: Element, new: Markup | bytes) -> Splice:
        tag = self.data[parent.start : parent.close - 2]  # with the blank of <x />, so that close() gives it back
        close = b"</" + self._tag(parent) + b">"
        rest = _REST_OF_LINE.match(self.data, parent.close)
        own = self.indent(parent)
        if rest is None or own is None:
            return Splice(parent.start, parent.close, tag + b">" + self._inline(parent, new) + close)
        unit = self._unit()
        lines = self._lines(parent, new, rest[1], own + unit, unit)
        return Splice(parent.start, parent.close, tag + b">" + rest[1] + lines + rest[1] + own + close)

    def _lines(self, parent: Element, new: Markup | bytes, eol: bytes, indent: bytes, unit: bytes) -> bytes:
        if isinstance(new, Markup):
            return eol.join(self._render(new, self._prefix(parent), indent, unit))
        first, *others = re.split(rb"(?<=\n)|(?<=\r)(?!\n)", new)
        old = _common_indent(others)
        if not all(line.startswith(old) and line.lstrip(b" \t").startswith(b"<") for line in others):
            return indent + new  # a line that is text must not be touched
        return indent + first + b"".join(indent + line[len(old) :] for line in others)

    def _inline(self, parent: Element, new: Markup | bytes) -> bytes:
        if isinstance(new, Markup):
            return b"".join(self._render(new, self._prefix(parent), b"", b""))
        return new

    def _render(self, new: Markup, prefix: bytes, indent: bytes, unit: bytes) -> Iterator[bytes]:
        name = prefix + new.name.encode()
        if isinstance(new.content, str):
            yield indent + b"<" + name + b">" + self._escape(new.content) + b"</" + name + b">"
        elif not new.content:
            yield indent + b"<" + name + b"/>"
        else:
            yield indent + b"<" + name + b">"
            for child in new.content:
                if isinstance(child, str):
                    yield indent + unit + b"<!-- " + self._escape(child) + b" -->"
                else:
                    yield from self._render(child, prefix, indent + unit, unit)
            yield indent + b"</" + name + b">"

    def _tag(self, element: Element) -> bytes:
        match = re.compile(rb"<([^\s/>]+)").match(self.data, element.start)
        return match[1] if match else element.name.encode()

    def _prefix(self, element: Element) -> bytes:
        """The namespace prefix with its colon that stands for the metadata namespace here, if any."""
        prefix, colon, _ = self._tag(element).rpartition(b":")
        return prefix + colon

    def _escape(self, text: str) -> bytes:
        if bad := _NOT_XML.search(text):
            raise MetadataError.of(
                f"the character U+{ord(bad[0]):04X} cannot stand in XML",
                where=Location(self.source),
                mend="take it out",
            )
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
        return escaped.encode("ascii", "xmlcharrefreplace") if self.ascii_only else escaped.encode()


def read(data: bytes, source: str, root: str) -> Document:
    """The positions in a metadata file whose root element must be `root` of the metadata namespace.

    Raises MetadataError for what is not well-formed, declares a DTD, has another root element, or is
    neither UTF-8 nor ASCII: an edit of such a file would not be byte-faithful.
    """
    if len(data) > _MOST_BYTES:
        raise MetadataError.of(
            f"the file has {len(data) // 1_000_000} MB; {_MOST_BYTES // 1_000_000} MB is the most that is edited",
            where=Location(source),
            mend="Salesforce takes no such file either; find out what wrote it",
        )
    ascii_only = _checked_encoding(data, source)
    _checked_root(str(parse(data, source).tag), source, root)
    return Document(data, positions(data, source), source, ascii_only)


def head(data: bytes, source: str, root: str, names: Iterable[str]) -> tuple[str | None, ...]:
    """The texts of these children of the root, None for one that is not there: a look at a file, without positions.

    Raises MetadataError for what is not well-formed, declares a DTD or has another root element.
    """
    tree = parse(data, source)
    _checked_root(str(tree.tag), source, root)
    found = (tree.find(f"{{{METADATA_NS}}}{name}") for name in names)
    return tuple(None if element is None else text_of(element).strip() for element in found)


def is_wide(data: bytes) -> bool:
    """Whether the file is in UTF-16 or UTF-32, so that no name in it can be looked for."""
    return data.startswith(_WIDE_BOMS) or b"\x00" in data[:4]


def _checked_root(tag: str, source: str, root: str) -> None:
    if tag == f"{{{METADATA_NS}}}{root}":
        return
    known = tag.rpartition("}")[2]
    what = f"the root element is <{known}>, not <{root}>" if known != root else f"<{root}> has another namespace"
    raise MetadataError.of(
        what, where=Location(source, 1, 1), mend=f'a file of this type begins with <{root} xmlns="{METADATA_NS}">'
    )


def write(root: Markup) -> bytes:
    """A new metadata file as Salesforce writes it: UTF-8, declaration, four blanks, last newline."""
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root.name} xmlns="{METADATA_NS}">'.encode()
    tail = f"</{root.name}>".encode()
    document = Document(head + b"\n" + tail + b"\n", Element(root.name, 0), root.name)
    body = document.lines(root.content) if not isinstance(root.content, str) else []
    return b"\n".join([head, *body, tail, b""])


def _checked_encoding(data: bytes, source: str) -> bool:
    """Whether the file is declared as plain ASCII; MetadataError for an encoding that is not edited."""
    declared = _DECLARED.match(data)
    name = declared[1].decode().lower() if declared else "utf-8"
    if is_wide(data):
        name = "utf-16"
    if name not in {"utf-8", "utf8", "us-ascii", "ascii"}:
        raise MetadataError.of(
            f"the file is in {name.upper()}; only UTF-8 is edited",
            where=Location(source, 1, 1),
            mend="save it as UTF-8",
        )
    return "ascii" in name


def _common_indent(lines: list[bytes]) -> bytes:
    """The blanks of the last line: an element that was cut out ends on its own indentation."""
    match = _BLANKS.match(lines[-1]) if lines else None
    return match[0] if match else b""


def _unescape(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        if match[1]:
            return chr(int(match[1], 16))
        return chr(int(match[2])) if match[2] else _ENTITIES[match[3]]

    return _REFERENCE.sub(character, text.replace("\r\n", "\n").replace("\r", "\n"))
