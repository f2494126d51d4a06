"""Lightning and classic apps."""

# ruff: noqa: ARG002  methods of one shape: not every one needs every argument

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from toolkit.localorg.families import rows
from toolkit.localorg.families.base import Deploy, Fault, Incoming, Pointer
from toolkit.localorg.families.generic import Generic, Names
from toolkit.localorg.families.overrides import override_pointer
from toolkit.localorg.model.org import Work
from toolkit.localorg.store.components import Stored
from toolkit.localorg.tree import Node


class CustomApplication(Generic):
    names = (
        Names("tabs", "CustomTab", holds=False),
        Names("defaultLandingTab", "CustomTab", holds=False),
        Names("utilityBar", "FlexiPage"),
        Names("profileActionOverrides/profile", "Profile", holds=False),
    )

    def pointers(self, incoming: Incoming) -> Iterator[Pointer]:
        for pointer in super().pointers(incoming):
            said = f"In field: tab - no CustomTab named {pointer.name} found" if pointer.element == "tabs" else ""
            yield replace(pointer, missing=said)
        for group in ("actionOverrides", "profileActionOverrides"):
            for override in incoming.root.all(group):
                yield from override_pointer(override)

    def check(self, incoming: Incoming, deploy: Deploy) -> Iterable[Fault]:
        seen: set[str] = set()
        for node in incoming.root.all("tabs"):
            name = node.text.strip()
            if name in seen:
                yield Fault(f"Field: tabs, value: {name} appears more than once", node.line, node.column)
            seen.add(name)

    def complete(self, root: Node, incoming: Incoming, old: Stored | None, deploy: Deploy) -> None:
        lightning = root.value("uiType") == "Lightning"  # a classic app says nothing of its kind (retrieved files)
        added = {"navType": "Standard"} if lightning else {"defaultLandingTab": "standard-home"}
        for name, value in added.items():
            if not root.value(name):
                root.put(name, value)
        if lightning and root.child("formFactors") is None:
            root.put("formFactors", "Large")

    def settle(self, stored: Stored, root: Node, deploy: Deploy) -> None:
        work = deploy.work
        label = root.value("label") or stored.full_name
        shown = work.records.first("AppDefinition", DurableId=stored.id)
        record_id = str(shown["Id"]) if shown else work.facts.next_id("06m")
        rows.put(
            work, "AppDefinition", record_id,
            DurableId=stored.id, DeveloperName=stored.full_name, Label=label, MasterLabel=label,
            Description=root.value("description"), UiType=root.value("uiType") or "Aloha",
            NavType=root.value("navType"),
        )  # fmt: skip
        menu_item(work, stored.id, stored.full_name, label, "TabSet")

    def deleted(self, stored: Stored, work: Work) -> None:
        rows.remove_where(work, "AppDefinition", DurableId=stored.id)
        rows.remove_where(work, "AppMenuItem", ApplicationId=stored.id)
        rows.remove_where(work, "SetupEntityAccess", SetupEntityId=stored.id)


def menu_item(work: Work, app_id: str, name: str, label: str, kind: str, **more: str | bool | None) -> None:
    """The tile of an app in the App Launcher."""
    held = work.records.first("AppMenuItem", ApplicationId=app_id)
    record_id = str(held["Id"]) if held else work.facts.next_id("0DS")
    rows.put(
        work, "AppMenuItem", record_id,
        ApplicationId=app_id, Name=name, Label=label, Type=kind, IsVisible=True, IsAccessible=True, **more,
    )  # fmt: skip
