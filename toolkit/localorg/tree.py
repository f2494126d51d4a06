"""XML as a small tree of Nodes with the line and column of each, and the way back to text.

expat rather than lxml, because a deploy answers with the column of an element, which lxml does not keep.
Documents with a DTD are refused, depth and size are bounded, entities other than the five of XML cannot exist.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

MAX_DEPTH = 200
MAX_ELEMENTS = 2_000_000
METADATA_NS = "http://soap.sforce.com/2006/04/metadata"
XSI_NS = "http://www.w3.org/2001/XMLSchema-instance"
XSD_NS = "http://www.w3.org/2001/XMLSchema"
XSD_TYPES = frozenset({"string", "boolean", "double", "int", "long", "decimal", "date", "dateTime", "time", "picklist"})
_INDENT = "    "
_QUOTES = {'"': "&quot;", "'": "&apos;", "\r": "&#13;"}


class TreeError(Exception):
    """The document cannot be read; the message is what the platform's parser says (Xerces), line and column from 1."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


class Source:
    """The bytes of a document; its lines are looked for when a place in it is wanted for the first time."""

    __slots__ = ("_starts", "data")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._starts: list[int] = []

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, from 1, behind the start tag that begins at this byte."""
        if not self._starts:
            self._starts = [0, *(match.end() for match in re.finditer(rb"\n", self.data))]
        end = self.data.find(b">", offset) + 1 or offset
        line = bisect_right(self._starts, end)
        return line, len(self.data[self._starts[line - 1] : end].decode("utf-8", "replace")) + 1


NOWHERE = Source(b"")


@dataclass(slots=True)
class Node:
    """One element by its local name. text is what stands directly inside it, comment the last comment there.

    closed: an element that holds nothing is written as one tag, as the platform does with those that could hold others.
    line and column, from 1, are those behind its start tag: there the platform's parser is when it meets an element,
    and the platform says so (`    <fields>` is 13 in public reports of deploys). Both are 0 for one that was not read.
    """

    name: str
    text: str = ""
    children: list[Node] = field(default_factory=list)
    source: Source | None = None
    offset: int = 0
    namespace: str = METADATA_NS
    attributes: dict[str, str] = field(default_factory=dict)
    """By local name."""
    comment: str = ""
    closed: bool = False

    @property
    def line(self) -> int:
        return self.source.place(self.offset)[0] if self.source is not None else 0

    @property
    def column(self) -> int:
        return self.source.place(self.offset)[1] if self.source is not None else 0

    @property
    def nil(self) -> bool:
        return self.attributes.get("nil", "").lower() in ("true", "1")

    def child(self, name: str) -> Node | None:
        return next((node for node in self.children if node.name == name), None)

    def all(self, name: str) -> Iterator[Node]:
        return (node for node in self.children if node.name == name)

    def value(self, name: str) -> str | None:
        """The text of the first child of this name, stripped; None when there is none or it is nil."""
        node = self.child(name)
        return None if node is None or node.nil else node.text.strip()

    def values(self, name: str) -> list[str]:
        return [node.text.strip() for node in self.all(name)]

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A boolean child in any spelling that clients use (true, True, 1)."""
        text = self.value(name)
        return default if not text else text.lower() in ("true", "1")

    def at(self, path: str) -> Iterator[Node]:
        """Every node below that a path of names ("a/b") leads to."""
        head, _, rest = path.partition("/")
        for node in self.all(head):
            if rest:
                yield from node.at(rest)
            else:
                yield node

    def put(self, name: str, text: str) -> None:
        """Set the text of the first child of this name, adding it when there is none."""
        node = self.child(name)
        if node is None:
            self.children.append(Node(name, text))
        else:
            node.text = text
            node.attributes.pop("nil", None)

    def drop(self, *names: str) -> None:
        self.children = [node for node in self.children if node.name not in names]


class _Builder:
    def __init__(self) -> None:
        self.root: Node | None = None
        self._open: list[Node] = []
        self._text: list[list[str]] = []
        self._count = 0
        self._source = NOWHERE
        self._parser = parser = expat.ParserCreate(namespace_separator="\n")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        parser.CommentHandler = self._comment
        parser.CommentHandler = self._comment
        parser.StartDoctypeDeclHandler = self._doctype

    def _where(self) -> tuple[int, int]:
        return self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1

    def _doctype(self, *_declaration: object) -> None:
        raise TreeError("DOCTYPE is disallowed when the feature is set to true.", *self._where())

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) >= MAX_DEPTH or self._count > MAX_ELEMENTS:
            raise TreeError("The document is nested too deeply or holds too many elements.", *self._where())
        namespace, _, local = name.rpartition("\n")
        node = Node(local, source=self._source, offset=self._parser.CurrentByteIndex, namespace=namespace)
        if attributes:
            node.attributes = {key.rpartition("\n")[2]: value for key, value in attributes.items()}
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node
        self._open.append(node)
        self._text.append([])

    def _end(self, _name: str) -> None:
        node, parts = self._open.pop(), self._text.pop()
        node.text = parts[0] if len(parts) == 1 else "".join(parts)
        if not node.text and not node.children:
            end = self._parser.CurrentByteIndex  # behind a tag that closes itself, before one that closes another
            node.closed = self._source.data.endswith(b"/>", 0, end)

    def _comment(self, text: str) -> None:
        if self._open:
            self._open[-1].comment = text

    def _data(self, text: str) -> None:
        if self._text:
            self._text[-1].append(text)

    def build(self, data: bytes) -> Node:
        self._source = Source(data)
        try:
            self._parser.Parse(data, True)  # noqa: FBT003  expat's own signature
        except expat.ExpatError as error:
            raise TreeError(self._said(error), error.lineno, error.offset + 1) from None
        except (ValueError, LookupError):
            raise TreeError("The encoding of the document is not supported.", 1, 1) from None
        if self.root is None:
            raise TreeError("Premature end of file.", 1, 1)
        return self.root

    def _said(self, error: expat.ExpatError) -> str:
        inside = self._open[-1].name if self._open else ""
        name = expat.ErrorString(error.code)
        if name == expat.errors.XML_ERROR_TAG_MISMATCH:
            return f'The element type "{inside}" must be terminated by the matching end-tag "</{inside}>".'
        if name == expat.errors.XML_ERROR_NO_ELEMENTS and inside:
            return "XML document structures must start and end within the same entity."
        if self.root is None and name in (expat.errors.XML_ERROR_SYNTAX, expat.errors.XML_ERROR_INVALID_TOKEN):
            return "Content is not allowed in prolog."
        return _XERCES.get(name, f"{name.capitalize()}.")


_XERCES = {
    expat.errors.XML_ERROR_NO_ELEMENTS: "Premature end of file.",
    expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT: (
        "The markup in the document following the root element must be well-formed."
    ),
    expat.errors.XML_ERROR_UNDEFINED_ENTITY: "The entity was referenced, but not declared.",
    expat.errors.XML_ERROR_UNBOUND_PREFIX: "The prefix of an element or attribute is not bound.",
    expat.errors.XML_ERROR_INVALID_TOKEN: (
        "The content of elements must consist of well-formed character data or markup."
    ),
}


def parse(data: bytes) -> Node:
    """The root of a document; TreeError when it is not well-formed or hostile."""
    return _Builder().build(data)


def text_of(value: str) -> str:
    """Text escaped the way the platform writes it: quotes and apostrophes too."""
    return escape(value, _QUOTES)


def _typed(node: Node) -> str:
    """xsi:type of a value, for the simple types of XML Schema alone (CustomMetadata: `xsd:string`)."""
    local = node.attributes.get("type", "").rpartition(":")[2]
    return f' xsi:type="xsd:{local}"' if local in XSD_TYPES else ""


def _write(node: Node, indent: str, out: list[str]) -> None:
    attributes = ' xsi:nil="true"' if node.nil else _typed(node)
    if node.children:
        out.append(f"{indent}<{node.name}{attributes}>\n")
        deeper = indent + _INDENT
        for child in node.children:
            _write(child, deeper, out)
        out.append(f"{indent}</{node.name}>\n")
    elif node.text:
        out.append(f"{indent}<{node.name}{attributes}>{text_of(node.text)}</{node.name}>\n")
    elif node.comment:
        out.append(f"{indent}<{node.name}{attributes}><!--{node.comment}--></{node.name}>\n")
    elif attributes or node.closed:
        out.append(f"{indent}<{node.name}{attributes}/>\n")
    else:
        out.append(f"{indent}<{node.name}></{node.name}>\n")


def dump(root: Node) -> bytes:
    """A metadata document as the platform writes it."""
    out: list[str] = []
    for child in root.children:
        _write(child, _INDENT, out)
    body = "".join(out)
    xsi = f' xmlns:xsi="{XSI_NS}"' if " xsi:" in body else ""
    if ' xsi:type="xsd:' in body:
        xsi += f' xmlns:xsd="{XSD_NS}"'
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root.name} xmlns={quoteattr(METADATA_NS)}{xsi}'
    return (f"{head}>\n{body}</{root.name}>\n" if body else f"{head}/>\n").encode()
