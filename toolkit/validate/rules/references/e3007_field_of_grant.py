from __future__ import annotations

from toolkit.validate.lookup import field_is_known
from toolkit.validate.outside import unresolved
from toolkit.validate.reference import Reference
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E3007",
    severity=ERROR,
    title="A permission set or profile grants a custom field that is not there",
    why="The deploy fails with `In field: field - no CustomField named X found`, unless the org has the field already.",
    mend="add the field, correct its name, or remove the fieldPermissions entry",
    source="messages of orgs as public issue threads quote them; sfdx-hardis tips (no CustomField named)",
    bad={
        "permissionsets/Agent.permissionset": """<PermissionSet>
    <fieldPermissions><editable>false</editable><field>Account.Gone__c</field><readable>true</readable></fieldPermissions>
    <label>Agent</label>
</PermissionSet>""",
    },
    good={
        "permissionsets/Agent.permissionset": """<PermissionSet>
    <fieldPermissions><editable>false</editable><field>Account.Here__c</field><readable>true</readable></fieldPermissions>
    <label>Agent</label>
</PermissionSet>""",
        "objects/Account.object": (
            "<CustomObject><fields><fullName>Here__c</fullName><type>Checkbox</type></fields></CustomObject>"
        ),
    },
)
REFERENCES = tuple(
    Reference(source, "fieldPermissions/field", ("CustomField",)) for source in ("PermissionSet", "Profile")
)
check = unresolved(RULE, "custom field", known=field_is_known)
