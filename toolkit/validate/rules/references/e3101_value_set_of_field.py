from __future__ import annotations

from toolkit.validate.outside import unresolved
from toolkit.validate.reference import Reference
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E3101",
    severity=ERROR,
    title="A picklist uses a global value set that is not there",
    why="The deploy fails with `no GlobalValueSet named X found`, unless the org has it already.",
    mend="add the global value set, or correct valueSetName",
    source="Metadata API Developer Guide, CustomField valueSet",
    bad={
        "objects/Case.object": """<CustomObject>
    <fields>
        <fullName>Colour__c</fullName><label>Colour</label><type>Picklist</type>
        <valueSet><valueSetName>Gone</valueSetName></valueSet>
    </fields>
</CustomObject>""",
    },
    good={
        "objects/Case.object": """<CustomObject>
    <fields>
        <fullName>Colour__c</fullName><label>Colour</label><type>Picklist</type>
        <valueSet><valueSetName>Here</valueSetName></valueSet>
    </fields>
</CustomObject>""",
        "globalValueSets/Here.globalValueSet": (
            "<GlobalValueSet><masterLabel>Here</masterLabel><sorted>false</sorted></GlobalValueSet>"
        ),
    },
)
REFERENCES = (Reference("CustomField", "valueSet/valueSetName", ("GlobalValueSet", "StandardValueSet")),)
check = unresolved(RULE, "global value set")
