from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import WARNING, Rule

RULE = Rule(
    id="W6009",
    severity=WARNING,
    title="An app is for pre-authorized users and authorizes nobody",
    why="With AdminApprovedPreAuthorized only the listed profiles and permission sets get in; with none, nobody does.",
    mend="add commaSeparatedPermissionSet or commaSeparatedProfile",
    source="Metadata API Developer Guide, ExternalClientApplication and its settings",
    bad={
        "extlClntAppOauthPolicies/A_plcy.ecaOauthPlcy": """<ExtlClntAppOauthConfigurablePolicies>
    <externalClientApplication>A</externalClientApplication>
    <permittedUsersPolicyType>AdminApprovedPreAuthorized</permittedUsersPolicyType>
</ExtlClntAppOauthConfigurablePolicies>""",
    },
    good={
        "extlClntAppOauthPolicies/A_plcy.ecaOauthPlcy": """<ExtlClntAppOauthConfigurablePolicies>
    <commaSeparatedPermissionSet>Agent</commaSeparatedPermissionSet>
    <externalClientApplication>A</externalClientApplication>
    <permittedUsersPolicyType>AdminApprovedPreAuthorized</permittedUsersPolicyType>
</ExtlClntAppOauthConfigurablePolicies>""",
    },
)


def check(document: Document) -> Iterator[Finding]:
    if document.text("permittedUsersPolicyType") != "AdminApprovedPreAuthorized":
        return
    if not document.text("commaSeparatedPermissionSet") and not document.text("commaSeparatedProfile"):
        message = f"the policy {document.name} names no profile and no permission set"
        yield document.finding(RULE, None, message, "permittedUsersPolicyType")
