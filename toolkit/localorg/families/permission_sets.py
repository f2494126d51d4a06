"""Permission sets and groups: what they grant is kept as records too (SetupEntityAccess, ObjectPermissions, ...)."""

# ruff: noqa: ARG002  methods of one shape: not every one needs every argument

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

from toolkit.localorg.families import canonical, grants, rows
from toolkit.localorg.families.base import Deploy, Fault, Incoming, Pointer, Scope
from toolkit.localorg.families.generic import Generic, Names
from toolkit.localorg.model import user_permissions
from toolkit.localorg.model.org import Work
from toolkit.localorg.model.standard import standard_objects
from toolkit.localorg.rules.permission_sets import GRANTS
from toolkit.localorg.store.components import Stored
from toolkit.localorg.tree import Node

GRANT_NAMES = (
    Names("applicationVisibilities/application", "CustomApplication", holds=False),
    Names("classAccesses/apexClass", "ApexClass", holds=False),
    Names("customMetadataTypeAccesses/name", "CustomObject", holds=False),
    Names("customPermissions/name", "CustomPermission", holds=False),
    Names("customSettingAccesses/name", "CustomObject", holds=False),
    Names("externalDataSourceAccesses/externalDataSource", "ExternalDataSource", holds=False),
    Names("fieldPermissions/field", "CustomField", holds=False),
    Names("flowAccesses/flow", "Flow", holds=False),
    Names("objectPermissions/object", "CustomObject", holds=False),
    Names("pageAccesses/apexPage", "ApexPage", holds=False),
    Names("recordTypeVisibilities/recordType", "RecordType", holds=False),
)
KEYS = {
    "applicationVisibilities": "application", "classAccesses": "apexClass", "customMetadataTypeAccesses": "name",
    "customPermissions": "name", "customSettingAccesses": "name", "externalDataSourceAccesses": "externalDataSource",
    "fieldPermissions": "field", "flowAccesses": "flow", "objectPermissions": "object", "pageAccesses": "apexPage",
    "recordTypeVisibilities": "recordType", "userPermissions": "name",
}  # fmt: skip


def duplicates(root: Node, keys: Mapping[str, str]) -> Iterator[Fault]:
    """Entries that are in a list twice."""
    for element, key in keys.items():
        seen: set[str] = set()
        for entry in root.all(element):
            value = (entry.value(key) or "").lower()
            if value in seen:
                named = entry.value(key)
                yield Fault(f"Field: {key}, value: {named} appears more than once", entry.line, entry.column)
            seen.add(value)


def unknown_permissions(root: Node) -> Iterator[Fault]:
    """User permissions that no org has (dlrs issue 58 and others have the sentence)."""
    for entry in root.all("userPermissions"):
        name = entry.value("name") or ""
        if name and user_permissions.is_unknown(name):
            yield Fault(f"Unknown user permission: {name}", entry.line, entry.column)


class PermissionSet(Generic):
    names = (*GRANT_NAMES, Names("tabSettings/tab", "CustomTab", holds=False))
    lists: ClassVar[Mapping[str, str]] = {**KEYS, "tabSettings": "tab"}

    def pointers(self, incoming: Incoming) -> Iterator[Pointer]:
        for pointer in super().pointers(incoming):
            if not (pointer.type == "CustomField" and "." not in pointer.name):
                yield pointer

    def check(self, incoming: Incoming, deploy: Deploy) -> Iterable[Fault]:
        yield from duplicates(incoming.root, {**KEYS, "tabSettings": "tab"})
        yield from unknown_permissions(incoming.root)
        for entry in incoming.root.all("fieldPermissions"):
            name = entry.value("field") or ""
            if self._required(name, deploy):
                yield Fault(f"You cannot deploy to a required field: {name}", entry.line, entry.column)
        yield from self._dependent(incoming.root)

    @staticmethod
    def _required(name: str, deploy: Deploy) -> bool:
        owner, _, field = name.partition(".")
        incoming = deploy.incoming("CustomField", name)
        if incoming is not None:
            root = incoming.root
            return root.flag("required") or root.value("type") == "MasterDetail"
        sobject = deploy.work.schema.get(owner)
        known = sobject.field(field) if sobject else None
        return known is not None and known.custom and (known.required or known.cascade)

    @staticmethod
    def _dependent(root: Node) -> Iterator[Fault]:
        """Object permissions need those they rest on."""
        needs = {"allowCreate": "allowRead", "allowEdit": "allowRead", "allowDelete": "allowEdit",
                 "viewAllRecords": "allowRead",
                 "modifyAllRecords": "allowDelete"}  # fmt: skip
        words = {"allowCreate": "Create", "allowRead": "Read", "allowEdit": "Edit", "allowDelete": "Delete",
                 "viewAllRecords": "View All", "modifyAllRecords": "Modify All"}  # fmt: skip
        for entry in root.all("objectPermissions"):
            name = entry.value("object") or ""
            big = {"allowDelete": "allowRead"} if name.endswith("__b") else {}  # rows of big objects cannot be edited
            for right, needed in (needs | big).items():
                if entry.flag(right) and not entry.flag(needed):
                    message = f"Permission {words[right]} {name} depends on permission(s): {words[needed]} {name}"
                    yield Fault(message, entry.line, entry.column)

    def complete(self, root: Node, incoming: Incoming, old: Stored | None, deploy: Deploy) -> None:
        if not root.value("hasActivationRequired"):
            root.put("hasActivationRequired", "false")
        grants.drop_empty(root)

    def settle(self, stored: Stored, root: Node, deploy: Deploy) -> None:
        work = deploy.work
        held: dict[str, bool] = {
            f"Permissions{entry.value('name')}": entry.flag("enabled") for entry in root.all("userPermissions")
        }
        known = {
            field.name: held.get(field.name, False)
            for field in standard_objects()["PermissionSet"].fields.values()
            if field.name.startswith("Permissions")
        }
        licence = work.records.first("UserLicense", Name=root.value("license")) if root.value("license") else None
        rows.put(
            work, "PermissionSet", stored.id,
            Name=stored.full_name, Label=root.value("label"), Description=root.value("description"), IsCustom=True,
            IsOwnedByProfile=False, HasActivationRequired=root.flag("hasActivationRequired"), Type="Regular",
            LicenseId=licence["Id"] if licence else None, **known,
        )  # fmt: skip
        grants.replace(work, stored.id, root)

    def shown(self, stored: Stored, root: Node, work: Work, scope: Scope | None) -> Node:
        grants.refresh(work, stored.id, root)
        for element, key in self.lists.items():
            canonical.sort_list(root, element, key)
        return canonical.in_order(root, self.type)

    def blockers(self, stored: Stored, work: Work) -> list[Fault]:
        users = sorted(
            str((work.records.get("User", str(a["AssigneeId"])) or {}).get("Username"))
            for a in work.records.where("PermissionSetAssignment", PermissionSetId=stored.id)
        )
        if not users:
            return []
        return [Fault(f"You can't delete this permission set because it's assigned to users: {', '.join(users)}")]

    def deleted(self, stored: Stored, work: Work) -> None:
        work.records.remove("PermissionSet", stored.id)
        for grant in GRANTS:
            rows.remove_where(work, grant, ParentId=stored.id)


class MutingPermissionSet(Generic):
    names = GRANT_NAMES

    def check(self, incoming: Incoming, deploy: Deploy) -> Iterable[Fault]:
        yield from duplicates(incoming.root, KEYS)
        yield from unknown_permissions(incoming.root)


class PermissionSetGroup(Generic):
    names = (Names("permissionSets", "PermissionSet"), Names("mutingPermissionSets", "MutingPermissionSet"))

    def pointers(self, incoming: Incoming) -> Iterator[Pointer]:
        for pointer in super().pointers(incoming):
            what = (
                "Cannot create permission set group components since the following permission set names are invalid: "
                f"{pointer.name}"
            )
            yield Pointer(
                pointer.element, pointer.type, pointer.name, pointer.line, pointer.column, pointer.holds, what
            )

    def complete(self, root: Node, incoming: Incoming, old: Stored | None, deploy: Deploy) -> None:
        root.put("status", "Updated")
        if not root.value("hasActivationRequired"):
            root.put("hasActivationRequired", "false")

    def settle(self, stored: Stored, root: Node, deploy: Deploy) -> None:
        work = deploy.work
        rows.put(
            work, "PermissionSetGroup", stored.id,
            DeveloperName=stored.full_name, MasterLabel=root.value("label"), Description=root.value("description"),
            Status="Updated",
        )  # fmt: skip
        rows.remove_where(work, "PermissionSetGroupComponent", PermissionSetGroupId=stored.id)
        for name in root.values("permissionSets"):
            held = work.components.get("PermissionSet", name)
            if held is not None:
                rows.new(work, "PermissionSetGroupComponent", PermissionSetGroupId=stored.id, PermissionSetId=held.id)

    def blockers(self, stored: Stored, work: Work) -> list[Fault]:
        if work.records.first("PermissionSetAssignment", PermissionSetGroupId=stored.id) is None:
            return []
        return [Fault("You can't delete this permission set group because it's assigned to users.")]

    def deleted(self, stored: Stored, work: Work) -> None:
        work.records.remove("PermissionSetGroup", stored.id)
        rows.remove_where(work, "PermissionSetGroupComponent", PermissionSetGroupId=stored.id)
