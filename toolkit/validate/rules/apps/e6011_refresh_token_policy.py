from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E6011",
    severity=ERROR,
    title="A refresh token policy that lacks its period",
    why="SpecificLifetime and SpecificInactivity need a period and a unit; the other policies take none.",
    mend="add refreshTokenValidityPeriod and refreshTokenValidityUnit",
    source="Metadata API Developer Guide, ExternalClientApplication and its settings",
    bad={
        "extlClntAppOauthPolicies/A_plcy.ecaOauthPlcy": """<ExtlClntAppOauthConfigurablePolicies>
    <refreshTokenPolicyType>SpecificLifetime</refreshTokenPolicyType>
</ExtlClntAppOauthConfigurablePolicies>""",
    },
    good={
        "extlClntAppOauthPolicies/A_plcy.ecaOauthPlcy": """<ExtlClntAppOauthConfigurablePolicies>
    <refreshTokenPolicyType>SpecificLifetime</refreshTokenPolicyType>
    <refreshTokenValidityPeriod>30</refreshTokenValidityPeriod>
    <refreshTokenValidityUnit>Days</refreshTokenValidityUnit>
</ExtlClntAppOauthConfigurablePolicies>""",
    },
)


def check(document: Document) -> Iterator[Finding]:
    policy = document.text("refreshTokenPolicyType")
    if policy in ("SpecificLifetime", "SpecificInactivity"):
        for part in ("refreshTokenValidityPeriod", "refreshTokenValidityUnit"):
            if not document.text(part):
                yield document.finding(RULE, None, f"the policy {policy} needs {part}", "refreshTokenPolicyType")
