"""User: unique username, full name, and the permission set of the profile."""

# ruff: noqa: ARG002  methods of one shape: not every one needs every argument

from __future__ import annotations

from toolkit.localorg.model.fields import SObject
from toolkit.localorg.model.org import Work
from toolkit.localorg.refusals import RecordRefusal
from toolkit.localorg.rules.base import Plain
from toolkit.localorg.rules.people import full_name
from toolkit.localorg.store.records import Record


def may_sign_in(work: Work, user: Record) -> bool:
    """Whether a user is active and not frozen (UserLogin, Object Reference)."""
    login = work.records.first("UserLogin", UserId=user["Id"])
    return bool(user["IsActive"]) and not (login is not None and login["IsFrozen"])


def hold_shadow(work: Work, user: Record) -> None:
    """Give the user the permission set that stands for the profile, and take away that of any other profile."""
    shadows = {r["Id"]: r["ProfileId"] for r in work.records.where("PermissionSet", IsOwnedByProfile=True)}
    for assignment in list(work.records.where("PermissionSetAssignment", AssigneeId=user["Id"])):
        if assignment["PermissionSetId"] in shadows:
            work.records.remove("PermissionSetAssignment", str(assignment["Id"]))
    for shadow, profile in shadows.items():
        if profile == user["ProfileId"]:
            assignment_id = work.facts.next_id("0Pa")
            record: Record = {
                "Id": assignment_id, "AssigneeId": user["Id"], "PermissionSetId": shadow, "PermissionSetGroupId": None,
                "ExpirationDate": None, "IsActive": user["IsActive"], "SystemModstamp": work.now,
            }  # fmt: skip
            work.records.put("PermissionSetAssignment", record)


class Users(Plain):
    def before(self, work: Work, sobject: SObject, record: Record, old: Record | None) -> None:
        username = str(record["Username"])
        if "@" not in username:
            raise RecordRefusal("INVALID_EMAIL_ADDRESS", f"Username: invalid email address: {username}", ("Username",))
        for other in work.records.where("User", Username=username):
            if other["Id"] != record.get("Id"):
                message = (
                    "Duplicate Username.<br>The username already exists in this or another Salesforce organization."
                )
                raise RecordRefusal("DUPLICATE_USERNAME", message, ("Username",))
        record["Name"] = full_name(record)

    def after(self, work: Work, sobject: SObject, record: Record, old: Record | None) -> None:
        if old is None:
            login: Record = {
                "Id": work.facts.next_id("0Yw"), "UserId": record["Id"], "IsFrozen": False, "IsPasswordLocked": False,
                "LastModifiedDate": work.now, "LastModifiedById": work.user_id, "SystemModstamp": work.now,
            }  # fmt: skip
            work.records.put("UserLogin", login)
        if old is None or (old["ProfileId"], old["IsActive"]) != (record["ProfileId"], record["IsActive"]):
            hold_shadow(work, record)
