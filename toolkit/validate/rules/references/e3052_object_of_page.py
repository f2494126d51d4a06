from __future__ import annotations

from toolkit.validate.outside import unresolved
from toolkit.validate.reference import Reference
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E3052",
    severity=ERROR,
    title="A custom object is named that is not there",
    why="The deploy fails with `no CustomObject named X found`, unless the org has the object already.",
    mend="add the object, or correct its name",
    source="sfdx-hardis tips (no CustomObject named)",
    bad={
        "flexipages/P.flexipage": (
            "<FlexiPage><masterLabel>P</masterLabel><sobjectType>Gone__c</sobjectType></FlexiPage>"
        )
    },
    good={
        "flexipages/P.flexipage": "<FlexiPage><masterLabel>P</masterLabel><sobjectType>Case</sobjectType></FlexiPage>"
    },
)
_OBJECT = ("CustomObject",)
REFERENCES = (
    Reference("FlexiPage", "sobjectType", _OBJECT),
    Reference("CustomField", "referenceTo", _OBJECT),
    Reference("QuickAction", "targetObject", _OBJECT),
    Reference("ReportType", "baseObject", _OBJECT),
    Reference("CustomApplication", "actionOverrides/pageOrSobjectType", _OBJECT),
    Reference("CustomApplication", "profileActionOverrides/pageOrSobjectType", _OBJECT),
)
check = unresolved(RULE, "custom object")
