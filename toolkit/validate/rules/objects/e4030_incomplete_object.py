from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E4030",
    severity=ERROR,
    title="A custom object lacks what every custom object has",
    why="An org that does not have the object refuses it: `Required field is missing: nameField` (or pluralLabel,"
    " deploymentStatus, sharingModel).",
    mend="add the missing element",
    source="Metadata API Developer Guide, CustomObject",
    bad={"objects/T__c.object": "<CustomObject><label>T</label><sharingModel>ReadWrite</sharingModel></CustomObject>"},
    good={
        "objects/T__c.object": """<CustomObject>
    <deploymentStatus>Deployed</deploymentStatus>
    <label>T</label>
    <nameField><label>Name</label><type>Text</type></nameField>
    <pluralLabel>Ts</pluralLabel>
    <sharingModel>ReadWrite</sharingModel>
</CustomObject>""",
    },
)


def check(document: Document) -> Iterator[Finding]:
    name = document.name
    if not document.made_here or not document.has("label") or document.has("customSettingsType"):
        return
    if document.has("externalDataSource"):
        return
    for part in ("nameField", "pluralLabel", "deploymentStatus", "sharingModel"):
        if not document.has(part):
            yield document.finding(RULE, None, f"the custom object {name} has no {part}")
