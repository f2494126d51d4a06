"""Who may use an app: lists of permission sets and profiles, kept as SetupEntityAccess rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from toolkit.localorg.families import rows
from toolkit.localorg.model.org import Work


def split(text: str | None) -> list[str]:
    """The names in a comma-separated element."""
    return [part.strip() for part in (text or "").split(",") if part.strip()]


def find(work: Work, kind: str, name: str, *, labels: bool = False) -> str | None:
    """The id of the permission set (of a profile: the one behind it) that a list names, None when there is none.

    Profiles go by their name in the language of the org. labels: a permission set's label does as well.
    """
    if kind == "Profile":
        profile = work.records.first("Profile", Name=name)
        shadow = work.records.first("PermissionSet", ProfileId=profile["Id"]) if profile else None
        return str(shadow["Id"]) if shadow else None
    found = work.records.first("PermissionSet", Name=name, IsOwnedByProfile=False)
    if found is None and labels:
        found = work.records.first("PermissionSet", Label=name, IsOwnedByProfile=False)
    return str(found["Id"]) if found else None


def replace(work: Work, entity: str, kind: str, names: Mapping[str, Iterable[str]], *, labels: bool = False) -> None:
    """Make exactly these permission sets and profiles the ones that have access."""
    wanted = {
        parent for what, listed in names.items() for name in listed if (parent := find(work, what, name, labels=labels))
    }
    for row in list(work.records.where("SetupEntityAccess", SetupEntityId=entity)):
        if row["ParentId"] in wanted:
            wanted.discard(str(row["ParentId"]))
        else:
            work.records.remove("SetupEntityAccess", str(row["Id"]))
    for parent in sorted(wanted):
        rows.new(
            work, "SetupEntityAccess", ParentId=parent, SetupEntityId=entity, SetupEntityType=kind, KeyPrefix=entity[:3]
        )


def names(work: Work, entity: str) -> tuple[list[str], list[str]]:
    """The permission sets and the profiles that have access, by name."""
    sets: list[str] = []
    profiles: list[str] = []
    for row in work.records.where("SetupEntityAccess", SetupEntityId=entity):
        parent = work.records.get("PermissionSet", str(row["ParentId"])) or {}
        if parent.get("IsOwnedByProfile"):
            profile = work.records.get("Profile", str(parent["ProfileId"])) or {}
            profiles.append(str(profile.get("Name")))
        elif parent:
            sets.append(str(parent["Name"]))
    return sorted(sets), sorted(profiles)
