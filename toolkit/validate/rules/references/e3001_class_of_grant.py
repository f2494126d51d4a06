from __future__ import annotations

from toolkit.validate.outside import unresolved
from toolkit.validate.reference import Reference
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E3001",
    severity=ERROR,
    title="A permission set or profile grants an Apex class that is not there",
    why=(
        "The deploy fails with `In field: apexClass - no ApexClass "
        "named X found`, unless the org has the class already."
    ),
    mend="add the class, correct its name, or remove the classAccesses entry",
    source="messages of orgs as public issue threads quote them",
    bad={
        "permissionsets/Agent.permissionset": """<PermissionSet>
    <classAccesses><apexClass>Gone</apexClass><enabled>true</enabled></classAccesses>
    <label>Agent</label>
</PermissionSet>""",
    },
    good={
        "permissionsets/Agent.permissionset": """<PermissionSet>
    <classAccesses><apexClass>Here</apexClass><enabled>true</enabled></classAccesses>
    <label>Agent</label>
</PermissionSet>""",
        "classes/Here.cls": "public with sharing class Here {}",
    },
)
REFERENCES = tuple(
    Reference(source, "classAccesses/apexClass", ("ApexClass",)) for source in ("PermissionSet", "Profile")
)
check = unresolved(RULE, "Apex class")
