from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E5002",
    severity=ERROR,
    title="A permission set or profile has two entries for one thing",
    why="The deploy fails with `Field: f, value: v appears more than once`; a merge usually left the second.",
    mend="remove one of the two entries",
    source="messages of orgs as public issue threads quote them",
    bad={
        "permissionsets/Agent.permissionset": """<PermissionSet>
    <classAccesses><apexClass>A</apexClass><enabled>true</enabled></classAccesses>
    <classAccesses><apexClass>A</apexClass><enabled>true</enabled></classAccesses>
    <label>Agent</label>
</PermissionSet>""",
    },
    good={
        "permissionsets/Agent.permissionset": """<PermissionSet>
    <classAccesses><apexClass>A</apexClass><enabled>true</enabled></classAccesses>
    <classAccesses><apexClass>B</apexClass><enabled>true</enabled></classAccesses>
    <label>Agent</label>
</PermissionSet>""",
    },
)
_KEYS = {
    "applicationVisibilities": ("application",),
    "classAccesses": ("apexClass",),
    "customMetadataTypeAccesses": ("name",),
    "customPermissions": ("name",),
    "customSettingAccesses": ("name",),
    "fieldPermissions": ("field",),
    "flowAccesses": ("flow",),
    "layoutAssignments": ("layout", "recordType"),
    "objectPermissions": ("object",),
    "pageAccesses": ("apexPage",),
    "recordTypeVisibilities": ("recordType",),
    "tabSettings": ("tab",),
    "tabVisibilities": ("tab",),
    "userPermissions": ("name",),
}


def check(document: Document) -> Iterator[Finding]:
    for tag, keys in _KEYS.items():
        seen: set[tuple[str, ...]] = set()
        for entry in document.entries(tag):
            key = tuple(entry.values.get(name, "") for name in keys)
            if key in seen:
                yield document.finding(RULE, entry.element, f"{key[0]} is there twice in {tag}", keys[0])
            seen.add(key)
