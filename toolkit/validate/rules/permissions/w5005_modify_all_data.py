from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import WARNING, Rule

RULE = Rule(
    id="W5005",
    severity=WARNING,
    title="A permission set gives access to all data",
    why="Modify All Data and View All Data pass by all sharing; auditors look for them first.",
    mend="grant the objects that are needed, or ignore this with the reason",
    source="Metadata API Developer Guide, PermissionSet",
    bad={
        "permissionsets/Agent.permissionset": """<PermissionSet>
    <label>Agent</label>
    <userPermissions><enabled>true</enabled><name>ModifyAllData</name></userPermissions>
</PermissionSet>""",
    },
    good={
        "permissionsets/Agent.permissionset": """<PermissionSet>
    <label>Agent</label>
    <userPermissions><enabled>true</enabled><name>RunReports</name></userPermissions>
</PermissionSet>""",
    },
    parameters={"permissions": "ModifyAllData ViewAllData"},
)


def check(document: Document) -> Iterator[Finding]:
    grave = document.words(RULE, "permissions")
    for entry in document.entries("userPermissions"):
        if entry.yes("enabled") and entry["name"] in grave:
            yield document.finding(RULE, entry.element, f"{document.name} grants {entry['name']}", "name")
