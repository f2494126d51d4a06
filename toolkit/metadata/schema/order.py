"""Canonical order: children as the WSDL has them, which is the order an org retrieves most types in."""

from __future__ import annotations

from lxml import etree

from toolkit.metadata.schema.model import ComplexType, Schema, schema
from toolkit.metadata.xml import local_name


def order_children(root: etree._Element, *, type_name: str | None = None) -> None:
    """Sort the children of the element, and theirs, into WSDL order, in place.

    type_name is the element's type, its own name when None. The sort is stable: repeated elements keep their order
    among themselves. Elements that the type does not have go last, in the order they came; a comment stays before
    the element that it stands before. An element of an unknown type is left as it is.
    """
    table = schema()
    kind = table.complex_type(type_name or local_name(root))
    if kind is not None:
        _order(root, kind, table)


def _order(element: etree._Element, kind: ComplexType, table: Schema) -> None:
    rank = {member.name: index for index, member in enumerate(kind.members)}
    types = {member.name: member.type for member in kind.members}
    last = len(rank)
    keyed: list[tuple[int, etree._Element]] = []
    key = last
    for child in reversed(element):
        if isinstance(child.tag, str):
            key = rank.get(local_name(child), last)
            inner = table.complex_type(types.get(local_name(child), ""))
            if inner is not None:
                _order(child, inner, table)
        keyed.append((key, child))
    keyed.reverse()
    order = sorted(keyed, key=lambda pair: pair[0])
    if order != keyed:
        tails = [child.tail for _, child in keyed]
        for (_, child), tail in zip(order, tails, strict=True):
            child.tail = tail  # white space belongs to the place, not to the element
        element[:] = [child for _, child in order]
