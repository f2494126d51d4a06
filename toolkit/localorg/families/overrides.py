"""Overrides of an object's actions: what they show instead of the standard page."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.localorg.families.base import Pointer
from toolkit.localorg.tree import Node

_TYPES = {"Flexipage": "FlexiPage", "Visualforce": "ApexPage", "LightningComponent": "AuraDefinitionBundle"}


def override_pointer(override: Node) -> Iterator[Pointer]:
    """What an override names; one that is absent is said in the same words whatever it is (public reports)."""
    kind, node = _TYPES.get(override.value("type") or ""), override.child("content")
    if kind is None or node is None or not node.text.strip():
        return
    name, action = node.text.strip(), override.value("actionName") or ""
    what = f"{name} does not exist or is not a valid override for action {action}."
    yield Pointer("content", kind, name.removeprefix("c:"), node.line, node.column, holds=True, missing=what)
