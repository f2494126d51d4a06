"""How the platform writes a document: elements in WSDL order, by the schema module's types, and empty ones its way."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from toolkit.localorg.tree import Node
from toolkit.metadata.schema.model import ComplexType, schema

_TRANSLATION = "Translation"
"""The types whose empty elements show in a comment what there is to translate (retrieved files)."""


_SORTED: Mapping[str, Mapping[str, str]] = {
    # lists that are in order in every retrieved file looked at (of eight orgs): element to the child that counts
    "CustomMetadata": {"values": "field"},
    "CustomObjectTranslation": dict.fromkeys(
        ("fieldSets", "fields", "quickActions", "recordTypes", "validationRules", "webLinks"), "name"
    ),
    "FlowRecordCreate": {"inputAssignments": "field"},
    "FlowRecordUpdate": {"inputAssignments": "field"},
    "Layout": {"excludeButtons": ""},
    "PermissionSetGroup": {"permissionSets": ""},
    "Translations": dict.fromkeys(("customApplications", "customLabels", "customTabs", "reportTypes"), "name"),
}
_SORTED_BLIND: Mapping[str, Mapping[str, str]] = {
    "FlowSubflow": {"inputAssignments": "name"},
    "QuickAction": {"fieldOverrides": "field"},
}
"""Those in which capitals do not count, in the same files; and everything that has a name in a flow."""
_FLOW = "Flow"


class _Shape(NamedTuple):
    """The elements of a type: name to place, name to type, those that hold others, and the lists that are sorted."""

    rank: dict[str, int]
    types: dict[str, str]
    holders: frozenset[str]
    lists: Mapping[str, str]
    blind: Mapping[str, str]


@cache
def _shape(type_name: str) -> _Shape | None:
    kind: ComplexType | None = schema().complex_type(type_name)
    if kind is None:
        return None
    rank = {member.name: place for place, member in enumerate(kind.members)}
    types = {member.name: member.type for member in kind.members}
    inner = {name: found for name, of in types.items() if (found := schema().complex_type(of)) is not None}
    blind = _SORTED_BLIND.get(type_name, {})
    if type_name == _FLOW:
        repeated = {member.name for member in kind.members if member.repeated}
        blind = {name: "name" for name, found in inner.items() if name in repeated and found.member("name") is not None}
    return _Shape(rank, types, frozenset(inner), _SORTED.get(type_name, {}), blind)


def in_order(node: Node, type_name: str) -> Node:
    """The node as the platform writes it, and everything below; changed in place.

    Children are in WSDL order, repeated ones keep theirs. What could hold elements and holds none is one tag
    (`<layoutColumns/>`), a text that is empty is two; comments go, but for those of translations. Lists that nobody
    sees in order are sorted.
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
    for element, key in shape.lists.items():
        sort_list(node, element, key)
    for element, key in shape.blind.items():
        sort_list(node, element, key, blind=True)
    return node


def sort_list(node: Node, element: str, key: str, *, blind: bool = False) -> None:
    """Sort the repeated children of one name by the text of a child (or their own), leaving the others in place.

    The order is that of the characters' codes, capitals before small letters: so are all lists of all permission sets
    and profiles in ten retrieved orgs. blind: capitals do not count.
    """

    def text(entry: Node) -> str:
        found = (entry.value(key) or "") if key else entry.text.strip()
        return found.casefold() if blind else found

    listed = list(node.all(element))
    if len(listed) > 1:
        entries = iter(sorted(listed, key=text))
        node.children = [next(entries) if child.name == element else child for child in node.children]
