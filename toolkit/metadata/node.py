"""A metadata document as plain nodes: names, texts and children, without comments and namespaces.

Most documents are read by one regular expression, an order of magnitude faster than by an XML parser and a walk over
its tree. It only takes what it understands down to the last bracket; everything else, the malformed included, goes
to the parser, so that what is read and what is refused never depends on which of the two did it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml import etree

from toolkit.metadata import xml
from toolkit.metadata.xml import local_name

_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_TYPE_ATTRIBUTE = f"{{{_INSTANCE}}}type"


Leaf = tuple[str, str, str, str, str]
"""An element without children as it was found: name, xsi:type, text with & and < as references, and two empty texts."""


class Node:
    """An element: its name and either its text (children empty) or its children. It is not changed once it is made.

    kind is its xsi:type without the prefix ("double"), empty when it has none. Texts have no blanks around them.
    """

    __slots__ = ("_children", "kind", "name", "raw", "text")

    def __init__(self, name: str, text: str, raw: Sequence[Node | Leaf] = (), kind: str = "") -> None:
        self.name, self.text, self.kind = name, text, kind
        self.raw = raw
        """The children before anybody has asked for them: one without children itself is still what was found."""
        self._children: tuple[Node, ...] | None = None

    @property
    def children(self) -> tuple[Node, ...]:
        if self._children is None:
            self._children = tuple(child if isinstance(child, Node) else _of_leaf(child) for child in self.raw)
        return self._children

    def child_text(self, name: str) -> str | None:
        """The text of the one child of this name; None when there are none or several, or it has children itself."""
        found = [child for child in self.children if child.name == name]
        return found[0].text if len(found) == 1 and not found[0].raw else None


def _of_leaf(leaf: Leaf) -> Node:
    text = leaf[2].replace("&lt;", "<").replace("&amp;", "&")
    return Node(leaf[0], text.strip(), (), leaf[1].rpartition(":")[2])


def node_of(data: bytes, source: str) -> Node:
    """The document as a Node; MetadataError with the place when it cannot be read."""
    return _quick(data) or _node(xml.parse(data, source))


# by the parser


def _node(element: etree._Element) -> Node:
    children = [_node(child) for child in element if isinstance(child.tag, str)]
    kind = (element.get(_TYPE_ATTRIBUTE) or "").rpartition(":")[2]
    return Node(local_name(element), "" if children else _text(element), children, kind)


def _text(element: etree._Element) -> str:
    """The element's own text, past comments, without blanks around it."""
    pieces = [element.text or "", *(child.tail or "" for child in element)]
    return "".join(pieces).strip()


# by a regular expression

_NAME = r"[A-Za-z_][A-Za-z0-9_.-]*+"
_BLANKS = " \t\n\r"
_DECLARATION = re.compile(r"<\?xml version=([\"'])1\.0\1(?: encoding=([\"'])[Uu][Tt][Ff]-8\2)?\s*\?>", re.ASCII)
_ROOT = re.compile(rf"[{_BLANKS}]*<({_NAME})((?: xmlns(?:|:xsi|:xsd)=\"[^\"<&]++\")*+)>")
_NAMESPACE = re.compile(r" (xmlns[:a-z]*)=\"([^\"]*)\"")
_COMMENT = re.compile(r"<!--(?:[^-]|-(?!-))*+-->")
_EMPTY = re.compile(rf"<({_NAME})((?: xsi:nil=\"true\")?)[{_BLANKS}]*+/>")
_TOKEN = re.compile(
    rf"<({_NAME})(?: xsi:(?:type=\"([^\"<&\n\t]*+)\"|nil=\"true\"))?+>([^<]*+)</\1>|<({_NAME})>|</({_NAME})>"
)
"""An element without children (name, type, text), the start of one that has some, or its end."""

_CONTROLS = bytes(sorted({*range(32)} - {*b"\t\n\r"}))
_NO_CHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
_REFERENCE = re.compile(r"&(?:quot|apos|gt|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6}));")
_NAMED = {"&quot;": '"', "&apos;": "'", "&gt;": ">"}
_UNRESOLVED = re.compile(r"&(?!amp;|lt;)")
_DEEPEST = 200
"""Levels that are read here; the parser decides about more."""


def _quick(data: bytes) -> Node | None:
    """The document as a Node, None when there is anything in it that the expression does not know."""
    body = _plain(data)
    start = _ROOT.match(body) if body is not None else None
    if body is None or start is None or not _plain_namespaces(start[2], body):
        return None
    tokens = _TOKEN.findall(body, start.end())
    coming = iter(tokens)
    current, children = start[1], list[Node | Leaf]()
    above: list[tuple[str, list[Node | Leaf]]] = []
    started = 1
    for found in coming:
        if found[0]:
            children.append(found)
        elif found[3]:
            started += 1
            above.append((current, children))
            if len(above) > _DEEPEST:
                return None
            current, children = found[3], []
        elif found[4] != current:
            return None
        elif above:
            done = Node(current, "", children)
            current, children = above.pop()
            children.append(done)
        else:
            break
    brackets = 2 * (len(tokens) + 1 - started)  # an element without children is one token with two brackets
    complete = bool(children) and next(coming, None) is None and body.rstrip(_BLANKS).endswith(f"</{current}>")
    return Node(current, "", children) if complete and brackets == body.count("<") else None


def _plain(data: bytes) -> str | None:
    """The text from the root element on, references resolved but for those of < and &; None for what needs a parser."""
    if len(data.translate(None, _CONTROLS)) != len(data) or any(no in data for no in _NO_CHARACTERS):
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    declared = _DECLARATION.match(text)
    if declared:
        text = text[declared.end() :]
    if "]]>" in text:
        return None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "<!--" in text:
        text = _COMMENT.sub("", text)
    if "&" in text:
        text = _REFERENCE.sub(_resolved, text)
        if _UNRESOLVED.search(text):
            return None
    return _EMPTY.sub(r"<\1\2></\1>", text) if "/>" in text else text


def _resolved(reference: re.Match[str]) -> str:
    """The character; one that would be markup stays a reference, and one that XML does not have stays as it is."""
    named = _NAMED.get(reference[0])
    if named is not None:
        return named
    number = int(reference[1]) if reference[1] else int(reference[2], 16)
    if number > 0x10FFFF or 0xD800 <= number < 0xE000 or number in (0xFFFE, 0xFFFF, *_CONTROLS):
        return reference[0]
    return {"<": "&lt;", "&": "&amp;"}.get(chr(number), chr(number))


def _plain_namespaces(attributes: str, body: str) -> bool:
    """Whether the root declares each prefix once, and `xsi`, where it is used, as what it stands for."""
    declared = dict(_NAMESPACE.findall(attributes))
    if len(declared) != attributes.count("="):
        return False
    return " xsi:" not in body or declared.get("xmlns:xsi") == _INSTANCE
