"""PermissionSet: unique name, not deletable while it is assigned, its grants go with it."""

# ruff: noqa: ARG002  methods of one shape: not every one needs every argument

from __future__ import annotations

from toolkit.localorg.model.fields import SObject
from toolkit.localorg.model.org import Work
from toolkit.localorg.refusals import RecordRefusal
from toolkit.localorg.rules.base import Plain
from toolkit.localorg.store.records import Record

GRANTS = ("SetupEntityAccess", "ObjectPermissions", "FieldPermissions", "PermissionSetTabSetting")


class PermissionSets(Plain):
    def before(self, work: Work, sobject: SObject, record: Record, old: Record | None) -> None:
        for other in work.records.where("PermissionSet", Name=record["Name"]):
            if other["Id"] != record.get("Id"):
                message = f"duplicate value found: Name duplicates value on record with id: {other['Id']}"
                raise RecordRefusal("DUPLICATE_DEVELOPER_NAME", message, ("Name",))

    def deleting(self, work: Work, sobject: SObject, record: Record) -> None:
        if work.records.first("PermissionSetAssignment", PermissionSetId=record["Id"]) is not None:
            message = "You can't delete this permission set because it's assigned to one or more users."
            raise RecordRefusal("DELETE_FAILED", message)
        for grant in GRANTS:
            for row in list(work.records.where(grant, ParentId=record["Id"])):
                work.records.remove(grant, str(row["Id"]))
