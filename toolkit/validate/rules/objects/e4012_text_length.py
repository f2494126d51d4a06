from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E4012",
    severity=ERROR,
    title="A text field with a length that its type does not have",
    why="The deploy fails: Text takes 1 to 255 characters, LongTextArea and Html 256 to 131,072.",
    mend="correct <length>, or change the type",
    source="Metadata API Developer Guide, CustomObject (custom settings); Metadata API Developer Guide, CustomField",
    bad={
        "objects/Case.object": """<CustomObject>
    <fields><fullName>F__c</fullName><label>F</label><length>300</length><type>Text</type></fields>
</CustomObject>""",
    },
    good={
        "objects/Case.object": """<CustomObject>
    <fields><fullName>F__c</fullName><label>F</label><length>255</length><type>Text</type></fields>
</CustomObject>""",
    },
)
_RANGES = {"Text": (1, 255), "EncryptedText": (1, 175), "LongTextArea": (256, 131_072), "Html": (256, 131_072)}


def check(document: Document) -> Iterator[Finding]:
    kind = document.text("type")
    if kind not in _RANGES or document.has("formula") or not document.made_here:
        return
    low, high = _RANGES[kind]
    text = document.text("length")
    if not text:
        yield document.finding(RULE, None, f"the {kind} field {document.name} has no length", "type")
    elif text.isdecimal() and not low <= int(text) <= high:
        message = f"the {kind} field {document.name} has length {text}; {low} to {high} are possible"
        yield document.finding(RULE, None, message, "length")
