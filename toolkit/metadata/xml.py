"""The one door to lxml: secure parsing with positions, and one way to write metadata XML."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from lxml import etree

from toolkit.errors import Location, MetadataError
from toolkit.metadata.namespace import METADATA_NS as METADATA_NS  # noqa: PLC0414  its users find it here

_INDENT = "    "


def parse(data: bytes, source: str) -> etree._Element:
    """The root of a well-formed XML document.

    Entities are not expanded, DTDs and the network are not touched, and depth and text size keep
    libxml2's limits, so that hostile input costs no more than its size. Raises MetadataError with
    source:line:column when the document is not well-formed or declares a DTD.
    """
    return _parse(_parser(), data, source)


def reader() -> Callable[[bytes, str], etree._Element]:
    """parse for many documents: making a parser takes as long as a small document, so all share one.

    For a single thread; others would wait for each other.
    """
    return partial(_parse, _parser())


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def _parse(parser: etree.XMLParser, data: bytes, source: str) -> etree._Element:
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise MetadataError.of(
            f"not well-formed XML: {error.msg.split(', line ')[0]}",
            where=Location(source, line or 1, column),
            mend="mend the XML; the element that is open there may have begun further up",
        ) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise MetadataError.of(
            "a document type declaration is not allowed in metadata",
            where=Location(source, 1, 1),
            mend="remove <!DOCTYPE ...>",
        )
    return root


def local_name(element: etree._Element) -> str:
    """The element's name without its namespace; comments and instructions have an empty name."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def text_of(element: etree._Element) -> str:
    """The text directly in an element, whatever comments and instructions stand in it."""
    return "".join([element.text or "", *(child.tail or "" for child in element)])


def serialise(root: etree._Element) -> bytes:
    """The document as Salesforce writes it: UTF-8, declaration in double quotes, four blanks, last newline.

    The tree is indented in place; text content is not touched.
    """
    etree.indent(root, _INDENT)
    body = etree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'.encode()
