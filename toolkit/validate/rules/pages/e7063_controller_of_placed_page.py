from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate import known
from toolkit.validate.finding import Finding, Severity
from toolkit.validate.project import Project
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E7063",
    severity=ERROR,
    title="A Visualforce page on a layout or record page belongs to another object",
    why="A page on a layout or record page uses the standard controller of that object; otherwise the layout is refused"
    " and App Builder does not offer the page.",
    mend="set standardController to the object, or place another page",
    source="Metadata API Developer Guide, ApexPage; Metadata API Developer Guide, Layout",
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
        if project.foreign(page.name):  # a retrieve gives no source for the page of a managed package
            continue
        object_, standard = _bare(placed.object), _bare(page.standard_controller)
        if standard == _SAME.get(object_, object_):
            continue
        message = (
            f"the page {page.name} is for {page.standard_controller or 'no object'}, and is placed on {placed.object}"
        )
        if placed.where == "Layout":
            yield project.finding(RULE, placed.spot, message)
        elif standard:  # App Builder takes a page of no object
            yield project.finding(RULE, placed.spot, message, severity=Severity.WARNING)


def _bare(name: str) -> str:
    """An object's name without any package prefix, in lower case."""
    return known.without_namespace(name, known.namespace_of(name)).lower()
