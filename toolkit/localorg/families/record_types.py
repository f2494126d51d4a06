"""Record types: kept as they come; the Metadata API does not delete them."""

# ruff: noqa: ARG002  methods of one shape: not every one needs every argument

from __future__ import annotations

from toolkit.localorg.families.base import Fault
from toolkit.localorg.families.generic import Generic
from toolkit.localorg.model.org import Work
from toolkit.localorg.store.components import Stored


class RecordType(Generic):
    def blockers(self, stored: Stored, work: Work) -> list[Fault]:
        return [Fault("Cannot delete record type through API")]
