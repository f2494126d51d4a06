"""The order of elements that the platform writes: that of the WSDL, by the schema module's types."""

from __future__ import annotations

from functools import cache

from toolkit.localorg.tree import Node
from toolkit.metadata.schema.model import ComplexType, schema


@cache
def _ranks(type_name: str) -> tuple[dict[str, int], dict[str, str]] | None:
    kind: ComplexType | None = schema().complex_type(type_name)
    if kind is None:
        return None
    rank = {member.name: place for place, member in enumerate(kind.members)}
    return rank, {member.name: member.type for member in kind.members}


def in_order(node: Node, type_name: str) -> Node:
    """The node with its children, and theirs, in WSDL order; repeated ones keep their order. Changed in place."""
    known = _ranks(type_name)
    if known is None:
        return node
    rank, types = known
    last = len(rank)
    node.children.sort(key=lambda child: rank.get(child.name, last))
    for child in node.children:
        if child.children:
            in_order(child, types.get(child.name, ""))
    return node


def sort_list(node: Node, element: str, key: str) -> None:
    """Sort the repeated children of one name by the text of a child (or their own), leaving the others in place."""

    def text(entry: Node) -> tuple[str, str]:
        value = (entry.value(key) or "") if key else entry.text.strip()
        return value.casefold(), value

    entries = iter(sorted(node.all(element), key=text))
    node.children = [next(entries) if child.name == element else child for child in node.children]
