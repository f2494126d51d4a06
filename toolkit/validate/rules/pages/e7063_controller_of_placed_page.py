from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.finding import Finding
from toolkit.validate.project import Project
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E7063",
    severity=ERROR,
    title="A Visualforce page on a layout or record page belongs to another object",
    why="A page on a layout or record page uses the standard controller of that object; otherwise the layout is refused"
    " and App Builder does not offer the page.",
    mend="set standardController to the object, or place another page",
    source="salesforce-facts 3.2, 3.18",
    bad={
        "pages/W.page": '<apex:page standardController="Contact"/>',
        "layouts/Case-Case Layout.layout": """<Layout>
    <layoutSections>
        <layoutColumns><layoutItems><page>W</page></layoutItems></layoutColumns><style>OneColumn</style>
    </layoutSections>
</Layout>""",
    },
    good={
        "pages/W.page": '<apex:page standardController="Case"/>',
        "layouts/Case-Case Layout.layout": """<Layout>
    <layoutSections>
        <layoutColumns><layoutItems><page>W</page></layoutItems></layoutColumns><style>OneColumn</style>
    </layoutSections>
</Layout>""",
    },
)
_SAME = {"personaccount": "account", "caseclose": "case"}


def check(project: Project) -> Iterator[Finding]:
    for placed in project.placed:
        page = project.pages.get(placed.name.lower())
        if placed.kind != "page" or page is None or placed.where not in ("Layout", "RecordPage") or not placed.object:
            continue
        object_ = project.own(placed.object)
        if project.own(page.standard_controller) != _SAME.get(object_, object_):
            has = page.standard_controller or "no object"
            message = f"the page {page.name} is for {has}, and is placed on {placed.object}"
            yield project.finding(RULE, placed.spot, message)
