"""SOAP: createMetadata, readMetadata, updateMetadata, upsertMetadata, deleteMetadata, renameMetadata."""

from __future__ import annotations

from toolkit.localorg import soap
from toolkit.localorg.http import Call, Reply
from toolkit.localorg.refusals import Refusal
from toolkit.localorg.tree import Node


def _nodes(envelope: soap.Envelope) -> list[Node]:
    from toolkit.localorg.deploy import single

    nodes = list(envelope.operation.all("metadata"))
    kinds = {node.attributes.get("type", "").rpartition(":")[2] for node in nodes}
    if not nodes or len(kinds) != 1 or kinds == {""}:
        raise Refusal("INVALID_TYPE", "metadata needs one xsi:type that is the same for all records")
    single.limit(kinds.pop(), len(nodes))
    return nodes


def _results(operation: str, outcomes: list[tuple[str, bool, list[str]]], *, created: bool = False) -> Reply:
    results: list[soap.Content] = []
    for name, made, messages in outcomes:
        result: dict[str, soap.Content] = {"created": made and not messages} if created else {}
        errors: list[soap.Content] = [{"message": message, "statusCode": _code(message)} for message in messages]
        result["errors"] = errors
        result |= {"fullName": name, "success": not messages}
        results.append(result)
    return soap.reply(operation, results)


def _code(message: str) -> str:
    """The status code of a refusal, from how the platform words it."""
    if message.startswith("There is already an item"):
        return "DUPLICATE_DEVELOPER_NAME"
    if message.startswith(("In field: ", "No ")):
        return "INVALID_CROSS_REFERENCE_KEY"
    return "REQUIRED_FIELD_MISSING" if message.startswith("Required field") else "FIELD_INTEGRITY_EXCEPTION"


def _write(call: Call, envelope: soap.Envelope, *, may_create: bool, may_update: bool) -> Reply:
    from toolkit.localorg.deploy import single

    nodes = _nodes(envelope)
    found = single.write(call.org, call.user_id, nodes, may_create=may_create, may_update=may_update)
    outcomes = [(name, made, [fault.message for fault in faults]) for name, made, faults in found]
    return _results(envelope.operation.name, outcomes, created=may_create and may_update)


def create(call: Call, envelope: soap.Envelope) -> Reply:
    return _write(call, envelope, may_create=True, may_update=False)


def update(call: Call, envelope: soap.Envelope) -> Reply:
    return _write(call, envelope, may_create=False, may_update=True)


def upsert(call: Call, envelope: soap.Envelope) -> Reply:
    return _write(call, envelope, may_create=True, may_update=True)


def delete(call: Call, envelope: soap.Envelope) -> Reply:
    from toolkit.localorg.deploy import single

    kind, names = envelope.operation.value("type") or "", envelope.operation.values("fullNames")
    single.limit(kind, len(names))
    found = single.delete(call.org, call.user_id, kind, names)
    return _results("deleteMetadata", [(name, False, [fault.message for fault in faults]) for name, _, faults in found])


def rename(call: Call, envelope: soap.Envelope) -> Reply:
    from toolkit.localorg.deploy import renaming

    kind, old, new = (envelope.operation.value(name) or "" for name in ("type", "oldFullName", "newFullName"))
    faults = renaming.rename(call.org, call.user_id, kind, old, new)
    return _results("renameMetadata", [(new if not faults else old, False, [fault.message for fault in faults])])


def read(call: Call, envelope: soap.Envelope) -> Reply:
    from toolkit.localorg.deploy import single

    kind, names = envelope.operation.value("type") or "", envelope.operation.values("fullNames")
    single.limit(kind, len(names))
    with call.org.read(call.user_id) as work:
        found = single.read(work, kind, names)
    records: list[soap.Content] = [
        soap.node_content(entry, kind) if isinstance(entry, Node) else soap.NIL for entry in found
    ]
    return soap.reply("readMetadata", {"records": records})
