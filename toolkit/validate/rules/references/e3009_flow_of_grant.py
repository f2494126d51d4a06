from __future__ import annotations

from toolkit.validate.outside import unresolved
from toolkit.validate.reference import Reference
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E3009",
    severity=ERROR,
    title="A permission set, profile or flow names a flow that is not there",
    why="The deploy fails, unless the org has the flow already.",
    mend="add the flow, correct its name, or remove the entry",
    source="Metadata API Developer Guide, PermissionSet",
    bad={
        "permissionsets/Agent.permissionset": """<PermissionSet>
    <flowAccesses><enabled>true</enabled><flow>Gone</flow></flowAccesses>
    <label>Agent</label>
</PermissionSet>""",
    },
    good={
        "permissionsets/Agent.permissionset": """<PermissionSet>
    <flowAccesses><enabled>true</enabled><flow>Here</flow></flowAccesses>
    <label>Agent</label>
</PermissionSet>""",
        "flows/Here.flow": "<Flow><label>Here</label><processType>Flow</processType></Flow>",
    },
)
REFERENCES = (
    *(Reference(source, "flowAccesses/flow", ("Flow", "FlowDefinition")) for source in ("PermissionSet", "Profile")),
    Reference("Flow", "subflows/flowName", ("Flow", "FlowDefinition")),
    Reference("QuickAction", "flowDefinition", ("Flow", "FlowDefinition")),
)
check = unresolved(RULE, "flow")
