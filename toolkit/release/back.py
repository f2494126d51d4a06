"""The way back: the steps of a rollback, an uninstallation and of a look for drift, out of the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from toolkit.errors import ReleaseError
from toolkit.metadata.component import Bundle, ComponentKey
from toolkit.metadata.manifest import members_of
from toolkit.release.ledger.ledger import Ledger, Release
from toolkit.release.run import PlannedStep
from toolkit.release.seen import Seen, merged
from toolkit.release.step import Back, Change, Detail, Kind, Reversible
from toolkit.release.steps import REVERSIBLE, AnyStep

INTEGRATION = "integration"

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
        return max((release.api_version for release in self.releases), key=float)


def standing(ledger: Ledger, org_id: str) -> tuple[Release, ...]:
    """The deployments to an org that have not been taken back, oldest first."""
    return tuple(r for r in ledger.releases(org_id) if r.kind == "deploy" and r.undone_by is None)


def rollback(ledger: Ledger, org_id: str, release_id: str | None, *, certificate: bool = False) -> Undoing:
    """What takes back the last release, or the one of this id with everything that came after it.

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
    if one.kind != "deploy":
        raise ReleaseError.of(f"{one.id} is a {one.kind}, which is not taken back", mend="deploy again")
    if one.undone_by is not None:
        raise ReleaseError.of(f"{one.id} has been taken back already, by {one.undone_by}", mend="see sfmeta history")
    return _undoing(ledger, there[there.index(one) :], theirs_stay=False, certificate=certificate)


def uninstall(ledger: Ledger, org_id: str, *, certificate: bool) -> Undoing:
    """What takes back every release of the integration; what others have changed since stays.

    ReleaseError when the ledger has none.
    """
    there = tuple(release for release in standing(ledger, org_id) if release.scope == INTEGRATION)
    if not there:
        raise ReleaseError.of("the ledger has no installation of the integration in this org", mend=_MEND)
    return _undoing(ledger, there, theirs_stay=True, certificate=certificate)


_MEND = "sfmeta history import FILE brings the ledger of the machine that made the release"


def _undoing(ledger: Ledger, releases: Sequence[Release], *, theirs_stay: bool, certificate: bool) -> Undoing:
    """Every kind of step once, in the reverse of the order in which releases do them."""
    before: dict[str, list[Seen]] = {}
    after: dict[str, list[Seen]] = {}
    unknown: set[str] = set()
    order: dict[str, int] = {}
    for release in releases:
        for step in ledger.steps(release.id):
            if step.before is None:
                continue
            order[step.kind] = max(order.get(step.kind, 0), step.number)
            before.setdefault(step.kind, []).append(ledger.get(step.before))
            if step.after is None:
                unknown.add(step.kind)
            else:
                after.setdefault(step.kind, []).insert(0, ledger.get(step.after))
    steps: list[AnyStep] = []
    for kind in sorted(order, key=lambda name: -order[name]):
        left = None if kind in unknown else merged(after[kind])
        steps += _reversible(kind).revert(Back(merged(before[kind]), left, theirs_stay, certificate))
    return Undoing(tuple(releases), tuple(steps))


def _reversible(kind: str) -> Reversible:
    found = REVERSIBLE.get(kind)
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


def drift(ledger: Ledger, org_id: str) -> Undoing:
    """The steps that would bring an org to what our releases left; their changes, turned round, are the drift.

    ReleaseError when the ledger has no release to the org.
    """
    there = standing(ledger, org_id)
    if not there:
        raise ReleaseError.of("the ledger has no release to this org", mend=_MEND)
    after: dict[str, list[Seen]] = {}
    for release in there:
        for step in ledger.steps(release.id):
            name = step.after or step.before
            if name is not None:
                after.setdefault(step.kind, []).insert(0, ledger.get(name))
    steps: list[AnyStep] = []
    for kind, seen in after.items():
        steps += _reversible(kind).revert(Back(merged(seen), None, certificate=True))
    return Undoing(there, tuple(steps))


def turned(planned: Sequence[PlannedStep]) -> tuple[PlannedStep, ...]:
    """The plan of `drift` as what has happened: what it would create has gone, and old is what was released."""
    return tuple(PlannedStep(one.step, one.state, tuple(_turned(c) for c in one.changes)) for one in planned)


def _turned(change: Change) -> Change:
    details = tuple(Detail(d.path, d.new, d.old) for d in change.details)
    return Change(_FLIPPED[change.kind], change.subject, details)
