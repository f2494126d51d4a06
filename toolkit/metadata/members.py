"""Manifest entries that follow from a component's name and files alone."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.metadata.component import ComponentFile, ComponentKey
from toolkit.metadata.registry import TypeInfo


def member_key(info: TypeInfo, full_name: str) -> ComponentKey:
    """The manifest entry of a component itself: a report or dashboard folder's ends with a slash."""
    if info.name in ("ReportFolder", "DashboardFolder"):
        return ComponentKey(info.manifest_type, full_name + "/")
    return ComponentKey(info.manifest_type, full_name)


def bundle_members(info: TypeInfo, full_name: str, files: Sequence[ComponentFile]) -> tuple[ComponentKey, ...]:
    """The manifest entries of a component with these files; a digital experience lists its contents too."""
    members: dict[ComponentKey, None] = {member_key(info, full_name): None}
    for file in files if info.kind == "experience" else ():
        parts = file.path.split("/")
        if len(parts) > 5:
            members[ComponentKey("DigitalExperience", f"{full_name}.{parts[3]}/{parts[4]}")] = None
    return tuple(members)
