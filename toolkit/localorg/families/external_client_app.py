"""External client apps: a header, two kinds of OAuth settings and two kinds of policies (facts 3.7)."""

# ruff: noqa: ARG002  methods of one shape: not every one needs every argument

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from toolkit.localorg import tree
from toolkit.localorg.families import access_lists, canonical, rows
from toolkit.localorg.families.apps import menu_item
from toolkit.localorg.families.base import Deploy, Fault, Incoming, Scope
from toolkit.localorg.families.consumers import Consumer, consumer_of, key_taken, remove_consumer, save_consumer
from toolkit.localorg.families.generic import Generic, Names
from toolkit.localorg.families.prefixes import prefix_of
from toolkit.localorg.model.org import Work
from toolkit.localorg.store.components import Reference, Stored
from toolkit.localorg.tree import Node

_APP = Names("externalClientApplication", "ExternalClientApplication", holds=False)
POLICY = "ExtlClntAppOauthConfigurablePolicies"
_PARTS = (
    POLICY, "ExtlClntAppConfigurablePolicies", "ExtlClntAppOauthSettings", "ExtlClntAppGlobalOauthSettings",
)  # fmt: skip


def app_of(root: Node) -> str:
    return root.value("externalClientApplication") or ""


def _siblings(work: Work, type_name: str, app: str) -> list[Stored]:
    """The components of one part type that belong to an app."""
    return [s for s in work.components.of_type(type_name) if app_of(tree.parse(s.xml)).lower() == app.lower()]


class Header(Generic):
    def complete(self, root: Node, incoming: Incoming, old: Stored | None, deploy: Deploy) -> None:
        for name, value in (("distributionState", "Local"), ("isProtected", "false"), ("label", incoming.full_name)):
            if not root.value(name):
                root.put(name, value)
        root.put("orgScopedExternalApp", f"{deploy.work.org_id}:{incoming.full_name}")

    def settle(self, stored: Stored, root: Node, deploy: Deploy) -> None:
        label = root.value("label") or stored.full_name
        rows.put(
            deploy.work, "ExternalClientApplication", stored.id,
            DeveloperName=stored.full_name, MasterLabel=label, Language="en_US",
            ContactEmail=root.value("contactEmail"),
            ContactPhone=root.value("contactPhone"), Description=root.value("description"),
            DistributionState=root.value("distributionState"), IsProtected=root.flag("isProtected"),
        )  # fmt: skip
        menu_item(deploy.work, stored.id, stored.full_name, label, "ExternalClientApplication")

    def deleted(self, stored: Stored, work: Work) -> None:
        """The parts go with the header."""
        from toolkit.localorg.families.registry import family_of

        for kind in _PARTS:
            for part in _siblings(work, kind, stored.full_name):
                family_of(kind).deleted(part, work)
                work.components.remove(kind, part.full_name)
        work.records.remove("ExternalClientApplication", stored.id)
        rows.remove_where(work, "AppMenuItem", ApplicationId=stored.id)
        rows.remove_where(work, "SetupEntityAccess", SetupEntityId=stored.id)


class _Part(Generic):
    names = (_APP,)
    sobject = ""

    def check(self, incoming: Incoming, deploy: Deploy) -> Iterable[Fault]:
        old = deploy.work.components.get(self.type, incoming.full_name)
        node = incoming.root.child("externalClientApplication")
        if old is not None and node is not None and app_of(tree.parse(old.xml)).lower() != node.text.strip().lower():
            yield Fault("The external client app of an existing component can't be changed", node.line, node.column)

    def forget(self, root: Node, gone: Reference) -> None:
        """Parts go with their header; nothing to take out of them."""

    def app_id(self, root: Node, work: Work) -> str | None:
        stored = work.components.get("ExternalClientApplication", app_of(root))
        return stored.id if stored else None

    def deleted(self, stored: Stored, work: Work) -> None:
        if self.sobject:
            work.records.remove(self.sobject, stored.id)


class GlobalOauthSettings(_Part):
    sobject = "ExtlClntAppGlobalOauthSettings"

    def check(self, incoming: Incoming, deploy: Deploy) -> Iterable[Fault]:
        yield from super().check(incoming, deploy)
        node = incoming.root.child("consumerKey")
        if node is not None and key_taken(deploy.work, node.text.strip(), by_other_than=app_of(incoming.root)):
            yield Fault("The consumer key is already taken.", node.line, node.column)

    def complete(self, root: Node, incoming: Incoming, old: Stored | None, deploy: Deploy) -> None:
        work = deploy.work
        app = app_of(root)
        held = consumer_of(work, app)
        key = root.value("consumerKey") or (
            None if root.flag("shouldRotateConsumerKey") else (held.key if held else None)
        )
        kept = None if root.flag("shouldRotateConsumerSecret") else (held.secret if held else None)
        consumer = Consumer.make(key, root.value("consumerSecret") or kept, root.value("certificate"))
        work.facts.put(f"pending_consumer:{app}", consumer.dump())
        root.put("consumerKey", consumer.key)
        root.drop("consumerSecret")
        for name in (
            "isClientCredentialsFlowEnabled", "isCodeCredFlowEnabled", "isCodeCredPostOnly", "isConsumerSecretOptional",
            "isDeviceFlowEnabled", "isIntrospectAllTokens", "isNamedUserJwtEnabled", "isPkceRequired",
            "isRefreshTokenRotationEnabled", "isSecretRequiredForRefreshToken", "isSecretRequiredForTokenExchange",
            "isTokenExchangeEnabled", "shouldRotateConsumerKey", "shouldRotateConsumerSecret",
        ):  # fmt: skip
            if not root.value(name):
                root.put(name, "false")

    def settle(self, stored: Stored, root: Node, deploy: Deploy) -> None:
        work, app = deploy.work, app_of(root)
        app_id = self.app_id(root, work)
        if (pending := work.facts.get(f"pending_consumer:{app}")) is not None and app_id is not None:
            save_consumer(work, app_id, app, Consumer.load(pending), _run_as(work, app))
            work.facts.remove(f"pending_consumer:{app}")
        rows.put(
            work, self.sobject, stored.id,
            DeveloperName=stored.full_name, MasterLabel=root.value("label") or stored.full_name, Language="en_US",
            ExternalClientApplicationId=app_id,
        )  # fmt: skip

    def deleted(self, stored: Stored, work: Work) -> None:
        super().deleted(stored, work)
        remove_consumer(work, app_of(tree.parse(stored.xml)))


class OauthSettings(_Part):
    sobject = "ExtlClntAppOauthSettings"

    def complete(self, root: Node, incoming: Incoming, old: Stored | None, deploy: Deploy) -> None:
        if not root.value("isFirstPartyAppEnabled"):
            root.put("isFirstPartyAppEnabled", "false")
        root.drop("oauthLink")  # it is of the org, and shown on retrieve

    def settle(self, stored: Stored, root: Node, deploy: Deploy) -> None:
        rows.put(
            deploy.work, self.sobject, stored.id,
            DeveloperName=stored.full_name, MasterLabel=root.value("label") or stored.full_name, Language="en_US",
            ExternalClientApplicationId=self.app_id(root, deploy.work),
        )  # fmt: skip
        if not _siblings(deploy.work, POLICY, app_of(root)):
            _default_policy(stored, root, deploy)

    def shown(self, stored: Stored, root: Node, work: Work, scope: Scope | None) -> Node:
        root.put("oauthLink", f"{work.org_id}:{stored.id}")
        return canonical.in_order(root, self.type)


def _default_policy(settings: Stored, root: Node, deploy: Deploy) -> None:
    """The policy that the platform makes as soon as an app has OAuth settings, when nobody brought one (facts 3.7)."""
    work, name = deploy.work, f"{settings.full_name}_defaultPolicy"
    policy = Incoming(POLICY, name, "", Node(POLICY))
    policy.root.put("externalClientApplication", app_of(root))
    policy.root.put("label", name)
    family = OauthPolicies(POLICY)
    xml = tree.dump(family.canonical(policy, None, deploy))
    by, at = work.user_id, work.now
    digest = hashlib.sha256(xml).digest()
    stored = Stored(POLICY, name, work.facts.next_id(prefix_of(POLICY)), "", xml, digest, by, at, by, at)
    work.components.put(stored, {})
    family.settle(stored, tree.parse(xml), deploy)


class Policies(_Part):
    sobject = "ExtlClntAppPlcyCnfg"

    def complete(self, root: Node, incoming: Incoming, old: Stored | None, deploy: Deploy) -> None:
        for name in ("isEnabled", "isOauthPluginEnabled"):
            if not root.value(name):
                root.put(name, "false")
        if not root.value("startPage"):
            root.put("startPage", "None")

    def settle(self, stored: Stored, root: Node, deploy: Deploy) -> None:
        rows.put(
            deploy.work, self.sobject, stored.id,
            DeveloperName=stored.full_name, MasterLabel=root.value("label") or stored.full_name, Language="en_US",
            ExternalClientApplicationId=self.app_id(root, deploy.work), IsEnabled=root.flag("isEnabled"),
        )  # fmt: skip


def _run_as(work: Work, app: str) -> str | None:
    policy = next(iter(_siblings(work, POLICY, app)), None)
    root = tree.parse(policy.xml) if policy else None
    return root.value("clientCredentialsFlowUser") if root and root.flag("isClientCredentialsFlowEnabled") else None


class OauthPolicies(_Part):
    sobject = "ExtlClntAppOauthPlcyCnfg"

    def check(self, incoming: Incoming, deploy: Deploy) -> Iterable[Fault]:
        yield from super().check(incoming, deploy)
        root, app = incoming.root, app_of(incoming.root)
        for other in _siblings(deploy.work, POLICY, app):
            if other.full_name.lower() != incoming.full_name.lower() and not deploy.being_deleted(
                POLICY, other.full_name
            ):
                message = (
                    "duplicate value found: ExtlClntAppOauthSettingsId duplicates value on record with id: "
                    f"{other.full_name}"
                )
                yield Fault(f"DUPLICATE_VALUE: {message}", root.line, root.column)
        lists = (("commaSeparatedPermissionSet", "PermissionSet", "permission sets"),
                 ("commaSeparatedProfile", "Profile", "profiles"))  # fmt: skip
        for element, kind, words in lists:
            node = root.child(element)
            unknown = [n for n in access_lists.split(node.text if node else "") if not _known(deploy, kind, n)]
            if node is not None and unknown:
                yield Fault(f"We couldn't find {words} called {', '.join(unknown)}.", node.line, node.column)

    def complete(self, root: Node, incoming: Incoming, old: Stored | None, deploy: Deploy) -> None:
        for name, value in (
            ("ipRelaxationPolicyType", "Enforce"), ("permittedUsersPolicyType", "AllSelfAuthorized"),
            ("refreshTokenPolicyType", "Infinite"), ("isClientCredentialsFlowEnabled", "false"),
            ("isGuestCodeCredFlowEnabled", "false"), ("isTokenExchangeFlowEnabled", "false"),
        ):  # fmt: skip
            if not root.value(name):
                root.put(name, value)
        for element in ("commaSeparatedPermissionSet", "commaSeparatedProfile"):
            names = access_lists.split(root.value(element))
            root.drop(element)
            if names:
                root.put(element, ",".join(sorted(names)))

    def settle(self, stored: Stored, root: Node, deploy: Deploy) -> None:
        work, app = deploy.work, app_of(root)
        app_id = self.app_id(root, work)
        settings = next(iter(_siblings(work, "ExtlClntAppOauthSettings", app)), None)
        period = root.value("refreshTokenValidityPeriod")
        minutes = root.value("sessionTimeoutInMinutes")
        approved = root.value("permittedUsersPolicyType") == "AdminApprovedPreAuthorized"
        rows.put(
            work, self.sobject, stored.id,
            DeveloperName=stored.full_name, MasterLabel=root.value("label") or stored.full_name, Language="en_US",
            ExternalClientApplicationId=app_id, ExtlClntAppOauthSettingsId=settings.id if settings else None,
            PermittedUsersPolicyType=root.value("permittedUsersPolicyType"),
            IpRelaxationPolicyType=root.value("ipRelaxationPolicyType"),
            RefreshTokenPolicyType=root.value("refreshTokenPolicyType"),
            RefreshTokenValidityPeriod=int(period) if period and period.isdigit() else None,
            RefreshTokenValidityUnit=root.value("refreshTokenValidityUnit"),
            RequiredSessionLevel=root.value("requiredSessionLevel"),
            SessionTimeoutInMinutes=int(minutes) if minutes and minutes.isdigit() else None,
        )  # fmt: skip
        if app_id is None:
            return
        names = {
            "PermissionSet": access_lists.split(root.value("commaSeparatedPermissionSet")),
            "Profile": access_lists.split(root.value("commaSeparatedProfile")),
        }
        access_lists.replace(work, app_id, "ExternalClientApplication", names)
        held = work.components.get("ExternalClientApplication", app)
        label = (tree.parse(held.xml).value("label") if held else None) or app
        menu_item(work, app_id, app, label, "ExternalClientApplication", IsUsingAdminAuthorization=approved)
        consumer = consumer_of(work, app)
        if consumer is not None:
            save_consumer(work, app_id, app, consumer, _run_as(work, app))

    def shown(self, stored: Stored, root: Node, work: Work, scope: Scope | None) -> Node:
        app_id = self.app_id(root, work)
        root.drop("commaSeparatedPermissionSet", "commaSeparatedProfile")
        sets, profiles = access_lists.names(work, app_id) if app_id else ([], [])
        for element, names in (("commaSeparatedPermissionSet", sets), ("commaSeparatedProfile", profiles)):
            if names:
                root.put(element, ",".join(names))
        return canonical.in_order(root, self.type)

    def deleted(self, stored: Stored, work: Work) -> None:
        app_id = self.app_id(tree.parse(stored.xml), work)
        super().deleted(stored, work)
        if app_id is not None:
            rows.remove_where(work, "SetupEntityAccess", SetupEntityId=app_id)


def _known(deploy: Deploy, kind: str, name: str) -> bool:
    if access_lists.find(deploy.work, kind, name) is not None:
        return True
    return kind == "PermissionSet" and deploy.incoming("PermissionSet", name) is not None
