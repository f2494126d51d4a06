from __future__ import annotations

from toolkit.validate.outside import unresolved
from toolkit.validate.reference import Reference
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E3012",
    severity=ERROR,
    title="A permission set group names a permission set that is not there",
    why="The deploy fails with `Cannot create permission set group components since the following permission set names"
    " are invalid`, unless the org has it already.",
    mend="add the permission set, correct its name, or remove the member",
    source="Metadata API Developer Guide, PermissionSet",
    bad={
        "permissionsetgroups/Team.permissionsetgroup": """<PermissionSetGroup>
    <label>Team</label>
    <permissionSets>Gone</permissionSets>
</PermissionSetGroup>""",
    },
    good={
        "permissionsetgroups/Team.permissionsetgroup": """<PermissionSetGroup>
    <label>Team</label>
    <permissionSets>Here</permissionSets>
</PermissionSetGroup>""",
        "permissionsets/Here.permissionset": "<PermissionSet><label>Here</label></PermissionSet>",
    },
)
REFERENCES = (
    Reference("PermissionSetGroup", "permissionSets", ("PermissionSet",)),
    Reference("PermissionSetGroup", "mutingPermissionSets", ("MutingPermissionSet",)),
)
check = unresolved(RULE, "permission set")
