from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E7003",
    severity=ERROR,
    title="A Lightning page has the shape of another API version",
    why="Regions hold componentInstances up to 48.0 and itemInstances from 49.0 on: `Property 'componentInstances' not"
    " valid in version 49.0`.",
    mend="wrap each component in <itemInstances><componentInstance>; or retrieve the page with the project's version",
    source="Metadata API Developer Guide, FlexiPage",
    bad={
        "flexipages/P.flexipage": """<FlexiPage>
    <flexiPageRegions>
        <componentInstances><componentName>force:detailPanel</componentName></componentInstances>
        <name>main</name><type>Region</type>
    </flexiPageRegions>
</FlexiPage>""",
    },
    good={
        "flexipages/P.flexipage": """<FlexiPage>
    <flexiPageRegions>
        <itemInstances><componentInstance><componentName>force:detailPanel</componentName></componentInstance></itemInstances>
        <name>main</name><type>Region</type>
    </flexiPageRegions>
</FlexiPage>""",
    },
)


def check(document: Document) -> Iterator[Finding]:
    if not document.file.version:
        return  # nobody has said a version; the page says its own by its shape
    wrong = "componentInstances" if document.api_version >= 49 else "itemInstances"
    for region in document.all("flexiPageRegions"):
        for element in document.all(wrong, region):
            message = f"{wrong} is not valid in version {document.api_version:g}.0"
            yield document.finding(RULE, element, message)
            return
