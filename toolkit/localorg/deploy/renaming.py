"""renameMetadata: a component keeps its id and its records, and what names it names it anew."""

from __future__ import annotations

import re
from dataclasses import replace

from toolkit.localorg import tree
from toolkit.localorg.deploy import deletions, single
from toolkit.localorg.deploy.manifest import Manifest
from toolkit.localorg.families.base import Fault
from toolkit.localorg.families.registry import family_of
from toolkit.localorg.model.org import Org, Work
from toolkit.localorg.refusals import Refusal
from toolkit.localorg.store.components import Reference, Stored
from toolkit.localorg.tree import Node
from toolkit.metadata.registry import standard

_NAME = re.compile(r"[A-Za-z](?:_?[A-Za-z0-9])*\Z")
_FREE_NAMES = frozenset({"Layout"})
"""Types whose full names are not developer names."""
_FIXED = frozenset({
    "ApexClass", "ApexTrigger", "Certificate", "ConnectedApp", "ExternalClientApplication",
    "ExtlClntAppConfigurablePolicies", "ExtlClntAppGlobalOauthSettings", "ExtlClntAppOauthConfigurablePolicies",
    "ExtlClntAppOauthSettings", "Profile", "Settings",
})  # fmt: skip
"""Types whose name is also in their content, in keys, or in the org's own records."""


_OF_ONE_OBJECT = frozenset({"CompactLayout", "FieldSet", "Layout", "ListView"})
"""Types that name the fields of their own object without it."""


def rename(org: Org, user_id: str, type_name: str, old: str, new: str) -> list[Fault]:
    """Give a component another full name; what it was refused for, nothing when it was renamed."""
    if not standard().knows(type_name):
        raise Refusal("INVALID_TYPE", f"Unknown type:{type_name}")
    with org.write(user_id) as work, work.savepoint() as abandon:
        faults = _renamed(work, type_name, old, new)
        if faults:
            abandon()
    return faults


def _renamed(work: Work, type_name: str, old: str, new: str) -> list[Fault]:
    stored = work.components.get(type_name, old)
    if stored is None:
        return [Fault(f"In field: fullName - no {type_name} named {old} found")]
    if old.lower() != new.lower() and work.components.has(type_name, new):
        return [Fault(f"There is already an item in the list with the name {new}.")]
    if not _can_be_renamed(type_name):
        return [Fault(f"The local org does not rename components of type {type_name}")]
    if (said := _wrong_name(stored, new)) is not None:
        return [Fault(said)]
    users = deletions.users_of(work, stored, holding=False)
    stuck = [user for user in users if not _names_anew(work, user, stored, new)]
    if stuck:
        return [Fault(deletions.in_use(stored, stuck))]
    _move(work, stored, new)
    return []


def _wrong_name(stored: Stored, new: str) -> str | None:
    """Why a component cannot have this name; None when it can."""
    if stored.owner and new.partition(".")[0].lower() != stored.owner.lower():
        return f"Cannot move {stored.full_name} to another object"
    if stored.type in _FREE_NAMES or _NAME.match(_own_name(stored.type, new)):
        return None
    return (
        "The name can only contain underscores and alphanumeric characters. It must begin with a letter and be "
        "unique, and must not include spaces, end with an underscore, or contain two consecutive underscores."
    )


def _can_be_renamed(type_name: str) -> bool:
    info, child = standard().get(type_name), standard().child(type_name)
    if child is not None:
        return child[0].name == "CustomObject" and not child[1].bare_name
    return info is not None and not (info.children or info.bundle or info.in_folder or type_name in _FIXED)


def _own_name(type_name: str, full_name: str) -> str:
    """The part of a full name that has to be a developer name."""
    name = full_name.rpartition(".")[2]
    return name.removesuffix("__c") if type_name == "CustomField" and name.endswith("__c") else name


def _move(work: Work, stored: Stored, new: str) -> None:
    files = work.components.files(stored.type, stored.full_name)
    references = work.components.references_of(stored.type, stored.full_name)
    work.components.remove(stored.type, stored.full_name)
    xml = stored.xml
    if stored.owner:  # a part has its name in it
        root = tree.parse(stored.xml)
        root.put("fullName", new.rpartition(".")[2])
        xml = tree.dump(root)
    moved = replace(stored, full_name=new, xml=xml, digest=b"", modified=work.now, modified_by=work.user_id)
    work.components.put(moved, {_path(path, stored.full_name, new): content for path, content in files.items()})
    work.components.refer(moved.type, new, references)
    if stored.type == "CustomField":
        _move_values(work, stored, new)
    attempt = single.attempt_of(work, None, Manifest(67.0, ()))
    family_of(moved.type).settle(moved, tree.parse(moved.xml), attempt)


def _move_values(work: Work, field: Stored, new: str) -> None:
    """What records hold in a field, and who may see it, goes with its name."""
    before, after = field.full_name.rpartition(".")[2], new.rpartition(".")[2]
    for record in list(work.records.all(field.owner)):
        if before in record:
            record[after] = record.pop(before)
            work.records.put(field.owner, record)
    for row in list(work.records.where("FieldPermissions", Field=field.full_name)):
        work.records.put("FieldPermissions", {**row, "Field": new})


def _path(path: str, old: str, new: str) -> str:
    """The path of a content file: {full name}.{suffix}."""
    return new + path[len(old) :] if path.lower().startswith(old.lower() + ".") else path


def _names_anew(work: Work, user: tuple[str, str], gone: Stored, new: str) -> bool:
    """Put the new name into a component that has the old one; False when it stands in code or markup."""
    held = work.components.get(*user)
    if held is None or (held.type, held.full_name) == (gone.type, gone.full_name):
        return True
    root = tree.parse(held.xml)
    references: list[Reference] = []
    for reference in work.components.references_of(*user):
        if (reference.type, reference.name.lower()) == (gone.type, gone.full_name.lower()):
            short = "." in new and user[0] in _OF_ONE_OBJECT
            old = reference.name.rpartition(".")[2] if short else reference.name
            if not _replace(root, reference.element, old, new.rpartition(".")[2] if short else new):
                return False
            reference = replace(reference, name=new)  # noqa: PLW2901  the same entry under its new name
        references.append(reference)
    work.components.put(replace(held, xml=tree.dump(root), digest=b""), work.components.files(*user))
    work.components.refer(held.type, held.full_name, references)
    return True


def _replace(root: Node, element: str, old: str, new: str) -> bool:
    found = False
    for node in root.children:
        if node.name == element and node.text.strip().lower() == old.lower():
            node.text = new
            found = True
        found = _replace(node, element, old, new) or found
    return found
