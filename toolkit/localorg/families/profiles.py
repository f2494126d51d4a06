"""Profiles: a deploy merges into what is there, a retrieve shows only what else is asked for (facts 3.15)."""

# ruff: noqa: ARG002  methods of one shape: not every one needs every argument

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import ClassVar

from toolkit.localorg import tree
from toolkit.localorg.families import canonical, grants, rows
from toolkit.localorg.families.base import Deploy, Fault, Incoming, Scope
from toolkit.localorg.families.generic import Generic, Names
from toolkit.localorg.families.permission_sets import GRANT_NAMES, KEYS, duplicates, unknown_permissions
from toolkit.localorg.model.org import Work
from toolkit.localorg.store.components import Stored
from toolkit.localorg.tree import Node

_KEYS = {**KEYS, "tabVisibilities": "tab"}
_SCOPES = {
    "applicationVisibilities": "CustomApplication", "classAccesses": "ApexClass",
    "customPermissions": "CustomPermission",
    "customSettingAccesses": "CustomObject", "customMetadataTypeAccesses": "CustomObject",
    "objectPermissions": "CustomObject",
    "pageAccesses": "ApexPage", "flowAccesses": "Flow", "externalDataSourceAccesses": "ExternalDataSource",
    "tabVisibilities": "CustomTab",
}  # fmt: skip


def _key(entry: Node) -> tuple[str, str]:
    if entry.name == "layoutAssignments":
        return f"{(entry.value('layout') or '').partition('-')[0]}", entry.value("recordType") or ""
    element = _KEYS.get(entry.name)
    return (entry.value(element) or "").lower() if element else "", ""


class Profile(Generic):
    merges = True
    names = (
        *GRANT_NAMES,
        Names("tabVisibilities/tab", "CustomTab", holds=False),
        Names("layoutAssignments/layout", "Layout", holds=False),
        Names("layoutAssignments/recordType", "RecordType", holds=False),
    )
    lists: ClassVar[Mapping[str, str]] = {**_KEYS, "layoutAssignments": "layout"}

    def check(self, incoming: Incoming, deploy: Deploy) -> Iterable[Fault]:
        yield from duplicates(incoming.root, _KEYS)
        yield from unknown_permissions(incoming.root)

    def canonical(self, incoming: Incoming, old: Stored | None, deploy: Deploy) -> Node:
        if old is not None:
            held = tree.parse(old.xml)
            fresh = {(entry.name, *_key(entry)) for entry in incoming.root.children}
            kept = [entry for entry in held.children if (entry.name, *_key(entry)) not in fresh]
            incoming = replace(incoming, root=Node("Profile", children=kept + incoming.root.children))
        return super().canonical(incoming, old, deploy)

    def complete(self, root: Node, incoming: Incoming, old: Stored | None, deploy: Deploy) -> None:
        if not root.value("custom"):
            root.put("custom", "true")
        if not root.value("userLicense"):
            root.put("userLicense", "Salesforce")

    def settle(self, stored: Stored, root: Node, deploy: Deploy) -> None:
        work = deploy.work
        profile = work.records.get("Profile", stored.id)
        if profile is None:
            self._make(stored, root, work)
        elif root.value("description") is not None:
            rows.put(work, "Profile", stored.id, Description=root.value("description"))
        shadow = work.records.first("PermissionSet", ProfileId=stored.id, IsOwnedByProfile=True)
        incoming = deploy.incoming("Profile", stored.full_name)
        if shadow is not None and incoming is not None:
            grants.merge(work, str(shadow["Id"]), incoming.root)

    @staticmethod
    def _make(stored: Stored, root: Node, work: Work) -> None:
        from urllib.parse import unquote

        licence = work.records.first("UserLicense", Name=root.value("userLicense"))
        licence_id = licence["Id"] if licence else None
        held = {f"Permissions{entry.value('name')}" for entry in root.all("userPermissions") if entry.flag("enabled")}
        described = work.schema.get("Profile")
        known = {
            f.name: f.name in held
            for f in (described.fields.values() if described else ())
            if f.name.startswith("Permissions")
        }
        name = unquote(stored.full_name)
        rows.put(work, "Profile", stored.id, Name=name, UserType="Standard", UserLicenseId=licence_id, **known)
        rows.new(
            work, "PermissionSet",
            Name=f"X{stored.id}", Label=f"X{stored.id}", IsOwnedByProfile=True, IsCustom=True, ProfileId=stored.id,
            LicenseId=licence_id, Type="Profile", **known,
        )  # fmt: skip

    def shown(self, stored: Stored, root: Node, work: Work, scope: Scope | None) -> Node:
        shadow = work.records.first("PermissionSet", ProfileId=stored.id, IsOwnedByProfile=True)
        if shadow is not None:
            grants.refresh(work, str(shadow["Id"]), root)
        if scope is not None:
            root.children = [entry for entry in root.children if _in_scope(entry, scope)]
        for element, key in self.lists.items():
            canonical.sort_list(root, element, key)
        return canonical.in_order(root, self.type)

    def blockers(self, stored: Stored, work: Work) -> list[Fault]:
        root = tree.parse(stored.xml)
        if not root.flag("custom"):
            return [Fault("You can't delete a standard profile.")]
        users = sorted(str(user["Username"]) for user in work.records.where("User", ProfileId=stored.id))
        return (
            [Fault(f"You can't delete this profile because users are assigned to it: {', '.join(users)}")]
            if users
            else []
        )

    def deleted(self, stored: Stored, work: Work) -> None:
        shadow = work.records.first("PermissionSet", ProfileId=stored.id, IsOwnedByProfile=True)
        if shadow is not None:
            for grant in ("SetupEntityAccess", "ObjectPermissions", "FieldPermissions", "PermissionSetTabSetting"):
                rows.remove_where(work, grant, ParentId=shadow["Id"])
            work.records.remove("PermissionSet", str(shadow["Id"]))
        work.records.remove("Profile", stored.id)


def _in_scope(entry: Node, scope: Scope) -> bool:
    if entry.name == "fieldPermissions":
        name = entry.value("field") or ""
        return scope.names("CustomField", name) or scope.names("CustomObject", name.partition(".")[0])
    if entry.name == "recordTypeVisibilities":
        name = entry.value("recordType") or ""
        return scope.names("RecordType", name) or scope.names("CustomObject", name.partition(".")[0])
    if entry.name == "layoutAssignments":
        return scope.names("Layout", entry.value("layout") or "")
    kind = _SCOPES.get(entry.name)
    if entry.name == "tabVisibilities" and (entry.value("tab") or "").startswith("standard-"):
        return True  # the tabs of the platform are in no package
    return kind is None or scope.names(kind, entry.value(_KEYS[entry.name]) or "")
