from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E7007",
    severity=ERROR,
    title="A Lightning page has two regions of one name",
    why="The deploy fails: region names are unique in their page, except where one stands for another form factor.",
    mend="merge the two regions",
    source="Metadata API Developer Guide, FlexiPage",
    bad={
        "flexipages/P.flexipage": """<FlexiPage>
    <flexiPageRegions><name>main</name><type>Region</type></flexiPageRegions>
    <flexiPageRegions><name>main</name><type>Region</type></flexiPageRegions>
</FlexiPage>""",
    },
    good={
        "flexipages/P.flexipage": """<FlexiPage>
    <flexiPageRegions><name>main</name><type>Region</type></flexiPageRegions>
    <flexiPageRegions><name>sidebar</name><type>Region</type></flexiPageRegions>
</FlexiPage>""",
    },
)


def check(document: Document) -> Iterator[Finding]:
    seen: set[str] = set()
    for region in document.all("flexiPageRegions"):
        name = document.value(region, "name")
        # retrieved pages hold the sections of a dynamic form under one generated name more than once
        if name in seen and document.value(region, "type") == "Region":
            yield document.finding(RULE, region, f"the region {name} is there twice", "name")
        seen.add(name)
