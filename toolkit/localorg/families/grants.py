"""What a permission set (or the one behind a profile) grants, as XML entries and as records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from toolkit.localorg.families import rows
from toolkit.localorg.model.org import Work
from toolkit.localorg.store.records import Value
from toolkit.localorg.tree import Node


@dataclass(frozen=True, slots=True)
class Entity:
    """Entries that are SetupEntityAccess rows: their element, its key and switch, the component type."""

    element: str
    key: str
    switch: str
    component: str
    kind: str


ENTITIES = (
    Entity("applicationVisibilities", "application", "visible", "CustomApplication", "TabSet"),
    Entity("classAccesses", "apexClass", "enabled", "ApexClass", "ApexClass"),
    Entity("customPermissions", "name", "enabled", "CustomPermission", "CustomPermission"),
    Entity("customSettingAccesses", "name", "enabled", "CustomObject", "CustomEntityDefinition"),
    Entity("customMetadataTypeAccesses", "name", "enabled", "CustomObject", "CustomEntityDefinition"),
    Entity("pageAccesses", "apexPage", "enabled", "ApexPage", "ApexPage"),
)
_OBJECT_RIGHTS = {
    "allowCreate": "PermissionsCreate", "allowRead": "PermissionsRead", "allowEdit": "PermissionsEdit",
    "allowDelete": "PermissionsDelete", "viewAllRecords": "PermissionsViewAllRecords",
    "modifyAllRecords": "PermissionsModifyAllRecords", "viewAllFields": "PermissionsViewAllFields",
}  # fmt: skip


def drop_empty(root: Node) -> None:
    """Take out entries that grant nothing: a permission set says what it gives, and nothing else."""
    switches = {entity.element: entity.switch for entity in ENTITIES} | {
        "userPermissions": "enabled",
        "flowAccesses": "enabled",
    }

    def grants(entry: Node) -> bool:
        if entry.name in switches:
            return entry.flag(switches[entry.name])
        if entry.name == "fieldPermissions":
            return entry.flag("readable") or entry.flag("editable")
        if entry.name == "objectPermissions":
            return any(entry.flag(right) for right in _OBJECT_RIGHTS)
        if entry.name == "tabSettings":
            return entry.value("visibility") not in ("None", "Hidden")
        return True

    root.children = [entry for entry in root.children if grants(entry)]


def _wanted(work: Work, root: Node) -> Iterator[tuple[str, str]]:
    """(SetupEntityId, SetupEntityType) of the entries that are switched on."""
    for entity in ENTITIES:
        for entry in root.all(entity.element):
            stored = work.components.get(entity.component, entry.value(entity.key) or "")
            if stored is not None and entry.flag(entity.switch):
                yield stored.id, entity.kind


def replace(work: Work, parent: str, root: Node) -> None:
    """Make the records of a permission set what its XML says; access to OAuth apps is not in the XML and stays."""
    kinds = {entity.kind for entity in ENTITIES}
    wanted = dict(_wanted(work, root))
    for row in list(work.records.where("SetupEntityAccess", ParentId=parent)):
        if row["SetupEntityType"] in kinds and wanted.pop(str(row["SetupEntityId"]), None) is None:
            work.records.remove("SetupEntityAccess", str(row["Id"]))
    add_entities(work, parent, wanted)
    for sobject in ("ObjectPermissions", "FieldPermissions", "PermissionSetTabSetting"):
        rows.remove_where(work, sobject, ParentId=parent)
    _add_lists(work, parent, root)


def merge(work: Work, parent: str, root: Node) -> None:
    """Add and take away what the XML of a profile names; leave the rest."""
    for entity in ENTITIES:
        for entry in root.all(entity.element):
            stored = work.components.get(entity.component, entry.value(entity.key) or "")
            if stored is None:
                continue
            held = work.records.first("SetupEntityAccess", ParentId=parent, SetupEntityId=stored.id)
            if held is not None and not entry.flag(entity.switch):
                work.records.remove("SetupEntityAccess", str(held["Id"]))
            elif held is None and entry.flag(entity.switch):
                add_entities(work, parent, {stored.id: entity.kind})
    for entry in root.all("objectPermissions"):
        rows.remove_where(work, "ObjectPermissions", ParentId=parent, SobjectType=entry.value("object"))
    for entry in root.all("fieldPermissions"):
        rows.remove_where(work, "FieldPermissions", ParentId=parent, Field=entry.value("field"))
    _add_lists(work, parent, root)


def add_entities(work: Work, parent: str, wanted: dict[str, str]) -> None:
    for entity_id, kind in wanted.items():
        rows.new(
            work,
            "SetupEntityAccess",
            ParentId=parent,
            SetupEntityId=entity_id,
            SetupEntityType=kind,
            KeyPrefix=entity_id[:3],
        )


def _add_lists(work: Work, parent: str, root: Node) -> None:
    for entry in root.all("objectPermissions"):
        rights: dict[str, Value] = {field: entry.flag(element) for element, field in _OBJECT_RIGHTS.items()}
        if any(rights.values()):
            rows.new(work, "ObjectPermissions", ParentId=parent, SobjectType=entry.value("object"), **rights)
    for entry in root.all("fieldPermissions"):
        name = entry.value("field") or ""
        readable, editable = entry.flag("readable") or entry.flag("editable"), entry.flag("editable")
        if readable:
            rows.new(
                work, "FieldPermissions",
                ParentId=parent, Field=name, SobjectType=name.partition(".")[0], PermissionsRead=readable,
                PermissionsEdit=editable,
            )  # fmt: skip
    for entry in root.all("tabSettings"):
        shown = {"Visible": "DefaultOn", "Available": "DefaultOff"}.get(entry.value("visibility") or "")
        if shown:
            rows.new(work, "PermissionSetTabSetting", ParentId=parent, Name=entry.value("tab"), Visibility=shown)


def refresh(work: Work, parent: str, root: Node) -> None:
    """Bring the XML up to what the records say: access rows may have been added or deleted over the data API."""
    held = {str(row["SetupEntityId"]) for row in work.records.where("SetupEntityAccess", ParentId=parent)}
    missing = set(held)
    for entity in ENTITIES:
        known = {}
        for entry in list(root.all(entity.element)):
            stored = work.components.get(entity.component, entry.value(entity.key) or "")
            if stored is not None:
                known[stored.id] = entry
        gone = {
            id(entry) for component_id, entry in known.items() if component_id not in held and entry.flag(entity.switch)
        }
        root.children = [child for child in root.children if id(child) not in gone]
        missing -= known.keys()
    _add_missing(work, missing, root)


def _add_missing(work: Work, held: set[str], root: Node) -> None:
    for entity in ENTITIES:
        if entity.element == "customMetadataTypeAccesses":
            continue
        named = {(entry.value(entity.key) or "").lower() for entry in root.all(entity.element)}
        for stored in work.components.of_type(entity.component) if held else ():
            if stored.id in held and stored.full_name.lower() not in named and not stored.full_name.endswith("__mdt"):
                entry = Node(entity.element)
                entry.put(entity.key, stored.full_name)
                entry.put(entity.switch, "true")
                root.children.append(entry)
