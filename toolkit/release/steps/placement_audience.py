"""Whom an override concerns that hides the org default: the active users who meet it, by SOQL.

An override of an app concerns those who may open the app, one of a profile the users of that profile.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from toolkit.org import soql
from toolkit.org.org import Org
from toolkit.placement.inventory import Inventory
from toolkit.placement.overrides import Override
from toolkit.placement.request import Audience

_MOST = 2000
"""Users that are counted one by one; of more it is said that they are more."""
_NO_ID = "000000000000000"


@dataclass(frozen=True, slots=True)
class Ids:
    """Ids by the names that metadata uses, in lower case; standard apps have none."""

    apps: Mapping[str, str]
    profiles: Mapping[str, str]


def add_audiences(org: Org, inventory: Inventory, known: dict[Override, Audience | None]) -> None:
    """Let every hidden default of the inventory say whom it concerns; known keeps the answers for the next look."""
    new = [h.override for hidden in inventory.hidden.values() for h in hidden if h.override not in known]
    if new:
        ids = _ids(org)
        known |= {override: _audience(org, override, ids) for override in dict.fromkeys(new)}
    for name, hidden in inventory.hidden.items():
        inventory.hidden[name] = [replace(one, audience=known[one.override]) for one in hidden]


def _ids(org: Org) -> Ids:
    rows = org.list_metadata(("CustomApplication", None), ("Profile", None))
    real = [row for row in rows if row.id and not row.id.startswith(_NO_ID)]
    apps, profiles = (
        {row.full_name.casefold(): row.id for row in real if row.type == kind and row.id}
        for kind in ("CustomApplication", "Profile")
    )
    return Ids(apps, profiles)


def _audience(org: Org, override: Override, ids: Ids) -> Audience | None:
    """None where the org does not tell."""
    if override.profile is not None:
        profile = ids.profiles.get(override.profile.casefold())
        return _counted(_of_profiles(org, [profile])) if profile else None
    app = ids.apps.get((override.app or "").casefold())
    return _counted(_of_app(org, app)) if app else None


def _counted(usernames: Iterator[str]) -> Audience:
    found: set[str] = set()
    for name in usernames:
        found.add(name)
        if len(found) > _MOST:
            return Audience(_MOST, tuple(sorted(found)[: Audience.SHOWN]), more=True)
    return Audience(len(found), tuple(sorted(found)[: Audience.SHOWN]))


def _of_app(org: Org, app: str) -> Iterator[str]:
    """Those whose profile or permission set opens the app."""
    query = soql.select("ParentId", source="SetupEntityAccess", where=soql.equals("SetupEntityId", app))
    parents = [row.need("ParentId") for row in org.query(query)]
    for part in soql.parts(parents):
        where = soql.one_of("Id", part)
        rows = org.query(soql.select("Id", "ProfileId", "IsOwnedByProfile", source="PermissionSet", where=where))
        yield from _of_profiles(org, [row.need("ProfileId") for row in rows if row.flag("IsOwnedByProfile")])
        yield from _of_sets(org, [row.id for row in rows if not row.flag("IsOwnedByProfile")])


def _of_profiles(org: Org, profiles: list[str]) -> Iterator[str]:
    for part in soql.parts(profiles):
        where = soql.all_of(soql.one_of("ProfileId", part), soql.equals("IsActive", value=True))
        for row in org.query_iter(soql.select("Username", source="User", where=where)):
            yield row.need("Username")


def _of_sets(org: Org, sets: list[str]) -> Iterator[str]:
    """An assignment by a permission set group names the group's own set, which opens what its members open."""
    for part in soql.parts(sets):
        where = soql.all_of(soql.one_of("PermissionSetId", part), soql.equals("Assignee.IsActive", value=True))
        for row in org.query_iter(soql.select("Assignee.Username", source="PermissionSetAssignment", where=where)):
            yield row.need("Assignee.Username")
