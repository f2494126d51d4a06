from __future__ import annotations

from toolkit.validate.lookup import label_is_known
from toolkit.validate.outside import unresolved
from toolkit.validate.reference import Reference
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E3023",
    severity=ERROR,
    title="A Visualforce page uses a custom label that is not there",
    why="The page does not compile: `Field $Label.X does not exist`.",
    mend="add the label, or correct $Label.X",
    source="Visualforce Developer Guide, $Label",
    bad={"pages/P.page": "<apex:page>{!$Label.Gone}</apex:page>"},
    good={
        "pages/P.page": "<apex:page>{!$Label.Here}</apex:page>",
        "labels/CustomLabels.labels": """<CustomLabels>
    <labels>
        <fullName>Here</fullName><language>en_US</language><protected>true</protected>
        <shortDescription>Here</shortDescription><value>Here</value>
    </labels>
</CustomLabels>""",
    },
)
REFERENCES = (Reference("ApexPage", "*", ("CustomLabel",)), Reference("ApexComponent", "*", ("CustomLabel",)))
check = unresolved(RULE, "custom label", known=label_is_known)
