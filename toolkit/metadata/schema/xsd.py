"""The fast tier: XML Schemas for a metadata type at an API version, compiled by libxml2.

A schema is stricter than the walk (mostly one order, no tolerances), and made from the walk's own plans, so what it
accepts has no finding; what it rejects says nothing, and goes to the walk. A test holds both against each other. The
order is the WSDL's, or one that the walk met in this project: any will do, since a sequence keeps repeated elements
together.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from lxml import etree

from toolkit.metadata.schema.plan import Plan, Planner, Slot

Order = tuple[str, ...]
Orders = dict[str, Order]
ANY_ORDER: Order = ("any order",)
"""Stands for xs:all, which takes a fifth more time than a sequence and no repeated members."""

_XS = "http://www.w3.org/2001/XMLSchema"
_BUILTIN = {
    "string": "xs:string",
    "boolean": "xs:boolean",
    "int": "xs:int",
    "double": "xs:double",
    "number": "xs:double",
    "date": "xs:date",
    "dateTime": "xs:dateTime",
    "time": "xs:time",
    "base64": "xs:string",
    "any": "xs:anyType",
}
_MOMENT = '<xs:simpleType name="moment"><xs:union memberTypes="xs:date xs:time xs:dateTime"/></xs:simpleType>'
_WITH_FQN = frozenset({"AuraDefinitionBundle", "LightningComponentBundle"})
MOST_MEMBERS = 150
"""libxml2 needs time that grows faster than the number of optional members; longer types are left to the walk."""


class Draft:
    """A schema of documents with this root that is not compiled yet.

    orders: those of the members of each type: where the walk met some that the earlier drafts do not take, such.
    A type whose members all come once is then taken in any order.
    """

    def __init__(self, planner: Planner, root: str, earlier: list[Orders]) -> None:
        self._planner, self._root = planner, root
        self._plans = _closure(planner, planner.known(root))
        self._members = {plan.name: [tag for tag, slot in plan.slots.items() if _present(slot)] for plan in self._plans}
        self.orders: Orders = {
            plan.name: _order(plan, self._members[plan.name], [one[plan.name] for one in earlier])
            for plan in self._plans
        }

    @property
    def size(self) -> int:
        """Members of all types; what compiling costs is about in proportion to it."""
        return sum(map(len, self._members.values()))

    @property
    def sound(self) -> bool:
        """Whether libxml2 compiles it in reasonable time."""
        return max(map(len, self._members.values())) <= MOST_MEMBERS

    def takes_all(self, orders: Orders) -> bool:
        """Whether it takes all that a draft with these orders takes."""
        return all(self.orders[name] in (order, ANY_ORDER) for name, order in orders.items())

    def compile(self) -> etree.XMLSchema:
        return etree.XMLSchema(etree.fromstring(self._text()))

    def _text(self) -> str:
        space = self._planner.prefix.strip("{}")
        own, target = ("t:", f' xmlns:t="{space}" targetNamespace="{space}"') if space else ("", "")
        parts = [f'<xs:schema xmlns:xs="{_XS}"{target} elementFormDefault="qualified">', _MOMENT]
        parts.append(f'<xs:element name="{self._root}" type="{own}{self._root}" nillable="true"/>')
        enums: dict[str, Slot] = {}
        for plan in self._plans:
            order = self.orders[plan.name]
            group = "xs:all" if order is ANY_ORDER else "xs:sequence"
            parts.append(f'<xs:complexType name="{plan.name}"><{group}>')
            for tag in self._members[plan.name] if order is ANY_ORDER else order:
                slot = plan.slots[tag]
                parts.append(_member(slot, own))
                if slot.enum is not None:
                    enums[slot.type] = slot
            attribute = (
                '<xs:attribute name="fqn" type="xs:string"/>'
                if plan.name == self._root and self._root in _WITH_FQN
                else ""
            )
            parts.append(f"</{group}>{attribute}</xs:complexType>")
        for slot in enums.values():
            values = "".join(f'<xs:enumeration value="{_escaped(value)}"/>' for value in sorted(slot.ok or ()))
            restriction = f'<xs:restriction base="xs:string">{values}</xs:restriction>'
            parts.append(f'<xs:simpleType name="{slot.type}">{restriction}</xs:simpleType>')
        parts.append("</xs:schema>")
        return "".join(parts)


def _closure(planner: Planner, root: Plan) -> list[Plan]:
    """The root's plan and those of all types that it leads to, in the order in which they are met."""
    found: dict[str, Plan] = {root.name: root}
    waiting = [root]
    while waiting:
        for slot in waiting.pop().slots.values():
            if slot.kind == "complex" and _present(slot) and slot.type not in found:
                found[slot.type] = planner.inner(slot)
                waiting.append(found[slot.type])
    return list(found.values())


def _present(slot: Slot) -> bool:
    """Whether the schema takes the element at all: at this API version, with at least one value."""
    return slot.newer is None and slot.removed is None and (slot.enum is None or bool(slot.ok))


def _member(slot: Slot, own: str) -> str:
    kind = _BUILTIN.get(slot.kind) or f"{own}{'moment' if slot.kind == 'moment' else slot.type}"
    least = "" if slot.required else ' minOccurs="0"'
    most = ' maxOccurs="unbounded"' if slot.repeated else ""
    return f'<xs:element name="{slot.name}" type="{kind}" nillable="true"{least}{most}/>'


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def _order(plan: Plan, members: list[str], earlier: list[Order]) -> Order:
    """An order of the members that takes what no earlier one and the WSDL's does not; else the best of those.

    Among the orders that the walk met, those come first, and the longest of them; one that contradicts those before
    it is left out.
    """
    wsdl = tuple(members)
    tried = [*earlier, wsdl]
    foreign = [met for met in plan.orders if not any(_fits(met, order) for order in tried)]
    if not foreign:
        return max(tried, key=lambda order: sum(_fits(met, order) for met in plan.orders))
    if not any(plan.slots[tag].repeated for tag in members):
        return ANY_ORDER
    order: list[str] = []
    for met in (*sorted(foreign, key=len, reverse=True), *plan.orders, wsdl):
        if _fits(met, order):
            _add_names(order, met)
    _add_names(order, wsdl)
    return tuple(tag for tag in order if tag in members)


def _fits(met: Order, order: Sequence[str]) -> bool:
    """Whether the names that both have stand in the same order."""
    if order is ANY_ORDER:
        return True
    place = {name: index for index, name in enumerate(order)}
    known = [place[name] for name in met if name in place]
    return all(a < b for a, b in itertools.pairwise(known))


def _add_names(order: list[str], names: Order) -> None:
    """Add the names that the order lacks, each behind the one before it in `names`."""
    place = 0
    for name in names:
        if name in order:
            place = order.index(name) + 1
        else:
            order.insert(place, name)
            place += 1
