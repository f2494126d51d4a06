"""Contact and Lead: the full name is put together from its parts."""

# ruff: noqa: ARG002  methods of one shape: not every one needs every argument

from __future__ import annotations

from toolkit.localorg.model.fields import SObject
from toolkit.localorg.model.org import Work
from toolkit.localorg.rules.base import Plain
from toolkit.localorg.store.records import Record


def full_name(record: Record) -> str:
    return " ".join(str(record[part]) for part in ("FirstName", "LastName") if record.get(part))


class People(Plain):
    def before(self, work: Work, sobject: SObject, record: Record, old: Record | None) -> None:
        record["Name"] = full_name(record)

    def after(self, work: Work, sobject: SObject, record: Record, old: Record | None) -> None:
        """A Case shows the address and numbers of its contact."""
        if sobject.name == "Contact" and old is not None:
            from toolkit.localorg.rules.cases import copy_contact

            for case in list(work.records.where("Case", ContactId=record["Id"])):
                copy_contact(case, record)
                work.records.put("Case", case)
