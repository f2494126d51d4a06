"""The shape of a rule."""

from __future__ import annotations

from typing import Protocol

from toolkit.localorg.model.fields import SObject
from toolkit.localorg.model.org import Work
from toolkit.localorg.store.records import Record


class Rule(Protocol):
    """What one sobject adds to the common way of saving; each method may raise RecordRefusal.

    before gets the whole record as it would be saved and may fill in fields; old is None on insert.
    after runs when the record is saved, deleting before it goes.
    """

    def before(self, work: Work, sobject: SObject, record: Record, old: Record | None) -> None: ...

    def after(self, work: Work, sobject: SObject, record: Record, old: Record | None) -> None: ...

    def deleting(self, work: Work, sobject: SObject, record: Record) -> None: ...


class Plain:
    """A rule that adds nothing; others override what they need."""

    def before(self, work: Work, sobject: SObject, record: Record, old: Record | None) -> None:
        """Nothing to add."""

    def after(self, work: Work, sobject: SObject, record: Record, old: Record | None) -> None:
        """Nothing to add."""

    def deleting(self, work: Work, sobject: SObject, record: Record) -> None:
        """Nothing to add."""
