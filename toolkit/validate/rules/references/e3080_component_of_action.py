from __future__ import annotations

from toolkit.validate.outside import unresolved
from toolkit.validate.reference import Reference
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E3080",
    severity=ERROR,
    title="A quick action or tab opens a Lightning component that is not there",
    why="The deploy fails, unless the org has the component already.",
    mend="add the component, or correct its name",
    source="Metadata API Developer Guide, QuickAction and CustomTab",
    bad={
        "quickActions/Case.Go.quickAction": """<QuickAction>
    <label>Go</label><lightningWebComponent>gone</lightningWebComponent><optionsCreateFeedItem>false</optionsCreateFeedItem>
    <type>LightningWebComponent</type>
</QuickAction>""",
    },
    good={
        "quickActions/Case.Go.quickAction": """<QuickAction>
    <label>Go</label><lightningWebComponent>here</lightningWebComponent><optionsCreateFeedItem>false</optionsCreateFeedItem>
    <type>LightningWebComponent</type>
</QuickAction>""",
        "lwc/here/here.js-meta.xml": "<LightningComponentBundle><isExposed>true</isExposed></LightningComponentBundle>",
    },
)
_LWC, _AURA = ("LightningComponentBundle",), ("AuraDefinitionBundle",)
REFERENCES = (
    Reference("QuickAction", "lightningWebComponent", _LWC),
    Reference("QuickAction", "lightningComponent", _AURA),
    Reference("CustomTab", "lwcComponent", _LWC),
    Reference("CustomTab", "auraComponent", _AURA),
)
check = unresolved(RULE, "Lightning component")
