"""SOAP messages of the Metadata API: envelopes out, replies in. No network here.

Source of the shapes: the Metadata API WSDL (retrieve, checkRetrieveStatus, listMetadata, describeMetadata).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from toolkit.errors import MetadataError
from toolkit.metadata import xml
from toolkit.metadata.xml import METADATA_NS, local_name

ENVELOPE_NS = "http://schemas.xmlsoap.org/soap/envelope/"
CLIENT = "sfmeta"
_DEFAULT_NS: dict[str, str] = {None: METADATA_NS}  # type: ignore[dict-item]  # lxml-stubs: None is the default

_ZIP = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?zipFile>([^<]*)</")


@dataclass(frozen=True, slots=True)
class Fault:
    """A SOAP fault: its code without the prefix ("INVALID_SESSION_ID") and its text."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class RetrieveMessage:
    """What the org says of one name in a retrieve: mostly that there is no such component."""

    path: str
    problem: str


@dataclass(frozen=True, slots=True)
class RetrieveStatus:
    """A retrieve job; the zip's bytes come with the answer that says done."""

    id: str
    done: bool
    success: bool
    status: str
    zip: bytes | None = None
    messages: tuple[RetrieveMessage, ...] = ()
    error_code: str | None = None
    error_message: str | None = None


@dataclass(frozen=True, slots=True)
class FileProperties:
    """One row of listMetadata."""

    type: str
    full_name: str
    path: str
    id: str | None
    last_modified_by: str | None
    last_modified: str | None
    namespace: str | None
    manageable_state: str | None


@dataclass(frozen=True, slots=True)
class DescribedType:
    """One row of describeMetadata."""

    name: str
    folder: str
    suffix: str | None
    in_folder: bool
    meta_file: bool
    children: tuple[str, ...]


def retrieve(token: str, *, api_version: str, members: Mapping[str, Iterable[str]]) -> bytes:
    """A request for these members by type; the answer's files stand at the zip's root."""
    operation = _operation("retrieve")
    request = _child(operation, "retrieveRequest")
    _child(request, "apiVersion", api_version)
    _child(request, "singlePackage", "true")
    package = _child(request, "unpackaged")
    for type_name, names in sorted(members.items()):
        types = _child(package, "types")
        for name in sorted(set(names)):
            _child(types, "members", name)
        _child(types, "name", type_name)
    _child(package, "version", api_version)
    return _envelope(token, operation)


def check_retrieve_status(token: str, job: str, *, include_zip: bool = True) -> bytes:
    operation = _operation("checkRetrieveStatus")
    _child(operation, "asyncProcessId", job)
    _child(operation, "includeZip", "true" if include_zip else "false")
    return _envelope(token, operation)


def list_metadata(token: str, *, api_version: str, queries: Sequence[tuple[str, str | None]]) -> bytes:
    """A request for the names of types, each with the folder for types that live in folders; at most three."""
    operation = _operation("listMetadata")
    for type_name, folder in queries:
        query = _child(operation, "queries")
        if folder is not None:
            _child(query, "folder", folder)
        _child(query, "type", type_name)
    _child(operation, "asOfVersion", api_version)
    return _envelope(token, operation)


def describe_metadata(token: str, *, api_version: str) -> bytes:
    operation = _operation("describeMetadata")
    _child(operation, "asOfVersion", api_version)
    return _envelope(token, operation)


def _results(reply: bytes, source: str) -> list[etree._Element] | Fault:
    """The `result` elements of a reply, or its fault. MetadataError when it is no SOAP reply."""
    root = xml.parse(reply, source)
    body = next((element for element in root if local_name(element) == "Body"), None)
    if local_name(root) != "Envelope" or body is None or len(body) == 0:
        raise MetadataError.of(f"{source}: not a SOAP reply", mend="check that the URL is the org's own address")
    first = body[0]
    if local_name(first) == "Fault":
        return Fault(_text(first, "faultcode").rpartition(":")[2], _text(first, "faultstring"))
    return [element for element in first if local_name(element) == "result"]


def retrieve_status(reply: bytes, source: str) -> RetrieveStatus | Fault:
    """The job of a retrieve or checkRetrieveStatus reply.

    The zip's text is cut out before parsing: it is longer than a text of a metadata document may be.
    MetadataError when the text is not base64.
    """
    encoded: list[bytes] = []

    def cut(match: re.Match[bytes]) -> bytes:
        encoded.append(match.group(1))
        return match.group(0)[: match.start(1) - match.start()] + b"</"

    found = _results(_ZIP.sub(cut, reply), source)
    if isinstance(found, Fault):
        return found
    if len(found) != 1:
        raise MetadataError.of(f"{source}: the reply holds {len(found)} results", mend="run it again")
    result = found[0]
    status = _text(result, "status")
    return RetrieveStatus(
        id=_text(result, "id"),
        done=_text(result, "done").lower() == "true",
        success=_text(result, "success").lower() == "true" or status == "Succeeded",
        status=status,
        zip=_decoded(encoded, source),
        messages=tuple(
            RetrieveMessage(_text(message, "fileName"), _text(message, "problem"))
            for message in result
            if local_name(message) == "messages"
        ),
        error_code=_text(result, "errorStatusCode") or None,
        error_message=_text(result, "errorMessage") or None,
    )


def _decoded(encoded: list[bytes], source: str) -> bytes | None:
    texts = [text for text in encoded if text.strip()]
    if not texts:
        return None
    try:
        return base64.b64decode(b"".join(texts[0].split()), validate=True)
    except binascii.Error:
        raise MetadataError.of(f"{source}: the zip in the reply is damaged (not base64)", mend="run it again") from None


def listed(reply: bytes, source: str) -> tuple[FileProperties, ...] | Fault:
    """The rows of a listMetadata reply, by type and name."""
    found = _results(reply, source)
    if isinstance(found, Fault):
        return found
    rows = (
        FileProperties(
            type=_text(row, "type"),
            full_name=_text(row, "fullName"),
            path=_text(row, "fileName"),
            id=_text(row, "id") or None,
            last_modified_by=_text(row, "lastModifiedByName") or None,
            last_modified=_text(row, "lastModifiedDate") or None,
            namespace=_text(row, "namespacePrefix") or None,
            manageable_state=_text(row, "manageableState") or None,
        )
        for row in found
    )
    return tuple(sorted(rows, key=lambda row: (row.type, row.full_name)))


def described(reply: bytes, source: str) -> tuple[DescribedType, ...] | Fault:
    """The metadata types of a describeMetadata reply, by name."""
    found = _results(reply, source)
    if isinstance(found, Fault):
        return found
    rows = (
        DescribedType(
            name=_text(row, "xmlName"),
            folder=_text(row, "directoryName"),
            suffix=_text(row, "suffix") or None,
            in_folder=_text(row, "inFolder") == "true",
            meta_file=_text(row, "metaFile") == "true",
            children=tuple(child.text or "" for child in row if local_name(child) == "childXmlNames"),
        )
        for result in found
        for row in result
        if local_name(row) == "metadataObjects"
    )
    return tuple(sorted(rows, key=lambda row: row.name))


def _operation(name: str) -> etree._Element:
    return etree.Element(f"{{{METADATA_NS}}}{name}", nsmap=_DEFAULT_NS)


def _child(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(parent, f"{{{METADATA_NS}}}{name}")
    if text is not None:
        try:
            element.text = text
        except ValueError:
            raise MetadataError.of(f"{name} holds a character that XML cannot carry: {text!r}") from None
    return element


def _envelope(token: str, operation: etree._Element) -> bytes:
    envelope = etree.Element(f"{{{ENVELOPE_NS}}}Envelope", nsmap={"soapenv": ENVELOPE_NS})
    header = etree.SubElement(envelope, f"{{{ENVELOPE_NS}}}Header")
    session = etree.SubElement(header, f"{{{METADATA_NS}}}SessionHeader", nsmap=_DEFAULT_NS)
    _child(session, "sessionId", token)
    options = etree.SubElement(header, f"{{{METADATA_NS}}}CallOptions", nsmap=_DEFAULT_NS)
    _child(options, "client", CLIENT)
    etree.SubElement(envelope, f"{{{ENVELOPE_NS}}}Body").append(operation)
    return etree.tostring(envelope, xml_declaration=True, encoding="UTF-8")


def _text(element: etree._Element, name: str) -> str:
    return next((child.text or "" for child in element if local_name(child) == name), "")
