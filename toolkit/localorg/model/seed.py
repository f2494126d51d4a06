"""What a new org has in it: the organization, its profiles and users, and its first session."""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass
from datetime import timedelta

from toolkit.errors import LocalOrgError, Location
from toolkit.localorg.clock import stamp
from toolkit.localorg.model import provided_components
from toolkit.localorg.model.org import Org, Work
from toolkit.localorg.model.profiles import PROFILES
from toolkit.localorg.model.standard import standard_objects
from toolkit.localorg.store.facts import Session
from toolkit.localorg.store.records import Record, Value

ADMIN = "admin@local.example"
COMPANY = "Local Org"
_SCRATCH_DAYS = 30

_PROFILE_PERMISSIONS = tuple(
    f.name for f in standard_objects()["Profile"].fields.values() if f.name.startswith("Permissions")
)


@dataclass(frozen=True, slots=True)
class _Person:
    username: str
    first: str
    last: str
    profile: str
    active: bool = True
    user_type: str = "Standard"


_PEOPLE = (
    _Person(ADMIN, "Ada", "Admin", "System Administrator"),
    _Person("agent@local.example", "Alex", "Agent", "Standard User"),
    _Person("agent2@local.example", "Robin", "Agent", "Standard User"),
    _Person("inactive@local.example", "Iris", "Inactive", "Standard User", active=False),
    _Person("autoproc@local.example", "", "Automated Process", "Guest License User", user_type="AutomatedProcess"),
)


def _secret(length: int) -> str:
    alphabet = string.ascii_letters + string.digits
    return "".join(secrets.choice(alphabet) for _ in range(length))


def new_token(org_id: str) -> str:
    """An access token: the org's id, an exclamation mark, and what nobody can guess."""
    alphabet = string.ascii_letters + string.digits
    return f"{org_id[:15]}!AQ" + "".join(secrets.choice(alphabet) for _ in range(90))


class _Seeder:
    def __init__(self, work: Work) -> None:
        self.work = work
        self.by: str = ""

    def add(self, sobject: str, **values: Value) -> str:
        """A record with the defaults of its sobject and the audit fields."""
        described = standard_objects()[sobject]
        record: Record = {"Id": self.work.facts.next_id(described.prefix)}
        for field in described.fields.values():
            record.setdefault(field.name, field.default)
        record |= values
        record |= {
            "CreatedDate": self.work.now, "LastModifiedDate": self.work.now, "SystemModstamp": self.work.now,
            "CreatedById": self.by, "LastModifiedById": self.by,
        }  # fmt: skip
        self.work.records.put(sobject, record)
        return str(record["Id"])


def _organization(seed: _Seeder, work: Work) -> str:
    kind = work.org.options.org_type or "developer"
    whole = kind in ("production", "sandbox")  # a sandbox has the edition of its production org
    ends = work.org.clock() + timedelta(days=_SCRATCH_DAYS)
    return seed.add(
        "Organization",
        Name=COMPANY, OrganizationType="Enterprise Edition" if whole else "Developer Edition", InstanceName="LOC1",
        IsSandbox=kind in ("sandbox", "scratch"), TrialExpirationDate=stamp(ends) if kind == "scratch" else None,
        LanguageLocaleKey="en_US", DefaultLocaleSidKey="en_US", TimeZoneSidKey="America/Los_Angeles",
        Country="US", FiscalYearStartMonth=1, IsReadOnly=False,
    )  # fmt: skip


def _profiles(seed: _Seeder) -> dict[str, str]:
    licences: dict[str, str] = {}
    profiles: dict[str, str] = {}
    for name, metadata_name, licence, permissions in PROFILES:
        if licence not in licences:
            licences[licence] = seed.add(
                "UserLicense",
                Name=licence,
                MasterLabel=licence,
                LicenseDefinitionKey=licence,
                Status="Active",
                TotalLicenses=100,
            )
        granted: dict[str, Value] = {
            field: field == "PermissionsApiEnabled" or field.removeprefix("Permissions") in permissions.split()
            for field in _PROFILE_PERMISSIONS
        }
        profile = profiles[name] = seed.add(
            "Profile", Name=name, UserType="Guest" if licence == "Guest" else "Standard",
            UserLicenseId=licences[licence], **granted,
        )  # fmt: skip
        seed.work.facts.put(f"profile:{profile}", metadata_name)
        seed.add(
            "PermissionSet", Name=f"X{profile}", Label=f"X{profile}", IsOwnedByProfile=True, IsCustom=False,
            ProfileId=profile,
            LicenseId=licences[licence], Type="Profile", **granted,
        )  # fmt: skip
    return profiles


def _users(seed: _Seeder, profiles: dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for person in _PEOPLE:
        alias = person.username.partition("@")[0][:8]
        found[person.username] = seed.add(
            "User",
            Username=person.username, FirstName=person.first or None, LastName=person.last,
            Name=f"{person.first} {person.last}".strip(), Email=person.username, Alias=alias,
            CommunityNickname=alias, IsActive=person.active, ProfileId=profiles[person.profile],
            UserType=person.user_type,
            TimeZoneSidKey="America/Los_Angeles", LocaleSidKey="en_US", LanguageLocaleKey="en_US",
            EmailEncodingKey="UTF-8",
        )  # fmt: skip
        seed.add("UserLogin", UserId=found[person.username])
    return found


def _shadow_assignments(seed: _Seeder, work: Work) -> None:
    """Every user holds the permission set that stands for the profile."""
    shadows = {r["ProfileId"]: r["Id"] for r in work.records.where("PermissionSet", IsOwnedByProfile=True)}
    for user in list(work.records.all("User")):
        seed.add(
            "PermissionSetAssignment",
            AssigneeId=user["Id"], PermissionSetId=shadows[user["ProfileId"]], IsActive=user["IsActive"],
        )  # fmt: skip


def _audit_by_admin(work: Work, admin: str) -> None:
    for sobject in (
        "Organization",
        "UserLicense",
        "Profile",
        "PermissionSet",
        "User",
        "UserLogin",
        "PermissionSetAssignment",
    ):
        for record in list(work.records.all(sobject)):
            work.records.put(sobject, {**record, "CreatedById": admin, "LastModifiedById": admin})


def _standard_apps(seed: _Seeder) -> None:
    for name, label in (("standard__LightningSales", "Sales"), ("standard__LightningService", "Service")):
        seed.add("AppDefinition", DeveloperName=name.removeprefix("standard__"), Label=label, MasterLabel=label,
                 NamespacePrefix="standard", UiType="Lightning", NavType="Standard")  # fmt: skip


def ensure(org: Org) -> None:
    """Fill a new org; one that has been filled stays as it is. LocalOrgError when it is of another kind than asked."""
    _fill(org)
    wanted = org.options.org_type
    if wanted is not None and wanted != org.org_type:
        raise LocalOrgError.of(
            f"the local org kept here is a {org.org_type} org, not a {wanted} one",
            where=Location(str(org.state)),
            mend="name another folder, or leave the kind out: it is settled when an org is made",
        )


def _fill(org: Org) -> None:
    with org.read() as work:
        if work.facts.get("org_id") is not None:
            return
    with org.write() as work:
        if work.facts.get("org_id") is not None:  # another process was quicker
            return
        seed = _Seeder(work)
        org_id = _organization(seed, work)
        users = _users(seed, _profiles(seed))
        _shadow_assignments(seed, work)
        _audit_by_admin(work, users[ADMIN])
        seed.by = users[ADMIN]
        work.facts.put("admin_id", users[ADMIN])
        seed.add("Group", Name="All Internal Users", DeveloperName="AllInternalUsers", Type="Organization")
        seed.add("BusinessHours", Name="Default", IsActive=True, IsDefault=True, TimeZoneSidKey="America/Los_Angeles")
        seed.add("Pricebook2", Name="Standard Price Book", IsActive=True, IsStandard=True)
        _standard_apps(seed)
        provided_components.add(work, {row["Name"]: str(row["Id"]) for row in work.records.all("Profile")})
        token = new_token(org_id)
        work.facts.put("org_id", org_id)
        work.facts.put("password", _secret(20))
        work.facts.put("security_token", _secret(24))
        work.facts.put("access_token", token)
        work.facts.put("consumer_secret", secrets.token_hex(32).upper())
        work.sessions.put(Session(token, users[ADMIN], "", "access", 0))
