from __future__ import annotations

from toolkit.validate.outside import unresolved
from toolkit.validate.reference import Reference
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E3005",
    severity=ERROR,
    title="A permission set or profile grants a custom permission that is not there",
    why="The deploy fails, unless the org has the custom permission already.",
    mend="add the custom permission, correct its name, or remove the entry",
    source="Metadata API Developer Guide, CustomPermission; Metadata API Developer Guide, PermissionSet",
    bad={
        "permissionsets/Agent.permissionset": """<PermissionSet>
    <customPermissions><enabled>true</enabled><name>Gone</name></customPermissions>
    <label>Agent</label>
</PermissionSet>""",
    },
    good={
        "permissionsets/Agent.permissionset": """<PermissionSet>
    <customPermissions><enabled>true</enabled><name>Here</name></customPermissions>
    <label>Agent</label>
</PermissionSet>""",
        "customPermissions/Here.customPermission": (
            "<CustomPermission><isLicensed>false</isLicensed><label>Here</label></CustomPermission>"
        ),
    },
)
REFERENCES = (
    *(Reference(s, "customPermissions/name", ("CustomPermission",)) for s in ("PermissionSet", "Profile")),
    Reference("CustomPermission", "requiredPermission/customPermission", ("CustomPermission",)),
)
check = unresolved(RULE, "custom permission")
