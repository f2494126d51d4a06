"""The failures of one deployment, with each consequence under the failure that explains it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from toolkit.release.hints.entry import Naming, Role
from toolkit.release.hints.explain import Hint, explain


class Failure(Protocol):
    """What a failure must tell: toolkit.org.jobs.ComponentMessage does."""

    @property
    def type(self) -> str: ...
    @property
    def full_name(self) -> str: ...
    @property
    def problem(self) -> str | None: ...


F = TypeVar("F", bound=Failure)


@dataclass(frozen=True, slots=True)
class Consequence(Generic[F]):
    """A failure that goes away when `because`, which it names, is mended."""

    failure: F
    hints: tuple[Hint, ...]
    because: F


@dataclass(frozen=True, slots=True)
class Group(Generic[F]):
    """A failure, the hints for it, and the failures that it explains: first those that name it, then theirs."""

    cause: F
    hints: tuple[Hint, ...]
    consequences: tuple[Consequence[F], ...] = ()


def group(failures: Iterable[F]) -> tuple[Group[F], ...]:
    """The failures of one deployment; every one is in exactly one group, as a cause or as a consequence.

    First the causes, those that explain most before the others, otherwise in the order given; last the
    failures that look like consequences of something that did not fail in this deployment.
    """
    given = list(failures)
    known = {text: explain(text) for text in dict.fromkeys(map(_text, given))}
    hints = [known[_text(failure)] for failure in given]
    parents = _parents(given, hints)
    _cut_rings(parents)
    below: defaultdict[int, list[int]] = defaultdict(list)
    for index, parent in enumerate(parents):
        if parent is not None:
            below[parent].append(index)
    groups = []
    for index, failure in enumerate(given):
        if parents[index] is None:
            parts = tuple(Consequence(given[i], hints[i], given[p]) for i, p in _under(index, below))
            groups.append((_looks_like_consequence(hints[index]), -len(parts), Group(failure, hints[index], parts)))
    groups.sort(key=lambda row: row[:2])
    return tuple(row[-1] for row in groups)


def _text(failure: Failure) -> str:
    return failure.problem or ""


def _looks_like_consequence(hints: Sequence[Hint]) -> bool:
    return bool(hints) and hints[0].role is Role.CONSEQUENCE


_ANY = "*"
_LOOKED_AT = 20
"""So many failures of one component are looked at for the one that explains others; the time stays linear."""


def _key(type_name: str, name: str) -> tuple[str, str]:
    return type_name.lower(), name.lower().removeprefix("markup://").removeprefix("c:").removeprefix("c__")


def _parents(given: Sequence[Failure], hints: Sequence[Sequence[Hint]]) -> list[int | None]:
    """For each failure the one of another component that explains it, if there is one."""
    keys = [_key(failure.type, failure.full_name) for failure in given]
    failed: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for index, (kind, name) in enumerate(keys):
        for key in ((kind, name), (_ANY, name)) if name else ():
            if len(failed[key]) < _LOOKED_AT:
                failed[key].append(index)
    blamed: list[list[int]] = []
    for index, failure in enumerate(given):
        own = keys[index]
        others = (_failures_of(key, failed) for key in _blamed(failure, hints[index]))
        blamed.append(next((those for found in others if (those := [i for i in found if keys[i] != own])), []))
    # of the failures of the component, one that is no consequence itself explains best
    return [next((i for i in those if not blamed[i]), those[0]) if those else None for those in blamed]


def _failures_of(key: tuple[str, str], failed: Mapping[tuple[str, str], Sequence[int]]) -> Sequence[int]:
    """The failures of a component; one whose type the failure or the message does not tell goes by its name."""
    kind, name = key
    if not kind:
        return failed.get((_ANY, name), [])
    return [*failed.get((kind, name), ()), *failed.get(("", name), ())]


def _blamed(failure: Failure, hints: Sequence[Hint]) -> Iterator[tuple[str, str]]:
    """The components that a failure names, the surest first."""
    named = [Naming(n.type, name) for hint in hints for n in hint.names for name in n.name.split(", ")]
    for naming in named:
        yield _key(naming.type, naming.name)
    if any(hint.owner for hint in hints):
        yield from (_key(owner.type, owner.name) for owner in _owners(failure))
    for naming in named:
        owner = naming.name.partition(".")[0]
        if naming.type == "CustomField" and "__" in owner and owner != naming.name:
            yield _key("CustomObject", owner)  # a custom object that fails takes its fields with it


def _owners(failure: Failure) -> Iterator[Naming]:
    for mark in (".", "-"):
        owner, found, _ = failure.full_name.partition(mark)
        if found:
            yield Naming("CustomObject", owner)


def _cut_rings(parents: list[int | None]) -> None:
    """Failures that name each other in a ring: the first of them in the order given becomes the cause."""
    done: set[int] = set()
    for start in range(len(parents)):
        walk: dict[int, None] = {}
        at: int | None = start
        while at is not None and at not in done and at not in walk:
            walk[at] = None
            at = parents[at]
        if at is not None and at in walk:
            path = list(walk)
            parents[min(path[path.index(at) :])] = None
        done.update(walk)


def _under(root: int, below: Mapping[int, Sequence[int]]) -> Iterator[tuple[int, int]]:
    """The failures below a cause, level by level, each with the one right above it."""
    level = [root]
    while level:
        following = []
        for parent in level:
            for index in below.get(parent, ()):
                yield index, parent
                following.append(index)
        level = following
