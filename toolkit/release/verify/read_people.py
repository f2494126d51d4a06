"""The users of a verification: by name, or everybody who has one of the permission sets; with what they hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from toolkit.errors import RefusedError
from toolkit.org import soql
from toolkit.org.org import Org
from toolkit.org.soql import Condition
from toolkit.org.values import Record
from toolkit.release.verify.facts import Holding, Person
from toolkit.release.verify.ids import short

_MUTING = "0QM"
"""Key prefix of a muting permission set."""
_FRESH = frozenset({"", "Updated"})
_USER = ("Id", "Username", "Name", "IsActive", "Email", "ProfileId", "Profile.Name")
_SET = (
    "Name",
    "IsOwnedByProfile",
    "HasActivationRequired",
    "PermissionsCustomizeApplication",
    "PermissionsAuthorApex",
)


def read_people(
    org: Org, usernames: Sequence[str], permission_sets: Sequence[str], profile_files: Mapping[str, str], now: str
) -> tuple[tuple[Person, ...], tuple[str, ...]]:
    """The users with these names, and the names that the org does not have; without names everybody who has one of the
    permission sets. profile_files: the metadata name of a profile by its id; now: the time, to leave out what expired.
    """
    rows = _named(org, usernames) if usernames else _assigned(org, permission_sets)
    there = {row.need("Username").casefold() for row in rows}
    strangers = tuple(name for name in dict.fromkeys(usernames) if name.casefold() not in there)
    frozen = _frozen(org, [row.id for row in rows])
    held = _held(org, [row.id for row in rows], now)
    shadows = _shadows(org, [row.need("ProfileId") for row in rows])
    people = [
        Person(
            id=row.id,
            username=row.need("Username"),
            name=row.need("Name"),
            active=row.flag("IsActive"),
            frozen=frozen.get(short(row.id), False) if frozen is not None else None,
            email=row.text("Email"),
            profile_id=row.need("ProfileId"),
            profile=row.need("Profile.Name"),
            profile_file=profile_files.get(short(row.need("ProfileId"))),
            holdings=(*held.get(row.id, ()), *shadows.get(row.need("ProfileId"), ())),
        )
        for row in rows
    ]
    return tuple(sorted(people, key=lambda person: person.username)), strangers


def _users(org: Org, condition: Iterable[Condition]) -> list[Record]:
    return [row for where in condition for row in org.query(soql.select(*_USER, source="User", where=where))]


def _named(org: Org, usernames: Sequence[str]) -> list[Record]:
    return _users(org, (soql.one_of("Username", part) for part in soql.parts(usernames)))


def _assigned(org: Org, permission_sets: Sequence[str]) -> list[Record]:
    """Those who have one of the permission sets, by itself or by a group."""
    named = soql.all_of(soql.one_of("Name", list(permission_sets)), soql.equals("NamespacePrefix", None))
    ids = [row.id for row in org.query(soql.select("Id", source="PermissionSet", where=named))]
    if not ids:
        return []
    sets = soql.one_of("PermissionSetId", ids)
    holders = list(org.query(soql.select("AssigneeId", source="PermissionSetAssignment", where=sets)))
    components = org.query(soql.select("PermissionSetGroupId", source="PermissionSetGroupComponent", where=sets))
    for part in soql.parts(row.need("PermissionSetGroupId") for row in components):
        where = soql.one_of("PermissionSetGroupId", part)
        holders += org.query(soql.select("AssigneeId", source="PermissionSetAssignment", where=where))
    return _users(org, (soql.one_of("Id", part) for part in soql.parts(row.need("AssigneeId") for row in holders)))


def _frozen(org: Org, ids: Sequence[str]) -> Mapping[str, bool] | None:
    """Who may not sign in although active; None where the org does not tell (UserLogin, Object Reference)."""
    found: dict[str, bool] = {}
    for part in soql.parts(ids):
        query = soql.select("UserId", "IsFrozen", source="UserLogin", where=soql.one_of("UserId", part))
        try:
            found |= {short(row.need("UserId")): row.flag("IsFrozen") for row in org.query(query)}
        except RefusedError as error:
            if not {"INVALID_TYPE", "INVALID_FIELD", "INSUFFICIENT_ACCESS"}.intersection(error.codes):
                raise
            return None
    return found


@dataclass(frozen=True, slots=True)
class _Group:
    """A permission set group; muted: a muting permission set takes something away from its members."""

    said: str
    stale: bool
    muted: bool
    members: tuple[str, ...]


def _held(org: Org, ids: Sequence[str], now: str) -> Mapping[str, tuple[Holding, ...]]:
    """Permission sets by user, directly and by group; an assignment that has expired gives nothing."""
    rows: list[Record] = []
    for part in soql.parts(ids):
        fields = ("AssigneeId", "PermissionSetId", "PermissionSetGroupId", "ExpirationDate")
        where = soql.one_of("AssigneeId", part)
        rows += org.query(soql.select(*fields, source="PermissionSetAssignment", where=where))
    rows = [row for row in rows if not _expired(row, now)]
    groups = _groups(org, [row.need("PermissionSetGroupId") for row in rows])
    members = [member for group in groups.values() for member in group.members]
    sets = _sets(org, [*(row.need("PermissionSetId") for row in rows), *members])
    found: dict[str, list[Holding]] = defaultdict(list)
    for row in rows:
        held = found[row.need("AssigneeId")]
        of_group = groups.get(row.need("PermissionSetGroupId"))
        own = sets.get(row.need("PermissionSetId"))
        if own is not None:
            # The permission set that an assignment by group names is the group's own: the sum of its members.
            held.append(_holding(own, of_group))
        if of_group is not None and not of_group.muted:
            held += [_holding(sets[member], of_group, member=True) for member in of_group.members if member in sets]
    return {user: tuple(held) for user, held in found.items()}


def _expired(row: Record, now: str) -> bool:
    """Both times are ISO 8601 in UTC, and compare as texts."""
    expires = row.text("ExpirationDate")
    return expires is not None and expires[:19] <= now[:19]


def _sets(org: Org, ids: Iterable[str]) -> Mapping[str, Record]:
    """Permission sets by id, but for those that stand for profiles."""
    rows: list[Record] = []
    for part in soql.parts(set_id for set_id in ids if set_id and not set_id.startswith(_MUTING)):
        rows += org.query(soql.select("Id", *_SET, source="PermissionSet", where=soql.one_of("Id", part)))
    return {row.id: row for row in rows if not row.flag("IsOwnedByProfile")}


def _holding(row: Record, group: _Group | None, *, member: bool = False) -> Holding:
    said = f"permission set {row.need('Name')}"
    if group is not None:
        said = f"{said} of {group.said}" if member else group.said
    return Holding(
        set_id=row.id,
        name=row.need("Name"),
        said=said,
        session_based=row.flag("HasActivationRequired"),
        stale=group.stale if group else False,
        all_pages=row.flag("PermissionsCustomizeApplication"),
        all_classes=row.flag("PermissionsAuthorApex"),
    )


def _groups(org: Org, ids: Iterable[str]) -> Mapping[str, _Group]:
    """Groups with the permission sets in them; a component may also name a muting permission set."""
    members: dict[str, list[str]] = defaultdict(list)
    found: dict[str, _Group] = {}
    for part in soql.parts(group for group in ids if group):
        where = soql.one_of("PermissionSetGroupId", part)
        fields = ("PermissionSetGroupId", "PermissionSetId")
        for row in org.query(soql.select(*fields, source="PermissionSetGroupComponent", where=where)):
            members[row.need("PermissionSetGroupId")].append(row.need("PermissionSetId"))
        query = soql.select("Id", "DeveloperName", "Status", source="PermissionSetGroup", where=soql.one_of("Id", part))
        for row in org.query(query):
            found[row.id] = _Group(
                said=f"permission set group {row.need('DeveloperName')}",
                stale=row.need("Status") not in _FRESH,
                muted=any(member.startswith(_MUTING) for member in members[row.id]),
                members=tuple(members[row.id]),
            )
    return found


def _shadows(org: Org, profiles: Sequence[str]) -> Mapping[str, tuple[Holding, ...]]:
    """The permission set that stands for each profile."""
    found: dict[str, tuple[Holding, ...]] = {}
    fields = ("Id", "ProfileId", "Profile.Name", "PermissionsCustomizeApplication", "PermissionsAuthorApex")
    for part in soql.parts(profiles):
        where = soql.all_of(soql.one_of("ProfileId", part), soql.equals("IsOwnedByProfile", value=True))
        for row in org.query(soql.select(*fields, source="PermissionSet", where=where)):
            found[row.need("ProfileId")] = (
                Holding(
                    set_id=row.id,
                    name="",
                    said=f"profile {row.need('Profile.Name')}",
                    all_pages=row.flag("PermissionsCustomizeApplication"),
                    all_classes=row.flag("PermissionsAuthorApex"),
                ),
            )
    return found
