"""SOAP messages of the Metadata API: envelopes out, replies in. No network here.

Source of the shapes: the Metadata API WSDL (retrieve, checkRetrieveStatus, listMetadata, describeMetadata).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from toolkit.errors import MetadataError
from toolkit.metadata.content import Content
from toolkit.metadata.soap_envelope import Fault, child, envelope, request, results, text_of
from toolkit.metadata.soap_zip import ZipSieve
from toolkit.metadata.xml import local_name


@dataclass(frozen=True, slots=True)
class RetrieveMessage:
    """What the org says of one name in a retrieve: mostly that there is no such component."""

    path: str
    problem: str


@dataclass(frozen=True, slots=True)
class RetrieveStatus:
    """A retrieve job; the zip comes with the answer that says done. A large one is on disk."""

    id: str
    done: bool
    success: bool
    status: str
    zip: Content | None = None
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
    asked = request("retrieve")
    wanted = child(asked, "retrieveRequest")
    child(wanted, "apiVersion", api_version)
    child(wanted, "singlePackage", "true")
    package = child(wanted, "unpackaged")
    for type_name, names in sorted(members.items()):
        types = child(package, "types")
        for name in sorted(set(names)):
            child(types, "members", name)
        child(types, "name", type_name)
    child(package, "version", api_version)
    return envelope(token, asked)


def check_retrieve_status(token: str, job: str, *, include_zip: bool = True) -> bytes:
    asked = request("checkRetrieveStatus")
    child(asked, "asyncProcessId", job)
    child(asked, "includeZip", "true" if include_zip else "false")
    return envelope(token, asked)


def list_metadata(token: str, *, api_version: str, queries: Sequence[tuple[str, str | None]]) -> bytes:
    """A request for the names of types, each with the folder for types that live in folders; at most three."""
    asked = request("listMetadata")
    for type_name, folder in queries:
        query = child(asked, "queries")
        if folder is not None:
            child(query, "folder", folder)
        child(query, "type", type_name)
    child(asked, "asOfVersion", api_version)
    return envelope(token, asked)


def describe_metadata(token: str, *, api_version: str) -> bytes:
    asked = request("describeMetadata")
    child(asked, "asOfVersion", api_version)
    return envelope(token, asked)


def retrieve_status(reply: bytes, source: str, sieve: ZipSieve | None = None) -> RetrieveStatus | Fault:
    """The job of a retrieve or checkRetrieveStatus reply, or of what a sieve has left of one.

    The zip's text is taken out before parsing: it is longer than a text of a metadata document may be.
    MetadataError when the text is not base64.
    """
    if sieve is None:
        sieve = ZipSieve()
        reply = sieve([reply])
    found = results(reply, source)
    if isinstance(found, Fault):
        return found
    if len(found) != 1:
        raise MetadataError.of(f"{source}: the reply holds {len(found)} results", mend="run it again")
    result = found[0]
    status = text_of(result, "status")
    return RetrieveStatus(
        id=text_of(result, "id"),
        done=text_of(result, "done").lower() == "true",
        success=text_of(result, "success").lower() == "true" or status == "Succeeded",
        status=status,
        zip=sieve.found(source),
        messages=tuple(
            RetrieveMessage(text_of(message, "fileName"), text_of(message, "problem"))
            for message in result
            if local_name(message) == "messages"
        ),
        error_code=text_of(result, "errorStatusCode") or None,
        error_message=text_of(result, "errorMessage") or None,
    )


def listed(reply: bytes, source: str) -> tuple[FileProperties, ...] | Fault:
    """The rows of a listMetadata reply, by type and name."""
    found = results(reply, source)
    if isinstance(found, Fault):
        return found
    rows = (
        FileProperties(
            type=text_of(row, "type"),
            full_name=text_of(row, "fullName"),
            path=text_of(row, "fileName"),
            id=text_of(row, "id") or None,
            last_modified_by=text_of(row, "lastModifiedByName") or None,
            last_modified=text_of(row, "lastModifiedDate") or None,
            namespace=text_of(row, "namespacePrefix") or None,
            manageable_state=text_of(row, "manageableState") or None,
        )
        for row in found
    )
    return tuple(sorted(rows, key=lambda row: (row.type, row.full_name)))


def described(reply: bytes, source: str) -> tuple[DescribedType, ...] | Fault:
    """The metadata types of a describeMetadata reply, by name."""
    found = results(reply, source)
    if isinstance(found, Fault):
        return found
    rows = (
        DescribedType(
            name=text_of(row, "xmlName"),
            folder=text_of(row, "directoryName"),
            suffix=text_of(row, "suffix") or None,
            in_folder=text_of(row, "inFolder") == "true",
            meta_file=text_of(row, "metaFile") == "true",
            children=tuple(child.text or "" for child in row if local_name(child) == "childXmlNames"),
        )
        for result in found
        for row in result
        if local_name(row) == "metadataObjects"
    )
    return tuple(sorted(rows, key=lambda row: row.name))
