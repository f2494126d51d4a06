from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E4060",
    severity=ERROR,
    title="A custom metadata record whose name or label is too long, or that sets a field twice",
    why="The deploy fails: name and label have at most 40 characters, each field has one value.",
    mend="shorten the label or the file's name; remove the second value",
    source="Metadata API Developer Guide, CustomMetadata",
    bad={
        "customMetadata/T.One.md": """<CustomMetadata>
    <label>A label that is much longer than forty characters</label>
</CustomMetadata>""",
    },
    good={"customMetadata/T.One.md": "<CustomMetadata><label>One</label></CustomMetadata>"},
)


def check(document: Document) -> Iterator[Finding]:
    label, record = document.text("label"), document.name.partition(".")[2]
    if len(label) > 40:
        message = f"the label of {document.name} has {len(label)} characters, 40 are the most"
        yield document.finding(RULE, document.find("label"), message)
    if len(record.rpartition("__")[2]) > 40:
        yield document.finding(RULE, None, f"the record name {record} has {len(record)} characters, 40 are the most")
    seen: set[str] = set()
    for entry in document.entries("values"):
        if entry["field"] in seen:
            yield document.finding(RULE, entry.element, f"{entry['field']} is set twice", "field")
        seen.add(entry["field"])
