from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E4013",
    severity=ERROR,
    title="A number field with digits that do not fit",
    why="The deploy fails: a number has at most 18 digits, and not more behind the point than in all.",
    mend="correct precision (all digits) and scale (digits behind the point)",
    source="Metadata API Developer Guide, CustomField precision and scale",
    bad={
        "objects/Case.object": """<CustomObject>
    <fields><fullName>F__c</fullName><label>F</label><precision>20</precision><scale>2</scale><type>Number</type></fields>
</CustomObject>""",
    },
    good={
        "objects/Case.object": """<CustomObject>
    <fields><fullName>F__c</fullName><label>F</label><precision>18</precision><scale>2</scale><type>Number</type></fields>
</CustomObject>""",
    },
)


def check(document: Document) -> Iterator[Finding]:
    if document.text("type") not in ("Number", "Currency", "Percent") or not document.made_here:
        return
    precision, scale = document.text("precision"), document.text("scale")
    if not (precision.isdecimal() and scale.isdecimal()):
        return
    if not 1 <= int(precision) <= 18:
        yield document.finding(RULE, None, f"{document.name} has {precision} digits; 1 to 18 are possible", "precision")
    elif int(scale) > int(precision):
        message = f"{document.name} has {scale} digits behind the point and {precision} in all"
        yield document.finding(RULE, None, message, "scale")
