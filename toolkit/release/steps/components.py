"""Components: metadata that one deploy job puts into the org."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from toolkit.metadata.compare import Difference, differences
from toolkit.metadata.component import Bundle, Component, ComponentKey
from toolkit.org.jobs import DeployResult
from toolkit.release import jobs
from toolkit.release.step import Change, Context, Detail, Evidence, Kind

APP_TYPES = frozenset(
    {
        "ConnectedApp",
        "ExternalClientApplication",
        "ExtlClntAppConfigurablePolicies",
        "ExtlClntAppGlobalOauthSettings",
        "ExtlClntAppOauthConfigurablePolicies",
        "ExtlClntAppOauthSettings",
    }
)
"""Types of the app access step."""

OWN_STEPS = APP_TYPES | {"Certificate"}
"""Types that have a step of their own in an integration."""


@dataclass(frozen=True, slots=True)
class ComponentsState:
    """The components that are wanted and what the org has of each, with the differences."""

    wanted: Bundle
    found: Mapping[ComponentKey, Component]
    differences: Mapping[ComponentKey, tuple[Difference, ...]]
    to_delete: tuple[ComponentKey, ...] = ()

    @classmethod
    def read(cls, ctx: Context, wanted: Bundle) -> ComponentsState:
        found = jobs.retrieve(ctx, wanted) if len(wanted) else {}
        differing = {
            component.key: differences(component, found[component.key])
            for component in wanted
            if component.key in found
        }
        destructive = wanted.destructive
        return cls(wanted, found, differing, (*destructive.pre, *destructive.plain, *destructive.post))

    def changes(self) -> tuple[Change, ...]:
        """One change for each component, in the order of their keys, then the deletions."""
        found = [self._change(component) for component in self.wanted]
        return (*found, *(Change(Kind.DELETED, str(key)) for key in self.to_delete))

    def _change(self, component: Component) -> Change:
        if component.key not in self.found:
            return Change(Kind.CREATED, str(component.key))
        details = tuple(_detail(difference, component) for difference in self.differences[component.key])
        return Change(Kind.CHANGED if details else Kind.UNCHANGED, str(component.key), details)

    def changed(self) -> Bundle:
        """The components that are new or differ, and the deletions."""
        part = [c for c in self.wanted if c.key not in self.found or self.differences[c.key]]
        return Bundle.of(part, api_version=self.wanted.api_version, destructive=self.wanted.destructive)


def _detail(difference: Difference, component: Component) -> Detail:
    path = difference.path if len(component.files) == 1 else f"{difference.file}: {difference.path}"
    return Detail(path, difference.theirs, difference.ours)


def evidence(step: str, state: ComponentsState) -> tuple[Evidence, ...]:
    """What a state read after the deployment proves, component by component."""
    return tuple(_evidence(step, change) for change in state.changes() if change.kind is not Kind.DELETED)


def _evidence(step: str, change: Change) -> Evidence:
    if change.kind is Kind.UNCHANGED:
        return Evidence(step, change.subject, ok=True, text="in the org, as wanted")
    if change.kind is Kind.CREATED:
        return Evidence(step, change.subject, ok=False, text="the org does not return it")
    shown = "; ".join(f"{d.path}: {d.old} instead of {d.new}" for d in change.details[:3])
    more = f" and {len(change.details) - 3} more" if len(change.details) > 3 else ""
    return Evidence(step, change.subject, ok=False, text=f"differs: {shown}{more}")


@dataclass(frozen=True, slots=True)
class Components:
    """The components of the bundle; those with a step of their own are left to it when there is a project."""

    name: str = "components"
    title: str = "Components"
    check_only: bool = True

    def read(self, ctx: Context) -> ComponentsState:
        return ComponentsState.read(ctx, self._wanted(ctx))

    def diff(self, state: ComponentsState) -> tuple[Change, ...]:
        return state.changes()

    def apply(self, ctx: Context, state: ComponentsState) -> tuple[DeployResult, ...]:
        sent = self._wanted(ctx) if ctx.whole else state.changed()
        return (jobs.deploy(ctx, sent, self.title, check_only=ctx.options.check_only),)

    def verify(self, ctx: Context, state: ComponentsState) -> tuple[Evidence, ...]:  # noqa: ARG002  the Protocol's
        return evidence(self.name, state)

    def _wanted(self, ctx: Context) -> Bundle:
        if ctx.project is None:
            return ctx.bundle
        kept = [component for component in ctx.bundle if component.type not in OWN_STEPS]
        return Bundle.of(kept, api_version=ctx.bundle.api_version, destructive=ctx.bundle.destructive)
