from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E7020",
    severity=ERROR,
    title="A layout shows a field, page or related list twice",
    why="The deploy fails with `Field: f, value: v appears more than once`; a merge usually left the second.",
    mend="remove one of the two items",
    source="messages of orgs as public issue threads quote them",
    bad={
        "layouts/Case-Case Layout.layout": """<Layout>
    <layoutSections>
        <layoutColumns>
            <layoutItems><behavior>Edit</behavior><field>Subject</field></layoutItems>
            <layoutItems><behavior>Edit</behavior><field>Subject</field></layoutItems>
        </layoutColumns>
        <style>OneColumn</style>
    </layoutSections>
</Layout>""",
    },
    good={
        "layouts/Case-Case Layout.layout": """<Layout>
    <layoutSections>
        <layoutColumns>
            <layoutItems><behavior>Edit</behavior><field>Subject</field></layoutItems>
            <layoutItems><behavior>Edit</behavior><field>Status</field></layoutItems>
        </layoutColumns>
        <style>OneColumn</style>
    </layoutSections>
</Layout>""",
    },
)


def check(document: Document) -> Iterator[Finding]:
    seen: set[str] = set()
    for section in document.all("layoutSections"):
        for column in document.all("layoutColumns", section):
            for item in document.all("layoutItems", column):
                name = document.value(item, "field")
                if name and name in seen:
                    yield document.finding(RULE, item, f"the field {name} is there twice", "field")
                seen.add(name)
    lists: set[str] = set()
    for row in document.all("relatedLists"):
        name = document.value(row, "relatedList")
        if name and name in lists:
            yield document.finding(RULE, row, f"the related list {name} is there twice", "relatedList")
        lists.add(name)
