from __future__ import annotations

from toolkit.validate.outside import unresolved
from toolkit.validate.reference import Reference
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E3120",
    severity=ERROR,
    title="A flow or app calls an Apex class that is not there",
    why="The deploy fails, unless the org has the class already.",
    mend="add the class, or correct its name",
    source="Metadata API Developer Guide, Flow actionCalls",
    bad={
        "flows/F.flow": """<Flow>
    <actionCalls><name>Go</name><actionName>Gone</actionName><actionType>apex</actionType></actionCalls>
    <label>F</label>
</Flow>""",
    },
    good={
        "flows/F.flow": """<Flow>
    <actionCalls><name>Go</name><actionName>Here</actionName><actionType>apex</actionType></actionCalls>
    <label>F</label>
</Flow>""",
        "classes/Here.cls": "public with sharing class Here { @InvocableMethod public static void go() {} }",
    },
)
REFERENCES = (
    Reference("Flow", "actionCalls/actionName", ("ApexClass",), when=("actionType", "apex")),
    Reference("ExtlClntAppOauthConfigurablePolicies", "apexHandler", ("ApexClass",)),
)
check = unresolved(RULE, "Apex class")
