"""The fast tier: one XML Schema for a metadata type at an API version, compiled by libxml2.

It is stricter than the walk (one order, no tolerances), and made from the walk's own plans, so what it accepts has no
finding; what it rejects says nothing, and goes to the walk. A test holds both against each other. The order is the
WSDL's, or one that the walk met in this project: any will do, since a sequence keeps repeated elements together.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from lxml import etree

from toolkit.metadata.schema.plan import Plan, Planner, Slot

Order = tuple[str, ...]
Orders = dict[str, Order]

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
_WITH_FQN = frozenset({"AuraDefinitionBundle", "LightningComponentBundle"})
MOST_MEMBERS = 150
"""libxml2 needs time that grows faster than the number of optional members; longer types are left to the walk."""


def compile_schema(planner: Planner, root: str, earlier: list[Orders]) -> tuple[etree.XMLSchema, Orders] | None:
    """A schema of documents with this root, and its orders of members by type.

    It takes other orders than the earlier ones. None for a type that is cheaper to walk, and when there is no
    other order.
    """
    plans = _closure(planner, planner.known(root))
    if any(len(plan.slots) > MOST_MEMBERS for plan in plans):
        return None
    orders = {plan.name: _order(plan, [one[plan.name] for one in earlier]) for plan in plans}
    if orders in earlier:
        return None
    return etree.XMLSchema(_document(planner, root, plans, orders)), orders


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
    """Whether the fast tier takes the element at all: at this API version, with at least one value."""
    return slot.newer is None and slot.removed is None and (slot.enum is None or bool(slot.ok))


def _document(planner: Planner, root: str, plans: list[Plan], orders: Orders) -> etree._Element:
    namespace = planner.prefix.strip("{}")
    own = "t:" if namespace else ""
    nsmap = {"xs": _XS, **({"t": namespace} if namespace else {})}
    schema = etree.Element(f"{{{_XS}}}schema", {"elementFormDefault": "qualified"}, nsmap=nsmap)
    if namespace:
        schema.set("targetNamespace", namespace)
    _add(schema, "element", name=root, type=f"{own}{root}", nillable="true")
    for plan in plans:
        kind = _add(schema, "complexType", name=plan.name)
        sequence = _add(kind, "sequence")
        for tag in orders[plan.name]:
            if _present(plan.slots[tag]):
                _member(sequence, plan.slots[tag], own)
        if plan.name == root and root in _WITH_FQN:
            _add(kind, "attribute", name="fqn", type="xs:string")
    for slot in {slot.type: slot for slot in _enums(plans)}.values():
        restriction = _add(_add(schema, "simpleType", name=slot.type), "restriction", base="xs:string")
        for value in sorted(slot.ok or ()):
            _add(restriction, "enumeration", value=value)
    _add(_add(schema, "simpleType", name="moment"), "union", memberTypes="xs:date xs:time xs:dateTime")
    return schema


def _order(plan: Plan, earlier: list[Order]) -> Order:
    """An order of the members for what the orders of earlier schemas do not take: the WSDL's, or one that was met.

    Among the orders that the walk met, the longest come first; one that contradicts those before it is left out.
    """
    wsdl = tuple(plan.slots)
    tried = [*earlier, wsdl] if wsdl not in earlier else earlier
    foreign = [met for met in plan.orders if not any(_fits(met, order) for order in tried)]
    if wsdl not in earlier and len(foreign) * 2 < len(plan.orders):
        return wsdl
    order: list[str] = []
    for met in sorted(foreign, key=len, reverse=True):
        if _fits(met, order):
            _add_names(order, met)
    _add_names(order, wsdl)
    return tuple(order)


def _fits(met: Order, order: Sequence[str]) -> bool:
    """Whether the names that both have stand in the same order."""
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


def _member(sequence: etree._Element, slot: Slot, own: str) -> None:
    kind = _BUILTIN.get(slot.kind) or f"{own}{'moment' if slot.kind == 'moment' else slot.type}"
    element = _add(sequence, "element", name=slot.name, type=kind, nillable="true")
    if not slot.required:
        element.set("minOccurs", "0")
    if slot.repeated:
        element.set("maxOccurs", "unbounded")


def _enums(plans: list[Plan]) -> Iterator[Slot]:
    for plan in plans:
        for slot in plan.slots.values():
            if slot.kind == "enum" and _present(slot):
                yield slot


def _add(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{_XS}}}{tag}", attributes)
