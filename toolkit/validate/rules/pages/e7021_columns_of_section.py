from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E7021",
    severity=ERROR,
    title="A layout section has more columns than its style",
    why="The deploy fails: OneColumn has one layoutColumns, the TwoColumns styles two, CustomLinks three.",
    mend="correct <style>, or move the items into the columns there are",
    source="Metadata API Developer Guide, Layout",
    bad={
        "layouts/Case-Case Layout.layout": """<Layout>
    <layoutSections><layoutColumns/><layoutColumns/><style>OneColumn</style></layoutSections>
</Layout>""",
    },
    good={
        "layouts/Case-Case Layout.layout": """<Layout>
    <layoutSections><layoutColumns/><layoutColumns/><style>TwoColumnsTopToBottom</style></layoutSections>
</Layout>""",
    },
)
_COLUMNS = {"OneColumn": 1, "TwoColumnsTopToBottom": 2, "TwoColumnsLeftToRight": 2, "CustomLinks": 3}


def check(document: Document) -> Iterator[Finding]:
    for section in document.all("layoutSections"):
        style = document.value(section, "style")
        columns = len(list(document.all("layoutColumns", section)))
        if columns > _COLUMNS.get(style, columns):
            yield document.finding(RULE, section, f"a section of style {style} has {columns} columns", "style")
