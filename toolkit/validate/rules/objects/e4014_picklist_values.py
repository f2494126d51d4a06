from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E4014",
    severity=ERROR,
    title="A custom picklist without values, or with two sources of values",
    why="The deploy fails: a picklist has its own values (valueSetDefinition) or those of a global set (valueSetName).",
    mend="keep one of valueSetDefinition and valueSetName",
    source="Metadata API Developer Guide, CustomField valueSet",
    bad={
        "objects/Case.object": """<CustomObject>
    <fields><fullName>F__c</fullName><label>F</label><type>Picklist</type></fields>
</CustomObject>""",
    },
    good={
        "objects/Case.object": """<CustomObject>
    <fields>
        <fullName>F__c</fullName><label>F</label><type>Picklist</type>
        <valueSet><valueSetName>Colours</valueSetName></valueSet>
    </fields>
</CustomObject>""",
    },
)


def check(document: Document) -> Iterator[Finding]:
    if document.text("type") not in ("Picklist", "MultiselectPicklist") or not document.made_here:
        return
    if document.has("formula"):
        return
    if not document.has("valueSet") and not document.has("picklist"):
        if document.has("label"):
            yield document.finding(RULE, None, f"the picklist {document.name} has no values", "type")
    elif document.has("valueSet", "valueSetDefinition") and document.text("valueSet", "valueSetName"):
        message = f"the picklist {document.name} has values of its own and a global value set"
        yield document.finding(RULE, document.find("valueSet"), message, "valueSetName")
