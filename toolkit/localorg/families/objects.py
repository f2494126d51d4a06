"""Custom objects, custom settings and fields; the object-level parts of standard objects."""

# ruff: noqa: ARG002  methods of one shape: not every one needs every argument

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import replace

from toolkit.localorg import tree
from toolkit.localorg.families import defaults, formulas, rows
from toolkit.localorg.families.base import Deploy, Fault, Incoming, Pointer
from toolkit.localorg.families.generic import Generic, Names
from toolkit.localorg.families.layout import make_automatic
from toolkit.localorg.families.overrides import override_pointer
from toolkit.localorg.families.provided import provided
from toolkit.localorg.model.org import Work
from toolkit.localorg.model.provided_components import default_overrides
from toolkit.localorg.store.components import Reference, Stored
from toolkit.localorg.tree import Node

SETTING_FIELDS = frozenset(
    {"Checkbox", "Currency", "Date", "DateTime", "Email", "Number", "Percent", "Phone", "Text", "TextArea", "Url"}
)
MAX_SETTING_NAME = 38
CHILD_RELATIONSHIP = "child relationship"
"""Not a type of metadata: the name that a lookup takes on its parent, kept as a reference so that it is found again."""
_SUFFIXES = ("__c", "__mdt", "__e", "__b", "__x", "__kav", "__chn")
_WITH_LAYOUT = ("__c", "__mdt", "__x", "__kav")
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def schema_changed(work: Work) -> None:
    """Make every process read the sobjects again; the value is never used twice, not even after a rollback."""
    work.facts.put("schema_version", secrets.token_hex(8))


def _is_custom(name: str) -> bool:
    return name.endswith(_SUFFIXES)


def _is_setting(root: Node) -> bool:
    return root.child("customSettingsType") is not None


def _override_key(node: Node) -> tuple[str, str]:
    return node.value("actionName") or "", node.value("formFactor") or ""


def companions(name: str, work: Work) -> Iterator[Stored]:
    """What an object takes along when it goes, beside its parts: its tab, layouts and actions."""
    tab = work.components.get("CustomTab", name)
    if tab is not None:
        yield tab
    for kind, beginning in (("Layout", f"{name.lower()}-"), ("QuickAction", f"{name.lower()}.")):
        for stored in work.components.of_type(kind):
            if stored.full_name.lower().startswith(beginning):
                yield stored


def merge_object(old: Node, new: Node) -> Node:
    """The object with the parts that the new file has; overrides are merged one by one."""
    given = {child.name for child in new.children}
    merged = [child for child in old.children if child.name not in given or child.name == "actionOverrides"]
    overrides = {_override_key(child): child for child in merged if child.name == "actionOverrides"}
    overrides |= {_override_key(child): child for child in new.all("actionOverrides")}
    kept = [child for child in merged if child.name != "actionOverrides"]
    fresh = [child for child in new.children if child.name != "actionOverrides"]
    return Node("CustomObject", children=[*overrides.values(), *kept, *fresh])


class CustomObject(Generic):
    merges = True

    def pointers(self, incoming: Incoming) -> Iterator[Pointer]:
        for override in incoming.root.all("actionOverrides"):
            yield from override_pointer(override)

    def check(self, incoming: Incoming, deploy: Deploy) -> Iterable[Fault]:
        root, name = incoming.root, incoming.full_name
        if not _is_custom(name):
            if not provided(deploy.work, "CustomObject", name):
                yield Fault(f"Entity of type 'CustomObject' named '{name}' cannot be found", root.line, root.column)
            return
        old = deploy.work.components.get("CustomObject", name)
        if deploy.work.org.is_production:
            yield from self._check_visibility(root, name)
        if _is_setting(root):
            yield from self._check_setting(incoming, old)
        elif old is None and name.endswith("__c"):
            yield from self._check_new(root)

    @staticmethod
    def _check_visibility(root: Node, name: str) -> Iterable[Fault]:
        """Production keeps nothing to itself: what is Protected belongs into a package."""
        what = "Custom Setting" if _is_setting(root) else "Custom Metadata Type" if name.endswith("__mdt") else ""
        visibility = root.child("visibility")
        chosen = visibility.text.strip() if visibility is not None else ""
        if visibility is not None and what and chosen in ("Protected", "PackageProtected"):
            yield Fault(
                f"You can't set the visibility for a {what} to {chosen} unless you are in a developer, sandbox, or "
                "scratch org.",
                visibility.line,
                visibility.column,
            )

    @staticmethod
    def _check_new(root: Node) -> Iterable[Fault]:
        if not root.value("label"):
            yield Fault("Must specify a non-empty label for the CustomObject", root.line, root.column)
        if not root.value("pluralLabel"):
            yield Fault("Must specify a non-empty plural label for the CustomObject", root.line, root.column)
        if root.child("nameField") is None:
            yield Fault("Must specify a nameField of type Text or AutoNumber", root.line, root.column)
        if not root.value("sharingModel"):
            yield Fault("Must specify a sharingModel for the CustomObject", root.line, root.column)

    @staticmethod
    def _check_setting(incoming: Incoming, old: Stored | None) -> Iterable[Fault]:
        root = incoming.root
        kind = root.child("customSettingsType")
        line, column = (kind.line, kind.column) if kind else (0, 0)
        if len(incoming.full_name.removesuffix("__c")) > MAX_SETTING_NAME:
            yield Fault(f"Object Name: data value too large (max length={MAX_SETTING_NAME})", root.line, root.column)
        if not root.value("label") and old is None:
            yield Fault("Must specify a non-empty label for the CustomObject", root.line, root.column)
        if old is not None:
            held = tree.parse(old.xml).value("customSettingsType")
            if held is None or held != root.value("customSettingsType"):
                yield Fault("Cannot change the custom setting type of an existing object", line, column)

    def canonical(self, incoming: Incoming, old: Stored | None, deploy: Deploy) -> Node:
        if old is not None:
            incoming = replace(incoming, root=merge_object(tree.parse(old.xml), incoming.root))
        return super().canonical(incoming, old, deploy)

    def complete(self, root: Node, incoming: Incoming, old: Stored | None, deploy: Deploy) -> None:
        if not _is_custom(incoming.full_name):
            return
        name = incoming.full_name
        if _is_setting(root):
            defaults.put_missing(root, {"enableFeeds": "false", "visibility": "Public"})
        elif name.endswith("__c"):
            defaults.put_missing(root, defaults.CUSTOM_OBJECT)
            given = {_override_key(override) for override in root.all("actionOverrides")}
            root.children[:0] = [each for each in default_overrides() if _override_key(each) not in given]
        elif name.endswith("__mdt"):
            defaults.put_missing(root, {"visibility": "Public"})
        elif name.endswith("__e"):
            defaults.put_missing(root, {"deploymentStatus": "Deployed"})
        if old is None and not _is_setting(root) and name.endswith(_WITH_LAYOUT):
            make_automatic(incoming.full_name, root, deploy.work)

    def settle(self, stored: Stored, root: Node, deploy: Deploy) -> None:
        work = deploy.work
        name = stored.full_name
        if _is_custom(name) and work.facts.get(f"prefix:{name.lower()}") is None:
            number = work.facts.next_number("custom object")
            work.facts.put(f"prefix:{name.lower()}", f"a{_BASE62[number // 62]}{_BASE62[number % 62]}")
        if _is_custom(name):
            base = name.rpartition("__")[0]
            rows.put(work, "CustomObject", stored.id, DeveloperName=base, Description=root.value("description"))
        schema_changed(work)

    def deleted(self, stored: Stored, work: Work) -> None:
        work.records.remove_all(stored.full_name)
        work.records.remove("CustomObject", stored.id)
        rows.remove_where(work, "SetupEntityAccess", SetupEntityId=stored.id)
        rows.remove_where(work, "ObjectPermissions", SobjectType=stored.full_name)
        rows.remove_where(work, "FieldPermissions", SobjectType=stored.full_name)
        schema_changed(work)

    def forget(self, root: Node, gone: Reference) -> None:
        root.children = [
            child for child in root.children
            if child.name != "actionOverrides" or (child.value("content") or "").lower() != gone.name.lower()
        ]  # fmt: skip


def _label(name: str, deploy: Deploy) -> str:
    sobject = deploy.work.schema.get(name)
    return sobject.label if sobject is not None else name


class CustomField(Generic):
    names = (Names("valueSet/valueSetName", "GlobalValueSet"),)

    def pointers(self, incoming: Incoming) -> Iterator[Pointer]:
        yield from super().pointers(incoming)
        node = incoming.root.child("referenceTo")
        if node is not None and node.text.strip():
            name = node.text.strip()
            what = f"referenceTo value of '{name}' does not resolve to a valid sObject type"
            yield Pointer("referenceTo", "CustomObject", name, node.line, node.column, holds=True, missing=what)
        root, owner = incoming.root, incoming.owner
        if node is not None and (back := root.value("relationshipName")):
            taken = f"{node.text.strip()}.{back}"
            yield Pointer("relationshipName", CHILD_RELATIONSHIP, taken, 0, 0, holds=False, required=False)
        yield from formulas.pointers(root.value("formula") or "", owner, root, "formula")
        for element in ("summarizedField", "summaryForeignKey"):
            if formulas.is_custom(name := root.value(element) or ""):
                yield Pointer(element, "CustomField", name, root.line, root.column, holds=True)
        control = next((n.text.strip() for n in root.at("valueSet/controllingField")), "")
        if formulas.is_custom(control):
            yield Pointer("controllingField", "CustomField", f"{owner}.{control}", root.line, root.column, holds=True)

    def check(self, incoming: Incoming, deploy: Deploy) -> Iterable[Fault]:
        root = incoming.root
        owner, _, name = incoming.full_name.partition(".")
        if not deploy.exists("CustomObject", owner) and not _is_custom(owner):
            yield Fault(
                f"Entity Enumeration Or ID: bad value for restricted picklist field: {owner}", root.line, root.column
            )
            return
        if not name.endswith("__c"):
            return
        kind = root.value("type")
        old = deploy.work.components.get("CustomField", incoming.full_name)
        if old is not None and root.child("formula") is not None and tree.parse(old.xml).child("formula") is None:
            yield Fault("Cannot update a field to a Formula from something else", root.line, root.column)
        if old is None:
            if not root.value("label") and root.child("fullName") is not None and kind:
                yield Fault("Must specify a non-empty label for the CustomField", root.line, root.column)
            if not kind:
                yield Fault(f"Must specify 'type' for the CustomField {name}", root.line, root.column)
        yield from self._check_lengths(root, kind or "")
        yield from self._check_relationship(incoming, deploy)
        if self._in_setting(owner, deploy):
            yield from self._check_setting(root, kind or "")

    @staticmethod
    def _check_relationship(incoming: Incoming, deploy: Deploy) -> Iterable[Fault]:
        """The name that leads from the parent to its children belongs to one field only."""
        root = incoming.root
        name, parent = root.value("relationshipName"), root.value("referenceTo")
        if not name or not parent:
            return
        for _, user in deploy.work.components.referring_to(CHILD_RELATIONSHIP, f"{parent}.{name}", holding=False):
            coming = deploy.incoming("CustomField", user)
            given_up = coming is not None and (coming.root.value("relationshipName") or "").lower() != name.lower()
            if user.lower() != incoming.full_name.lower() and not given_up:
                label = _label(parent, deploy)
                yield Fault(f"There is already a Child Relationship named {name} on {label}.", root.line, root.column)

    @staticmethod
    def _check_lengths(root: Node, kind: str) -> Iterable[Fault]:
        needed = {"Text": ("length",), "LongTextArea": ("length", "visibleLines"), "Html": ("length", "visibleLines"),
                  "MultiselectPicklist": ("visibleLines",)}.get(kind, ())  # fmt: skip
        if root.child("formula") is not None:
            return
        for element in needed:
            if not root.value(element):
                yield Fault(f"Must specify '{element}' for a CustomField of type {kind}", root.line, root.column)
        length = root.child("length")
        if kind == "Text" and length is not None and length.text.strip().isdigit() and int(length.text) > 255:
            yield Fault("Length: must be between 1 and 255", length.line, length.column)

    @staticmethod
    def _in_setting(owner: str, deploy: Deploy) -> bool:
        incoming = deploy.incoming("CustomObject", owner)
        if incoming is not None and _is_setting(incoming.root):
            return True
        stored = deploy.work.components.get("CustomObject", owner)
        return stored is not None and b"<customSettingsType>" in stored.xml

    @staticmethod
    def _check_setting(root: Node, kind: str) -> Iterable[Fault]:
        node = root.child("type")
        if node is not None and kind not in SETTING_FIELDS:
            yield Fault(f"Custom settings don't support fields of type {kind}", node.line, node.column)
        if root.child("formula") is not None:
            yield Fault("Custom settings don't support formula fields", root.line, root.column)

    def complete(self, root: Node, incoming: Incoming, old: Stored | None, deploy: Deploy) -> None:
        if not incoming.full_name.endswith("__c"):
            return
        defaults.add_to_field(root)

    def settle(self, stored: Stored, root: Node, deploy: Deploy) -> None:
        owner, _, name = stored.full_name.partition(".")
        developer = name.removesuffix("__c")
        rows.put(deploy.work, "CustomField", stored.id, DeveloperName=developer, TableEnumOrId=owner)
        schema_changed(deploy.work)

    def deleted(self, stored: Stored, work: Work) -> None:
        owner, _, name = stored.full_name.partition(".")
        work.records.remove("CustomField", stored.id)
        rows.remove_where(work, "FieldPermissions", Field=stored.full_name)
        for record in list(work.records.all(owner)):
            if record.pop(name, None) is not None:
                work.records.put(owner, record)
        schema_changed(work)
