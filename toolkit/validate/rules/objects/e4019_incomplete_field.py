from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E4019",
    severity=ERROR,
    title="A custom field lacks what its type needs",
    why="The deploy fails: a roll-up needs its operation and foreign key, an auto number its format with {0}, a number"
    " its precision and scale, a long text its visible lines.",
    mend="add the missing element",
    source="Metadata API Developer Guide, CustomField",
    bad={
        "objects/Case.object": """<CustomObject>
    <fields><fullName>F__c</fullName><label>F</label><summaryOperation>count</summaryOperation><type>Summary</type></fields>
</CustomObject>""",
    },
    good={
        "objects/Case.object": """<CustomObject>
    <fields>
        <fullName>F__c</fullName><label>F</label><summaryForeignKey>Part__c.Case__c</summaryForeignKey>
        <summaryOperation>count</summaryOperation><type>Summary</type>
    </fields>
</CustomObject>""",
    },
)
_NEEDS = {
    "Summary": ("summaryForeignKey", "summaryOperation"),
    "Number": ("precision", "scale"),
    "Currency": ("precision", "scale"),
    "Percent": ("precision", "scale"),
    "LongTextArea": ("visibleLines",),
    "Html": ("visibleLines",),
    "MultiselectPicklist": ("visibleLines",),
}


def check(document: Document) -> Iterator[Finding]:
    kind = document.text("type")
    if not document.made_here or not document.has("label"):
        return
    formula = document.has("formula")
    for part in () if formula else _NEEDS.get(kind, ()):
        if not document.has(part):
            yield document.finding(RULE, None, f"the {kind} field {document.name} has no {part}", "type")
    if (
        kind == "Summary"
        and document.text("summaryOperation") not in ("", "count")
        and not document.has("summarizedField")
    ):
        yield document.finding(RULE, None, f"the roll-up {document.name} has no summarizedField", "type")
    if kind == "AutoNumber" and document.has("displayFormat") and "{0" not in document.text("displayFormat"):
        message = f"the format of the auto number {document.name} has no {{0}} for the number"
        yield document.finding(RULE, None, message, "displayFormat")
