from __future__ import annotations

from toolkit.validate.outside import unresolved
from toolkit.validate.reference import Reference
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E3021",
    severity=ERROR,
    title="A Visualforce page uses a component that is not there",
    why="The page does not compile: `Component c:X does not exist`.",
    mend="add the component, or correct its name",
    source="Visualforce Developer Guide, custom components",
    bad={"pages/P.page": "<apex:page><c:Gone/></apex:page>"},
    good={
        "pages/P.page": "<apex:page><c:Here/></apex:page>",
        "components/Here.component": "<apex:component/>",
    },
)
REFERENCES = (Reference("ApexPage", "*", ("ApexComponent",)), Reference("ApexComponent", "*", ("ApexComponent",)))
check = unresolved(RULE, "Visualforce component")
