from __future__ import annotations

from toolkit.validate.outside import unresolved
from toolkit.validate.reference import Reference
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E3002",
    severity=ERROR,
    title="A permission set or profile grants a Visualforce page that is not there",
    why="The deploy fails with `In field: apexPage - no ApexPage named X found`, unless the org has the page already.",
    mend="add the page, correct its name, or remove the pageAccesses entry",
    source="messages of orgs as public issue threads quote them",
    bad={
        "permissionsets/Agent.permissionset": """<PermissionSet>
    <label>Agent</label>
    <pageAccesses><apexPage>Gone</apexPage><enabled>true</enabled></pageAccesses>
</PermissionSet>""",
    },
    good={
        "permissionsets/Agent.permissionset": """<PermissionSet>
    <label>Agent</label>
    <pageAccesses><apexPage>Here</apexPage><enabled>true</enabled></pageAccesses>
</PermissionSet>""",
        "pages/Here.page": "<apex:page/>",
    },
)
REFERENCES = tuple(Reference(source, "pageAccesses/apexPage", ("ApexPage",)) for source in ("PermissionSet", "Profile"))
check = unresolved(RULE, "Visualforce page")
