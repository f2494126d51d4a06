"""Custom tabs."""

# ruff: noqa: ARG002  methods of one shape: not every one needs every argument

from __future__ import annotations

from collections.abc import Iterable, Iterator

from toolkit.localorg.families import rows
from toolkit.localorg.families.base import Deploy, Fault, Incoming, Pointer
from toolkit.localorg.families.generic import Generic, Names
from toolkit.localorg.model.org import Work
from toolkit.localorg.store.components import Stored
from toolkit.localorg.tree import Node

_KINDS = ("page", "flexiPage", "customObject", "url", "lwcComponent", "auraComponent", "scontrol")


class CustomTab(Generic):
    names = (
        Names("page", "ApexPage"),
        Names("flexiPage", "FlexiPage"),
        Names("lwcComponent", "LightningComponentBundle"),
        Names("auraComponent", "AuraDefinitionBundle"),
        Names("actionOverrides/content", "FlexiPage"),
    )

    def pointers(self, incoming: Incoming) -> Iterator[Pointer]:
        for pointer in super().pointers(incoming):
            yield Pointer(
                pointer.element,
                pointer.type,
                pointer.name.removeprefix("c:"),
                pointer.line,
                pointer.column,
                pointer.holds,
            )
        if incoming.root.flag("customObject"):
            name = incoming.full_name
            yield Pointer("fullName", "CustomObject", name, incoming.root.line, incoming.root.column, holds=False)

    def check(self, incoming: Incoming, deploy: Deploy) -> Iterable[Fault]:
        root = incoming.root
        if not any(root.value(kind) for kind in _KINDS) and not incoming.full_name.startswith("standard-"):
            yield Fault("Must specify one of the following for a tab: page, flexiPage, url, customObject, "
                        "lwcComponent, "
                        "auraComponent or scontrol", root.line, root.column)  # fmt: skip

    def settle(self, stored: Stored, root: Node, deploy: Deploy) -> None:
        kind = next((kind for kind in _KINDS if root.value(kind)), "")
        rows.put(
            deploy.work, "CustomTab", stored.id,
            DeveloperName=stored.full_name, MasterLabel=root.value("label") or stored.full_name, Type=kind,
        )  # fmt: skip

    def deleted(self, stored: Stored, work: Work) -> None:
        work.records.remove("CustomTab", stored.id)
        rows.remove_where(work, "PermissionSetTabSetting", Name=stored.full_name)
