"""References as data: which element of which type names a component of which other type."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from toolkit.validate.document import Document
from toolkit.validate.tree import Element


class Reference(NamedTuple):
    """In documents of type `source` the element at `path` names a component of one of the `targets`.

    path: "classAccesses/apexClass" goes down from the root, "//pageName" looks at every depth below it.
    "*" stands for what the Visualforce scanner finds, "@apex" and the like for what toolkit.validate.script finds in
    Lightning components. when: ("type", "Flexipage") asks for a sibling with this text.
    by: finds the elements and names itself, where a path cannot say it.
    """

    source: str
    path: str
    targets: tuple[str, ...]
    when: tuple[str, str] | None = None
    by: Callable[[Document], Iterator[tuple[Element, str]]] | None = None

    def find(self, document: Document) -> Iterator[tuple[Element, str]]:
        """The elements and the names they hold."""
        return self.by(document) if self.by is not None else self._by_path(document)

    def _by_path(self, document: Document) -> Iterator[tuple[Element, str]]:
        outer, _, inner = self.path.rpartition("/")
        if outer.startswith("//"):
            parents = document.deep(outer[2:])
        elif outer:
            *upper, last = outer.split("/")
            start = document.find(*upper) if upper else document.root
            if start is None:
                return
            parents = document.all(last, start)
        else:
            parents = iter((document.root,))
        yield from self._below(document, parents, inner)

    def _below(self, document: Document, parents: Iterator[Element], inner: str) -> Iterator[tuple[Element, str]]:
        tag = document.ns + inner
        for parent in parents:
            if self.when and document.value(parent, self.when[0]) != self.when[1]:
                continue
            for element in parent.iterchildren(tag):
                if text := (element.text or "").strip():
                    yield element, text
