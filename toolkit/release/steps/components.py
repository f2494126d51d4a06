"""Components: metadata that one deploy job puts into the org."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from toolkit.metadata.compare import Difference, differences
from toolkit.metadata.component import Bundle, Component, ComponentKey, Destructive
from toolkit.metadata.manifest import members_of
from toolkit.metadata.merge import keeping
from toolkit.metadata.platform_defaults import CONTENT_OF_THE_ORG
from toolkit.org.jobs import DeployResult
from toolkit.release import jobs
from toolkit.release.seen import Seen
from toolkit.release.step import Back, Change, Context, Detail, Evidence, Kind
from toolkit.release.steps.restore_components import RestoreComponents

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


PAGE_ASSIGNMENTS = frozenset({"actionOverrides", "profileActionOverrides"})
"""What an app says of record pages; our generated app says nothing of them."""


@dataclass(frozen=True, slots=True)
class ComponentsState:
    """The components that are wanted and what the org has of each, with the differences."""

    wanted: Bundle
    found: Mapping[ComponentKey, Component]
    differences: Mapping[ComponentKey, tuple[Difference, ...]]
    doomed: frozenset[ComponentKey] = frozenset()
    """What the bundle deletes and the org still has."""
    going: Mapping[ComponentKey, Component] = field(default_factory=dict)
    """Those of them that are components of their own, as the org has them."""

    @classmethod
    def read(cls, ctx: Context, wanted: Bundle) -> ComponentsState:
        found = jobs.retrieve(ctx, wanted) if len(wanted) else {}
        if ctx.project is not None:
            wanted = _with_page_assignments(wanted, found)
        differing = {
            component.key: differences(component, found[component.key])
            for component in wanted
            if component.key in found
        }
        doomed = _there(ctx, wanted.destructive)
        named = [Component(key.type, key.full_name, (), (key,)) for key in sorted(doomed)]
        return cls(wanted, found, differing, doomed, jobs.retrieve(ctx, named) if named else {})

    def seen(self) -> Seen:
        """What the org has of everything that is named here, the parts of components included."""
        there = {**self.going, **self.found}
        members = {key for component in there.values() for key in (component.key, *members_of(component))}
        asked = {key for component in self.wanted for key in (component.key, *members_of(component))}
        destructive = self.wanted.destructive
        asked |= {*destructive.pre, *destructive.plain, *destructive.post}
        new = {component.key.full_name for component in self.wanted if component.key not in self.found}
        absent = (key for key in sorted(asked - members) if not _inside(key, new))
        return Seen(tuple(there[key] for key in sorted(there)), tuple(absent))

    def changes(self) -> tuple[Change, ...]:
        """One change for each component, in the order of their keys, then the deletions."""
        found = [self._change(component) for component in self.wanted]
        return (*found, *(Change(Kind.DELETED, str(key)) for key in sorted(self.doomed)))

    def _change(self, component: Component) -> Change:
        if component.key not in self.found:
            return Change(Kind.CREATED, str(component.key))
        details = tuple(_detail(difference, component) for difference in self.differences[component.key])
        return Change(Kind.CHANGED if details else Kind.UNCHANGED, str(component.key), details)

    def _differs(self, component: Component) -> bool:
        return component.key not in self.found or bool(self.differences[component.key])

    def to_send(self, *, whole: bool = False) -> Bundle:
        """The components that are new or differ, or all of them; and what is still to be deleted.

        A certificate that the org has is not sent again: what that does to its key is not known.
        """
        part = [c for c in self.wanted if self._differs(c) or (whole and c.type not in CONTENT_OF_THE_ORG)]
        asked = self.wanted.destructive
        pre, plain, post = (
            tuple(key for key in keys if key in self.doomed) for keys in (asked.pre, asked.plain, asked.post)
        )
        return Bundle.of(part, api_version=self.wanted.api_version, destructive=Destructive(pre, plain, post))


def _with_page_assignments(wanted: Bundle, found: Mapping[ComponentKey, Component]) -> Bundle:
    """Our apps with the page assignments that the org's have: those are the placement step's and the admins'."""

    def kept(component: Component) -> Component:
        theirs = found.get(component.key)
        if component.type != "CustomApplication" or theirs is None:
            return component
        file = component.files[0]
        content = keeping(file.content, theirs.files[0].content, file.path, PAGE_ASSIGNMENTS)
        return replace(component, files=(replace(file, body=content),), members=None)

    components = (kept(component) for component in wanted)
    return Bundle.of(components, api_version=wanted.api_version, destructive=wanted.destructive)


def _inside(key: ComponentKey, parents: set[str]) -> bool:
    """Whether it is a part of one of these components (a field of an object)."""
    parent, dot, _ = key.full_name.partition(".")
    return bool(dot) and parent in parents


def _there(ctx: Context, destructive: Destructive) -> frozenset[ComponentKey]:
    """Those of the components to be deleted that the org has; a deletion of an absent one would be a warning."""
    keys = {*destructive.pre, *destructive.plain, *destructive.post}
    if not keys:
        return frozenset()
    queries = [(name, None) for name in sorted({key.type for key in keys})]
    listed = {ComponentKey(row.type, row.full_name) for row in ctx.org.list_metadata(*queries)}
    return frozenset(keys & listed)


def _detail(difference: Difference, component: Component) -> Detail:
    path = difference.path if len(component.files) == 1 else f"{difference.file}: {difference.path}"
    return Detail(path, difference.theirs, difference.ours)


def evidence(step: str, state: ComponentsState) -> tuple[Evidence, ...]:
    """What a state read after the deployment proves, component by component."""
    asked = state.wanted.destructive
    gone = [key for key in (*asked.pre, *asked.plain, *asked.post) if key not in state.doomed]
    return (
        *(_evidence(step, change) for change in state.changes()),
        *(Evidence(step, str(key), ok=True, text="not in the org, as wanted") for key in gone),
    )


def _evidence(step: str, change: Change) -> Evidence:
    if change.kind is Kind.UNCHANGED:
        return Evidence(step, change.subject, ok=True, text="in the org, as wanted")
    if change.kind is Kind.CREATED:
        return Evidence(step, change.subject, ok=False, text="the org does not return it")
    if change.kind is Kind.DELETED:
        return Evidence(step, change.subject, ok=False, text="still in the org")
    shown = "; ".join(f"{d.path}: {_short(d.old)} instead of {_short(d.new)}" for d in change.details[:3])
    more = f" and {len(change.details) - 3} more" if len(change.details) > 3 else ""
    return Evidence(step, change.subject, ok=False, text=f"differs: {shown}{more}")


def _short(value: str | None) -> str:
    if value is None:
        return "nothing"
    return value if len(value) <= 60 else f"{value[:57]}..."


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
        sent = state.to_send(whole=ctx.whole)
        return (jobs.deploy(ctx, sent, self.title, check_only=ctx.options.check_only),)

    def verify(self, ctx: Context, state: ComponentsState) -> tuple[Evidence, ...]:  # noqa: ARG002  the Protocol's
        return evidence(self.name, state)

    def seen(self, ctx: Context, state: ComponentsState) -> Seen:  # noqa: ARG002  the Protocol's
        return state.seen()

    def revert(self, back: Back) -> tuple[RestoreComponents, ...]:
        return (RestoreComponents(self.name, self.title, back),)

    def _wanted(self, ctx: Context) -> Bundle:
        if ctx.project is None:
            return ctx.bundle
        kept = [component for component in ctx.bundle if component.type not in OWN_STEPS]
        return Bundle.of(kept, api_version=ctx.bundle.api_version, destructive=ctx.bundle.destructive)
