from __future__ import annotations

from toolkit.validate import script
from toolkit.validate.outside import unresolved
from toolkit.validate.reference import Reference
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E3150",
    severity=ERROR,
    title="A Lightning component calls an Apex class that is not there",
    why="The deploy fails, unless the org has it already: `Unable to find Apex action class referenced as 'X'`.",
    mend="add the class, or correct its name",
    source="LWC Developer Guide, @salesforce Modules; Aura Developer Guide",
    bad={
        "lwc/a/a.js": "import go from '@salesforce/apex/Gone.go';\n",
        "lwc/a/a.js-meta.xml": "<LightningComponentBundle><apiVersion>62.0</apiVersion></LightningComponentBundle>",
    },
    good={
        "lwc/a/a.js": "import go from '@salesforce/apex/Here.go';\n",
        "lwc/a/a.js-meta.xml": "<LightningComponentBundle><apiVersion>62.0</apiVersion></LightningComponentBundle>",
        "classes/Here.cls": "public class Here { @AuraEnabled public static void go() {} }",
    },
)
REFERENCES = (
    Reference("LightningComponentBundle", script.APEX, ("ApexClass",)),
    Reference("AuraDefinitionBundle", script.APEX, ("ApexClass",)),
)
check = unresolved(RULE, "Apex class")
