from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import NOTE, Rule

RULE = Rule(
    id="N5004",
    severity=NOTE,
    title="A permission set is bound to one licence",
    why="Users with another licence cannot get it: `user license doesn't allow the permission`.",
    mend="remove <license>, unless the permissions in it need one",
    source="Metadata API Developer Guide, PermissionSet",
    bad={
        "permissionsets/Agent.permissionset": (
            "<PermissionSet><label>Agent</label><license>Salesforce</license></PermissionSet>"
        )
    },
    good={"permissionsets/Agent.permissionset": "<PermissionSet><label>Agent</label></PermissionSet>"},
)


def check(document: Document) -> Iterator[Finding]:
    licence = document.text("license")
    if licence:
        yield document.finding(RULE, None, f"{document.name} can only be given to users with {licence}", "license")
