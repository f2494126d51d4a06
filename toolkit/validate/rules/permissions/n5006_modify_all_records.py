from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import NOTE, Rule

RULE = Rule(
    id="N5006",
    severity=NOTE,
    title="A permission set gives access to all records of an object",
    why="Modify All passes by the sharing of the object.",
    mend="set modifyAllRecords to false, unless administrators are meant",
    source="Metadata API Developer Guide, PermissionSet",
    bad={
        "permissionsets/Agent.permissionset": """<PermissionSet>
    <label>Agent</label>
    <objectPermissions><modifyAllRecords>true</modifyAllRecords><object>Case</object></objectPermissions>
</PermissionSet>""",
    },
    good={
        "permissionsets/Agent.permissionset": """<PermissionSet>
    <label>Agent</label>
    <objectPermissions><modifyAllRecords>false</modifyAllRecords><object>Case</object></objectPermissions>
</PermissionSet>""",
    },
)


def check(document: Document) -> Iterator[Finding]:
    for entry in document.entries("objectPermissions"):
        if entry.yes("modifyAllRecords"):
            yield document.finding(
                RULE, entry.element, f"{document.name} grants Modify All on {entry['object']}", "object"
            )
