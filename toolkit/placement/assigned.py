"""Which layouts profiles get: the layout assignments of Profile metadata (salesforce-facts 3.15)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from toolkit.errors import MetadataError, Problem
from toolkit.metadata.edit import read
from toolkit.placement.layout import layout_object


@dataclass(frozen=True, slots=True)
class Assignment:
    """A layout (its decoded full name) and the record type that it is for, None for records without one."""

    layout: str
    record_type: str | None


def assignments(data: bytes, source: str = "profile") -> tuple[Assignment, ...]:
    """The layout assignments of a Profile file; a retrieved one has those of the layouts retrieved with it."""
    document = read(data, source, "Profile")
    return tuple(
        Assignment(unquote(document.child_text(entry, "layout") or ""), document.child_text(entry, "recordType"))
        for entry in document.root.all("layoutAssignments")
    )


def layouts_of_profiles(
    profiles: Mapping[str, tuple[bytes, str]], wanted: Iterable[str], object_name: str
) -> tuple[str, ...]:
    """The full names of the object's layouts that these profiles get, in the order of the profiles.

    profiles: content and source of each profile's file, by its name (decoded). MetadataError names the profiles that
    are not there, and those without a layout of the object.
    """
    known = {name.casefold(): held for name, held in profiles.items()}
    problems: list[Problem] = []
    found: dict[str, None] = {}
    for profile in wanted:
        held = known.get(unquote(profile).casefold())
        if held is None:
            there = ", ".join(sorted(profiles)) or "none"
            problems.append(Problem(f"no profile {profile} here", mend=f"the profiles there are: {there}"))
            continue
        mine = [
            one.layout for one in assignments(*held) if layout_object(one.layout).casefold() == object_name.casefold()
        ]
        if not mine:
            mend = "name the layouts, or leave the profile out"
            problems.append(Problem(f"profile {profile} is assigned no layout of {object_name}", mend=mend))
        found |= dict.fromkeys(mine)
    MetadataError.raise_any(problems)
    return tuple(found)
