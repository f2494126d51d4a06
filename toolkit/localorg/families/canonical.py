"""How the platform writes a document: elements in WSDL order, by the schema module's types, and empty ones its way."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from toolkit.localorg.tree import Node
from toolkit.metadata.schema.model import ComplexType, schema

_TRANSLATION = "Translation"
"""The types whose empty elements show in a comment what there is to translate (retrieved files)."""


class _Shape(NamedTuple):
    """The elements of a type: name to place, name to type, and those that hold others."""

    rank: dict[str, int]
    types: dict[str, str]
    holders: frozenset[str]


@cache
def _shape(type_name: str) -> _Shape | None:
    kind: ComplexType | None = schema().complex_type(type_name)
    if kind is None:
        return None
    rank = {member.name: place for place, member in enumerate(kind.members)}
    types = {member.name: member.type for member in kind.members}
    return _Shape(rank, types, frozenset(name for name, of in types.items() if schema().complex_type(of) is not None))


def in_order(node: Node, type_name: str) -> Node:
    """The node as the platform writes it, and everything below; changed in place.

    Children are in WSDL order, repeated ones keep theirs. What could hold elements and holds none is one tag
    (`<layoutColumns/>`), a text that is empty is two; comments go, but for those of translations.
    """
    shape = _shape(type_name)
    if shape is None:
        return node
    last = len(shape.rank)
    node.children.sort(key=lambda child: shape.rank.get(child.name, last))
    for child in node.children:
        if child.children:
            in_order(child, shape.types.get(child.name, ""))
        elif not child.text:
            child.closed = child.name in shape.holders
            if _TRANSLATION not in type_name:
                child.comment = ""
    return node


def sort_list(node: Node, element: str, key: str) -> None:
    """Sort the repeated children of one name by the text of a child (or their own), leaving the others in place."""

    def text(entry: Node) -> tuple[str, str]:
        value = (entry.value(key) or "") if key else entry.text.strip()
        return value.casefold(), value

    entries = iter(sorted(node.all(element), key=text))
    node.children = [next(entries) if child.name == element else child for child in node.children]
