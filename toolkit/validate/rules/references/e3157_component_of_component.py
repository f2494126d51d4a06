from __future__ import annotations

from toolkit.validate import script
from toolkit.validate.outside import unresolved
from toolkit.validate.reference import Reference
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E3157",
    severity=ERROR,
    title="A Lightning component uses another component that is not there",
    why="The deploy fails, unless the org has it already: `No MODULE named markup://c:x found`.",
    mend="add the component, or correct its name",
    source="LWC Developer Guide, @salesforce Modules; Aura Developer Guide",
    bad={
        "lwc/a/a.js": "import { LightningElement } from 'lwc';\n",
        "lwc/a/a.js-meta.xml": "<LightningComponentBundle><apiVersion>62.0</apiVersion></LightningComponentBundle>",
        "lwc/a/a.html": "<template>\n    <c-gone-away></c-gone-away>\n</template>",
    },
    good={
        "lwc/a/a.js": "import { helper } from 'c/helper';\n",
        "lwc/a/a.js-meta.xml": "<LightningComponentBundle><apiVersion>62.0</apiVersion></LightningComponentBundle>",
        "lwc/helper/helper.js": "export const helper = 1;",
        "lwc/helper/helper.js-meta.xml": """<LightningComponentBundle>
    <apiVersion>62.0</apiVersion>
</LightningComponentBundle>""",
        "aura/x/x.cmp": "<aura:component><c:a/></aura:component>",
        "aura/x/x.cmp-meta.xml": "<AuraDefinitionBundle><apiVersion>62.0</apiVersion></AuraDefinitionBundle>",
    },
)
REFERENCES = (
    Reference("LightningComponentBundle", script.COMPONENT, ("LightningComponentBundle", "AuraDefinitionBundle")),
    Reference("AuraDefinitionBundle", script.COMPONENT, ("LightningComponentBundle", "AuraDefinitionBundle")),
)
check = unresolved(RULE, "Lightning component")
