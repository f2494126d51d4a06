from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.outside import unresolved
from toolkit.validate.reference import Reference
from toolkit.validate.rule import ERROR, Rule
from toolkit.validate.tree import Element

RULE = Rule(
    id="E3110",
    severity=ERROR,
    title="A custom metadata record belongs to a type that is not there",
    why="The deploy fails with `no CustomMetadata type named X found`, unless the org has the type already.",
    mend="add the custom metadata type (objects/X__mdt), or correct the file's name (Type.Record.md)",
    source="Metadata API Developer Guide, CustomMetadata",
    bad={"customMetadata/Gone.One.md": "<CustomMetadata><label>One</label></CustomMetadata>"},
    good={
        "customMetadata/Here.One.md": "<CustomMetadata><label>One</label></CustomMetadata>",
        "objects/Here__mdt.object": "<CustomObject><label>Here</label><pluralLabel>Heres</pluralLabel></CustomObject>",
    },
)


def _type(document: Document) -> Iterator[tuple[Element, str]]:
    yield document.root, document.name.partition(".")[0] + "__mdt"


REFERENCES = (Reference("CustomMetadata", "", ("CustomObject",), by=_type),)
check = unresolved(RULE, "custom metadata type")
