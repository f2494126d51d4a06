"""package.xml and destructive manifests as the org reads them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from toolkit.localorg.families.base import Fault
from toolkit.localorg.options import MAX_API_VERSION
from toolkit.localorg.tree import Node, TreeError, parse
from toolkit.metadata.registry import standard

WILDCARD = "*"


@dataclass(frozen=True, slots=True)
class Member:
    type: str
    name: str
    line: int
    column: int


@dataclass(frozen=True)
class Manifest:
    """members in the order of the file; faults are what is wrong with the file itself."""

    version: float
    members: tuple[Member, ...]
    faults: tuple[Fault, ...] = ()

    def wants(self, type_name: str, full_name: str) -> bool:
        """Whether a component of the zip is asked for; a wildcard of CustomObject means custom ones only."""
        names: set[str] = self._index.get(type_name, set())
        if WILDCARD in names and not (type_name == "CustomObject" and "__" not in full_name):
            return True
        return full_name.lower() in names

    @cached_property
    def _index(self) -> dict[str, set[str]]:
        """Types to the lower-case names of their members."""
        found: dict[str, set[str]] = {}
        for member in self.members:
            found.setdefault(member.type, set()).add(member.name.lower())
        return found


def _version(root: Node, faults: list[Fault]) -> float:
    text = root.value("version")
    try:
        version = float(text or "")
    except ValueError:
        faults.append(Fault("Required field is missing: version", root.line, root.column))
        return float(MAX_API_VERSION)
    if version > MAX_API_VERSION or version < 7:
        node = root.child("version") or root
        faults.append(Fault(f"Invalid version specified: {text}", node.line, node.column))
    return version


def _members(root: Node, faults: list[Fault], *, destructive: bool) -> list[Member]:
    registry = standard()
    members: list[Member] = []
    for types in root.all("types"):
        name = types.value("name") or ""
        node = types.child("name") or types
        if not registry.knows(name):
            faults.append(Fault(f"Unknown type name '{name}' specified in package.xml", node.line, node.column))
            continue
        for member in types.all("members"):
            text = member.text.strip().rstrip("/")  # the CLI writes folders with a slash
            if text == WILDCARD and destructive:
                faults.append(Fault("Wildcards are not allowed in destructive changes", member.line, member.column))
            elif text:
                members.append(Member(name, text, member.line, member.column))
    return members


def read(data: bytes, *, destructive: bool = False) -> Manifest:
    """The manifest; a document that cannot be read has one fault and no members."""
    try:
        root = parse(data)
    except TreeError as error:
        return Manifest(MAX_API_VERSION, (), (Fault(f"Error parsing file: {error.message}", error.line, error.column),))
    faults: list[Fault] = []
    if root.name != "Package":
        faults.append(
            Fault(f"Error parsing file: Element {root.name} invalid at this location", root.line, root.column)
        )
    members = _members(root, faults, destructive=destructive)
    version = float(MAX_API_VERSION) if destructive else _version(root, faults)
    return Manifest(version, tuple(members), tuple(faults))
