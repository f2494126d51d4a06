from __future__ import annotations

from toolkit.validate import script
from toolkit.validate.lookup import label_is_known
from toolkit.validate.outside import unresolved
from toolkit.validate.reference import Reference
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E3153",
    severity=ERROR,
    title="A Lightning component uses a custom label that is not there",
    why="The deploy fails, unless the org has it already, and in Aura the text is missing at run time.",
    mend="add the label, or correct its name",
    source="LWC Developer Guide, @salesforce Modules; Aura Developer Guide",
    bad={
        "lwc/a/a.js": "import l from '@salesforce/label/c.Gone';\n",
        "lwc/a/a.js-meta.xml": "<LightningComponentBundle><apiVersion>62.0</apiVersion></LightningComponentBundle>",
    },
    good={
        "lwc/a/a.js": "import l from '@salesforce/label/c.Here';\n",
        "lwc/a/a.js-meta.xml": "<LightningComponentBundle><apiVersion>62.0</apiVersion></LightningComponentBundle>",
        "labels/CustomLabels.labels": """<CustomLabels>
    <labels>
        <fullName>Here</fullName><language>en_US</language><protected>true</protected>
        <shortDescription>Here</shortDescription><value>Here</value>
    </labels>
</CustomLabels>""",
    },
)
REFERENCES = (
    Reference("LightningComponentBundle", script.LABEL, ("CustomLabel",)),
    Reference("AuraDefinitionBundle", script.LABEL, ("CustomLabel",)),
)
check = unresolved(RULE, "custom label", known=label_is_known)
