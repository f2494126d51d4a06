"""What was read from an org for verify. Frozen, without secrets, and all that the judges see besides the project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from toolkit.errors import Problem
from toolkit.placement.overrides import Override
from toolkit.release.publickey import PublicKey
from toolkit.release.step import Evidence


@dataclass(frozen=True, slots=True)
class StepFact:
    """What a step of the release read and proved. problems stopped it from reading; secrets are references that
    could not be resolved on this machine, so that the step could not compare anything."""

    name: str
    title: str
    evidence: tuple[Evidence, ...] = ()
    problems: tuple[Problem, ...] = ()
    secrets: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Entity:
    """Something that a permission set gives access to: its metadata type and API name."""

    type: str
    name: str


@dataclass(frozen=True, slots=True)
class Holding:
    """One permission set that a user has: by itself, by a group, or the one that stands for the profile.

    said names it for people. all_pages is "Customize Application", which opens every Visualforce page;
    all_classes is "Author Apex", which opens every class (Salesforce Help, Visualforce Page Security).
    """

    set_id: str
    name: str
    said: str
    session_based: bool = False
    stale: bool = False
    """It comes by a group that Salesforce has not recalculated yet."""
    all_pages: bool = False
    all_classes: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """A user. frozen is None where the org does not tell; profile_file is the profile's name in metadata,
    URL-encoded."""

    id: str
    username: str
    name: str
    active: bool
    frozen: bool | None
    email: str | None
    profile_id: str
    profile: str
    profile_file: str | None
    holdings: tuple[Holding, ...] = ()

    def has(self, permission_set: str) -> bool:
        return any(held.name.casefold() == permission_set.casefold() for held in self.holdings)


@dataclass(frozen=True, slots=True)
class AppFact:
    """Who may use the OAuth app. set_ids have access rows; the names are those of the policy's lists, in lower case."""

    admin_approved: bool
    set_ids: frozenset[str] = frozenset()
    set_names: frozenset[str] = frozenset()
    profiles: frozenset[str] = frozenset()


class KeyFact(Enum):
    """What a row of the setting says about the licence key; the key itself is never kept."""

    INHERITED = "inherited"
    BLANK = "blank"
    SET = "set"


@dataclass(frozen=True, slots=True)
class RowFact:
    """One row of the hierarchy setting; None is a field that is inherited. filters is the joined text of its parts."""

    key: KeyFact = KeyFact.INHERITED
    service_url: str | None = None
    certificate: str | None = None
    filters: str = ""


@dataclass(frozen=True, slots=True)
class CertificateFact:
    """A certificate of the org: its public key, or why there is none to be used."""

    key: PublicKey | None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class WidgetFact:
    """One place of a Visualforce page on a Lightning page. conditional: a visibility rule decides who sees it.
    shown is false in a facet that nothing on the page shows."""

    page: str
    region: str
    conditional: bool
    shown: bool


@dataclass(frozen=True, slots=True)
class AppPages:
    """A Lightning app with its overrides of record pages; id is None where the org does not tell it."""

    name: str
    id: str | None
    overrides: tuple[Override, ...]


@dataclass(frozen=True, slots=True)
class PageFacts:
    """Who sees which record page or layout. Keys are in lower case, but for pages.

    overrides: those of each object that the org has. pages: the Lightning pages that an override names, None for one
    that the org does not return. layouts: Visualforce pages (lower case) of each layout, by full name; assigned:
    profile -> (object.record type or None, full name of the layout). profile_files: the metadata name of the profiles
    that placements name otherwise.
    """

    overrides: Mapping[str, tuple[Override, ...]]
    apps: tuple[AppPages, ...]
    pages: Mapping[str, tuple[WidgetFact, ...] | None]
    layouts: Mapping[str, frozenset[str]]
    assigned: Mapping[str, tuple[tuple[str | None, str], ...]]
    profile_files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything. grants: permission sets with access, by entity; an entity that is not there is not in the org.
    tabs: permission set -> visibility, by the tab's name in lower case. rows: by the owner's id.
    wanted: ids of the users that the configuration assigns a set to, None when that could not be read."""

    now: datetime
    org: str
    org_id: str
    steps: tuple[StepFact, ...]
    people: tuple[Person, ...]
    strangers: tuple[str, ...]
    """Usernames that were asked for and that the org does not have."""
    grants: Mapping[Entity, frozenset[str]]
    tabs: Mapping[str, Mapping[str, str]]
    app: AppFact | None
    """None when the app could not be read, or the configuration wants none."""
    rows: Mapping[str, RowFact]
    certificates: Mapping[str, CertificateFact]
    pages: PageFacts
    wanted: frozenset[str] | None
