from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.outside import unresolved
from toolkit.validate.reference import Reference
from toolkit.validate.rule import ERROR, Rule
from toolkit.validate.tree import Element

RULE = Rule(
    id="E3051",
    severity=ERROR,
    title="A Lightning page shows a component that is not there",
    why="The deploy fails with `We couldn't retrieve the design time component information for component c:X`.",
    mend="add the Lightning component, correct its name, or remove it from the page",
    source="Metadata API Developer Guide, LightningComponentBundle; Metadata API Developer Guide, FlexiPage",
    bad={
        "flexipages/P.flexipage": """<FlexiPage>
    <flexiPageRegions>
        <itemInstances><componentInstance><componentName>c:gone</componentName></componentInstance></itemInstances>
        <name>main</name><type>Region</type>
    </flexiPageRegions>
</FlexiPage>""",
    },
    good={
        "flexipages/P.flexipage": """<FlexiPage>
    <flexiPageRegions>
        <itemInstances><componentInstance><componentName>here</componentName></componentInstance></itemInstances>
        <itemInstances><componentInstance><componentName>force:detailPanel</componentName></componentInstance></itemInstances>
        <name>main</name><type>Region</type>
    </flexiPageRegions>
</FlexiPage>""",
        "lwc/here/here.js-meta.xml": "<LightningComponentBundle><isExposed>true</isExposed></LightningComponentBundle>",
    },
)


def _own_components(document: Document) -> Iterator[tuple[Element, str]]:
    for element in document.deep("componentName"):
        name = document.value(element)
        # flexipage:tab, force:detailPanel ... are the platform's; ns:thing is another package's; flows stand by name
        if name and (":" not in name or name.startswith("c:")):
            yield element, name.removeprefix("c:")


REFERENCES = (
    Reference("FlexiPage", "", ("LightningComponentBundle", "AuraDefinitionBundle", "Flow"), by=_own_components),
)
check = unresolved(RULE, "Lightning component")
