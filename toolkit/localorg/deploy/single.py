"""The CRUD calls of the Metadata API: single components, judged by the same engine as a deploy."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from toolkit.localorg import tree
from toolkit.localorg.deploy import components, deletions
from toolkit.localorg.deploy.attempt import Attempt, Package
from toolkit.localorg.deploy.intake import Group
from toolkit.localorg.deploy.manifest import Manifest, Member
from toolkit.localorg.deploy.options import DeployOptions
from toolkit.localorg.families import canonical
from toolkit.localorg.families.base import Fault
from toolkit.localorg.model.org import Org, Work
from toolkit.localorg.refusals import Refusal
from toolkit.localorg.retrieve import files
from toolkit.localorg.tree import Node
from toolkit.metadata.paths import classify
from toolkit.metadata.registry import META_SUFFIX, TypeInfo, standard

MAX_RECORDS = 10
MAX_RECORDS_OF = {"CustomMetadata": 200, "CustomApplication": 200}
Outcome = tuple[str, bool, list[Fault]]
"""Full name, whether it was created, and what it was refused for."""


def limit(type_name: str, count: int) -> None:
    """Refuse more components than one call takes (facts 5.7)."""
    most = MAX_RECORDS_OF.get(type_name, MAX_RECORDS)
    if count > most:
        raise Refusal("LIMIT_EXCEEDED", f"Limit exceeded: at most {most} components of type {type_name} in one call")


def _info(type_name: str) -> TypeInfo:
    found = standard().get(type_name)
    if found is None:
        child = standard().child(type_name)
        if child is None:
            raise Refusal("INVALID_TYPE", f"Unknown type:{type_name}")
        found = child[0]
    return found


def _group(type_name: str, full_name: str, node: Node) -> tuple[Group, Manifest]:
    """The record as the files that a deploy of it would bring."""
    info = _info(type_name)
    node.attributes.clear()
    node.drop("fullName")
    content: bytes | None = None
    coded = node.child("content")
    if info.has_meta_file:
        text = coded.text if coded is not None else ""
        node.drop("content")
        try:
            content = base64.b64decode(text)
        except binascii.Error:
            raise Refusal("INVALID_TYPE", f"the content of {full_name} is not base64") from None
    top, element = full_name, type_name
    if info.name != type_name:
        child = standard().child(type_name)
        if child is None:
            raise Refusal("INVALID_TYPE", f"Unknown type:{type_name}")
        element = child[1].element
        top, _, name = full_name.partition(".")
        node.children.insert(0, Node("fullName", name))
        node.name = element
        node = Node(info.name, children=[node])
    node.name = info.name
    path = f"{info.directory}/{top}.{info.suffix}" if info.suffix else f"{info.directory}/{top}"
    entries = {path: tree.dump(node)}
    if content is not None:
        entries = {path: content, f"{path}{META_SUFFIX}": tree.dump(node)}
    group = Group(info, top)
    for entry, data in entries.items():
        role = classify(entry)
        if role is None:
            raise Refusal("INVALID_TYPE", f"components of type {type_name} cannot be written one by one")
        group.files[entry] = (role, data)
    return group, Manifest(67.0, (Member(type_name, full_name, 0, 0),))


def attempt_of(work: Work, group: Group | None, wanted: Manifest) -> Attempt:
    """A deploy of at most one component, for the rules that ask about the deploy they are part of."""
    groups = {(group.info.name, group.full_name.lower()): group} if group else {}
    package = Package("", wanted, {}, groups, [])
    return Attempt(work, DeployOptions(rollback_on_error=True, ignore_warnings=True), package, set())


def write(org: Org, user_id: str, nodes: list[Node], *, may_create: bool, may_update: bool) -> list[Outcome]:
    """createMetadata, updateMetadata and upsertMetadata: each record for itself."""

    def put(work: Work, node: Node) -> Outcome:
        return _write(work, node, may_create=may_create, may_update=may_update)

    return [_one(org, user_id, partial(put, node=node)) for node in nodes]


def _one(org: Org, user_id: str, action: Callable[[Work], Outcome]) -> Outcome:
    with org.write(user_id) as work, work.savepoint() as abandon:
        outcome = action(work)
        if outcome[2]:
            abandon()
    return outcome


def _write(work: Work, node: Node, *, may_create: bool, may_update: bool) -> Outcome:
    type_name = node.attributes.get("type", "").rpartition(":")[2]
    full_name = node.value("fullName") or ""
    exists = work.components.has(type_name, full_name)
    if exists and not may_update:
        return full_name, False, [Fault(f"There is already an item in the list with the name {full_name}.")]
    if not exists and not may_create:
        return full_name, False, [Fault(f"In field: fullName - no {type_name} named {full_name} found")]
    group, wanted = _group(type_name, full_name, node)
    attempt = attempt_of(work, group, wanted)
    components.put_in(attempt)
    faults = [fault for message in attempt.messages.values() for fault in message.faults if not fault.warning]
    return full_name, not exists, faults


def delete(org: Org, user_id: str, type_name: str, names: list[str]) -> list[Outcome]:
    """deleteMetadata: each name for itself."""
    _info(type_name)

    def remove(work: Work, name: str) -> Outcome:
        plan = Manifest(67.0, (Member(type_name, name, 0, 0),))
        attempt = attempt_of(work, None, Manifest(67.0, ()))
        attempt.package = replace(attempt.package, deletions={"plain": plan})
        deletions.run(attempt, ("plain",))
        faults = [fault for message in attempt.messages.values() for fault in message.faults]
        return name, False, faults

    return [_one(org, user_id, partial(remove, name=name)) for name in names]


def read(work: Work, type_name: str, names: list[str]) -> list[Node | None]:
    """readMetadata: each component as a node with its content; None for a name that is not there."""
    info = _info(type_name)
    found: list[Node | None] = []
    for name in names:
        stored = work.components.get(type_name, name)
        if stored is None:
            found.append(None)
            continue
        root = files.shown(stored, work, None)
        if info.name == type_name and info.children and not info.bundle:
            parts = work.components.part_of(stored.full_name, [child.name for child in info.children])
            root = files.composed(root, info, parts, work, None)
        root.drop("fullName")
        content = next(iter(work.components.files(type_name, stored.full_name).values()), None)
        if content is not None and not info.bundle:
            root.children.append(Node("content", base64.b64encode(content).decode()))
        canonical.in_order(root, type_name)
        root.children.insert(0, Node("fullName", stored.full_name))
        found.append(root)
    return found
