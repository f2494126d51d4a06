"""What a deploy brings, and one judging of it: the state that the parts of a deploy hand on."""

from __future__ import annotations

from dataclasses import dataclass, field

from toolkit.localorg.deploy import intake
from toolkit.localorg.deploy.manifest import Manifest
from toolkit.localorg.deploy.options import DeployOptions
from toolkit.localorg.deploy.results import Message
from toolkit.localorg.families.base import Incoming, Pointer
from toolkit.localorg.families.provided import provided
from toolkit.localorg.model.org import Work
from toolkit.localorg.store.components import Stored
from toolkit.localorg.tree import Node


@dataclass(slots=True)
class Package:
    """What a job brings, read once."""

    prefix: str
    manifest: Manifest
    deletions: dict[str, Manifest]
    groups: dict[tuple[str, str], intake.Group]
    strangers: list[str]


@dataclass(slots=True)
class Attempt:
    """One judging of a package within one transaction; it is what families know as Deploy."""

    work: Work
    options: DeployOptions
    package: Package
    left_out: set[tuple[str, str]]
    components: dict[tuple[str, str], Incoming] = field(default_factory=dict)
    messages: dict[tuple[str, str], Message] = field(default_factory=dict)
    deleted: set[tuple[str, str]] = field(default_factory=set)
    stored: list[Stored] = field(default_factory=list)
    pointers: dict[tuple[str, str], list[Pointer]] = field(default_factory=dict)
    roots: dict[tuple[str, str], Node] = field(default_factory=dict)
    """What came into the org or was there already, as read: its XML is not parsed twice."""

    @property
    def version(self) -> float:
        return self.package.manifest.version

    def incoming(self, type_name: str, full_name: str) -> Incoming | None:
        return self.components.get((type_name, full_name.lower()))

    def exists(self, type_name: str, full_name: str) -> bool:
        if type_name == "component":
            return any(self.exists(kind, full_name) for kind in ("LightningComponentBundle", "AuraDefinitionBundle"))
        if (type_name, full_name.lower()) in self.components:
            return True
        return self.work.components.has(type_name, full_name) or provided(self.work, type_name, full_name)

    def being_deleted(self, type_name: str, full_name: str) -> bool:
        return (type_name, full_name.lower()) in self.deleted
