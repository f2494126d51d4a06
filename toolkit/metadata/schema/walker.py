"""The walk: every element of a document against its type. It is the only source of messages about content.

Documents come without comments and processing instructions (reading.parse leaves them out).
"""

from __future__ import annotations

from typing import Literal, NamedTuple, cast

from lxml import etree

from toolkit.metadata.schema import leaf, values
from toolkit.metadata.schema.finding import Severity
from toolkit.metadata.schema.model import LATEST, Span
from toolkit.metadata.schema.plan import Plan, Planner, Shape, Slot
from toolkit.metadata.schema.suggest import listed, nearest
from toolkit.metadata.xml import local_name

XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
XML = "{http://www.w3.org/XML/1998/namespace}"
XSD_NS = "http://www.w3.org/2001/XMLSchema"
_SHAPES = 4000  # clean shapes kept for a type; more are judged anew each time
_ORDERS = 500  # orders kept for a type
_SHAPE_LENGTH = 400  # children; longer shapes are not kept

# orgs keep the text of these files and give it back with foreign attributes and elements without a namespace
_LENIENT = frozenset({"LightningComponentBundle"})
_INSTANCE = frozenset(f"{XSI}{name}" for name in ("nil", "type", "schemaLocation", "noNamespaceSchemaLocation"))
_WITH_ATTRIBUTES = etree.XPath("descendant-or-self::*[@*]")


Behind = Literal["", "start", "end"]


class Raw(NamedTuple):
    """A finding before its place in the text is known.

    element is the one that it stands on. behind: it stands on the text that follows the element's start tag (start)
    or its end tag (end).
    """

    code: str
    severity: Severity
    message: str
    element: etree._Element
    mend: str | None = None
    subject: str = ""
    type: str = ""
    value: str = ""
    behind: Behind = ""


class _Enough(Exception):  # noqa: N818 - it ends a walk, it is no error
    """The limit of findings is reached."""


class Walker:
    """Judges documents of one API version and namespace; what it learnt of one document's shapes helps the next."""

    def __init__(self, planner: Planner) -> None:
        self._planner = planner
        self._cut = len(planner.prefix)
        self._raws: list[Raw] = []
        self._limit = 0
        self._nil: set[etree._Element] = set()
        self._typed: dict[etree._Element, str] = {}
        self._opaque: set[etree._Element] = set()
        # above the newest version we know, what we do not know may be right
        self._unsure: Severity = "warning" if planner.version > LATEST else "error"

    def walk(self, root: etree._Element, plan: Plan, *, limit: int, attributes: bool = True) -> list[Raw]:
        """The findings; when there are more than `limit`, the first limit + 1 that were met.

        A document that has removed elements is of an older API version, where what is missing need not be required.
        attributes: False when the document is known to have none.
        """
        self._raws, self._limit = [], limit
        self._nil, self._typed, self._opaque = set(), {}, set()
        marked = _elements(_WITH_ATTRIBUTES(root)) if attributes else []
        try:
            for element in marked:
                self._note_instance(element)
            self._complex(root, plan)
            for element in marked:
                self._attributes(element, root)
        except _Enough:
            pass
        if any(raw.code == "removed" for raw in self._raws):
            return [raw._replace(severity="warning") if raw.code == "missing-element" else raw for raw in self._raws]
        return self._raws

    def _say(self, raw: Raw) -> None:
        self._raws.append(raw)
        if len(self._raws) > self._limit:
            raise _Enough

    # ---- elements

    def _complex(self, element: etree._Element, plan: Plan) -> None:
        children = list(element)
        text = element.text
        if text and not text.isspace():
            self._stray_text(element, text, element)
        shape: Shape = tuple([child.tag for child in children])
        slots = plan.shapes.get(shape)
        if slots is None:
            slots = self._judge(element, plan, children, shape)
        special = self._nil or self._typed
        for child, slot in zip(children, slots, strict=True):
            text = child.tail
            if text and not text.isspace():
                self._stray_text(element, text, child)
            if slot is None or (special and self._instance(child, slot)):
                continue
            if slot.kind == "complex":
                self._complex(child, slot.plan or self._planner.inner(slot))
            elif slot.ok is not None:
                if child.text not in slot.ok or len(child):
                    self._leaf(child, slot)
            elif slot.kind != "string" or len(child):
                self._leaf(child, slot)

    def _judge(
        self, element: etree._Element, plan: Plan, children: list[etree._Element], shape: Shape
    ) -> tuple[Slot | None, ...]:
        """Names, number and grouping of the children; their slots, None for one that has none."""
        before = len(self._raws)
        seen: set[str] = set()
        slots: list[Slot | None] = []
        previous = ""
        for child, tag in zip(children, shape, strict=True):
            slot = plan.slots.get(tag)
            slots.append(slot)
            if slot is None:
                self._unknown(child, plan)
            else:
                if tag in seen and (not slot.repeated or (tag != previous and plan.grouped)):
                    self._again(child, slot, plan)
                if slot.newer or slot.removed:
                    self._gated(child, slot, plan)
            seen.add(tag)
            previous = tag
        for tag, severity in plan.required:
            if tag not in seen and element not in self._nil:
                self._missing(element, plan, tag[self._cut :], severity)
        found = tuple(slots)
        if len(self._raws) == before:
            if len(shape) <= _SHAPE_LENGTH and len(plan.shapes) < _SHAPES:
                plan.shapes[shape] = found
            if len(plan.orders) < _ORDERS:
                plan.orders[tuple(dict.fromkeys(shape))] = None
        return found

    def _again(self, child: etree._Element, slot: Slot, plan: Plan) -> None:
        name = slot.name
        if slot.repeated:
            message = f"<{name}> stands apart from the other <{name}> of this {plan.name}"
            mend = "move it next to them; an org takes repeated elements only together"
            self._say(Raw("split-group", "error", message, child, mend, name, plan.name))
        else:
            message = f"<{name}> is there twice in this {plan.name}, which takes one"
            self._say(Raw("duplicate-element", "error", message, child, "remove one of them", name, plan.name))

    def _missing(self, element: etree._Element, plan: Plan, name: str, severity: Severity) -> None:
        message = f"{plan.name} needs <{name}>, which is missing"
        slot = plan.slots[self._planner.prefix + name]
        mend = f"add <{name}>...</{name}> with {leaf.describe(slot)}"
        if severity == "warning":
            message = f"{plan.name} has no <{name}>, so the org's own default counts"
            mend += ", or leave it to the org on purpose"
        self._say(Raw("missing-element", severity, message, element, mend, name, plan.name))

    def _gated(self, child: etree._Element, slot: Slot, plan: Plan) -> None:
        span = slot.newer or slot.removed
        if span is not None:
            subject = f"<{slot.name}> of {plan.name}"
            self._say(self.gate(child, subject, slot.name, span, newer=slot.newer is not None))

    def gate(self, element: etree._Element, subject: str, name: str, span: Span, *, newer: bool) -> Raw:
        """The warning that something is not in this API version."""
        version = f"{self._planner.version}.0"
        if newer:
            when = _between(span, "came with", "came between")
            mend = f"raise the API version to {span.after}.0 or later, or remove it"
            return Raw("newer", "warning", f"{subject} is not in API version {version}: it {when}", element, mend, name)
        when = _between(span, "was removed in", "was removed between")
        mend = f"remove it, or stay at API version {span.before}.0 or earlier"
        message = f"{subject} is no longer in API version {version}: it {when}"
        return Raw("removed", "warning", message, element, mend, name)

    def _unknown(self, child: etree._Element, plan: Plan) -> None:
        name = local_name(child)
        if not child.tag.startswith(self._planner.prefix) or (not self._planner.prefix and child.tag[:1] == "{"):
            space = etree.QName(child).namespace
            message = f"<{name}> is in the namespace {space!r}" if space else f"<{name}> is in no namespace"
            mend = f"leave out its xmlns, so that it is in {self._planner.prefix.strip('{}') or 'none'} like its parent"
            severity: Severity = "warning" if not space and plan.name in _LENIENT else "error"
            self._say(Raw("namespace", severity, message, child, mend, name, plan.name, space or ""))
            return
        allowed = tuple(slot.name for slot in plan.slots.values())
        near = nearest(name, allowed)
        home = None if near and near.lower() == name.lower() else self._home(child, plan, name)
        if home:
            message = f"<{name}> does not belong in {plan.name}; it is an element of {home}"
            mend = f"move it into the {home} that it is meant for"
            self._say(Raw("misplaced-element", self._unsure, message, child, mend, name, plan.name))
            return
        mend = f"did you mean <{near}>?" if near else f"{plan.name} takes {listed(allowed)}"
        severity = "warning" if _preference(child, plan, name, allowed) else self._unsure
        if self._unsure == "warning":
            mend += f" (types are known up to API version {LATEST}.0)"
        message = f"unknown element <{name}> in {plan.name}"
        self._say(Raw("unknown-element", severity, message, child, mend, name, plan.name))

    def _home(self, child: etree._Element, plan: Plan, name: str) -> str | None:
        """The type near this place that has such an element: of an element beside it, inside it or around it."""
        tag = self._planner.prefix + name
        inner = (slot for slot in plan.slots.values() if slot.kind == "complex")
        for slot in inner:
            if tag in self._planner.inner(slot).slots:
                return slot.type
        parent = child.getparent()
        outer = [] if parent is None else [local_name(a) for a in parent.iterancestors()]
        if outer:
            top = self._planner.plan(outer[-1])
            if top is not None and top.name != plan.name and tag in top.slots:
                return top.name
        return None

    # ---- values

    def _leaf(self, child: etree._Element, slot: Slot) -> None:
        if len(child):
            if slot.kind in {"any", "base64"}:
                self._opaque.add(child)
                return
            names = listed(tuple(dict.fromkeys(local_name(c) for c in child)), limit=3)
            message = f"<{slot.name}> takes {leaf.describe(slot)}, not elements"
            mend = f"take <{names}> out of it"
            self._opaque.add(child)
            self._say(Raw("content", "error", message, child, mend, slot.name, slot.type))
            return
        fault = leaf.judge(child.text or "", slot, self._planner)
        if fault is None:
            return
        if fault.span is not None:
            subject = f"the value {fault.value} of <{slot.name}>"
            self._say(self.gate(child, subject, slot.name, fault.span, newer=fault.newer))
            return
        severity = self._unsure if fault.code == "enum" and fault.severity == "error" else fault.severity
        self._say(Raw(fault.code, severity, fault.message, child, fault.mend, slot.name, slot.type, fault.value))

    def _stray_text(self, element: etree._Element, text: str, before: etree._Element) -> None:
        """The finding of text in a complex element, which stands behind the start or the end of `before`."""
        name = local_name(element)
        message = f"text between the elements of <{name}>: {leaf.quote(text.strip())}"
        mend = "remove it, or put it into the element that it is meant for"
        behind: Behind = "start" if before is element else "end"
        self._say(Raw("text", "error", message, before, mend, name, "", text.strip()[:200], behind))

    # ---- attributes

    def _note_instance(self, element: etree._Element) -> None:
        nil = element.get(f"{XSI}nil")
        if nil is not None:
            if nil.strip() not in values.BOOLEANS:
                self._instance_fault(element, f'xsi:nil="{nil}" is neither true nor false', "remove xsi:nil")
            elif nil.strip() in {"true", "1"}:
                self._nil.add(element)
                if len(element) or (element.text or "").strip():
                    mend = "remove xsi:nil, or what the element holds"
                    self._instance_fault(element, 'xsi:nil="true" on an element that is not empty', mend)
        kind = element.get(f"{XSI}type")
        if kind is not None:
            self._typed[element] = kind

    def _instance_fault(self, element: etree._Element, what: str, mend: str) -> None:
        name = local_name(element)
        self._say(Raw("attribute", "error", f"<{name}> has {what}", element, mend, name))

    def _instance(self, child: etree._Element, slot: Slot) -> bool:
        """Whether xsi:nil or xsi:type settles this element; a type that its place does not allow is said here."""
        if child in self._nil:
            return True
        if child not in self._typed:
            return False
        prefix, _, name = self._typed[child].strip().rpartition(":")
        space = child.nsmap.get(prefix or None)
        if space == XSD_NS:
            if slot.kind == "any" and not len(child):
                fault = leaf.judge_xsd(child.text or "", name, slot)
                if fault:
                    self._say(Raw(fault.code, "error", fault.message, child, fault.mend, slot.name, name, fault.value))
            return slot.kind == "any"
        if slot.kind == "complex" and space == self._planner.prefix.strip("{}"):
            plan = self._planner.plan(name)
            if plan is not None and name in (slot.type, *self._planner.schema.heirs(slot.type)):
                self._complex(child, plan)
                return True
            message = f'xsi:type="{self._typed[child]}" is no kind of {slot.type}, which belongs here'
            self._say(Raw("attribute", "error", message, child, "remove xsi:type", slot.name, slot.type))
        elif space != self._planner.prefix.strip("{}") or self._planner.schema.type(name) is None:
            self._instance_fault(
                child, f'xsi:type="{self._typed[child]}", which is no type of metadata', "remove xsi:type"
            )
        return False

    def _attributes(self, element: etree._Element, root: etree._Element) -> None:
        if self._inside_opaque(element):
            return
        for key in element.keys():  # noqa: SIM118 - an element is no mapping
            name = str(key)
            if name in _INSTANCE or name.startswith(XML) or (element is root and name == "fqn"):
                continue
            message = (
                f"<{local_name(element)}> has an attribute {name.rpartition('}')[2]}, which metadata does not have"
            )
            mend = "remove it; metadata keeps values in elements"
            lenient = element is root and local_name(root) in _LENIENT
            self._say(Raw("attribute", "warning" if lenient else "error", message, element, mend, name))

    def _inside_opaque(self, element: etree._Element) -> bool:
        if not self._opaque:
            return False
        return element in self._opaque or any(a in self._opaque for a in element.iterancestors())


def _preference(child: etree._Element, plan: Plan, name: str, allowed: tuple[str, ...]) -> bool:
    """Whether this may be a preference that only some orgs have, which no public list names; it is no slip of one."""
    if not plan.name.endswith("Settings") or len(child) or (child.text or "").strip() not in {"true", "false"}:
        return False
    return nearest(name, allowed, 0.9) is None


def _between(span: Span, exactly: str, between: str) -> str:
    if span.after == span.before + 1:
        return f"{exactly} {span.after}.0"
    return f"{between} {span.before + 1}.0 and {span.after}.0"


def _elements(found: object) -> list[etree._Element]:
    return cast("list[etree._Element]", found)
