from __future__ import annotations

from toolkit.validate.outside import unresolved
from toolkit.validate.reference import Reference
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E3022",
    severity=ERROR,
    title="A Visualforce page uses a static resource that is not there",
    why="The page does not compile: `Static Resource named X does not exist`.",
    mend="add the static resource, or correct $Resource.X",
    source="Visualforce Developer Guide, $Resource",
    bad={"pages/P.page": "<apex:page><apex:image value='{!$Resource.Gone}'/></apex:page>"},
    good={
        "pages/P.page": "<apex:page><apex:image value='{!$Resource.Here}'/></apex:page>",
        "staticresources/Here.resource": "x",
        "staticresources/Here.resource-meta.xml": (
            "<StaticResource><cacheControl>Public</cacheControl><contentType>text/plain</contentType></StaticResource>"
        ),
    },
)
REFERENCES = (Reference("ApexPage", "*", ("StaticResource",)), Reference("ApexComponent", "*", ("StaticResource",)))
check = unresolved(RULE, "static resource")
