from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E4035",
    severity=ERROR,
    title="A compact layout or field set names a field twice, or too many",
    why="The deploy fails with `Field: f, value: v appears more than once`; a compact layout takes 10 fields.",
    mend="remove the field",
    source="messages of orgs as public issue threads quote them",
    bad={
        "objects/Case.object": """<CustomObject>
    <compactLayouts><fullName>C</fullName><fields>Subject</fields><fields>Subject</fields><label>C</label></compactLayouts>
</CustomObject>""",
    },
    good={
        "objects/Case.object": """<CustomObject>
    <compactLayouts><fullName>C</fullName><fields>Subject</fields><fields>Status</fields><label>C</label></compactLayouts>
</CustomObject>""",
    },
)


def check(document: Document) -> Iterator[Finding]:
    seen: set[str] = set()
    rows = list(document.all("fields"))
    for element in rows:
        name = document.value(element)
        if name in seen:
            yield document.finding(RULE, element, f"{name} is there twice in the compact layout {document.name}")
        seen.add(name)
    if len(rows) > 10:
        message = f"the compact layout {document.name} has {len(rows)} fields, 10 are the most"
        yield document.finding(RULE, rows[10], message)
