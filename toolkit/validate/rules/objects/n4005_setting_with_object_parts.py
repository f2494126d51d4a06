from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import NOTE, Rule

RULE = Rule(
    id="N4005",
    severity=NOTE,
    title="A custom setting with parts of an ordinary object",
    why="Settings have no name field, plural label or sharing model; retrieved files never hold them.",
    mend="remove the element",
    source="Metadata API Developer Guide, CustomObject (custom settings)",
    bad={
        "objects/S__c.object": """<CustomObject>
    <customSettingsType>Hierarchy</customSettingsType>
    <label>S</label>
    <pluralLabel>Ss</pluralLabel>
</CustomObject>""",
    },
    good={
        "objects/S__c.object": """<CustomObject>
    <customSettingsType>Hierarchy</customSettingsType>
    <label>S</label>
</CustomObject>""",
    },
)


def check(document: Document) -> Iterator[Finding]:
    if document.has("customSettingsType"):
        for part in ("nameField", "pluralLabel", "sharingModel", "deploymentStatus"):
            if document.has(part):
                message = f"the custom setting {document.name} has {part}"
                yield document.finding(RULE, document.find(part), message)
