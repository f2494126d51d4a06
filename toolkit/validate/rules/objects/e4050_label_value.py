from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E4050",
    severity=ERROR,
    title="A custom label is there twice, or its text is too long",
    why="The deploy fails: names are unique without regard to case, a value has at most 1,000 characters.",
    mend="remove the second label, or shorten the value",
    source="Metadata API Developer Guide, StaticResource and CustomLabels",
    bad={
        "labels/CustomLabels.labels": """<CustomLabels>
    <labels><fullName>A</fullName><value>One</value></labels>
    <labels><fullName>A</fullName><value>Two</value></labels>
</CustomLabels>""",
    },
    good={
        "labels/CustomLabels.labels": """<CustomLabels>
    <labels><fullName>A</fullName><value>One</value></labels>
    <labels><fullName>B</fullName><value>Two</value></labels>
</CustomLabels>""",
    },
)


def check(document: Document) -> Iterator[Finding]:
    seen: set[str] = set()
    for entry in document.entries("labels"):
        name = entry["fullName"]
        if name.lower() in seen:
            yield document.finding(RULE, entry.element, f"the label {name} is there twice", "fullName")
        seen.add(name.lower())
        if len(entry["value"]) > 1000:
            message = f"the value of the label {name} has {len(entry['value'])} characters, 1,000 are the most"
            yield document.finding(RULE, entry.element, message, "fullName")
