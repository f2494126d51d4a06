"""Types made ready for the walk: looked up by qualified name, gated by an API version, with the tolerances applied."""

from __future__ import annotations

from typing import Literal

from toolkit.metadata.schema.model import ComplexType, EnumType, Member, Schema, Span
from toolkit.metadata.schema.values import BOOLEANS

Missing = Literal["error", "warning"]

# The WSDL's primitives are not truly required: an org fills in false, 0 or the version of the call.
_FILLED_IN = frozenset({"boolean", "int", "double", "number"})

# (type, element): what the WSDL requires and real, deployable files leave out.
NOT_REQUIRED = frozenset(
    {
        ("Package", "version"),  # a destructive manifest has none
        ("LookupFilterTranslation", "errorMessage"),  # orgs retrieve what is translated
        ("LookupFilterTranslation", "informationalMessage"),
        ("ObjectNameCaseValue", "value"),
    }
)

# (type, element): what the WSDL requires and an org fills in, although it is no primitive.
USUALLY_THERE = frozenset(
    {("ApexClass", "status"), ("ApexTrigger", "status"), ("ConnectedAppOauthPolicy", "ipRelaxation")}
)

# (type, element): the WSDL says base64, source files hold XML; whatever is there is taken.
OPAQUE = frozenset({("LightningComponentBundle", "targetConfigs")})

# Roots that a tool other than the Metadata API reads, where repeated elements may stand apart.
UNGROUPED = frozenset({"LightningComponentBundle"})


_OLD = 40
"""An API version; what came with it or before is in every file that a project of today retrieves."""


def _missing(kind: ComplexType, member: Member) -> Missing:
    """How bad it is that a required member is not there; files from before it came stay deployable."""
    late = member.since is not None and member.since.after > _OLD
    if member.type in _FILLED_IN or late or (kind.name, member.name) in USUALLY_THERE:
        return "warning"
    return "error"


class Slot:
    """A child element as the walk meets it. ok: the texts that are right without a further look (None: all are)."""

    __slots__ = ("enum", "kind", "name", "newer", "ok", "plan", "removed", "repeated", "required", "type")

    def __init__(self, member: Member, kind: str, *, required: bool, newer: Span | None, removed: Span | None) -> None:
        """kind: a built-in type, "enum" or "complex"."""
        self.name, self.type, self.repeated = member.name, member.type, member.repeated
        self.kind = kind
        self.required = required
        self.newer = newer
        self.removed = removed
        self.ok: frozenset[str] | None = None
        self.enum: EnumType | None = None
        self.plan: Plan | None = None


Shape = tuple[str, ...]


class Plan:
    """A complex type at one API version.

    slots and required are by qualified name, and filled in by the planner: types may hold themselves. shapes:
    sequences of child names that were found clean, with their slots. orders: the same without repetitions, from which
    the fast tier learns in which order this project has them.
    """

    __slots__ = ("grouped", "name", "orders", "required", "shapes", "slots")

    def __init__(self, name: str) -> None:
        self.name = name
        self.grouped = name not in UNGROUPED
        self.slots: dict[str, Slot] = {}
        self.required: tuple[tuple[str, Missing], ...] = ()
        self.shapes: dict[Shape, tuple[Slot | None, ...]] = {}
        self.orders: dict[Shape, None] = {}


class Planner:
    """Plans of one API version and one namespace, made when first asked for."""

    def __init__(self, schema: Schema, version: int, namespace: str) -> None:
        self.schema = schema
        self.version = version
        self.prefix = f"{{{namespace}}}" if namespace else ""
        self._plans: dict[str, Plan] = {}
        self._enums: dict[str, frozenset[str]] = {}

    def plan(self, name: str) -> Plan | None:
        """The plan of a complex type, None when the schema does not know it."""
        plan = self._plans.get(name)
        if plan is None:
            kind = self.schema.complex_type(name)
            if kind is None:
                return None
            plan = self._plans[name] = Plan(name)
            plan.required = tuple(
                (self.prefix + m.name, _missing(kind, m)) for m in kind.members if self._required(kind, m)
            )
            plan.slots = {self.prefix + m.name: self._slot(kind, m) for m in kind.members}
        return plan

    def _required(self, kind: ComplexType, member: Member) -> bool:
        """Whether the element is required for certain: between two known versions nobody knows when it came or went."""
        came = member.since is None or self.version >= member.since.after
        gone = member.until is not None and self.version > member.until.before
        return member.required and came and not gone and (kind.name, member.name) not in NOT_REQUIRED

    def _slot(self, kind: ComplexType, member: Member) -> Slot:
        opaque = (kind.name, member.name) in OPAQUE
        enum = self.schema.enum(member.type)
        known = enum or self.schema.complex_type(member.type)
        slot = Slot(
            member,
            "any" if opaque else "enum" if enum else "complex" if known else member.type,
            required=self._required(kind, member),
            newer=member.since if member.newer_than(self.version) else None,
            removed=member.until if member.removed_before(self.version) else None,
        )
        if enum:
            slot.enum, slot.ok = enum, self._values(enum)
        elif slot.kind == "boolean":
            slot.ok = BOOLEANS
        return slot

    def _values(self, enum: EnumType) -> frozenset[str]:
        """The values that the enum has at this API version."""
        values = self._enums.get(enum.name)
        if values is None:
            gone = {v.name for v in enum.values if v.newer_than(self.version) or v.removed_before(self.version)}
            values = self._enums[enum.name] = frozenset(v.name for v in enum.values) - gone
        return values

    def inner(self, slot: Slot) -> Plan:
        """The plan of a complex slot."""
        if slot.plan is None:
            slot.plan = self.known(slot.type)
        return slot.plan

    def known(self, name: str) -> Plan:
        """The plan of a complex type that the schema has; KeyError otherwise."""
        plan = self.plan(name)
        if plan is None:
            raise KeyError(name)
        return plan
