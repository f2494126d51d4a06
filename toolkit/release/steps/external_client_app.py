"""App access by an External Client App: its five components, adopted in place when the org has them.

On an update the org's own record is read, ours laid over it and the whole written back, because writing a
policy replaces it (salesforce-facts 3.7).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from toolkit.errors import Problem, ReleaseError
from toolkit.metadata import merge
from toolkit.metadata.component import Bundle, Component, ComponentFile, ComponentKey
from toolkit.metadata.node import node_of
from toolkit.org.jobs import DeployResult
from toolkit.release import jobs
from toolkit.release.people import Named, profiles
from toolkit.release.seen import Seen
from toolkit.release.step import Back, Change, Context, Evidence
from toolkit.release.steps.components import APP_TYPES, ComponentsState, evidence
from toolkit.release.steps.restore_components import RestoreComponents

HEADER = "ExternalClientApplication"
POLICIES = "ExtlClntAppConfigurablePolicies"
OAUTH_POLICIES = "ExtlClntAppOauthConfigurablePolicies"

PERMITTED_USERS = "permitted users"
PROFILES = "profiles of the app"
PERMISSION_SETS = "permission sets of the app"

KEPT: Mapping[str, frozenset[str] | None] = {
    # what an update takes over from the org's record; None: all that ours does not say
    HEADER: frozenset({"orgScopedExternalApp"}),
    "ExtlClntAppOauthSettings": frozenset({"oauthLink"}),
    POLICIES: None,
    OAUTH_POLICIES: None,
}

WORDS = {
    "AdminApprovedPreAuthorized": "Admin approved users are pre-authorized",
    "AllSelfAuthorized": "All users may self-authorize",
}


@dataclass(frozen=True, slots=True)
class ExternalClientAppStep:
    name: str = "access"
    title: str = "App access"
    check_only: bool = False

    def read(self, ctx: Context) -> ComponentsState:
        project = ctx.need_project()
        problems: list[Problem] = []
        named = [Named(name, project.where(f"app.profiles.{i}")) for i, name in enumerate(project.package.app.profiles)]
        profiles(ctx.org, named, problems)
        ReleaseError.raise_any(problems)
        state = ComponentsState.read(ctx, ctx.bundle.only(*APP_TYPES))
        renamed = self._retargeted(ctx, state)
        return ComponentsState.read(ctx, renamed) if renamed is not None else state

    def _retargeted(self, ctx: Context, state: ComponentsState) -> Bundle | None:
        """The bundle with the app's parts under the names that the org has them by; None when they fit.

        An app has one part of each type. The org makes the policies itself as soon as OAuth is on, and not always
        under the same names; a second one beside it would be refused.
        """
        header = next((c.full_name for c in state.wanted if c.type == HEADER), None)
        missing = [c for c in state.wanted if c.type != HEADER and c.key not in state.found]
        if header is None or ComponentKey(HEADER, header) not in state.found or not missing:
            return None
        theirs = self._parts(ctx, header, {c.type for c in missing})
        new = [_renamed(c, theirs[c.type]) if c in missing and c.type in theirs else c for c in state.wanted]
        return Bundle.of(new, api_version=state.wanted.api_version) if theirs else None

    def _parts(self, ctx: Context, app: str, types: set[str]) -> dict[str, str]:
        """The names of the parts of these types that the org has for the app."""
        rows = ctx.org.list_metadata(*((name, None) for name in sorted(types)))
        listed = [Component(row.type, row.full_name, (), (ComponentKey(row.type, row.full_name),)) for row in rows]
        if not listed:
            return {}
        return {
            component.type: component.full_name
            for component in jobs.retrieve(ctx, listed).values()
            for file in component.files
            if node_of(file.content, file.path).child_text("externalClientApplication") == app
        }

    def diff(self, state: ComponentsState) -> tuple[Change, ...]:
        return state.changes()

    def apply(self, ctx: Context, state: ComponentsState) -> tuple[DeployResult, ...]:
        sent = [_updating(component, state.found.get(component.key)) for component in state.to_send()]
        return (jobs.deploy(ctx, Bundle.of(sent, api_version=state.wanted.api_version), self.title),)

    def verify(self, ctx: Context, state: ComponentsState) -> tuple[Evidence, ...]:  # noqa: ARG002  the Protocol's
        return (*evidence(self.name, state), *self._policy(state))

    def seen(self, ctx: Context, state: ComponentsState) -> Seen:  # noqa: ARG002  the Protocol's
        return state.seen()

    def revert(self, back: Back) -> tuple[RestoreComponents, ...]:
        return (RestoreComponents(self.name, self.title, back),)

    def _policy(self, state: ComponentsState) -> tuple[Evidence, ...]:
        """Who may use the app, as the org tells it."""
        for component in state.wanted:
            there = state.found.get(component.key)
            if component.type != OAUTH_POLICIES or there is None:
                continue
            wanted = node_of(component.files[0].content, component.files[0].path)
            found = node_of(there.files[0].content, there.files[0].path)
            return tuple(
                _told(self.name, subject, wanted.child_text(element), found.child_text(element))
                for subject, element in (
                    (PERMITTED_USERS, "permittedUsersPolicyType"),
                    (PROFILES, "commaSeparatedProfile"),
                    (PERMISSION_SETS, "commaSeparatedPermissionSet"),
                )
            )
        return (Evidence(self.name, PERMITTED_USERS, ok=False, text="the org returns no OAuth policy of the app"),)


def _told(step: str, subject: str, wanted: str | None, found: str | None) -> Evidence:
    parts = [sorted(part.strip() for part in (text or "").split(",") if part.strip()) for text in (wanted, found)]
    shown = ", ".join(WORDS.get(part, part) for part in parts[1]) or "none"
    return Evidence(step, subject, ok=parts[0] == parts[1], text=shown)


def _renamed(component: Component, name: str) -> Component:
    """The same component under another full name; it has one file, which is named after it."""
    file = component.files[0]
    folder, _, leaf = file.path.rpartition("/")
    path = f"{folder}/{name}.{leaf.rpartition('.')[2]}"
    return Component(component.type, name, (ComponentFile(path, file.content, file.origin),))


def _updating(component: Component, theirs: Component | None) -> Component:
    """What is sent for it: over the org's own record, when there is one."""
    if theirs is None or component.type not in KEPT:
        return component
    file = component.files[0]
    content = merge.keeping(file.content, theirs.files[0].content, file.path, KEPT[component.type])
    return replace(component, files=(replace(file, body=content),))
