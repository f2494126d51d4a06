"""The record of the catalogue: one error that the platform reports, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What such an error usually is among the others of its deployment."""

    CAUSE = "cause"
    """It is what has to be mended."""
    EITHER = "either"
    """A cause, unless the component that it names failed in the same deployment."""
    CONSEQUENCE = "consequence"
    """It goes away when something else is mended."""


class Confidence(StrEnum):
    """How sure the wording and the advice are."""

    DOCUMENTED = "documented"
    """Salesforce's documentation or schema says so."""
    REPORTED = "reported"
    """The message stands in public threads, or in the source of a public tool."""
    UNCONFIRMED = "unconfirmed"
    """General knowledge of the platform; an org may word it differently."""


@dataclass(frozen=True, slots=True)
class Naming:
    """A component that the message names, as templates over the values of the gaps; an empty type is any."""

    type: str
    name: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One error of the catalogue.

    patterns: templates (see pattern.py), each with every value that meaning, mend and names use.
    meaning, mend: our own words; `{name}` is replaced by the value of that gap.
    example: a message as the platform sends it; `explain(example)[0]` is this entry.
    french, french_example: the same for an org whose user works in French. Most French wordings are not
    confirmed.
    names: the components that the message names; a failure of one of them explains this one.
    owner: the component that the failed one is part of explains this one.
    general: the entry knows little; every entry that is not general goes before it.
    wording: it knows no more than how the platform words such errors; it is told only when no other entry fits.
    """

    id: str
    title: str
    patterns: tuple[str, ...]
    meaning: str
    mend: str
    example: str
    role: Role = Role.CAUSE
    confidence: Confidence = Confidence.REPORTED
    source: str = ""
    french: tuple[str, ...] = ()
    french_example: str = ""
    names: tuple[Naming, ...] = ()
    owner: bool = False
    general: bool = False
    wording: bool = False


@dataclass(frozen=True, slots=True)
class Topic:
    """Entries that belong together; the title heads their section in docs/errors.md."""

    title: str
    entries: tuple[Entry, ...]
