"""Custom settings: one row for each owner, and the owner never changes (facts 9.2)."""

from __future__ import annotations

from toolkit.localorg.model.fields import SObject
from toolkit.localorg.model.org import Work
from toolkit.localorg.refusals import RecordRefusal
from toolkit.localorg.rules.base import Plain
from toolkit.localorg.store.records import Record

_OWNERS = {"00D": "Organization", "00e": "Profile", "005": "User"}


class HierarchySettings(Plain):
    def before(self, work: Work, sobject: SObject, record: Record, old: Record | None) -> None:
        if sobject.custom_setting != "Hierarchy":
            return
        if old is None:
            owner = str(record.get("SetupOwnerId") or work.org_id)
            record["SetupOwnerId"] = owner
            kind = _OWNERS.get(owner[:3])
            if kind is None or work.records.get(kind, owner) is None:
                message = f"Location: id value of incorrect type: {owner}"
                raise RecordRefusal("FIELD_INTEGRITY_EXCEPTION", message, ("SetupOwnerId",))
            other = work.records.first(sobject.name, SetupOwnerId=owner)
            if other is not None:
                message = f"duplicate value found: SetupOwnerId duplicates value on record with id: {other['Id']}"
                raise RecordRefusal("DUPLICATE_VALUE", message, ("SetupOwnerId",))
            shown = {"00D": "Organization", "00e": "Profile", "005": "User"}[owner[:3]]
            record["Name"] = record.get("Name") or f"{sobject.label} ({shown})"[:38]
