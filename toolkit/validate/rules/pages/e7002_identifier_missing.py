from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E7002",
    severity=ERROR,
    title="An item of a Lightning page has no identifier",
    why="From API version 53.0 (Winter '22) on the deploy fails without it; retrieving the page with such a version"
    " brings the identifiers along.",
    mend="add <identifier> with a name that is unique in the page",
    source="Metadata API Developer Guide, FlexiPage; forcedotcom/salesforcedx-vscode#3610",
    bad={
        "flexipages/P.flexipage": """<FlexiPage>
    <flexiPageRegions>
        <itemInstances><componentInstance><componentName>force:detailPanel</componentName></componentInstance></itemInstances>
        <name>main</name><type>Region</type>
    </flexiPageRegions>
</FlexiPage>""",
    },
    good={
        "flexipages/P.flexipage": """<FlexiPage>
    <flexiPageRegions>
        <itemInstances>
            <componentInstance><componentName>force:detailPanel</componentName><identifier>d</identifier></componentInstance>
        </itemInstances>
        <name>main</name><type>Region</type>
    </flexiPageRegions>
</FlexiPage>""",
    },
)


def check(document: Document) -> Iterator[Finding]:
    if document.api_version < 53 or not document.file.version:
        return
    for item in document.deep("itemInstances"):
        for kind, named in (("componentInstance", "componentName"), ("fieldInstance", "fieldItem")):
            for instance in document.all(kind, item):
                if not document.value(instance, "identifier"):
                    name = document.value(instance, named)
                    yield document.finding(RULE, instance, f"{name or kind} has no identifier", named)
