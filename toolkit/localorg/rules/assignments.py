"""PermissionSetAssignment: who may be given a permission set, and only once (facts 9.3)."""

# ruff: noqa: ARG002  methods of one shape: not every one needs every argument

from __future__ import annotations

from toolkit.localorg.model.fields import SObject
from toolkit.localorg.model.org import Work
from toolkit.localorg.refusals import RecordRefusal
from toolkit.localorg.rules.base import Plain
from toolkit.localorg.store.records import Record


class Assignments(Plain):
    def before(self, work: Work, sobject: SObject, record: Record, old: Record | None) -> None:
        held, group = record.get("PermissionSetId"), record.get("PermissionSetGroupId")
        if not held and not group:
            raise RecordRefusal(
                "REQUIRED_FIELD_MISSING", "Required fields are missing: [PermissionSetId]", ("PermissionSetId",)
            )
        user = work.records.get("User", str(record["AssigneeId"])) or {}
        if not user.get("IsActive"):
            message = "Cannot assign a permission set to an inactive user."
            raise RecordRefusal("INACTIVE_OWNER_OR_USER", message, ("AssigneeId",))
        self._licence(work, user, record)
        for other in work.records.where("PermissionSetAssignment", AssigneeId=record["AssigneeId"]):
            if held and other.get("PermissionSetId") == held and other.get("PermissionSetGroupId") == group:
                message = f"Duplicate PermissionSetAssignment. Assignee: {record['AssigneeId']}; Permission Set: {held}"
                raise RecordRefusal("DUPLICATE_VALUE", message, ("AssigneeId", "PermissionSetId"))
            if group and not held and other.get("PermissionSetGroupId") == group:
                message = (
                    f"Duplicate PermissionSetAssignment. Assignee: {record['AssigneeId']}; "
                    f"Permission Set Group: {group}"
                )
                raise RecordRefusal("DUPLICATE_VALUE", message, ("AssigneeId", "PermissionSetGroupId"))
        record["IsActive"] = True

    @staticmethod
    def _licence(work: Work, user: Record, record: Record) -> None:
        held = work.records.get("PermissionSet", str(record.get("PermissionSetId"))) or {}
        if held.get("IsOwnedByProfile"):
            message = "You can't assign a permission set that is owned by a profile."
            raise RecordRefusal("INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", message, ("PermissionSetId",))
        licence = held.get("LicenseId")
        profile = work.records.get("Profile", str(user.get("ProfileId"))) or {}
        if licence and str(licence).startswith("100") and licence != profile.get("UserLicenseId"):
            message = (
                f"Can't assign permission set {held.get('Label')} to user {user.get('Name')}. The user license "
                "doesn't match the "
                "permission set license."
            )
            raise RecordRefusal("FIELD_INTEGRITY_EXCEPTION", message, ("PermissionSetId",))

    def deleting(self, work: Work, sobject: SObject, record: Record) -> None:
        held = work.records.get("PermissionSet", str(record.get("PermissionSetId"))) or {}
        if held.get("IsOwnedByProfile"):
            raise RecordRefusal(
                "DELETE_FAILED", "You can't remove the permission set that is owned by a user's profile."
            )
