"""Elements that hold a value: is it one of the enumeration, a boolean, a number, a date?"""

from __future__ import annotations

from typing import NamedTuple

from toolkit.metadata.schema import values
from toolkit.metadata.schema.finding import Severity
from toolkit.metadata.schema.model import EnumType, Span
from toolkit.metadata.schema.plan import Planner, Slot
from toolkit.metadata.schema.suggest import listed, nearest

_QUOTED = 60  # characters of a wrong value that a message repeats
_BLANK = " \t\r\n"

# Enums of which deployable files have values in the wrong case, and those that orgs retrieve empty: seen in public
# projects, in hundreds of thousands of files, and no other. The platform refuses an empty value of another enum in
# these words: '' is not a valid value for the enum 'TestLevel'.
_ANY_CASE = frozenset({"FlowVersionStatus", "ActionOverrideType"})
_OFTEN_EMPTY = frozenset({"Gender", "StartsWith"})

# xsi:type of the values of custom metadata records
_XSD_KINDS = {name: name for name in ("boolean", "int", "double", "date", "dateTime", "time")}


class Fault(NamedTuple):
    """What is wrong with a value; span and newer are set when only the API version is."""

    code: str
    severity: Severity
    message: str
    mend: str
    value: str
    span: Span | None = None
    newer: bool = False


def judge(text: str, slot: Slot, planner: Planner) -> Fault | None:
    """The fault of an element's text, None when it is right (or harmless)."""
    if slot.kind in {"string", "base64", "any"}:
        return None
    bare = text.strip(_BLANK)
    if not bare and slot.kind != "boolean":
        return _empty(slot)
    if slot.enum is not None and slot.ok is not None:
        return _enum(bare, slot, slot.enum, slot.ok, planner.version)
    if values.good(slot.kind, bare):
        return None
    if slot.kind == "boolean" and bare.lower() in {"true", "false"}:
        message = f"<{slot.name}> has {quote(bare)}; booleans are written in small letters"
        severity: Severity = "warning" if bare in {"True", "False"} else "error"  # deployable files have those two
        return Fault("boolean", severity, message, f"write {bare.lower()}", bare)
    message = f"<{slot.name}> takes {values.FORMS[slot.kind]}, not {quote(bare)}"
    return Fault(values.CODES[slot.kind], "error", message, f"write {values.FORMS[slot.kind]}", bare)


def judge_xsd(text: str, name: str, slot: Slot) -> Fault | None:
    """The fault of a text whose xsi:type says that it is xsd:name."""
    kind = _XSD_KINDS.get(name)
    bare = text.strip(_BLANK)
    if kind is None or not bare or values.good(kind, bare):
        return None
    message = f'<{slot.name}> says xsi:type="xsd:{name}" and has {quote(bare)}'
    return Fault(values.CODES[kind], "error", message, f"write {values.FORMS[kind]}, or mend the xsi:type", bare)


def describe(slot: Slot) -> str:
    """What the element takes, to follow "takes" or "with"."""
    if slot.kind == "enum" and slot.ok:
        return f"one of {listed(tuple(sorted(slot.ok)), limit=5)}"
    if slot.kind == "complex":
        return f"the elements of {slot.type}"
    return values.FORMS.get(slot.kind, "text")


def quote(text: str) -> str:
    """The text on one line, cut short, in quotes."""
    flat = " ".join(text.split())
    return f"'{flat if len(flat) <= _QUOTED else flat[:_QUOTED] + '…'}'"


def _empty(slot: Slot) -> Fault:
    code = "enum" if slot.kind == "enum" else values.CODES[slot.kind]
    message = f"<{slot.name}> is empty where {describe(slot)} belongs"
    severity: Severity = "warning" if slot.type in _OFTEN_EMPTY else "error"
    return Fault(code, severity, message, "remove the element or fill it in", "")


def _enum(text: str, slot: Slot, enum: EnumType, ok: frozenset[str], version: int) -> Fault | None:
    if text in ok:
        return None
    for value in enum.values:
        if value.name == text:  # it is in the schema, so another API version has it
            newer = value.newer_than(version)
            span = value.since if newer else value.until
            return Fault("newer" if newer else "removed", "warning", "", "", text, span, newer)
    allowed = tuple(value.name for value in enum.values if value.name in ok)
    near = nearest(text, allowed, 0.9 if enum.varies else 0.7)
    if near and near.lower() == text.lower():
        message = f"<{slot.name}> has {quote(text)}, which is written {near}"
        severity: Severity = "warning" if enum.varies or enum.name in _ANY_CASE else "error"
        return Fault("enum", severity, message, f"write {near}", text)
    if enum.varies and near is None:
        message = f"{quote(text)} is no value of {slot.type} that is known; <{slot.name}> takes what the org offers"
        return Fault("enum", "warning", message, f"known are {listed(allowed)}", text)
    message = f"{quote(text)} is not a value of {slot.type}, which <{slot.name}> takes"
    mend = f"did you mean {near}?" if near else f"it takes {listed(allowed)}"
    return Fault("enum", "error", message, mend, text)
