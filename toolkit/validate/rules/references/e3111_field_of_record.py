from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.lookup import field_is_known
from toolkit.validate.outside import unresolved
from toolkit.validate.reference import Reference
from toolkit.validate.rule import ERROR, Rule
from toolkit.validate.tree import Element

RULE = Rule(
    id="E3111",
    severity=ERROR,
    title="A custom metadata record sets a field that its type does not have",
    why="The deploy fails: the record's values name fields of the type.",
    mend="add the field to the type, correct its name, or remove the value",
    source="Metadata API Developer Guide, CustomMetadata values",
    bad={
        "customMetadata/Here.One.md": """<CustomMetadata>
    <label>One</label><values><field>Gone__c</field><value/></values>
</CustomMetadata>""",
        "objects/Here__mdt.object": "<CustomObject><label>Here</label><pluralLabel>Heres</pluralLabel></CustomObject>",
    },
    good={
        "customMetadata/Here.One.md": """<CustomMetadata>
    <label>One</label><values><field>Size__c</field><value/></values>
</CustomMetadata>""",
        "objects/Here__mdt.object": """<CustomObject>
    <fields><fullName>Size__c</fullName><label>Size</label><type>Checkbox</type></fields>
    <label>Here</label><pluralLabel>Heres</pluralLabel>
</CustomObject>""",
    },
)


def _fields(document: Document) -> Iterator[tuple[Element, str]]:
    object_ = document.name.partition(".")[0] + "__mdt"
    for values in document.all("values"):
        for element in document.all("field", values):
            yield element, f"{object_}.{document.value(element)}"


REFERENCES = (Reference("CustomMetadata", "", ("CustomField",), by=_fields),)
check = unresolved(RULE, "custom field", known=field_is_known)
