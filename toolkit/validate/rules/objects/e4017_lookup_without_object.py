from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E4017",
    severity=ERROR,
    title="A lookup that lacks its object, or that cannot be required",
    why="The deploy fails: a lookup or master-detail field names an object in referenceTo, and a required lookup cannot"
    " be emptied when the record is deleted (deleteConstraint SetNull).",
    mend="add referenceTo; for a required lookup write <deleteConstraint>Restrict</deleteConstraint>",
    source="Metadata API Developer Guide, CustomField referenceTo and deleteConstraint",
    bad={
        "objects/Case.object": """<CustomObject>
    <fields><fullName>F__c</fullName><label>F</label><type>Lookup</type></fields>
</CustomObject>""",
    },
    good={
        "objects/Case.object": """<CustomObject>
    <fields><fullName>F__c</fullName><label>F</label><referenceTo>Account</referenceTo><type>Lookup</type></fields>
</CustomObject>""",
    },
)


def check(document: Document) -> Iterator[Finding]:
    kind = document.text("type")
    if kind not in ("Lookup", "MasterDetail", "MetadataRelationship") or not document.made_here:
        return
    if not document.has("referenceTo") and document.has("label"):
        yield document.finding(RULE, None, f"the {kind} field {document.name} names no object", "type")
    if kind == "Lookup" and document.yes("required") and document.text("deleteConstraint") == "SetNull":
        message = f"the required lookup {document.name} has deleteConstraint SetNull"
        yield document.finding(RULE, None, message, "deleteConstraint")
