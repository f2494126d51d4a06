"""What reading gave: the components that could be made, and every problem with the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from toolkit.errors import Location, MetadataError, Problem
from toolkit.metadata.component import Bundle, Component, ComponentKey, Destructive

_NOTHING = Destructive()


@dataclass(frozen=True, slots=True)
class Reading:
    """A bundle and what is missing from it; a caller that packages calls checked(), one that validates reports."""

    bundle: Bundle
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...] = ()
    """What was decided for the user and can be mended: of components that are there twice the later one counts."""

    @classmethod
    def of(
        cls,
        components: Sequence[Component],
        problems: Iterable[Problem],
        *,
        api_version: str,
        destructive: Destructive = _NOTHING,
        left_out: Iterable[str] = (),
        notes: Iterable[Problem] = (),
    ) -> Reading:
        """A reading whose bundle holds the first component of every key; a second one is a problem."""
        unique: dict[ComponentKey, Component] = {}
        found = list(problems)
        for component in components:
            first = unique.setdefault(component.key, component)
            if first is not component:
                mend = f"remove one of it and {first.origin}"
                found.append(Problem(f"{component.key} is there twice", Location(component.origin), mend))
        bundle = Bundle.of(unique.values(), api_version=api_version, destructive=destructive, left_out=left_out)
        return cls(bundle, _ordered(found), _ordered(notes))

    def with_problems(self, problems: Iterable[Problem]) -> Reading:
        """The reading with more problems."""
        return Reading(self.bundle, _ordered([*self.problems, *problems]), self.notes)

    def checked(self) -> Bundle:
        """The bundle; MetadataError with all problems when there are any."""
        MetadataError.raise_any(self.problems)
        return self.bundle


def _ordered(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda p: (p.where or Location(""), p.message)))
