from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.facts import Grant
from toolkit.validate.finding import Finding
from toolkit.validate.project import Project
from toolkit.validate.rule import NOTE, Rule

RULE = Rule(
    id="N5015",
    severity=NOTE,
    title="A permission set lets people edit a computed field",
    why="Formulas, roll-ups and auto numbers cannot be edited; the entry has no effect.",
    mend="set <editable>false</editable>",
    source="Metadata API Developer Guide, PermissionSet",
    bad={
        "permissionsets/Agent.permissionset": """<PermissionSet>
    <fieldPermissions><editable>true</editable><field>Case.Sum__c</field><readable>true</readable></fieldPermissions>
    <label>Agent</label>
</PermissionSet>""",
        "objects/Case.object": """<CustomObject>
    <fields><fullName>Sum__c</fullName><formula>1</formula><label>Sum</label><type>Number</type></fields>
</CustomObject>""",
    },
    good={
        "permissionsets/Agent.permissionset": """<PermissionSet>
    <fieldPermissions><editable>false</editable><field>Case.Sum__c</field><readable>true</readable></fieldPermissions>
    <label>Agent</label>
</PermissionSet>""",
        "objects/Case.object": """<CustomObject>
    <fields><fullName>Sum__c</fullName><formula>1</formula><label>Sum</label><type>Number</type></fields>
</CustomObject>""",
    },
)


def check(project: Project) -> Iterator[Finding]:
    for grant in project.of(Grant):
        if not grant.editable:
            continue
        object_, _, name = grant.field.partition(".")
        field = project.fields.get((project.own(object_), project.own(name)))
        if field is not None and (field.formula or field.type in ("Summary", "AutoNumber")):
            kind = "formula" if field.formula else field.type
            yield project.finding(RULE, grant.spot, f"{grant.field} is computed ({kind}) and cannot be edited")
