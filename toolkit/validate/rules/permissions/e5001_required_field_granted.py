from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.facts import Grant
from toolkit.validate.finding import Finding
from toolkit.validate.project import Project
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E5001",
    severity=ERROR,
    title="A permission set grants a field that everybody has",
    why="The deploy fails: `You cannot deploy to a required field`. Required and master-detail fields have no field"
    " permissions.",
    mend="remove the fieldPermissions entry",
    source="Metadata API Developer Guide, PermissionSet; messages of orgs as public issue threads quote them",
    bad={
        "permissionsets/Agent.permissionset": """<PermissionSet>
    <fieldPermissions><editable>true</editable><field>Case.Need__c</field><readable>true</readable></fieldPermissions>
    <label>Agent</label>
</PermissionSet>""",
        "objects/Case.object": """<CustomObject>
    <fields><fullName>Need__c</fullName><label>Need</label><required>true</required><type>Text</type></fields>
</CustomObject>""",
    },
    good={
        "permissionsets/Agent.permissionset": """<PermissionSet>
    <fieldPermissions><editable>true</editable><field>Case.Need__c</field><readable>true</readable></fieldPermissions>
    <label>Agent</label>
</PermissionSet>""",
        "objects/Case.object": """<CustomObject>
    <fields><fullName>Need__c</fullName><label>Need</label><required>false</required><type>Text</type></fields>
</CustomObject>""",
    },
)


def check(project: Project) -> Iterator[Finding]:
    for grant in project.of(Grant):
        object_, _, name = grant.field.partition(".")
        field = project.fields.get((project.own(object_), project.own(name)))
        if field is None or not name.endswith("__c"):
            continue
        if field.type == "MasterDetail":
            message = f"{grant.field} is a master-detail field, which needs no permission and takes none"
            yield project.finding(RULE, grant.spot, message)
        elif field.required:
            message = f"{grant.field} is required, so it needs no permission and takes none"
            yield project.finding(RULE, grant.spot, message)
