from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import NOTE, Rule

RULE = Rule(
    id="N7006",
    severity=NOTE,
    title="A Lightning page has a facet that nothing shows",
    why="What is in it is never seen; the org drops it at the next save.",
    mend="remove the facet, or show it in a tab or column",
    source="Metadata API Developer Guide, FlexiPage",
    bad={
        "flexipages/P.flexipage": """<FlexiPage>
    <flexiPageRegions><name>Facet-1</name><type>Facet</type></flexiPageRegions>
</FlexiPage>""",
    },
    good={
        "flexipages/P.flexipage": """<FlexiPage>
    <flexiPageRegions><name>main</name><type>Region</type></flexiPageRegions>
</FlexiPage>""",
    },
)


def check(document: Document) -> Iterator[Finding]:
    used = {document.value(element) for element in document.deep("value")}
    for region in document.all("flexiPageRegions"):
        name = document.value(region, "name")
        if document.value(region, "type") == "Facet" and name and name not in used:
            yield document.finding(RULE, region, f"nothing shows the facet {name}", "name")
