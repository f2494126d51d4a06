from __future__ import annotations

from toolkit.validate.lookup import record_type_is_known
from toolkit.validate.outside import unresolved
from toolkit.validate.reference import Reference
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E3008",
    severity=ERROR,
    title="A permission set, profile or app names a record type that is not there",
    why="The deploy fails with `In field: recordType - no RecordType named X found`, unless the org has it already.",
    mend="add the record type, correct its name (Object.Record_Type), or remove the entry",
    source="sfdx-hardis tips (no RecordType named)",
    bad={
        "permissionsets/Agent.permissionset": """<PermissionSet>
    <label>Agent</label>
    <recordTypeVisibilities><recordType>Case.Gone</recordType><visible>true</visible></recordTypeVisibilities>
</PermissionSet>""",
    },
    good={
        "permissionsets/Agent.permissionset": """<PermissionSet>
    <label>Agent</label>
    <recordTypeVisibilities><recordType>Case.Here</recordType><visible>true</visible></recordTypeVisibilities>
</PermissionSet>""",
        "objects/Case.object": (
            "<CustomObject><recordTypes><fullName>Here</fullName>"
            "<active>true</active><label>Here</label></recordTypes></CustomObject>"
        ),
    },
)
REFERENCES = (
    *(Reference(s, "recordTypeVisibilities/recordType", ("RecordType",)) for s in ("PermissionSet", "Profile")),
    Reference("Profile", "layoutAssignments/recordType", ("RecordType",)),
    Reference("CustomApplication", "profileActionOverrides/recordType", ("RecordType",)),
)
check = unresolved(RULE, "record type", known=record_type_is_known)
