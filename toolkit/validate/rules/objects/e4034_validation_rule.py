from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E4034",
    severity=ERROR,
    title="A validation rule without formula, or with too long a message",
    why="The deploy fails: the formula must not be empty and the message may have 255 characters.",
    mend="write the formula; shorten errorMessage",
    source="Metadata API Developer Guide, ValidationRule",
    bad={
        "objects/Case.object": """<CustomObject>
    <validationRules>
        <fullName>R</fullName><active>true</active><errorConditionFormula></errorConditionFormula>
        <errorMessage>No</errorMessage>
    </validationRules>
</CustomObject>""",
    },
    good={
        "objects/Case.object": """<CustomObject>
    <validationRules>
        <fullName>R</fullName><active>true</active><errorConditionFormula>ISBLANK(Subject)</errorConditionFormula>
        <errorMessage>No</errorMessage>
    </validationRules>
</CustomObject>""",
    },
)


def check(document: Document) -> Iterator[Finding]:
    if document.has("errorConditionFormula") and not document.text("errorConditionFormula"):
        element = document.find("errorConditionFormula")
        yield document.finding(RULE, element, f"the validation rule {document.name} has an empty formula")
    message = document.text("errorMessage")
    if len(message) > 255:
        text = f"the message of {document.name} has {len(message)} characters, 255 are the most"
        yield document.finding(RULE, document.find("errorMessage"), text)
