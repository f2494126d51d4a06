from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.facts import AppPart
from toolkit.validate.finding import Finding
from toolkit.validate.project import Project
from toolkit.validate.rule import WARNING, Rule

RULE = Rule(
    id="W6013",
    severity=WARNING,
    title="A pre-authorized app without the refresh token scope",
    why="The JWT bearer flow is refused for pre-authorized users unless the app has RefreshToken (or OfflineAccess).",
    mend="add RefreshToken to commaSeparatedOauthScopes",
    source="Metadata API Developer Guide, ExternalClientApplication and its settings",
    bad={
        "extlClntAppOauthSettings/A_oauth.ecaOauth": """<ExtlClntAppOauthSettings>
    <commaSeparatedOauthScopes>Api</commaSeparatedOauthScopes>
    <externalClientApplication>A</externalClientApplication>
</ExtlClntAppOauthSettings>""",
        "extlClntAppOauthPolicies/A_plcy.ecaOauthPlcy": """<ExtlClntAppOauthConfigurablePolicies>
    <externalClientApplication>A</externalClientApplication>
    <permittedUsersPolicyType>AdminApprovedPreAuthorized</permittedUsersPolicyType>
</ExtlClntAppOauthConfigurablePolicies>""",
    },
    good={
        "extlClntAppOauthSettings/A_oauth.ecaOauth": """<ExtlClntAppOauthSettings>
    <commaSeparatedOauthScopes>Api, RefreshToken</commaSeparatedOauthScopes>
    <externalClientApplication>A</externalClientApplication>
</ExtlClntAppOauthSettings>""",
        "extlClntAppOauthPolicies/A_plcy.ecaOauthPlcy": """<ExtlClntAppOauthConfigurablePolicies>
    <externalClientApplication>A</externalClientApplication>
    <permittedUsersPolicyType>AdminApprovedPreAuthorized</permittedUsersPolicyType>
</ExtlClntAppOauthConfigurablePolicies>""",
    },
)
_ENOUGH = {"refreshtoken", "offlineaccess", "full"}


def check(project: Project) -> Iterator[Finding]:
    closed = {
        part.header
        for part in project.apps
        if part.values.get("permittedUsersPolicyType") == "AdminApprovedPreAuthorized"
    }
    for part in project.of(AppPart):
        if part.type == "ExtlClntAppOauthSettings" and part.header in closed:
            scopes = {scope.strip().lower() for scope in part.values.get("commaSeparatedOauthScopes", "").split(",")}
            if scopes - {""} and not scopes & _ENOUGH:
                yield project.finding(RULE, part.spot, f"the scopes of {part.header} do not hold RefreshToken")
