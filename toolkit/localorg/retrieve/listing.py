"""describeMetadata and listMetadata."""

from __future__ import annotations

from functools import cache

from toolkit.localorg.model.org import Work
from toolkit.localorg.refusals import Refusal
from toolkit.localorg.retrieve import files
from toolkit.localorg.store.components import Stored
from toolkit.localorg.store.jobs import Json
from toolkit.metadata.registry import TypeInfo, standard


@cache
def describe() -> tuple[dict[str, Json], ...]:
    """DescribeMetadataObjects of every top-level type."""
    return tuple(_described(info) for info in sorted(standard(), key=lambda info: info.name) if _is_listed(info))


def _is_listed(info: TypeInfo) -> bool:
    return not info.folder_of and not info.alias_of


def _described(info: TypeInfo) -> dict[str, Json]:
    children: list[Json] = [child.name for child in info.children if child.addressable]
    shown: dict[str, Json] = {
        "childXmlNames": children,
        "directoryName": info.directory,
        "inFolder": info.in_folder,
        "metaFile": info.has_meta_file,
        "suffix": info.suffix,
        "xmlName": info.name,
    }
    return {key: value for key, value in shown.items() if value is not None}


def properties(work: Work, stored: Stored, path: str, *, type_name: str | None = None) -> dict[str, Json]:
    """FileProperties of one component in WSDL order."""
    return {
        "createdById": stored.created_by,
        "createdByName": work.user_name(stored.created_by),
        "createdDate": stored.created,
        "fileName": path,
        "fullName": stored.full_name,
        "id": stored.id,
        "lastModifiedById": stored.modified_by,
        "lastModifiedByName": work.user_name(stored.modified_by),
        "lastModifiedDate": stored.modified,
        "manageableState": "unmanaged",
        "namespacePrefix": "",
        "type": type_name or stored.type,
    }


def list_type(work: Work, type_name: str, folder: str | None) -> list[dict[str, Json]]:
    """What listMetadata answers for one query; types in folders need one."""
    registry = standard()
    if not registry.knows(type_name):
        raise Refusal("INVALID_TYPE", f"Unknown type:{type_name}")
    info = registry.get(type_name)
    if info is not None and info.in_folder:
        inside = f"{folder}/".lower() if folder else None
        found = [
            s for s in work.components.heads_of_type(type_name) if inside and s.full_name.lower().startswith(inside)
        ]
    else:
        found = list(work.components.heads_of_type(type_name))
    return [properties(work, stored, files.path_of(stored)) for stored in found]
