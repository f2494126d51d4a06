from __future__ import annotations

from toolkit.validate.outside import unresolved
from toolkit.validate.reference import Reference
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E3032",
    severity=ERROR,
    title="An action override names a Visualforce page or Lightning component that is not there",
    why="The deploy fails: `X does not exist or is not a valid override for action View`.",
    mend="add what the override shows, correct its name, or set the type to Default and remove the content",
    source="Metadata API Developer Guide, ActionOverride",
    bad={
        "objects/Case.object": """<CustomObject>
    <actionOverrides><actionName>Delete</actionName><content>Gone</content><type>Visualforce</type></actionOverrides>
</CustomObject>""",
    },
    good={
        "objects/Case.object": """<CustomObject>
    <actionOverrides><actionName>Delete</actionName><content>Here</content><type>Visualforce</type></actionOverrides>
</CustomObject>""",
        "pages/Here.page": '<apex:page standardController="Case"/>',
    },
)
REFERENCES = (
    Reference("CustomObject", "actionOverrides/content", ("ApexPage",), when=("type", "Visualforce")),
    Reference(
        "CustomObject",
        "actionOverrides/content",
        ("AuraDefinitionBundle", "LightningComponentBundle"),
        when=("type", "LightningComponent"),
    ),
)
check = unresolved(RULE, "page or component")
