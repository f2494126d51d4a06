"""Quick actions: the component, page, flow and fields that one leads to."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.localorg.families import formulas
from toolkit.localorg.families.base import Incoming, Pointer
from toolkit.localorg.families.generic import Generic, Names, drop_entries
from toolkit.localorg.store.components import Reference
from toolkit.localorg.tree import Node

_BUNDLES = {
    "lightningWebComponent": ("LightningComponentBundle", "lightning web component"),
    "lightningComponent": ("AuraDefinitionBundle", "lightning component"),
}
_ITEM = "quickActionLayout/quickActionLayoutColumns/quickActionLayoutItems/field"


class QuickAction(Generic):
    names = (
        Names("page", "ApexPage"),
        Names("flowDefinition", "Flow"),
        Names("targetObject", "CustomObject", holds=False),
    )

    def pointers(self, incoming: Incoming) -> Iterator[Pointer]:
        root = incoming.root
        for pointer in super().pointers(incoming):
            if formulas.is_custom(pointer.name) if pointer.type == "CustomObject" else "__" not in pointer.name:
                yield pointer
        for element, (kind, bundle) in _BUNDLES.items():
            node = root.child(element)
            name = node.text.strip().removeprefix("c:") if node is not None else ""
            if node is not None and name and ":" not in name and "__" not in name:
                said = f"Unable to retrieve {bundle} by namespace/developer name : {name}"
                yield Pointer(element, kind, name, node.line, node.column, holds=True, missing=said)
        owner = self._object(incoming)
        for node in root.at(_ITEM):
            name = node.text.strip()
            if owner and formulas.is_custom(name):
                yield Pointer("field", "CustomField", f"{owner}.{name}", node.line, node.column, holds=False)

    def forget(self, root: Node, gone: Reference) -> None:
        for column in root.at("quickActionLayout/quickActionLayoutColumns"):
            drop_entries(column, "quickActionLayoutItems/field", gone.name.rpartition(".")[2])

    @staticmethod
    def _object(incoming: Incoming) -> str:
        """The object whose fields the action shows; empty when it cannot be told."""
        kind = incoming.root.value("type")
        if kind == "Create":
            return incoming.root.value("targetObject") or ""
        if kind == "LogACall":
            return "Task"
        return incoming.full_name.partition(".")[0] if kind == "Update" and "." in incoming.full_name else ""
