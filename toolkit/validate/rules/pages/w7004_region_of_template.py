from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import WARNING, Rule

RULE = Rule(
    id="W7004",
    severity=WARNING,
    title="A Lightning page has a region that its template does not have",
    why="The org refuses the page, or shows it without what is in the region.",
    mend="rename the region to one of the template's",
    source="Metadata API Developer Guide, FlexiPage",
    bad={
        "flexipages/P.flexipage": """<FlexiPage>
    <flexiPageRegions><name>right</name><type>Region</type></flexiPageRegions>
    <template><name>flexipage:recordHomeTemplateDesktop</name></template>
</FlexiPage>""",
    },
    good={
        "flexipages/P.flexipage": """<FlexiPage>
    <flexiPageRegions><name>sidebar</name><type>Region</type></flexiPageRegions>
    <template><name>flexipage:recordHomeTemplateDesktop</name></template>
</FlexiPage>""",
    },
)
_RECORD = "flexipage:recordHome"
_TEMPLATES = {
    f"{_RECORD}TemplateDesktop": ("header", "main", "sidebar"),
    f"{_RECORD}SingleColTemplateDesktop": ("header", "main"),
    f"{_RECORD}LeftSidebarTemplateDesktop": ("header", "main", "sidebar"),
    f"{_RECORD}TwoColEqualHeaderTemplateDesktop": ("header", "leftcol", "rightcol"),
    f"{_RECORD}WithSubheaderTemplateDesktop": ("header", "subheader", "main", "sidebar"),
    f"{_RECORD}SingleColNoHeaderTemplateDesktop": ("main",),
    "one:utilityBarTemplateDesktop": ("utilityItems", "backgroundComponents"),
}


def check(document: Document) -> Iterator[Finding]:
    regions = _TEMPLATES.get(document.text("template", "name"))
    if regions is None:
        return
    for region in document.all("flexiPageRegions"):
        name = document.value(region, "name")
        if document.value(region, "type") == "Region" and name not in regions:
            message = f"the template has no region {name}; its regions are {', '.join(regions)}"
            yield document.finding(RULE, region, message, "name")
