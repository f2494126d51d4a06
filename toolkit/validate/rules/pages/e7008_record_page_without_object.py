from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E7008",
    severity=ERROR,
    title="A record page without its object",
    why="The deploy fails: a page of type RecordPage belongs to one object, which cannot be changed later.",
    mend="add <sobjectType>",
    source="Metadata API Developer Guide, FlexiPage",
    bad={"flexipages/P.flexipage": "<FlexiPage><masterLabel>P</masterLabel><type>RecordPage</type></FlexiPage>"},
    good={
        "flexipages/P.flexipage": """<FlexiPage>
    <masterLabel>P</masterLabel><sobjectType>Case</sobjectType><type>RecordPage</type>
</FlexiPage>""",
    },
)


def check(document: Document) -> Iterator[Finding]:
    if document.text("type") == "RecordPage" and not document.text("sobjectType"):
        yield document.finding(RULE, None, f"the record page {document.name} names no object", "type")
