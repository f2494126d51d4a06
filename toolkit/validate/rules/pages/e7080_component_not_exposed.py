from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.finding import Finding
from toolkit.validate.project import Project
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E7080",
    severity=ERROR,
    title="A Lightning page shows a component that is not made for it",
    why="The deploy fails: the component's -meta.xml must say isExposed and name the kind of page as a target.",
    mend="set <isExposed>true</isExposed> and add the target",
    source="Metadata API Developer Guide, LightningComponentBundle",
    bad={
        "lwc/thing/thing.js": "export {};",
        "lwc/thing/thing.js-meta.xml": (
            "<LightningComponentBundle><isExposed>false</isExposed></LightningComponentBundle>"
        ),
        "flexipages/P.flexipage": """<FlexiPage>
    <flexiPageRegions>
        <itemInstances><componentInstance><componentName>thing</componentName></componentInstance></itemInstances>
        <name>main</name><type>Region</type>
    </flexiPageRegions>
    <sobjectType>Case</sobjectType><type>RecordPage</type>
</FlexiPage>""",
    },
    good={
        "lwc/thing/thing.js": "export {};",
        "lwc/thing/thing.js-meta.xml": """<LightningComponentBundle>
    <isExposed>true</isExposed><targets><target>lightning__RecordPage</target></targets>
</LightningComponentBundle>""",
        "flexipages/P.flexipage": """<FlexiPage>
    <flexiPageRegions>
        <itemInstances><componentInstance><componentName>thing</componentName></componentInstance></itemInstances>
        <name>main</name><type>Region</type>
    </flexiPageRegions>
    <sobjectType>Case</sobjectType><type>RecordPage</type>
</FlexiPage>""",
    },
)
_TARGETS = {
    "RecordPage": "lightning__RecordPage",
    "AppPage": "lightning__AppPage",
    "HomePage": "lightning__HomePage",
    "UtilityBar": "lightning__UtilityBar",
}


def check(project: Project) -> Iterator[Finding]:
    aura = project.components.by_type.get("AuraDefinitionBundle", {})
    for placed in project.placed:
        fact = project.lwc.get(placed.name.lower())
        if placed.kind != "component" or fact is None or placed.name.lower() in aura:
            continue
        target = _TARGETS.get(placed.where)
        if not fact.exposed:
            yield project.finding(RULE, placed.spot, f"the component {fact.name} is not exposed")
        elif target and target not in fact.targets:
            message = f"the component {fact.name} does not name the target {target}"
            yield project.finding(RULE, placed.spot, message)
