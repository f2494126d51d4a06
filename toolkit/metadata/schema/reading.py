"""Bytes to a document, however hostile: what cannot be read becomes a finding, in bounded memory and time."""

from __future__ import annotations

import functools
import os
import re
import stat
from typing import TYPE_CHECKING, cast

from lxml import etree

from toolkit.metadata.schema.finding import SchemaFinding

if TYPE_CHECKING:
    from pathlib import Path

    from lxml.etree import ParserTarget

MAX_BYTES = 64 * 1024 * 1024
"""The largest file that is looked at; the largest an org takes is a part of a 39 MB zip."""
MAX_MARKUP = 3_000_000
"""Tags and attributes of the largest document (about 400 MB as a tree)."""
_COUNT_FROM = 4 * 1024 * 1024  # smaller files cannot hold more markup than that

_MARKS = ((b"\xff\xfe\x00\x00", "UTF-32"), (b"\x00\x00\xfe\xff", "UTF-32"))
_DOCTYPE = "a document type declaration is not allowed in metadata"
_NO_DOCTYPE = "remove <!DOCTYPE ...> and the entities that it declares"
_DEPTH = "Excessive depth"
_ENCODING_CODES = frozenset({31, 32, 81})  # libxml2: unknown, unsupported, invalid encoding


class Unreadable(Exception):  # noqa: N818 - it carries a finding, it is no error of ours
    """The file cannot be read as a document; finding says why."""

    def __init__(self, finding: SchemaFinding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def read(path: str | Path, *, source: str) -> bytes:
    """The bytes of a file of at most MAX_BYTES; a larger one is not read. Raises Unreadable."""
    try:
        handle = os.open(path, _FLAGS)
    except OSError as error:
        raise Unreadable(_unreadable(error, source, "mend its permissions")) from None
    except ValueError:  # a null byte in the name
        raise Unreadable(_finding("xml-unreadable", "no file can have this name", source, "rename it")) from None
    try:
        data = os.read(handle, _AT_ONCE)
        # What is short and looks like XML is all of a small file; anything else is looked at before it is believed.
        return data if len(data) < _AT_ONCE and data[:5] == b"<?xml" else _rest(handle, data, source)
    except OSError as error:
        raise Unreadable(_odd(handle, source) or _unreadable(error, source, "look at its disk")) from None
    finally:
        os.close(handle)


_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_AT_ONCE = 24 * 1024  # bytes of the first reading


def _rest(handle: int, data: bytes, source: str) -> bytes:
    """What an open file holds, which need not be as much as it says, from its beginning; a pipe is not read on."""
    odd = _odd(handle, source)
    if odd:
        raise Unreadable(odd)
    size = os.fstat(handle).st_size
    if size > MAX_BYTES:
        raise Unreadable(too_large(source, size))
    parts = [data]
    length = len(data)
    while parts[-1]:
        parts.append(os.read(handle, max(size - length, _AT_ONCE) + 1))
        length += len(parts[-1])
        if length > MAX_BYTES:
            raise Unreadable(too_large(source, length))
    return b"".join(parts)


def _odd(handle: int, source: str) -> SchemaFinding | None:
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return None
    return _finding("xml-unreadable", "it is not a regular file", source, "name a file")


def _unreadable(error: OSError, source: str, mend: str) -> SchemaFinding:
    return _finding("xml-unreadable", f"cannot be read: {error.strerror or type(error).__name__}", source, mend)


def too_large(source: str, size: int) -> SchemaFinding:
    message = f"{size / 2**20:.0f} MiB is more than the {MAX_BYTES // 2**20} MiB that a metadata file may have"
    return _finding("xml-size", message, source, "split it, or leave it out; no org takes a file of this size")


def parse(data: bytes, *, source: str) -> etree._Element:
    """The root of the document, without comments and processing instructions. Raises Unreadable."""
    _refuse(data, source)
    try:
        root = etree.fromstring(data, _plain())
    except etree.XMLSyntaxError as error:
        raise Unreadable(_syntax(error, data, source)) from None
    except (ValueError, LookupError):  # an encoding that the parser has no codec for
        raise Unreadable(_finding("xml-encoding", "the declared encoding is not known", source, "use UTF-8")) from None
    if data[:1] in b"\xff\xfe\x00<" and _belied(data):
        mend = "save it as UTF-8, as the first line should say"
        raise Unreadable(
            _finding("xml-encoding", "not in the encoding that it declares", source, mend, line=1, column=1)
        )
    if root.getroottree().docinfo.internalDTD is not None:  # in an encoding that the search above cannot read
        raise Unreadable(_finding("xml-doctype", _DOCTYPE, source, _NO_DOCTYPE, line=1, column=1))
    return root


_DECLARED = r"<\?xml[^>]*?encoding=[\"']([^\"']+)"


def _belied(data: bytes) -> bool:
    """Whether a document in UTF-16 has no mark of it, as it must, or says that it is in something else."""
    if data.startswith((b"<\x00", b"\x00<")):
        return True
    if not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    declared = re.match(_DECLARED, data[:200].decode("utf-16", "replace"))
    return declared is not None and not declared[1].lower().startswith("utf-16")


def parser(schema: etree.XMLSchema | None = None, *, target: object = None) -> etree.XMLParser:
    """A parser for hostile input, which validates as it reads when there is a schema; target as lxml has it.

    Entities are not expanded, nothing is loaded, and libxml2 keeps its limits of depth and text size.
    """
    return etree.XMLParser(
        schema=schema,
        target=cast("ParserTarget | None", target),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        remove_blank_text=True,  # half of the nodes of most files
    )


@functools.cache
def _plain() -> etree.XMLParser:
    """The one for trees: making a parser costs as much as reading a small document with it."""
    return parser()


def _refuse(data: bytes, source: str) -> None:
    """Raise for what need not be parsed to be known as unreadable."""
    if len(data) > MAX_BYTES:
        raise Unreadable(too_large(source, len(data)))
    if not data.strip(b"\xef\xbb\xbf \t\r\n\x00"):
        raise Unreadable(_finding("xml-empty", "the file is empty", source, "write the metadata, or remove the file"))
    if data.strip() == b"(hidden)":
        message = "an org has put (hidden) in place of what the file of a managed package holds"
        mend = "leave the file out; what a managed package brings is installed, not deployed"
        raise Unreadable(SchemaFinding("xml-hidden", "warning", message, source, 1, 1, mend))
    if b"<!DOCTYPE" in data or (b"\x00" in data[:200] and "<!DOCTYPE".encode("utf-16-le")[:-1] in data):
        doctype = _doctype(data, source)
        if doctype:
            raise Unreadable(doctype)
    if b"\x00" in data[:1000] and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<", b"\x00\x00")):
        raise Unreadable(
            _finding("xml-binary", "the file is binary, not XML", source, "is it content with a wrong name?")
        )
    if len(data) > _COUNT_FROM and data.count(b"<") + data.count(b"=") > MAX_MARKUP:
        message = f"more than {MAX_MARKUP} tags and attributes"
        raise Unreadable(_finding("xml-size", message, source, "split it; no org takes a file of this size"))


_PROLOG = rb"(?s:(?:\xef\xbb\xbf)?\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*<!DOCTYPE)"


def _doctype(data: bytes, source: str) -> SchemaFinding | None:
    """The finding of a document type declaration; the same characters in a comment or a text are none."""
    start = 0
    if data.startswith((b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")):
        pass  # UTF-16: the characters can hardly be there by chance
    else:
        match = re.match(_PROLOG, data)
        if match is None:
            return None
        start = match.end() - len(b"<!DOCTYPE")
    line = data.count(b"\n", 0, start) + 1
    column = start - data.rfind(b"\n", 0, start)
    return _finding("xml-doctype", _DOCTYPE, source, _NO_DOCTYPE, line=line, column=column)


def _syntax(error: etree.XMLSyntaxError, data: bytes, source: str) -> SchemaFinding:
    line, column = error.position
    text = (error.msg or "unknown reason").split(", line ")[0].strip()
    place = {"line": max(line or 1, 1), "column": max(column, 1)}
    if _DEPTH in text:
        return _finding(
            "xml-depth", "elements are nested more than 256 deep", source, "no metadata is that deep", **place
        )
    if "XML_PARSE_HUGE" in text:
        message = "a text, name or attribute is longer than what is read of one (10 MB, or 50,000 characters of a name)"
        return _finding("xml-size", message, source, "shorten it; no org takes it", **place)
    if getattr(error, "code", 0) in _ENCODING_CODES or "encod" in text.lower():
        mend = "save it as UTF-8, as the first line should say"
        return _finding("xml-encoding", f"not in the encoding that it declares: {text}", source, mend, **place)
    if not re.match(rb"\s*<", data[:200].lstrip(b"\xef\xbb\xbf")) and b"<" not in data[:1] and place["line"] == 1:
        mend = "is it content with a wrong name?"
        return _finding("xml-syntax", "the file does not start with XML", source, mend, **place)
    mend = "mend the XML; the element that is open there may have begun further up"
    return _finding("xml-syntax", f"not well-formed XML: {text}", source, mend, **place)


def _finding(code: str, message: str, source: str, mend: str, *, line: int = 0, column: int = 0) -> SchemaFinding:
    return SchemaFinding(code, "error", message, source, line, column, mend)
