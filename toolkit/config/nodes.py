"""Plain trees of YAML values in which every value knows its place, and how one is laid over another.

Laying over (`merge`) is the layering of package.yaml, an overlay and `--set`: maps merge key by key, everything
else - lists too - replaces what was there, and null takes a key back to its default.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from toolkit.errors import Location

Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"
Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value; text is how it was written, without quotes."""

    value: bool | int | float | str | None
    where: Location
    text: str = ""
    broken: bool = False
    """Something was wrong here and has been reported; nothing more should be said about this value."""


@dataclass(frozen=True, slots=True)
class Sequence:
    items: tuple[Node, ...]
    where: Location


@dataclass(frozen=True, slots=True)
class Entry:
    """A key of a map: the place of the key, and the value."""

    where: Location
    node: Node


@dataclass(frozen=True, slots=True)
class Mapping:
    entries: dict[str, Entry] = field(default_factory=dict)
    where: Location = field(default=Location(""))
    replaces: bool = False
    """Replaces a map that lies below instead of merging with it (a null or another value lay in between)."""


Node: TypeAlias = Scalar | Sequence | Mapping


def merge(base: Node, over: Node) -> Node:
    """over laid over base. Associative; an empty Mapping is the identity for maps."""
    if not isinstance(over, Mapping):
        return over
    if over.replaces:
        return over
    if not isinstance(base, Mapping):
        return replace(over, replaces=True)
    entries = dict(base.entries)
    for key, entry in over.entries.items():
        below = entries.get(key)
        entries[key] = entry if below is None else Entry(entry.where, merge(below.node, entry.node))
    return Mapping(entries, over.where if over.entries else base.where, base.replaces)


def plain(node: Node) -> Plain:
    """The tree as lists, dictionaries and scalars."""
    match node:
        case Mapping():
            return {key: plain(entry.node) for key, entry in node.entries.items()}
        case Sequence():
            return [plain(item) for item in node.items]
        case Scalar():
            return node.value


def walk(node: Node, path: Path = (), where: Location | None = None) -> Iterator[tuple[Path, Node, Location]]:
    """Every value below and including node with its path and place.

    The place of a map or list under a key is the place of the key, which is what a reader looks for.
    """
    yield path, node, node.where if where is None or isinstance(node, Scalar) else where
    match node:
        case Mapping():
            for key, entry in node.entries.items():
                yield from walk(entry.node, (*path, key), entry.where)
        case Sequence():
            for index, item in enumerate(node.items):
                yield from walk(item, (*path, index))
        case Scalar():
            pass


def dotted(path: Path) -> str:
    """ "widget.objects.0.object" """
    return ".".join(str(part) for part in path)
