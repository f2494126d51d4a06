"""SetupEntityAccess: its type follows from the id it points at, and each pair is there once (facts 9.4)."""

# ruff: noqa: ARG002  methods of one shape: not every one needs every argument

from __future__ import annotations

from toolkit.localorg.model.fields import SObject
from toolkit.localorg.model.org import Work
from toolkit.localorg.refusals import RecordRefusal
from toolkit.localorg.rules.base import Plain
from toolkit.localorg.store.records import Record

# key prefix of the entity -> SetupEntityType
ENTITY_TYPES = {
    "01p": "ApexClass",
    "066": "ApexPage",
    "0H4": "ConnectedApplication",
    "0xI": "ExternalClientApplication",
    "0CP": "CustomPermission",
    "02u": "TabSet",
    "01I": "CustomEntityDefinition",
    "300": "FlowDefinition",
}


class EntityAccess(Plain):
    def before(self, work: Work, sobject: SObject, record: Record, old: Record | None) -> None:
        entity = str(record["SetupEntityId"])
        kind = ENTITY_TYPES.get(entity[:3])
        if kind is None:
            raise RecordRefusal(
                "FIELD_INTEGRITY_EXCEPTION",
                f"Setup Entity ID: id value of incorrect type: {entity}",
                ("SetupEntityId",),
            )
        record["SetupEntityType"] = kind
        record["KeyPrefix"] = entity[:3]
        for other in work.records.where("SetupEntityAccess", ParentId=record["ParentId"], SetupEntityId=entity):
            message = f"duplicate value found: SetupEntityId duplicates value on record with id: {other['Id']}"
            raise RecordRefusal("DUPLICATE_VALUE", message, ("SetupEntityId", "ParentId"))
