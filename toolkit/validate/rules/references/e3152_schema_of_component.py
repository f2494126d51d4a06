from __future__ import annotations

from toolkit.validate import script
from toolkit.validate.lookup import schema_name_is_known
from toolkit.validate.outside import unresolved
from toolkit.validate.reference import Reference
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E3152",
    severity=ERROR,
    title="A Lightning web component imports an object or field that is not there",
    why="The deploy fails, unless the org has it already: `Invalid reference X of type sobject`.",
    mend="add the object or field, or correct the name after @salesforce/schema/",
    source="LWC Developer Guide, @salesforce Modules; Aura Developer Guide",
    bad={
        "lwc/a/a.js": "import F from '@salesforce/schema/Account.Gone__c';\n",
        "lwc/a/a.js-meta.xml": "<LightningComponentBundle><apiVersion>62.0</apiVersion></LightningComponentBundle>",
    },
    good={
        "lwc/a/a.js": "import F from '@salesforce/schema/Account.Here__c';\n",
        "lwc/a/a.js-meta.xml": "<LightningComponentBundle><apiVersion>62.0</apiVersion></LightningComponentBundle>",
        "objects/Account/fields/Here__c.field-meta.xml": """<CustomField>
    <fullName>Here__c</fullName><label>Here</label><type>Checkbox</type><defaultValue>false</defaultValue>
</CustomField>""",
    },
)
REFERENCES = (
    Reference("LightningComponentBundle", script.OBJECT, ("CustomObject",)),
    Reference("LightningComponentBundle", script.FIELD, ("CustomField",)),
)
check = unresolved(RULE, "object or field", known=schema_name_is_known)
