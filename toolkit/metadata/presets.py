"""The layouts that sourceBehaviorOptions of sfdx-project.json switch on and that need rules of their own.

decomposePermissionSetBeta2 spreads a permission set over files that are PermissionSet documents themselves;
decomposeExternalServiceRegistrationBeta keeps the schema in a YAML file beside. The other presets are plain
entries of the registry.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from toolkit.errors import Location, MetadataError, Problem
from toolkit.metadata import collate
from toolkit.metadata.component import ComponentFile, Piece
from toolkit.metadata.compose import DECLARATION, SourceFile
from toolkit.metadata.namespace import METADATA_NS
from toolkit.metadata.registry import META_SUFFIX
from toolkit.metadata.scan import local, scan

# element of a permission set -> what names one entry
ENTRY_NAMES = {
    "applicationVisibilities": "application",
    "classAccesses": "apexClass",
    "customMetadataTypeAccesses": "name",
    "customPermissions": "name",
    "customSettingAccesses": "name",
    "externalCredentialPrincipalAccesses": "externalCredentialPrincipal",
    "externalDataSourceAccesses": "externalDataSource",
    "fieldPermissions": "field",
    "flowAccesses": "flow",
    "objectPermissions": "object",
    "pageAccesses": "apexPage",
    "recordTypeVisibilities": "recordType",
    "tabSettings": "tab",
    "userPermissions": "name",
}


def compose_permission_set(path: str, parts: Sequence[SourceFile]) -> ComponentFile:
    """One PermissionSet document from the documents it was spread over, elements of a kind together."""
    wanted = frozenset(ENTRY_NAMES.values())
    problems: list[Problem] = []
    found: list[tuple[str, tuple[str, str, str], bytes, str, int]] = []
    for part in parts:
        try:
            document = scan(part.content, part.origin, wanted)
        except MetadataError as error:
            problems += error.problems
            continue
        if document.root != "PermissionSet":
            where = Location(part.origin, 1)
            problems.append(Problem(f"the root element is <{document.root}>, not <PermissionSet>", where))
        for element in document.elements:
            tag = local(element.tag)
            name = element.names.get(ENTRY_NAMES.get(tag, ""), "")
            content = document.data[element.start : element.end]
            found.append((tag, collate.key(name), content, part.origin, element.line))
    MetadataError.raise_any(problems)
    chunks = [DECLARATION, f'<PermissionSet xmlns="{METADATA_NS}">\n'.encode()]
    pieces: list[Piece] = []
    line = 3
    for _, _, content, origin, origin_line in sorted(found, key=lambda item: item[:2]):
        pieces.append(Piece(line, origin, origin_line))
        chunks.append(b"    " + content + b"\n")
        line += content.count(b"\n") + 1
    chunks.append(b"</PermissionSet>\n")
    return ComponentFile(path, b"".join(chunks), parts[-1].origin, tuple(pieces))


def compose_service(content: bytes, origin: str, load: Callable[[str], bytes]) -> bytes:
    """An ExternalServiceRegistration with the schema that stands in a YAML file beside it.

    load gives the content of a file by its name. MetadataError when the org keeps the schema as JSON and the
    file does not: turning YAML into JSON is left to the Salesforce CLI.
    """
    document = scan(content, origin, frozenset({"schemaUploadFileExtension"}))
    tags = {local(e.tag): e for e in document.elements}
    if "schema" in tags:
        return content
    extension = tags["schemaUploadFileExtension"].names if "schemaUploadFileExtension" in tags else {}
    name = origin.rpartition("/")[2].removesuffix(META_SUFFIX).rpartition(".")[0]
    text = load(f"{name}.yaml").decode("utf-8", "replace")
    if extension.get("schemaUploadFileExtension", "").strip() == "json" and not _is_json(text):
        raise MetadataError.of(
            f"{name}.yaml would have to become JSON again, which sfmeta does not do",
            where=Location(origin),
            mend="write the file as JSON, which is YAML too, or set schemaUploadFileExtension to yaml",
        )
    schema = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").encode()
    return (
        document.data[: document.body_end]
        + b"    <schema>"
        + schema
        + b"</schema>\n"
        + document.data[document.body_end :]
    )


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
