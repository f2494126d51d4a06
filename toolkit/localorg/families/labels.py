"""Custom labels: one file, each label a component of its own."""

# ruff: noqa: ARG002  methods of one shape: not every one needs every argument

from __future__ import annotations

from collections.abc import Iterable

from toolkit.localorg.families.base import Deploy, Fault, Incoming
from toolkit.localorg.families.generic import Generic

MAX_VALUE = 1000


class CustomLabels(Generic):
    merges = True


class CustomLabel(Generic):
    def check(self, incoming: Incoming, deploy: Deploy) -> Iterable[Fault]:
        node = incoming.root.child("value")
        if node is not None and len(node.text) > MAX_VALUE:
            yield Fault(f"Value: data value too large (max length={MAX_VALUE})", node.line, node.column)
