from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.finding import Finding
from toolkit.validate.project import Project
from toolkit.validate.rule import WARNING, Rule

RULE = Rule(
    id="W7062",
    severity=WARNING,
    title="A Visualforce page on a Lightning page is not available there",
    why="App Builder does not offer a page without availableInTouch, and Experience sites and mobile do not show it.",
    mend="set <availableInTouch>true</availableInTouch> in the page's -meta.xml",
    source="Metadata API Developer Guide, ApexPage",
    bad={
        "pages/W.page": '<apex:page standardController="Case"/>',
        "flexipages/P.flexipage": """<FlexiPage>
    <flexiPageRegions>
        <itemInstances><componentInstance>
            <componentInstanceProperties><name>pageName</name><value>W</value></componentInstanceProperties>
            <componentName>flexipage:visualforcePage</componentName>
        </componentInstance></itemInstances>
        <name>main</name><type>Region</type>
    </flexiPageRegions>
    <sobjectType>Case</sobjectType><type>RecordPage</type>
</FlexiPage>""",
    },
    good={
        "pages/W.page": '<apex:page standardController="Case"/>',
        "pages/W.page-meta.xml": """<ApexPage>
    <apiVersion>60.0</apiVersion><availableInTouch>true</availableInTouch><label>W</label>
</ApexPage>""",
        "flexipages/P.flexipage": """<FlexiPage>
    <flexiPageRegions>
        <itemInstances><componentInstance>
            <componentInstanceProperties><name>pageName</name><value>W</value></componentInstanceProperties>
            <componentName>flexipage:visualforcePage</componentName>
        </componentInstance></itemInstances>
        <name>main</name><type>Region</type>
    </flexiPageRegions>
    <sobjectType>Case</sobjectType><type>RecordPage</type>
</FlexiPage>""",
    },
)


def check(project: Project) -> Iterator[Finding]:
    reported = set()
    for placed in project.placed:
        fact = project.touch.get(placed.name.lower())
        if placed.kind != "page" or placed.where in ("Layout", "Tab") or fact is None or fact.in_touch:
            continue
        if fact.name not in reported:
            reported.add(fact.name)
            message = f"the page {fact.name} is placed on a Lightning page and is not available in Lightning"
            yield project.finding(RULE, fact.spot, message)
