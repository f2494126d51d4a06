from __future__ import annotations

from toolkit.validate.outside import unresolved
from toolkit.validate.reference import Reference
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E3020",
    severity=ERROR,
    title="A Visualforce page or component names a controller that is not there",
    why="The page does not compile: `Apex class 'X' does not exist`.",
    mend="add the class, or correct controller= or extensions=",
    source="Visualforce Developer Guide, apex:page",
    bad={"pages/P.page": '<apex:page controller="Gone"/>'},
    good={"pages/P.page": '<apex:page controller="Here"/>', "classes/Here.cls": "public with sharing class Here {}"},
)
REFERENCES = (Reference("ApexPage", "*", ("ApexClass",)), Reference("ApexComponent", "*", ("ApexClass",)))
check = unresolved(RULE, "Apex class")
