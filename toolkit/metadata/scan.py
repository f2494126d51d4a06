"""A metadata document cut into the elements below its root, by byte, without building a tree.

Source format and Metadata API format hold the same elements in different files. Cutting and joining
bytes keeps every one of them (comments, blanks, CDATA, entities) and the lines they stand on. The parser
is expat: it does not recurse, fetches nothing, and is stopped at a document type declaration.
"""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from xml.parsers import expat

from toolkit.errors import Location, MetadataError

_START_TAG = re.compile(rb"""<([^\s/>]+)((?:[^>"']|"[^"]*"|'[^']*')*?)(/?)>""")
_ATTRIBUTE = re.compile(rb"""([^\s=]+)\s*=\s*("[^"]*"|'[^']*')""")
_DECLARED = re.compile(rb"""^<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["'][^>]*\?>""")
_LATE_DECLARATION = re.compile(rb"^(\s+)<\?xml\s[^>]*\?>")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe\x00\x00", "utf-32"), (b"\x00\x00\xfe\xff", "utf-32"))
_BEFORE_ROOT = re.compile(rb"(?:\s+|<\?.*?\?>|<!--.*?-->)*+<!DOCTYPE", re.DOTALL)
_BEGINNING = 4096
_WIDE_BOMS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True, slots=True)
class Element:
    """One element below the root: start and end are bytes of the whole, body_* of what is inside it."""

    tag: str
    start: int
    end: int
    body_start: int
    body_end: int
    line: int
    names: dict[str, str]
    """Text of the wanted elements directly inside, the first of each."""


@dataclass(frozen=True, slots=True)
class Scan:
    """A document in UTF-8 with the places of its root's start and end tag and of the elements below it."""

    data: bytes
    root: str
    attributes: tuple[tuple[bytes, bytes], ...]
    """Of the root, raw, with their quotes."""
    start: int
    body_start: int
    body_end: int
    body_line: int
    elements: tuple[Element, ...]
    names: dict[str, str]
    """Text of the wanted elements directly below the root, the first of each."""

    @property
    def body(self) -> bytes:
        return self.data[self.body_start : self.body_end]


def utf8(data: bytes, source: str) -> bytes:
    """The document in UTF-8 without byte order mark; MetadataError when its bytes are not what it declares."""
    declared = _DECLARED.match(data.lstrip()[:200])
    encoding = declared[1].decode().lower() if declared else "utf-8"
    for mark, name in (*_BOMS, *_WIDE_BOMS):
        if data.startswith(mark):
            encoding = name
            break
    if encoding in ("utf-8", "utf8", "us-ascii", "ascii"):
        data = data.removeprefix(b"\xef\xbb\xbf")
        # blank lines before the declaration are an error in XML, but orgs and the Salesforce CLI take them
        late = _LATE_DECLARATION.match(data[:1000])
        return late[1] + data[late.end() :] if late else data
    try:
        text = data.decode(encoding)
    except (LookupError, UnicodeDecodeError):
        raise MetadataError.of(
            f"cannot be read as {encoding}", where=Location(source), mend="save the file as UTF-8"
        ) from None
    return ('<?xml version="1.0" encoding="UTF-8"?>' + _DECLARATION.sub("", text.removeprefix("\ufeff"))).encode()


class _Scanner:
    """expat's handlers: only what stands directly below the root is remembered."""

    def __init__(self, data: bytes, source: str, wanted: AbstractSet[str], *, cut: bool) -> None:
        self.data, self.source, self.wanted = data, source, wanted
        self.own_names: dict[str, str] = {}
        self.depth = 0
        self.root: re.Match[bytes] | None = None
        self.root_line = 0
        self.root_end = 0
        self.elements: list[Element] = []
        self.open: tuple[str, int, int] = ("", 0, 0)
        self.names: dict[str, str] = {}
        self.text: list[str] | None = None
        self.parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self.begin if cut else self.enter
        parser.EndElementHandler = self.finish if cut else self.leave
        parser.CharacterDataHandler = None
        parser.StartDoctypeDeclHandler = self.doctype

    def release(self) -> None:
        """Let go of the parser, which holds this object by its handlers: documents are many and may be large."""
        parser = self.parser
        parser.StartElementHandler = parser.EndElementHandler = parser.CharacterDataHandler = None
        parser.StartDoctypeDeclHandler = None

    def doctype(self, *_: object) -> None:
        at = max(0, self.data.rfind(b"<!DOCTYPE", 0, self.parser.CurrentByteIndex + 9))
        line, column = self.data.count(b"\n", 0, at) + 1, at - self.data.rfind(b"\n", 0, at)
        raise MetadataError.of(
            "a document type declaration is not allowed in metadata",
            where=Location(self.source, line, column),
            mend="remove <!DOCTYPE ...>",
        )

    def enter(self, tag: str, _attributes: object) -> None:
        self.depth += 1
        if self.depth == 2:
            self.names = self.own_names
            self.collect(tag)
        elif self.depth == 1:
            self.root = _START_TAG.match(self.data, self.parser.CurrentByteIndex)
            self.root_line = self.parser.CurrentLineNumber
        elif self.text is not None:
            self.forget()

    def leave(self, tag: str) -> None:
        if self.text is not None:
            self.keep(tag)
        if self.depth == 1:
            self.root_end = self.parser.CurrentByteIndex
        self.depth -= 1

    def begin(self, tag: str, _attributes: object) -> None:
        self.depth += 1
        if self.depth > 2 and self.text is not None:
            self.forget()
        if self.depth == 2:
            self.open = (tag, self.parser.CurrentByteIndex, self.parser.CurrentLineNumber)
            self.names = {}
            self.collect(tag)
        elif self.depth == 3:
            self.collect(tag)
        elif self.depth == 1:
            self.root = _START_TAG.match(self.data, self.parser.CurrentByteIndex)
            self.root_line = self.parser.CurrentLineNumber

    def collect(self, tag: str) -> None:
        if tag in self.wanted and tag not in self.names:
            self.text = []
            self.parser.CharacterDataHandler = self.text.append

    def keep(self, tag: str) -> None:
        self.names[tag] = "".join(self.text or ())
        if self.depth == 2:
            self.own_names.setdefault(tag, self.names[tag])
        self.forget()

    def forget(self) -> None:
        """What has elements inside is no name."""
        self.text = None
        self.parser.CharacterDataHandler = None

    def finish(self, tag: str) -> None:
        if self.text is not None:
            self.keep(tag)
        if self.depth == 2:
            name, start, line = self.open
            head = _START_TAG.match(self.data, start)
            at = self.parser.CurrentByteIndex
            if head is None:  # expat has accepted the tag, so this is our regular expression's fault
                raise MetadataError.of("a tag cannot be told apart", where=Location(self.source, line, 1))
            body = head.end()
            if head[3]:
                self.elements.append(Element(name, start, body, body, body, line, self.names))
            else:
                end = self.data.index(b">", at) + 1
                self.elements.append(Element(name, start, end, body, at, line, self.names))
        elif self.depth == 1:
            self.root_end = self.parser.CurrentByteIndex
        self.depth -= 1


def scan(data: bytes, source: str, wanted: AbstractSet[str] = frozenset({"fullName"}), *, cut: bool = True) -> Scan:
    """The document's cuts; without cut, which is quicker, only those of its root.

    wanted are elements directly below the root, or one level further down, whose text is kept. Raises
    MetadataError with source:line:column when the document is not well-formed.
    """
    data = utf8(data, source)
    scanner = _Scanner(data, source, wanted, cut=cut)
    try:
        scanner.parser.Parse(data, True)  # noqa: FBT003  expat takes no keywords
    except expat.ExpatError as error:
        raise MetadataError.of(
            f"not well-formed XML: {expat.ErrorString(error.code)}",
            where=Location(source, error.lineno, error.offset + 1),
            mend="mend the XML; the element that is open there may have begun further up",
        ) from None
    finally:
        scanner.release()
    root = scanner.root
    if root is None:
        raise MetadataError.of("a tag cannot be told apart", where=Location(source, scanner.root_line, 1))
    empty = bool(root[3])
    return Scan(
        data=data,
        root=root[1].decode().rpartition(":")[2],
        attributes=tuple((m[1], m[2]) for m in _ATTRIBUTE.finditer(root[2])),
        start=root.start(),
        body_start=root.end(),
        body_end=root.end() if empty else scanner.root_end,
        body_line=scanner.root_line + root[0].count(b"\n"),
        elements=tuple(scanner.elements),
        names=scanner.own_names,
    )


def local(tag: str) -> str:
    """A tag without its prefix."""
    return tag.rpartition(":")[2]


def no_document(content: bytes) -> str | None:
    """Why bytes cannot be a metadata document, told from their beginning alone and so for next to nothing."""
    if not content.strip(b" \t\r\n\0"):
        return "the file is empty"
    for mark, encoding in (*_BOMS[1:], *_WIDE_BOMS):
        if content.startswith(mark):
            start = content[: 4 * _BEGINNING].decode(encoding, "replace").lstrip("\ufeff \t\r\n")
            return None if start.startswith("<") else "the file is no XML"
    text = content.removeprefix(b"\xef\xbb\xbf")
    if not text[:_BEGINNING].lstrip().startswith(b"<") or b"\0" in content[:200]:
        return "the file is no XML"
    if b"<!DOCTYPE" in content and _BEFORE_ROOT.match(text):
        return "a document type declaration is not allowed in metadata"
    return None
