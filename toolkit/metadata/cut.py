"""Parts of a document made into documents of their own."""

from __future__ import annotations

from toolkit.metadata.compose import DECLARATION
from toolkit.metadata.namespace import METADATA_NS
from toolkit.metadata.scan import Element, Scan


def end_of_line(data: bytes, at: int) -> int:
    """Just after the line break that follows at once, else at."""
    end = at
    while end < len(data) and data[end] in b" \t\r":
        end += 1
    return end + 1 if end < len(data) and data[end] == 0x0A else at


def child_document(document: Scan, element: Element, root: str) -> bytes:
    """A document of this root with what is inside an element; lines lose the indent of the parent's."""
    inherited = b"".join(b" " + n + b"=" + v for n, v in document.attributes if n.startswith(b"xmlns:"))
    own = document.data[element.start : element.body_start]
    attributes = own[1 + len(element.tag.encode()) :].rstrip(b"/>").rstrip()
    name = root.encode()
    head = DECLARATION + b"<" + name + b' xmlns="' + METADATA_NS.encode() + b'"' + inherited + attributes + b">"
    body = document.data[element.body_start : element.body_end]
    if b"\n" in body:
        body = body.rstrip(b" \t")
    elif body.strip():
        body = b"\n    " + body.strip() + b"\n"
    return head + body + b"</" + name + b">\n"
