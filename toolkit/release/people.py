"""Users and profiles of an org by name, with an answer for every name that is not there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from toolkit.errors import Location, Problem
from toolkit.org import soql
from toolkit.org.org import Org

_NAMES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class User:
    id: str
    username: str
    active: bool


@dataclass(frozen=True, slots=True)
class Named:
    """A name in the configuration and where it stands."""

    name: str
    where: Location | None = None


def users(org: Org, names: Iterable[Named], problems: list[Problem]) -> Mapping[str, User]:
    """Users by the names given; a username that is not there, or whose user is inactive, becomes a problem."""
    wanted = list(names)
    found: dict[str, User] = {}
    for part in soql.parts(named.name for named in wanted):
        query = soql.select("Id", "Username", "IsActive", source="User", where=soql.one_of("Username", part))
        for row in org.query(query):
            found[row.need("Username").casefold()] = User(row.id, row.need("Username"), row.flag("IsActive"))
    known: dict[str, User] = {}
    for named in wanted:
        user = found.get(named.name.casefold())
        if user is None:
            mend = "check the username; in a sandbox it ends with the sandbox's name"
            problems.append(Problem(f"the org has no user {named.name}", named.where, mend))
        elif not user.active:
            problems.append(
                Problem(f"user {named.name} is inactive", named.where, "activate the user, or leave it out")
            )
        else:
            known[named.name] = user
    return known


def profiles(org: Org, names: Iterable[Named], problems: list[Problem]) -> Mapping[str, str]:
    """Profile ids by the names given; a name that is not there becomes a problem that lists those that are."""
    wanted = list(names)
    if not wanted:
        return {}
    found: dict[str, str] = {}
    for part in soql.parts(named.name for named in wanted):
        query = soql.select("Id", "Name", source="Profile", where=soql.one_of("Name", part))
        found |= {row.need("Name").casefold(): row.id for row in org.query(query)}
    missing = [named for named in wanted if named.name.casefold() not in found]
    if missing:
        rows = org.query(soql.select("Name", source="Profile", order_by="Name"))
        there = [row.need("Name") for row in rows]
        shown = ", ".join(there[:_NAMES_SHOWN]) + (f" and {len(there) - _NAMES_SHOWN} more" if len(there) > 20 else "")
        mend = f"profile names are in the org's language; it has {shown}"
        problems += [Problem(f"the org has no profile {named.name!r}", named.where, mend) for named in missing]
    return {named.name: found[named.name.casefold()] for named in wanted if named.name.casefold() in found}
