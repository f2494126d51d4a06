"""Case: its number, whether it is closed, and what it shows of its contact."""

# ruff: noqa: ARG002  methods of one shape: not every one needs every argument

from __future__ import annotations

from toolkit.localorg.model.fields import SObject
from toolkit.localorg.model.org import Work
from toolkit.localorg.rules.base import Plain
from toolkit.localorg.store.records import Record


def copy_contact(case: Record, contact: Record | None) -> None:
    """Fill the Contact... fields of a case from its contact."""
    shown = {"ContactPhone": "Phone", "ContactMobile": "MobilePhone", "ContactEmail": "Email", "ContactFax": "Fax"}
    for field, source in shown.items():
        case[field] = contact.get(source) if contact else None


class Cases(Plain):
    def before(self, work: Work, sobject: SObject, record: Record, old: Record | None) -> None:
        if old is None:
            record["CaseNumber"] = f"{work.facts.next_number('number:Case') + 1000:08d}"
        closed = record.get("Status") == "Closed"
        record["IsClosed"] = closed
        record["ClosedDate"] = (record.get("ClosedDate") or work.now) if closed else None
        contact_id = record.get("ContactId")
        contact = work.records.get("Contact", str(contact_id)) if contact_id else None
        copy_contact(record, contact)
        if contact is not None and not record.get("AccountId"):
            record["AccountId"] = contact.get("AccountId")
