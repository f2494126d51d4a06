"""The fields that a formula names; formulas are not evaluated, and functions and types are not judged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from toolkit.localorg.families.base import Pointer
from toolkit.localorg.model.standard import standard_objects
from toolkit.localorg.tree import Node

_NOISE = re.compile(r"\"(?:[^\"\\]|\\.)*+\"?|'(?:[^'\\]|\\.)*+'?|/\*.*?(?:\*/|\Z)", re.S)
_PATH = re.compile(r"\$?[A-Za-z_]\w*(?:\s*\.\s*\w+)*", re.ASCII)


def is_custom(name: str) -> bool:
    """Whether a name is that of a custom field; the platform's own fields are not all known."""
    return name.lower().endswith("__c")


@cache
def _relationships(owner: str) -> dict[str, str]:
    """The relationships of a standard object that lead to one kind of object, by lower-case name."""
    sobject = standard_objects().get(owner)
    common = {"owner": "User", "createdby": "User", "lastmodifiedby": "User"}
    if sobject is None:
        return common
    led = {f.relationship.lower(): f.references[0] for f in sobject.fields.values()
           if f.relationship and len(f.references) == 1}  # fmt: skip
    return common | led


def _field(parts: list[str], owner: str) -> str:
    """The full name of the custom field that a path begins with, as far as it can be told; empty when it cannot."""
    first, *rest = parts
    if first.startswith("$"):
        return _global_field(first.lower(), rest)
    if not rest:
        return f"{owner}.{first}" if is_custom(first) else ""
    if first.lower().endswith("__r"):
        return f"{owner}.{first[:-1]}c"
    target = _relationships(owner).get(first.lower(), "")
    return f"{target}.{rest[0]}" if target and is_custom(rest[0]) and len(rest) == 1 else ""


def _global_field(name: str, rest: list[str]) -> str:
    if name == "$setup" and len(rest) == 2:
        return ".".join(rest) if is_custom(rest[1]) else ""
    if name == "$custommetadata" and len(rest) == 3:
        return f"{rest[0]}.{rest[2]}" if is_custom(rest[2]) else ""
    if name == "$user" and len(rest) == 1:
        return f"User.{rest[0]}" if is_custom(rest[0]) else ""
    return ""


def _target(parts: list[str], owner: str) -> tuple[str, str] | None:
    """Type and full name of what a path names."""
    if len(parts) == 2 and "__" not in parts[1]:
        kind = {"$label": "CustomLabel", "$permission": "CustomPermission"}.get(parts[0].lower())
        if kind is not None:
            return kind, parts[1]
    field = _field(parts, owner)
    return ("CustomField", field) if field else None


def pointers(formula: str, owner: str, place: Node, element: str) -> Iterator[Pointer]:
    """What a formula of an object names; place is the component that messages point at."""
    seen: set[str] = set()
    for match in _PATH.finditer(_NOISE.sub(" ", formula)):
        parts = [part.strip() for part in match[0].split(".")]
        written = ".".join(parts)
        target = _target(parts, owner)
        if target is None or written.lower() in seen:
            continue
        seen.add(written.lower())
        said = f"Field {parts[0] if parts[0].lower().endswith('__r') else written} does not exist. Check spelling."
        yield Pointer(element, *target, place.line, place.column, holds=True, missing=said)
