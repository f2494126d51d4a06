from __future__ import annotations

from toolkit.validate.outside import unresolved
from toolkit.validate.reference import Reference
from toolkit.validate.rule import ERROR, Rule

_PARTS = (
    "ExtlClntAppGlobalOauthSettings",
    "ExtlClntAppOauthSettings",
    "ExtlClntAppConfigurablePolicies",
    "ExtlClntAppOauthConfigurablePolicies",
)
RULE = Rule(
    id="E3090",
    severity=ERROR,
    title="A part of an External Client App names an app that is not there",
    why="Settings and policies belong to an ExternalClientApplication; without it the deploy fails.",
    mend="add the .eca file, or correct externalClientApplication",
    source="Metadata API Developer Guide, ExternalClientApplication and its settings",
    bad={
        "extlClntAppOauthSettings/A_oauth.ecaOauth": """<ExtlClntAppOauthSettings>
    <externalClientApplication>Gone</externalClientApplication>
</ExtlClntAppOauthSettings>""",
    },
    good={
        "extlClntAppOauthSettings/A_oauth.ecaOauth": """<ExtlClntAppOauthSettings>
    <externalClientApplication>A</externalClientApplication>
</ExtlClntAppOauthSettings>""",
        "externalClientApps/A.eca": "<ExternalClientApplication><label>A</label></ExternalClientApplication>",
    },
)
REFERENCES = tuple(Reference(source, "externalClientApplication", ("ExternalClientApplication",)) for source in _PARTS)
check = unresolved(RULE, "External Client App")
