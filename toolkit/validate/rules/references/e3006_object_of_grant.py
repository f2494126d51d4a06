from __future__ import annotations

from toolkit.validate.outside import unresolved
from toolkit.validate.reference import Reference
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E3006",
    severity=ERROR,
    title="A permission set or profile grants a custom object that is not there",
    why=(
        "The deploy fails with `In field: field - no CustomObject "
        "named X found`, unless the org has the object already."
    ),
    mend="add the object, correct its name, or remove the entry",
    source="messages of orgs as public issue threads quote them; sfdx-hardis tips (no CustomObject named)",
    bad={
        "permissionsets/Agent.permissionset": """<PermissionSet>
    <label>Agent</label>
    <objectPermissions><allowRead>true</allowRead><object>Gone__c</object></objectPermissions>
</PermissionSet>""",
    },
    good={
        "permissionsets/Agent.permissionset": """<PermissionSet>
    <label>Agent</label>
    <objectPermissions><allowRead>true</allowRead><object>Account</object></objectPermissions>
</PermissionSet>""",
    },
)
_PATHS = ("objectPermissions/object", "customMetadataTypeAccesses/name", "customSettingAccesses/name")
REFERENCES = tuple(
    Reference(source, path, ("CustomObject",)) for source in ("PermissionSet", "Profile") for path in _PATHS
)
check = unresolved(RULE, "custom object")
