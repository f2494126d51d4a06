from __future__ import annotations

from toolkit.validate.outside import unresolved
from toolkit.validate.reference import Reference
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E3024",
    severity=ERROR,
    title="A Visualforce page links to a page that is not there",
    why="The page does not compile: `Page X does not exist`.",
    mend="add the page, or correct $Page.X",
    source="Visualforce Developer Guide, $Page",
    bad={"pages/P.page": "<apex:page><a href='{!$Page.Gone}'>x</a></apex:page>"},
    good={"pages/P.page": "<apex:page><a href='{!$Page.P}'>x</a></apex:page>"},
)
REFERENCES = (Reference("ApexPage", "*", ("ApexPage",)), Reference("ApexComponent", "*", ("ApexPage",)))
check = unresolved(RULE, "Visualforce page")
