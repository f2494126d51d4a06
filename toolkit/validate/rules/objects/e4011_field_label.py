from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E4011",
    severity=ERROR,
    title="A label, help text or description is too long",
    why="The deploy fails: a field's or object's label has at most 40 characters, help text 510, a description 1,000.",
    mend="shorten the text",
    source="Salesforce Help, custom field attributes",
    bad={
        "objects/Case.object": (
            f"<CustomObject><fields><fullName>F__c</fullName>"
            f"<label>{'x' * 41}</label><type>Checkbox</type></fields></CustomObject>"
        ),
    },
    good={
        "objects/Case.object": (
            "<CustomObject><fields><fullName>F__c</fullName>"
            "<label>F</label><type>Checkbox</type></fields></CustomObject>"
        ),
    },
)
_LIMITS = {"label": 40, "pluralLabel": 40, "inlineHelpText": 510, "description": 1000}


def check(document: Document) -> Iterator[Finding]:
    if not document.made_here:
        return
    for part, most in _LIMITS.items():
        text = document.text(part)
        if len(text) > most:
            message = f"the {part} of {document.name} has {len(text)} characters, {most} are the most"
            yield document.finding(RULE, document.find(part), message)
