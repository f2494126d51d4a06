from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import WARNING, Rule

RULE = Rule(
    id="W2005",
    severity=WARNING,
    title="The fullName in a file is not the file's name",
    why=(
        "The org goes by fullName, people and the Salesforce CLI "
        "by the file's name: they no longer mean the same thing."
    ),
    mend="rename the file, or correct fullName",
    source="source-deploy-retrieve: children of decomposed types",
    bad={
        "objects/Case/fields/Colour__c.field-meta.xml": """<CustomField>
    <fullName>Color__c</fullName>
    <type>Checkbox</type>
</CustomField>""",
    },
    good={
        "objects/Case/fields/Colour__c.field-meta.xml": """<CustomField>
    <fullName>Colour__c</fullName>
    <type>Checkbox</type>
</CustomField>""",
    },
)


def check(document: Document) -> Iterator[Finding]:
    if document.file.part != "child":
        return
    name = document.text("fullName")
    if name and unquote(name).lower() != unquote(document.name).lower():
        message = f"fullName is {name}, the file is named {document.name}"
        yield document.finding(RULE, None, message, "fullName")
