from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E7001",
    severity=ERROR,
    title="Two items of a Lightning page have one identifier",
    why="The deploy fails: an identifier is unique in its page.",
    mend="change one of the two identifiers",
    source="Metadata API Developer Guide, FlexiPage",
    bad={
        "flexipages/P.flexipage": """<FlexiPage>
    <flexiPageRegions>
        <itemInstances><componentInstance><componentName>a:b</componentName><identifier>x</identifier></componentInstance></itemInstances>
        <itemInstances><componentInstance><componentName>a:c</componentName><identifier>x</identifier></componentInstance></itemInstances>
        <name>main</name><type>Region</type>
    </flexiPageRegions>
</FlexiPage>""",
    },
    good={
        "flexipages/P.flexipage": """<FlexiPage>
    <flexiPageRegions>
        <itemInstances><componentInstance><componentName>a:b</componentName><identifier>x</identifier></componentInstance></itemInstances>
        <itemInstances><componentInstance><componentName>a:c</componentName><identifier>y</identifier></componentInstance></itemInstances>
        <name>main</name><type>Region</type>
    </flexiPageRegions>
</FlexiPage>""",
    },
)


def check(document: Document) -> Iterator[Finding]:
    seen: set[str] = set()
    for element in document.deep("identifier"):
        name = document.value(element)
        if name and name in seen:
            yield document.finding(RULE, element, f"the identifier {name} is there twice")
        seen.add(name)
