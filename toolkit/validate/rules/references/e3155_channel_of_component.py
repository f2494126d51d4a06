from __future__ import annotations

from toolkit.validate import script
from toolkit.validate.outside import unresolved
from toolkit.validate.reference import Reference
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E3155",
    severity=ERROR,
    title="A Lightning web component uses a message channel that is not there",
    why="The deploy fails, unless the org has it already.",
    mend="add the message channel, or correct the name after @salesforce/messageChannel/",
    source="LWC Developer Guide, @salesforce Modules; Aura Developer Guide",
    bad={
        "lwc/a/a.js": "import c from '@salesforce/messageChannel/Gone__c';\n",
        "lwc/a/a.js-meta.xml": "<LightningComponentBundle><apiVersion>62.0</apiVersion></LightningComponentBundle>",
    },
    good={
        "lwc/a/a.js": "import c from '@salesforce/messageChannel/Here__c';\n",
        "lwc/a/a.js-meta.xml": "<LightningComponentBundle><apiVersion>62.0</apiVersion></LightningComponentBundle>",
        "messageChannels/Here.messageChannel": """<LightningMessageChannel>
    <masterLabel>Here</masterLabel><isExposed>false</isExposed>
</LightningMessageChannel>""",
    },
)
REFERENCES = (Reference("LightningComponentBundle", script.CHANNEL, ("LightningMessageChannel",)),)
check = unresolved(RULE, "message channel")
