"""Flows: the actions and screen components they run, and the fields they use.

A flow is not run and most of it is not judged; what it names of objects and fields is known so that it cannot be
deleted meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.localorg.families import formulas
from toolkit.localorg.families.base import Incoming, Pointer
from toolkit.localorg.families.generic import Generic
from toolkit.localorg.tree import Node

_RECORD_ELEMENTS = ("start", "recordLookups", "recordCreates", "recordUpdates", "recordDeletes")
_FIELDS = ("filters/field", "inputAssignments/field", "outputAssignments/field", "queriedFields", "sortField")


def _label(node: Node) -> str:
    return node.value("name") or ""


class Flow(Generic):
    def pointers(self, incoming: Incoming) -> Iterator[Pointer]:
        root = incoming.root
        for call in root.all("actionCalls"):
            yield from self._action(call)
        for screen in root.all("screens"):
            yield from self._screen(screen)
        for element in _RECORD_ELEMENTS:
            for node in root.all(element):
                yield from self._records(node)
        for node in root.at("subflows/flowName"):
            yield Pointer("flowName", "Flow", node.text.strip(), 0, 0, holds=True, required=False)

    @staticmethod
    def _action(call: Node) -> Iterator[Pointer]:
        name = call.value("actionName") or ""
        if call.value("actionType") != "apex" or not name:
            return
        said = (
            f"{_label(call)} (Action) - We can't find the {name} action. Verify that it's available and that you have "
            "the permissions and licenses required to use it."
        )
        yield Pointer("actionName", "ApexClass", name, 0, 0, holds=True, missing=said)

    def _screen(self, screen: Node) -> Iterator[Pointer]:
        for field in self._fields(screen):
            name = field.value("extensionName") or ""
            space, _, own = name.partition(":")
            if space == "c" and own:
                said = f'{_label(field)} (Screen Component) - We can\'t find an extension called "{name}".'
                yield Pointer("extensionName", "component", own, 0, 0, holds=True, missing=said)

    def _fields(self, node: Node) -> Iterator[Node]:
        """The fields of a screen, those in its sections and columns too."""
        for field in node.all("fields"):
            yield field
            yield from self._fields(field)

    @staticmethod
    def _records(node: Node) -> Iterator[Pointer]:
        owner = node.value("object") or ""
        if not owner:
            return
        if formulas.is_custom(owner):
            yield Pointer("object", "CustomObject", owner, 0, 0, holds=True, required=False)
        for path in _FIELDS:
            for field in node.at(path):
                if formulas.is_custom(name := field.text.strip()):
                    yield Pointer("field", "CustomField", f"{owner}.{name}", 0, 0, holds=True, required=False)
