"""The shape of a metadata family, and what one is told about a deploy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from toolkit.localorg.deploy.options import DeployOptions
from toolkit.localorg.model.org import Work
from toolkit.localorg.store.components import Reference, Stored
from toolkit.localorg.tree import Node


@dataclass(frozen=True, slots=True)
class Fault:
    """What a component is refused for, in the platform's words; line and column from 1, 0 without a place."""

    message: str
    line: int = 0
    column: int = 0
    warning: bool = False
    file: str = ""
    """The path in the zip, without its prefix, of the file at fault; empty: the component's own."""


@dataclass(slots=True)
class Incoming:
    """A component as it came: root is its own XML (an empty one when it has none), files its other content.

    file is the path in the zip that messages name, without the zip's own prefix. Paths in files are below the type's
    folder. owner is the full name of the component it stands in.
    """

    type: str
    full_name: str
    file: str
    root: Node
    files: Mapping[str, bytes] = field(default_factory=dict)
    owner: str = ""
    faults: list[Fault] = field(default_factory=list)
    named: bool = False
    """True for a file that cannot be read and of which the manifest names something."""

    @property
    def key(self) -> tuple[str, str]:
        return self.type, self.full_name.lower()


@dataclass(frozen=True, slots=True)
class Pointer:
    """A reference of one component to another, with its place in the file."""

    element: str
    type: str
    name: str
    line: int
    column: int
    holds: bool
    missing: str = ""
    """What is said when it is not there; empty: In field: <element> - no <type> named <name> found."""
    alone: bool = False
    """When it is not there, nothing else of the component is looked at."""
    missing_object: str = ""
    """What is said of a field whose object is not there either; empty: the same form, of the object."""
    required: bool = True
    """False: it need not be there, but while it is and this holds, it cannot be deleted."""
    file: str = ""
    """As in Fault."""

    @property
    def complaint(self) -> str:
        return self.missing or f"In field: {self.element} - no {self.type} named {self.name} found"

    @property
    def owner(self) -> str:
        """The object of the field that this names; empty for anything else."""
        return self.name.rpartition(".")[0] if self.type == "CustomField" else ""

    @property
    def complaint_of_object(self) -> str:
        if self.missing and not self.missing_object:
            return self.missing
        return self.missing_object or f"In field: {self.element} - no CustomObject named {self.owner} found"


class Deploy(Protocol):
    """What a family may ask of the deploy it takes part in."""

    @property
    def work(self) -> Work: ...

    @property
    def options(self) -> DeployOptions: ...

    @property
    def version(self) -> float:
        """The version of package.xml."""
        ...

    def incoming(self, type_name: str, full_name: str) -> Incoming | None:
        """A component of this deploy."""
        ...

    def exists(self, type_name: str, full_name: str) -> bool:
        """Whether a component is in the org, comes with this deploy, or is part of every org."""
        ...

    def being_deleted(self, type_name: str, full_name: str) -> bool:
        """Whether a destructive manifest of this deploy names it."""
        ...


@dataclass(frozen=True, slots=True)
class Scope:
    """What else is asked for in the same retrieve: types to names, and the version of its manifest."""

    members: Mapping[str, frozenset[str]]
    version: float

    def names(self, type_name: str, full_name: str) -> bool:
        return full_name.lower() in self.members.get(type_name, frozenset())


class Family(Protocol):
    """What one metadata type does; every method has a plain answer in Generic."""

    type: str

    def pointers(self, incoming: Incoming) -> Iterator[Pointer]:
        """What the component refers to; the engine checks that it exists and keeps it from being deleted."""
        ...

    def check(self, incoming: Incoming, deploy: Deploy) -> Iterable[Fault]:
        """The type's own rules, beyond schema and references; it sees the whole deploy and the org."""
        ...

    def canonical(self, incoming: Incoming, old: Stored | None, deploy: Deploy) -> Node:
        """The XML as the org keeps it: merged with what is there, platform defaults added, lists in order."""
        ...

    def content(self, incoming: Incoming, old: Stored | None, deploy: Deploy) -> Mapping[str, bytes]:
        """The other files as the org keeps them."""
        ...

    def settle(self, stored: Stored, root: Node, deploy: Deploy) -> None:
        """Side effects on records, when all components of the deploy are in the org."""
        ...

    def shown(self, stored: Stored, root: Node, work: Work, scope: Scope | None) -> Node:
        """The XML as a retrieve hands it out; scope is what else the retrieve asks for, None for a read on its own."""
        ...

    def blockers(self, stored: Stored, work: Work) -> list[Fault]:
        """Why it cannot be deleted, beyond what refers to it."""
        ...

    def deleted(self, stored: Stored, work: Work) -> None:
        """Side effects on records of its going."""
        ...

    def forget(self, root: Node, gone: Reference) -> None:
        """Take out of the XML what named a component that is gone (references that do not hold)."""
        ...
