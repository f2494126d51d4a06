from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E4023",
    severity=ERROR,
    title="A field is unique or an external id and its type cannot be",
    why=(
        "The deploy fails: `Can not specify 'unique' for a "
        "CustomField of type X`. Text, Number, Email and AutoNumber can."
    ),
    mend="remove <unique> or <externalId>, or set it to false",
    source="Metadata API Developer Guide, CustomField externalId and unique",
    bad={
        "objects/Case.object": """<CustomObject>
    <fields><fullName>F__c</fullName><externalId>true</externalId><label>F</label><type>Checkbox</type></fields>
</CustomObject>""",
    },
    good={
        "objects/Case.object": """<CustomObject>
    <fields><fullName>F__c</fullName><externalId>false</externalId><label>F</label><type>Checkbox</type></fields>
</CustomObject>""",
    },
)
_NEVER = frozenset(
    {"Checkbox", "Picklist", "MultiselectPicklist", "LongTextArea", "Html", "TextArea", "Summary", "Location", "Lookup"}
)


def check(document: Document) -> Iterator[Finding]:
    kind = document.text("type")
    if kind not in _NEVER or not document.made_here:
        return
    for part in ("externalId", "unique"):
        if document.yes(part):
            yield document.finding(RULE, None, f"the {kind} field {document.name} cannot have {part}", part)
