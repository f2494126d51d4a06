"""Generic: a type of which only its schema is known; the base of every other family."""

# ruff: noqa: ARG002  methods of one shape: not every one needs every argument

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from toolkit.localorg.families import canonical, defaults
from toolkit.localorg.families.base import Deploy, Fault, Incoming, Pointer, Scope
from toolkit.localorg.model.org import Work
from toolkit.localorg.store.components import Reference, Stored
from toolkit.localorg.tree import Node


@dataclass(frozen=True, slots=True)
class Names:
    """An element whose text names a component: path from the root, type it names, and what deleting that does.

    holds: the named component cannot go; otherwise the entry (the first element of the path) goes with it.
    """

    path: str
    type: str
    holds: bool = True

    @property
    def element(self) -> str:
        return self.path.rpartition("/")[2]


class Generic:
    """Keeps what it is given. Subclasses say what they refer to in `names`, and override what they do differently."""

    names: ClassVar[tuple[Names, ...]] = ()
    lists: ClassVar[Mapping[str, str]] = {}
    """Repeated elements that the platform sorts: element to the child it sorts them by ("" for their own text)."""
    merges: ClassVar[bool] = False
    """Whether a deploy leaves alone what its file does not name."""

    def __init__(self, type_name: str) -> None:
        self.type = type_name

    def pointers(self, incoming: Incoming) -> Iterator[Pointer]:
        for spec in self.names:
            for node in incoming.root.at(spec.path):
                if text := node.text.strip():
                    yield Pointer(spec.element, spec.type, text, node.line, node.column, spec.holds)

    def check(self, incoming: Incoming, deploy: Deploy) -> Iterable[Fault]:
        return ()

    def canonical(self, incoming: Incoming, old: Stored | None, deploy: Deploy) -> Node:
        root = incoming.root
        self.complete(root, incoming, old, deploy)
        defaults.add(root, self.type)
        for element, key in self.lists.items():
            canonical.sort_list(root, element, key)
        return canonical.in_order(root, self.type)

    def complete(self, root: Node, incoming: Incoming, old: Stored | None, deploy: Deploy) -> None:
        """Add what the platform adds; root is changed in place."""

    def content(self, incoming: Incoming, old: Stored | None, deploy: Deploy) -> Mapping[str, bytes]:
        return incoming.files

    def settle(self, stored: Stored, root: Node, deploy: Deploy) -> None:
        """No side effects."""

    def shown(self, stored: Stored, root: Node, work: Work, scope: Scope | None) -> Node:
        return root

    def blockers(self, stored: Stored, work: Work) -> list[Fault]:
        return []

    def deleted(self, stored: Stored, work: Work) -> None:
        """No side effects."""

    def forget(self, root: Node, gone: Reference) -> None:
        for spec in self.names:
            if spec.element == gone.element and spec.type == gone.type and not spec.holds:
                drop_entries(root, spec.path, gone.name)


def drop_entries(root: Node, path: str, name: str) -> None:
    """Remove the entries whose element at path names a component."""
    head, _, rest = path.partition("/")

    def names_it(entry: Node) -> bool:
        leaves = entry.at(rest) if rest else iter((entry,))
        return any(leaf.text.strip().lower() == name.lower() for leaf in leaves)

    root.children = [entry for entry in root.children if entry.name != head or not names_it(entry)]
