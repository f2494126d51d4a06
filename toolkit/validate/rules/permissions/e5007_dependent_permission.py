from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate import known
from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import ERROR, WARNING, Rule

RULE = Rule(
    id="E5007",
    severity=ERROR,
    title="A permission without the one it depends on",
    why=(
        "The deploy fails: `Permission Edit depends on permission(s): "
        "Read`. Editing needs reading, deleting needs editing,"
        " Modify All needs all of them."
    ),
    mend="grant the permission that is missing, or take this one away",
    source="Salesforce Help, object permissions; org message `depends on permission(s)`",
    bad={
        "permissionsets/Agent.permissionset": """<PermissionSet>
    <label>Agent</label>
    <objectPermissions>
        <allowCreate>false</allowCreate><allowDelete>false</allowDelete><allowEdit>true</allowEdit>
        <allowRead>false</allowRead><modifyAllRecords>false</modifyAllRecords><object>Case</object>
        <viewAllRecords>false</viewAllRecords>
    </objectPermissions>
</PermissionSet>""",
    },
    good={
        "permissionsets/Agent.permissionset": """<PermissionSet>
    <label>Agent</label>
    <objectPermissions>
        <allowCreate>false</allowCreate><allowDelete>false</allowDelete><allowEdit>true</allowEdit>
        <allowRead>true</allowRead><modifyAllRecords>false</modifyAllRecords><object>Case</object>
        <viewAllRecords>false</viewAllRecords>
    </objectPermissions>
</PermissionSet>""",
    },
)
_NEEDS = {
    "allowCreate": ("allowRead",),
    "allowEdit": ("allowRead",),
    "allowDelete": ("allowRead", "allowEdit"),
    "viewAllRecords": ("allowRead",),
    "modifyAllRecords": ("allowRead", "allowEdit", "allowDelete", "viewAllRecords"),
}


def check(document: Document) -> Iterator[Finding]:
    for entry in document.entries("objectPermissions"):
        if entry["object"].endswith("__b"):
            continue  # the rows of a big object are deleted and never edited
        custom = known.custom_object(entry["object"])
        for permission, needed in _NEEDS.items():
            if entry.yes(permission):
                missing = [name for name in needed if entry.values.get(name) == "false"]
                if missing:
                    message = f"{entry['object']} has {permission} without {', '.join(missing)}"
                    # some objects of the platform know no editing (PendingOrderSummary), so there it may be right
                    severity = None if custom or "allowRead" in missing else WARNING
                    yield document.finding(RULE, entry.element, message, permission, severity=severity)
                    break
    for entry in document.entries("fieldPermissions"):
        if entry.yes("editable") and entry.values.get("readable") == "false":
            yield document.finding(RULE, entry.element, f"{entry['field']} is editable without being readable", "field")
