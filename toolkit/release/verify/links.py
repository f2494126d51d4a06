"""What verify answers: links of the chain, each ok, missing, doubtful or not knowable from outside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    OK = "ok"
    WARNING = "warning"
    MISSING = "missing"
    UNKNOWN = "not knowable"


@dataclass(frozen=True, slots=True)
class Link:
    """One link. name says what kind it is ("page access"), subject which one, text what was found.

    mend is the command, or the way through Setup, that mends it; every missing link has one.
    """

    name: str
    subject: str
    state: State
    text: str
    mend: str | None = None

    def __post_init__(self) -> None:
        if self.state is State.MISSING and not self.mend:
            raise ValueError(f"the missing link {self.name} {self.subject} does not say how to mend it")


@dataclass(frozen=True, slots=True)
class PersonReport:
    """The chain of one user, in the order in which a user meets its links."""

    username: str
    name: str
    links: tuple[Link, ...]

    @property
    def works(self) -> bool:
        return not any(link.state is State.MISSING for link in self.links)


@dataclass(frozen=True, slots=True)
class Verification:
    """links are those of the org; named says that users were asked for by name and are told in full."""

    org: str
    links: tuple[Link, ...]
    people: tuple[PersonReport, ...]
    outside: tuple[Link, ...]
    """What nobody can know from outside the org and the browser, whoever the user is."""
    named: bool

    @property
    def works(self) -> bool:
        return not any(link.state is State.MISSING for link in self.links) and all(p.works for p in self.people)

    @property
    def exit_code(self) -> int:
        return 0 if self.works else 1

    def counts(self) -> Mapping[State, int]:
        """How many links of the org and of its users are in each state."""
        every = [*self.links, *(link for person in self.people for link in person.links)]
        found = Counter(link.state for link in every)
        return {state: found[state] for state in State}
