from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E6040",
    severity=ERROR,
    title="An app lists a tab twice",
    why="The deploy fails with a duplicate value; a merge usually left the second.",
    mend="remove one of the two",
    source="messages of orgs as public issue threads quote them",
    bad={
        "applications/A.app": """<CustomApplication>
    <label>A</label><tabs>standard-home</tabs><tabs>standard-home</tabs>
</CustomApplication>""",
    },
    good={
        "applications/A.app": """<CustomApplication>
    <label>A</label><tabs>standard-home</tabs><tabs>standard-Case</tabs>
</CustomApplication>""",
    },
)


def check(document: Document) -> Iterator[Finding]:
    seen: set[str] = set()
    for element in document.all("tabs"):
        name = document.value(element)
        if name in seen:
            yield document.finding(RULE, element, f"the tab {name} is there twice")
        seen.add(name)
