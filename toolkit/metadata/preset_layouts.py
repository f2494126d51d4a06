"""Writing the layouts of toolkit.metadata.presets: what sourceBehaviorOptions of a project asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from toolkit.errors import MetadataError
from toolkit.metadata.component import ComponentFile
from toolkit.metadata.compose import DECLARATION
from toolkit.metadata.cut import child_document, end_of_line
from toolkit.metadata.namespace import METADATA_NS
from toolkit.metadata.presets import ENTRY_NAMES
from toolkit.metadata.registry import META_SUFFIX
from toolkit.metadata.scan import Element, Scan, local, scan
from toolkit.metadata.zipfmt import unsafe_path

_Files = Iterator[tuple[str, bytes]]
_OBJECT_PARTS = frozenset({"fieldPermissions", "objectPermissions", "recordTypeVisibilities", "tabSettings"})
_PART_SUFFIXES = {
    "applicationVisibilities": "applicationVisibility",
    "classAccesses": "classAccess",
    "customMetadataTypeAccesses": "customMetadataTypeAccess",
    "customPermissions": "customPermissions",
    "customSettingAccesses": "customSettingAccess",
    "externalCredentialPrincipalAccesses": "externalCredentialPrincipalAccess",
    "externalDataSourceAccesses": "externalDataSourceAccess",
    "flowAccesses": "flowAccess",
    "pageAccesses": "pageAccess",
    "userPermissions": "userPermission",
}


def labels(_name: str, file: ComponentFile) -> _Files:
    """One file for each label (decomposeCustomLabelsBeta2)."""
    document = scan(file.content, file.origin or file.path)
    for element in document.elements:
        name = element.names.get("fullName", "")
        path = f"labels/{name}.label{META_SUFFIX}"
        if not name or "/" in name or unsafe_path(path):
            where = file.locate(element.line, 1)
            raise MetadataError.of(f"CustomLabel {name!r} cannot be a file name", where=where, mend="rename it")
        yield path, child_document(document, element, "CustomLabel")


def permission_set(name: str, file: ComponentFile) -> _Files:
    """One file for each kind of access, and one for each object (decomposePermissionSetBeta2)."""
    document = scan(file.content, file.origin or file.path, frozenset(ENTRY_NAMES.values()))
    folder = f"permissionsets/{name}"
    files: dict[str, list[Element]] = {}
    for element in document.elements:
        tag = local(element.tag)
        if tag in _OBJECT_PARTS:
            entry = element.names.get(ENTRY_NAMES[tag], "").partition(".")[0].removeprefix("standard-")
            path = f"{folder}/objectSettings/{entry}.objectSettings{META_SUFFIX}"
            if not entry or "/" in entry or unsafe_path(path):
                where = file.locate(element.line, 1)
                raise MetadataError.of(f"<{tag}> names no object: {entry!r}", where=where, mend="name it")
        elif tag in _PART_SUFFIXES:
            path = f"{folder}/{name}.{_PART_SUFFIXES[tag]}{META_SUFFIX}"
        else:
            path = f"{folder}/{name}.permissionset{META_SUFFIX}"
        files.setdefault(path, []).append(element)
    files.setdefault(f"{folder}/{name}.permissionset{META_SUFFIX}", [])
    for path, elements in files.items():
        yield path, _permission_document(document, elements)


def _permission_document(document: Scan, elements: list[Element]) -> bytes:
    lines = b"".join(b"    " + document.data[e.start : e.end] + b"\n" for e in elements)
    return DECLARATION + f'<PermissionSet xmlns="{METADATA_NS}">\n'.encode() + lines + b"</PermissionSet>\n"


def service(name: str, file: ComponentFile) -> _Files:
    """The schema in a file beside (decomposeExternalServiceRegistrationBeta); JSON is YAML, so it stays as it is."""
    path = f"externalServiceRegistrations/{name}"
    document = scan(file.content, file.origin or file.path, frozenset({"schema", "schemaUploadFileExtension"}))
    found = {local(e.tag): e for e in document.elements}
    element = found.get("schema")
    if element is None:
        yield f"{path}.externalServiceRegistration{META_SUFFIX}", file.content
        return
    schema = element.names.get("schema", "")
    rest = document.data[: element.start].rstrip(b" \t") + document.data[end_of_line(document.data, element.end) :]
    if "schemaUploadFileExtension" not in found:
        kind = b"json" if schema.lstrip().startswith("{") else b"yaml"
        end = rest.rindex(b"</")
        rest = rest[:end] + b"    <schemaUploadFileExtension>" + kind + b"</schemaUploadFileExtension>\n" + rest[end:]
    yield f"{path}.yaml", schema.encode()
    yield f"{path}.externalServiceRegistration{META_SUFFIX}", rest


# transformer of the registry -> how a component of it is laid out
LAYOUTS: Mapping[str, Callable[[str, ComponentFile], _Files]] = {
    "decomposedLabels": labels,
    "decomposedPermissionSet": permission_set,
    "decomposeExternalServiceRegistration": service,
}
