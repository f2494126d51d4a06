"""Workflow and approvals: the templates, fields and actions they name.

Workflow has no effect on records here.
"""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.localorg.families import formulas
from toolkit.localorg.families.base import Incoming, Pointer
from toolkit.localorg.families.generic import Generic, Names
from toolkit.localorg.tree import Node

_ACTIONS = {
    "Alert": "WorkflowAlert", "FieldUpdate": "WorkflowFieldUpdate", "OutboundMessage": "WorkflowOutboundMessage",
    "Task": "WorkflowTask",
}  # fmt: skip


def _actions(root: Node, path: str, owner: str, place: Node | None) -> Iterator[Pointer]:
    """The workflow actions of an object that are named; place is where a message points, None for the name itself."""
    for action in root.at(path):
        kind, node = _ACTIONS.get(action.value("type") or ""), action.child("name")
        if kind is not None and node is not None and node.text.strip():
            at = place or node
            yield Pointer("name", kind, f"{owner}.{node.text.strip()}", at.line, at.column, holds=True)


class WorkflowAlert(Generic):
    names = (Names("template", "EmailTemplate"),)


class WorkflowFieldUpdate(Generic):
    def pointers(self, incoming: Incoming) -> Iterator[Pointer]:
        root, owner = incoming.root, incoming.owner
        name, target = root.value("field") or "", root.value("targetObject")
        if formulas.is_custom(name) and not target:
            yield Pointer("field", "CustomField", f"{owner}.{name}", root.line, root.column, holds=True)
        if not target:
            yield from formulas.pointers(root.value("formula") or "", owner, root, "formula")


class WorkflowRule(Generic):
    def pointers(self, incoming: Incoming) -> Iterator[Pointer]:
        root, owner = incoming.root, incoming.owner
        yield from _actions(root, "actions", owner, root)
        yield from _actions(root, "workflowTimeTriggers/actions", owner, root)
        yield from formulas.pointers(root.value("formula") or "", owner, root, "formula")


class ApprovalProcess(Generic):
    names = (Names("emailTemplate", "EmailTemplate"), Names("approvalStep/assignedApprover/template", "EmailTemplate"))
    _EVENTS = (
        "initialSubmissionActions", "finalApprovalActions", "finalRejectionActions", "recallActions",
        "approvalStep/approvalActions", "approvalStep/rejectionActions",
    )  # fmt: skip

    def pointers(self, incoming: Incoming) -> Iterator[Pointer]:
        yield from super().pointers(incoming)
        owner = incoming.full_name.partition(".")[0]
        for path in self._EVENTS:
            yield from _actions(incoming.root, f"{path}/action", owner, None)
        for node in incoming.root.at("approvalPageFields/field"):
            if formulas.is_custom(name := node.text.strip()):
                yield Pointer("field", "CustomField", f"{owner}.{name}", node.line, node.column, holds=True)
