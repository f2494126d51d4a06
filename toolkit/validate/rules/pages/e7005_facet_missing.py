from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E7005",
    severity=ERROR,
    title="A Lightning page shows a facet that it does not have",
    why="Tabs and columns name the facet that holds their items; without it the deploy fails or the tab is empty.",
    mend="add a flexiPageRegions of type Facet with this name, or correct the value",
    source="Metadata API Developer Guide, FlexiPage; Salto flexiPageUnusedOrMissingFacets (idea)",
    bad={
        "flexipages/P.flexipage": """<FlexiPage>
    <flexiPageRegions>
        <itemInstances><componentInstance>
            <componentInstanceProperties><name>tabs</name><value>Facet-1</value></componentInstanceProperties>
            <componentName>flexipage:tabset</componentName>
        </componentInstance></itemInstances>
        <name>main</name><type>Region</type>
    </flexiPageRegions>
</FlexiPage>""",
    },
    good={
        "flexipages/P.flexipage": """<FlexiPage>
    <flexiPageRegions><name>Facet-1</name><type>Facet</type></flexiPageRegions>
    <flexiPageRegions>
        <itemInstances><componentInstance>
            <componentInstanceProperties><name>tabs</name><value>Facet-1</value></componentInstanceProperties>
            <componentName>flexipage:tabset</componentName>
        </componentInstance></itemInstances>
        <name>main</name><type>Region</type>
    </flexiPageRegions>
</FlexiPage>""",
    },
)
_FACET = re.compile(r"Facet-[\w-]+\Z")


def check(document: Document) -> Iterator[Finding]:
    regions = {document.value(region, "name") for region in document.all("flexiPageRegions")}
    for row in document.deep("componentInstanceProperties"):
        value = document.value(row, "value")
        if _FACET.match(value) and value not in regions:
            yield document.finding(RULE, row, f"the page has no facet {value}", "value")
