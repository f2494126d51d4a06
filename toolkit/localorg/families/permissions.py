"""Custom permissions."""

# ruff: noqa: ARG002  methods of one shape: not every one needs every argument

from __future__ import annotations

from toolkit.localorg.families import rows
from toolkit.localorg.families.base import Deploy, Incoming
from toolkit.localorg.families.generic import Generic, Names
from toolkit.localorg.model.org import Work
from toolkit.localorg.store.components import Stored
from toolkit.localorg.tree import Node


class CustomPermission(Generic):
    names = (
        Names("connectedApp", "ConnectedApp"),
        Names("externalClientApplication", "ExternalClientApplication"),
        Names("requiredPermission/customPermission", "CustomPermission"),
    )

    def complete(self, root: Node, incoming: Incoming, old: Stored | None, deploy: Deploy) -> None:
        if not root.value("isLicensed"):
            root.put("isLicensed", "false")

    def settle(self, stored: Stored, root: Node, deploy: Deploy) -> None:
        rows.put(
            deploy.work, "CustomPermission", stored.id,
            DeveloperName=stored.full_name, MasterLabel=root.value("label"), Description=root.value("description"),
            IsLicensed=root.flag("isLicensed"), Language="en_US", IsProtected=False,
        )  # fmt: skip

    def deleted(self, stored: Stored, work: Work) -> None:
        work.records.remove("CustomPermission", stored.id)
        rows.remove_where(work, "SetupEntityAccess", SetupEntityId=stored.id)
