from __future__ import annotations

from toolkit.validate.outside import unresolved
from toolkit.validate.reference import Reference
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E3030",
    severity=ERROR,
    title="A tab, Lightning page, layout, quick action or web link shows a Visualforce page that is not there",
    why="The deploy fails with `In field: page - no ApexPage named X found`, unless the org has the page already.",
    mend="add the page, or correct its name",
    source=(
        "messages of orgs as public issue threads quote them; Metadata API Developer Guide, "
        "CustomTab; Metadata API Developer Guide, FlexiPage; Metadata API Developer Guide, Layout"
    ),
    bad={"tabs/T.tab": "<CustomTab><label>T</label><motif>Custom9: Lightning</motif><page>Gone</page></CustomTab>"},
    good={
        "tabs/T.tab": "<CustomTab><label>T</label><motif>Custom9: Lightning</motif><page>Here</page></CustomTab>",
        "pages/Here.page": "<apex:page/>",
    },
)
_PAGE = ("ApexPage",)
REFERENCES = (
    Reference("CustomTab", "page", _PAGE),
    Reference("Layout", "//layoutItems/page", _PAGE),
    Reference("FlexiPage", "//componentInstanceProperties/value", _PAGE, when=("name", "pageName")),
    Reference("QuickAction", "page", _PAGE),
    Reference("WebLink", "page", _PAGE),
    Reference("HomePageComponent", "page", _PAGE),
)
check = unresolved(RULE, "Visualforce page")
