"""Connected apps: adopted and changed, but not created any more since Spring '26 (facts 0.3, 3.6)."""

# ruff: noqa: ARG002  methods of one shape: not every one needs every argument

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

from toolkit.localorg import tree
from toolkit.localorg.families import access_lists, rows
from toolkit.localorg.families.apps import menu_item
from toolkit.localorg.families.base import Deploy, Fault, Incoming, Pointer, Scope
from toolkit.localorg.families.consumers import Consumer, consumer_of, key_taken, remove_consumer, save_consumer
from toolkit.localorg.families.generic import Generic
from toolkit.localorg.model.org import Work
from toolkit.localorg.store.components import Stored
from toolkit.localorg.tree import Node

REFUSAL = "You can't create a connected app. To enable connected app creation, contact Salesforce Customer Support."


def _oauth(root: Node) -> Node | None:
    return root.child("oauthConfig")


class ConnectedApp(Generic):
    lists: ClassVar[Mapping[str, str]] = {"permissionSetName": "", "profileName": ""}

    def pointers(self, incoming: Incoming) -> Iterator[Pointer]:
        return iter(())  # names are looked up in check: a label does as well as an API name

    def check(self, incoming: Incoming, deploy: Deploy) -> Iterable[Fault]:
        root = incoming.root
        old = deploy.work.components.get("ConnectedApp", incoming.full_name)
        if old is None and not deploy.work.org.options.connected_app_creation:
            yield Fault(REFUSAL, root.line, root.column)
            return
        oauth = _oauth(root)
        key = oauth.child("consumerKey") if oauth else None
        if key is not None and key.text.strip():
            held = consumer_of(deploy.work, incoming.full_name) if old is not None else None
            if old is not None and (held is None or held.key != key.text.strip()):
                yield Fault("You cannot provide a Consumer Key", key.line, key.column)
            elif old is None and key_taken(deploy.work, key.text.strip()):
                yield Fault("The consumer key is already taken.", key.line, key.column)
        for element, kind in (("permissionSetName", "PermissionSet"), ("profileName", "Profile")):
            for node in root.all(element):
                name = node.text.strip()
                if name and access_lists.find(deploy.work, kind, name, labels=True) is None:
                    yield Fault(f"In field: {element} - no {kind} named {name} found", node.line, node.column)

    def complete(self, root: Node, incoming: Incoming, old: Stored | None, deploy: Deploy) -> None:
        oauth = _oauth(root)
        if oauth is None:
            return
        held = consumer_of(deploy.work, incoming.full_name)
        consumer = Consumer.make(
            oauth.value("consumerKey") or (held.key if held else None),
            oauth.value("consumerSecret") or (held.secret if held else None), oauth.value("certificate"),
        )  # fmt: skip
        deploy.work.facts.put(f"pending_consumer:{incoming.full_name}", consumer.dump())
        oauth.put("consumerKey", consumer.key)
        oauth.drop("consumerSecret")
        if not oauth.value("isAdminApproved"):
            oauth.put("isAdminApproved", "false")

    def settle(self, stored: Stored, root: Node, deploy: Deploy) -> None:
        work = deploy.work
        oauth = _oauth(root)
        approved = oauth is not None and oauth.flag("isAdminApproved")
        label = root.value("label") or stored.full_name
        rows.put(
            work, "ConnectedApplication", stored.id,
            Name=label, StartUrl=root.value("startUrl"), MobileStartUrl=root.value("mobileStartUrl"),
            OptionsAllowAdminApprovedUsersOnly=approved, OptionsIsInternal=False,
        )  # fmt: skip
        menu_item(work, stored.id, stored.full_name, label, "ConnectedApplication", IsUsingAdminAuthorization=approved)
        if (pending := work.facts.get(f"pending_consumer:{stored.full_name}")) is not None:
            save_consumer(work, stored.id, stored.full_name, Consumer.load(pending), None)
            work.facts.remove(f"pending_consumer:{stored.full_name}")
        names = {"PermissionSet": root.values("permissionSetName"), "Profile": root.values("profileName")}
        access_lists.replace(work, stored.id, "ConnectedApplication", names if approved else {}, labels=True)

    def shown(self, stored: Stored, root: Node, work: Work, scope: Scope | None) -> Node:
        oauth = _oauth(root)
        root.drop("permissionSetName", "profileName")
        if oauth is not None and oauth.flag("isAdminApproved"):
            sets, profiles = access_lists.names(work, stored.id)
            root.children += [Node("permissionSetName", name) for name in sets]
            root.children += [Node("profileName", name) for name in profiles]
        from toolkit.localorg.families import canonical

        return canonical.in_order(root, self.type)

    def deleted(self, stored: Stored, work: Work) -> None:
        work.records.remove("ConnectedApplication", stored.id)
        rows.remove_where(work, "AppMenuItem", ApplicationId=stored.id)
        rows.remove_where(work, "SetupEntityAccess", SetupEntityId=stored.id)
        remove_consumer(work, stored.full_name)


def is_admin_approved(stored: Stored) -> bool:
    oauth = _oauth(tree.parse(stored.xml))
    return oauth is not None and oauth.flag("isAdminApproved")
