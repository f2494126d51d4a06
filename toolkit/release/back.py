"""The way back: the steps of a rollback, an uninstallation and of a look for drift, out of the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from toolkit.errors import ReleaseError
from toolkit.metadata.component import Bundle, Component, ComponentKey
from toolkit.metadata.manifest import members_of
from toolkit.release.ledger.ledger import Ledger, Release
from toolkit.release.ledger.standing import INTEGRATION, WAYS_BACK, standing
from toolkit.release.run import PlannedStep
from toolkit.release.seen import Seen, SeenRow, merged
from toolkit.release.step import Back, Change, Detail, Kind, Reversible
from toolkit.release.steps import AnyStep, reversible_of
from toolkit.release.steps.certificate import CertificateStep
from toolkit.release.steps.package_removal import PackageRemoval
from toolkit.release.steps.restore_components import RestoreComponents
from toolkit.release.steps.unassign import Unassign

_CERTIFICATE = CertificateStep().name
_WITH_RECORDS = frozenset({"SettingsStep", "AssignmentsStep", "ConnectedAppStep"})

_FLIPPED: Mapping[Kind, Kind] = MappingProxyType(
    {Kind.CREATED: Kind.DELETED, Kind.DELETED: Kind.CREATED, Kind.CHANGED: Kind.CHANGED, Kind.UNCHANGED: Kind.UNCHANGED}
)


@dataclass(frozen=True, slots=True)
class Undoing:
    """The releases that are taken back together, oldest first, and the steps that do it."""

    releases: tuple[Release, ...]
    steps: tuple[AnyStep, ...]

    @property
    def api_version(self) -> str:
        return max((release.api_version for release in self.releases), key=float, default=_API_VERSION)

    @property
    def bundle(self) -> Bundle:
        """What may come back: components that a step can count on although the org does not have them yet."""
        found = {
            component.key: component
            for step in self.steps
            if isinstance(step, RestoreComponents)
            for component in step.back.before.components
        }
        return Bundle.of(found.values(), api_version=self.api_version)


_API_VERSION = "62.0"
"""For a way back that has no release to go by."""


def rollback(ledger: Ledger, org_id: str, release_id: str | None, *, certificate: bool = False) -> Undoing:
    """What takes back the last release, or the one of this id with everything that came after it.

    A rollback or uninstallation is taken back only by its id: what it took away comes again, and counts as released.
    ReleaseError when the ledger has no such release, or it has been taken back already.
    """
    there = standing(ledger, org_id)
    if release_id is None:
        if not there:
            raise ReleaseError.of("the ledger has no release to this org that could be taken back", mend=_MEND)
        return _undoing(ledger, there[-1:], theirs_stay=False, certificate=certificate)
    known = [release for release in ledger.releases(org_id) if release.id.startswith(release_id)]
    if len(known) != 1:
        what = "names no release" if not known else f"names {len(known)} releases"
        raise ReleaseError.of(f"{release_id} {what} to this org", mend="see sfmeta history")
    one = known[0]
    if one.undone_by is not None:
        raise ReleaseError.of(f"{one.id} has been taken back already, by {one.undone_by}", mend="see sfmeta history")
    later = tuple(release for release in there if (release.started, release.id) > (one.started, one.id))
    return _undoing(ledger, (one, *later), theirs_stay=False, certificate=certificate)


def uninstall(ledger: Ledger, org_id: str, *, certificate: bool, package: PackageRemoval | None = None) -> Undoing:
    """What takes back every release of the integration; what others have changed since stays.

    package: removed before that, and also where there is no release. ReleaseError when the ledger has none otherwise.
    """
    there = tuple(release for release in standing(ledger, org_id) if release.scope == INTEGRATION)
    if not there and package is not None:
        return Undoing((), (package,))
    if not there:
        raise ReleaseError.of("the ledger has no installation of the integration in this org", mend=_MEND)
    steps = list(_undoing(ledger, there, theirs_stay=True, certificate=certificate).steps)
    if certificate:
        steps = [step for step in steps if step.name != _CERTIFICATE] + _certificates(ledger, org_id)
    return Undoing(there, tuple(steps) if package is None else (package, *steps))


def _certificates(ledger: Ledger, org_id: str) -> list[AnyStep]:
    """Deletes what any release of the integration made, one that was rolled back too: a rollback leaves key pairs."""
    before: list[Seen] = []
    after: list[Seen] = []
    for release in ledger.releases(org_id):
        for step in ledger.steps(release.id) if release.scope == INTEGRATION else ():
            if step.name == _CERTIFICATE and release.kind not in WAYS_BACK and step.before and step.after:
                before.append(ledger.get(step.before))
                after.insert(0, ledger.get(step.after))
    kind = CertificateStep()
    return list(kind.revert(Back(merged(before), merged(after), theirs_stay=True, certificate=True))) if before else []


_MEND = "sfmeta history import FILE brings the ledger of the machine that made the release"


def _undoing(ledger: Ledger, releases: Sequence[Release], *, theirs_stay: bool, certificate: bool) -> Undoing:
    """The steps that take these back, the latest first; a way back that is among them is the oldest."""
    deployments = [release for release in releases if release.kind not in WAYS_BACK]
    steps = _undone_together(ledger, deployments, theirs_stay=theirs_stay, certificate=certificate)
    for way_back in (release for release in releases if release.kind in WAYS_BACK):
        steps += _undone_together(ledger, [way_back], theirs_stay=theirs_stay, certificate=certificate)
    return Undoing(tuple(releases), tuple(steps))


def _undone_together(
    ledger: Ledger, releases: Sequence[Release], *, theirs_stay: bool, certificate: bool
) -> list[AnyStep]:
    """Every step once, in the reverse of the order in which releases do them."""
    before: dict[_StepName, list[Seen]] = {}
    after: dict[_StepName, list[Seen]] = {}
    unknown: set[_StepName] = set()
    order: dict[_StepName, int] = {}
    for release in releases:
        for step in ledger.steps(release.id):
            if step.before is None:
                continue
            name = (step.kind, step.name, step.title)
            order[name] = max(order.get(name, 0), step.number)
            before.setdefault(name, []).append(ledger.get(step.before))
            if step.after is None:
                unknown.add(name)
            else:
                after.setdefault(name, []).insert(0, ledger.get(step.after))
    answered = frozenset(row.subject for name in before for row in merged(before[name]).rows)
    steps: list[AnyStep] = []
    for name in sorted(order, key=lambda known: -order[known]):
        left = None if name in unknown else merged(after[name])
        way = _reversible(name).revert(Back(merged(before[name]), left, theirs_stay, certificate))
        sets = _permission_sets_that_go(way)
        if sets:
            steps.append(Unassign("assignments", "Assignments by others", sets, answered))
        steps += way
    return steps


def _permission_sets_that_go(steps: Sequence[AnyStep]) -> tuple[str, ...]:
    going = {key for step in steps if isinstance(step, RestoreComponents) for key in step.going()}
    return tuple(sorted(key.full_name for key in going if key.type == "PermissionSet"))


_StepName = tuple[str, str, str]
"""The class of a step, its name and its title."""


def _reversible(step: _StepName) -> Reversible:
    kind, name, title = step
    found = reversible_of(kind, name, title)
    if found is None:
        raise ReleaseError.of(f"the ledger has a step {kind}, which this sfmeta does not know", mend="update sfmeta")
    return found


def left_behind(ledger: Ledger, org_id: str, scope: str, wanted: Bundle) -> tuple[ComponentKey, ...]:
    """What releases of this scope have made in an org and is not wanted any more; parts of components too."""
    before: list[Seen] = []
    after: list[Seen] = []
    for release in standing(ledger, org_id):
        for step in ledger.steps(release.id) if release.scope == scope else ():
            if step.kind == "Components" and step.before is not None and step.after is not None:
                before.append(ledger.get(step.before))
                after.insert(0, ledger.get(step.after))
    there = {key for component in merged(after).components for key in (component.key, *members_of(component))}
    asked = {key for component in wanted for key in (component.key, *members_of(component))}
    return tuple(sorted((set(merged(before).absent) & there) - asked))


def left_rows(ledger: Ledger, org_id: str, scope: str) -> tuple[SeenRow, ...]:
    """Records that releases of this scope have made in an org, as they left them: settings, assignments, app access."""
    before: list[Seen] = []
    after: list[Seen] = []
    for release in standing(ledger, org_id):
        for step in ledger.steps(release.id) if release.scope == scope else ():
            if step.kind in _WITH_RECORDS and step.before is not None and step.after is not None:
                before.append(ledger.get(step.before))
                after.insert(0, ledger.get(step.after))
    new = {row.name for row in merged(before).rows if row.values is None}
    return tuple(row for row in merged(after).rows if row.name in new and row.values is not None)


def drift(ledger: Ledger, org_id: str) -> Undoing:
    """The steps that would bring an org to what our releases left; their changes, turned round, are the drift.

    ReleaseError when the ledger has no release to the org.
    """
    there = standing(ledger, org_id)
    if not there:
        raise ReleaseError.of("the ledger has no release to this org", mend=_MEND)
    after: dict[_StepName, list[Seen]] = {}
    edited: dict[ComponentKey, Component] = {}
    for release in there:
        for step in ledger.steps(release.id):
            name = step.after or step.before
            if name is None:
                continue
            seen = ledger.get(name)
            after.setdefault((step.kind, step.name, step.title), []).insert(0, seen)
            for component in seen.components:
                edited.pop(component.key, None)
            edited.update((component.key, component) for component in seen.edited)
    steps: list[AnyStep] = []
    for known, looks in after.items():
        left = merged(looks)
        # A page that was deployed and later got the widget is as the placement left it.
        left = replace(left, components=tuple(edited.get(one.key, one) for one in left.components))
        steps += _reversible(known).revert(Back(left, None, certificate=True, compare=True))
    return Undoing(there, tuple(steps))


def turned(planned: Sequence[PlannedStep]) -> tuple[PlannedStep, ...]:
    """The plan of `drift` as what has happened: what it would create has gone, and old is what was released."""
    return tuple(PlannedStep(one.step, one.state, tuple(_turned(c) for c in one.changes)) for one in planned)


def _turned(change: Change) -> Change:
    details = tuple(Detail(d.path, d.new, d.old) for d in change.details)
    return Change(_FLIPPED[change.kind], change.subject, details)
