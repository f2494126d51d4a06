"""Components put back: those that changed as they were, those that are gone again, and new ones deleted.

What is deleted goes in two deployments, objects last (salesforce-facts 11): who uses an object has to go first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from toolkit.metadata.compare import Difference, differences
from toolkit.metadata.component import Bundle, Component, ComponentKey, Destructive
from toolkit.metadata.manifest import members_of
from toolkit.org.jobs import DeployResult
from toolkit.release import jobs
from toolkit.release.seen import Seen
from toolkit.release.step import NOTHING, Back, Change, Context, Detail, Evidence, Kind

_LAST = frozenset({"CustomObject"})

_LOST_FOR_GOOD = frozenset({"Certificate"})
"""What an org does not make again from what it returned."""

_GO_WITH = {
    # parts that the org deletes with their app (salesforce-facts 3.7)
    "ExtlClntAppConfigurablePolicies": "ExternalClientApplication",
    "ExtlClntAppGlobalOauthSettings": "ExternalClientApplication",
    "ExtlClntAppOauthConfigurablePolicies": "ExternalClientApplication",
    "ExtlClntAppOauthSettings": "ExternalClientApplication",
}


@dataclass(frozen=True, slots=True)
class RestoreState:
    """wanted are components as they were; differing those of them that are otherwise now, or not there."""

    wanted: tuple[Component, ...]
    differing: Mapping[ComponentKey, tuple[Difference, ...]]
    gone: frozenset[ComponentKey]
    doomed: tuple[ComponentKey, ...]
    cleared: tuple[ComponentKey, ...]
    """What was to be deleted and is not there."""
    stay: tuple[ComponentKey, ...] = ()
    """What others have changed since."""
    found: Mapping[ComponentKey, Component] = field(default_factory=dict)
    """Everything that is looked at here, as the org has it."""


@dataclass(frozen=True, slots=True)
class RestoreComponents:
    name: str
    title: str
    back: Back = NOTHING
    check_only: bool = False

    def read(self, ctx: Context) -> RestoreState:
        wanted, absent = self._touched()
        asked = [*wanted, *(Component(key.type, key.full_name, (), (key,)) for key in absent)]
        now = dict(jobs.retrieve(ctx, asked)) if asked else {}
        there = {key for component in now.values() for key in (component.key, *members_of(component))}
        stay = tuple(c.key for c in wanted if self.back.theirs_stay and self._theirs(c.key, now.get(c.key)))
        for key in stay:
            ctx.talk.say(f"{key}: others have changed it since; it stays as it is")
        lost = [c.key for c in wanted if c.type in _LOST_FOR_GOOD and c.key not in now and not self.back.compare]
        for key in lost:
            ctx.talk.say(f"{key}: its private key was lost with it; a deployment of the integration makes a new one")
        wanted = [component for component in wanted if component.key not in {*stay, *lost}]
        return RestoreState(
            wanted=tuple(wanted),
            differing={c.key: found for c in wanted if c.key in now and (found := differences(c, now[c.key]))},
            gone=frozenset(c.key for c in wanted if c.key not in now),
            doomed=tuple(key for key in absent if key in there),
            cleared=tuple(key for key in absent if key not in there),
            stay=stay,
            found=now,
        )

    def going(self) -> tuple[ComponentKey, ...]:
        """What is deleted where the org still has it."""
        return tuple(self._touched()[1])

    def _touched(self) -> tuple[list[Component], list[ComponentKey]]:
        """What our releases have changed, as far as that is known: it as it was, and what was not there."""
        before, after = self.back.before, self.back.after
        if after is None:
            return list(before.components), list(before.absent)
        left = {component.key: component for component in after.components}
        members = {key for component in after.components for key in (component.key, *members_of(component))}
        changed = [
            component
            for component in before.components
            if component.key not in left or _otherwise(component, left[component.key])
        ]
        return changed, [key for key in before.absent if key in members]

    def _theirs(self, key: ComponentKey, now: Component | None) -> bool:
        """Whether others have changed a component since our release."""
        left = self.back.after.component(key) if self.back.after else None
        return left is not None and (now is None or _otherwise(left, now))

    def seen(self, ctx: Context, state: RestoreState) -> Seen:  # noqa: ARG002  the Protocol's
        """What the org has of all that is looked at, so that a way back can be taken back too."""
        there = {key for component in state.found.values() for key in (component.key, *members_of(component))}
        asked = {*(c.key for c in state.wanted), *state.doomed, *state.cleared, *state.stay}
        return Seen(tuple(state.found[key] for key in sorted(state.found)), tuple(sorted(asked - there)))

    def revert(self, back: Back) -> tuple[RestoreComponents, ...]:
        return (RestoreComponents(self.name, self.title, back),)

    def diff(self, state: RestoreState) -> tuple[Change, ...]:
        found = [self._change(component.key, state) for component in state.wanted]
        return (*found, *(Change(Kind.DELETED, str(key)) for key in state.doomed))

    def _change(self, key: ComponentKey, state: RestoreState) -> Change:
        if key in state.gone:
            return Change(Kind.CREATED, str(key))
        details = tuple(Detail(d.path, d.theirs, d.ours) for d in state.differing.get(key, ()))
        return Change(Kind.CHANGED if details else Kind.UNCHANGED, str(key), details)

    def apply(self, ctx: Context, state: RestoreState) -> tuple[DeployResult, ...]:
        sent = [c for c in state.wanted if c.key in state.gone or c.key in state.differing]
        apps = {key.type for key in state.doomed}
        going = [key for key in state.doomed if _GO_WITH.get(key.type) not in apps]
        inside = {key.full_name for key in going if key.type in _LAST}
        first = [k for k in going if k.type not in _LAST and k.full_name.partition(".")[0] not in inside]
        last = [key for key in going if key.type in _LAST]
        done: list[DeployResult] = []
        if sent or first:
            done.append(self._deploy(ctx, sent, first))
        if last:
            done.append(self._deploy(ctx, (), last))
        return tuple(done)

    def _deploy(self, ctx: Context, sent: Iterable[Component], going: Iterable[ComponentKey]) -> DeployResult:
        destructive = Destructive(post=tuple(going))
        bundle = Bundle.of(sent, api_version=ctx.bundle.api_version, destructive=destructive)
        return jobs.deploy(ctx, bundle, self.title)

    def verify(self, ctx: Context, state: RestoreState) -> tuple[Evidence, ...]:  # noqa: ARG002  the Protocol's
        found: list[Evidence] = []
        for component in state.wanted:
            ok = component.key not in state.gone and component.key not in state.differing
            text = "as it was before" if ok else "not as it was before"
            found.append(Evidence(self.name, str(component.key), ok=ok, text=text))
        found += [Evidence(self.name, str(key), ok=False, text="still in the org") for key in state.doomed]
        found += [Evidence(self.name, str(key), ok=True, text="not in the org, as before") for key in state.cleared]
        found += [
            Evidence(self.name, str(key), ok=True, text="changed by others since; left as it is") for key in state.stay
        ]
        return tuple(found)


def _otherwise(one: Component, other: Component) -> bool:
    """Whether they differ in either direction: what one of them leaves alone counts too."""
    return bool(differences(one, other) or differences(other, one))
