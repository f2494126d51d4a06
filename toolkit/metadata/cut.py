"""Parts of a document made into documents of their own."""

from __future__ import annotations

import re

from toolkit.metadata.compose import DECLARATION
from toolkit.metadata.namespace import METADATA_NS
from toolkit.metadata.scan import Element, Scan

_ATTRIBUTE = re.compile(rb"\s([^\s=]+)\s*=\s*(\"[^\"]*\"|'[^']*')")


def end_of_line(data: bytes, at: int) -> int:
    """Just after the line break that follows at once, else at."""
    end = at
    while end < len(data) and data[end] in b" \t\r":
        end += 1
    return end + 1 if end < len(data) and data[end] == 0x0A else at


def child_document(document: Scan, element: Element, root: str) -> bytes:
    """A document of this root with what is inside an element.

    Prefixes that it uses and the parent declares are declared anew.
    """
    attributes = {b"xmlns": b'"' + METADATA_NS.encode() + b'"'}
    for key, value in document.attributes:
        if key.startswith(b"xmlns:") and document.data.find(key[6:] + b":", element.start, element.body_end) >= 0:
            attributes[key] = value
    own = document.data[element.start : element.body_start]
    attributes |= dict(_ATTRIBUTE.findall(own, 1 + len(element.tag.encode())))
    name = root.encode()
    head = DECLARATION + b"<" + name + b"".join(b" " + n + b"=" + v for n, v in attributes.items()) + b">"
    body = document.data[element.body_start : element.body_end]
    if b"\n" in body:
        body = body.rstrip(b" \t")
    elif body.strip():
        body = b"\n    " + body.strip() + b"\n"
    return head + body + b"</" + name + b">\n"
