from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import WARNING, Rule

RULE = Rule(
    id="W6001",
    severity=WARNING,
    title="An app lists profiles or permission sets that have no effect",
    why=(
        "The lists only count when admin-approved users are pre-authorized; as it is, every user may authorize the app."
    ),
    mend="set isAdminApproved to true (permittedUsersPolicyType to AdminApprovedPreAuthorized), or remove the lists",
    source=(
        "Metadata API Developer Guide, ConnectedApp; Metadata API "
        "Developer Guide, ExternalClientApplication and its settings"
    ),
    bad={
        "connectedApps/A.connectedApp": """<ConnectedApp>
    <contactEmail>a@example.com</contactEmail><label>A</label>
    <oauthConfig><callbackUrl>https://example.com</callbackUrl><isAdminApproved>false</isAdminApproved></oauthConfig>
    <permissionSetName>Agent</permissionSetName>
</ConnectedApp>""",
    },
    good={
        "connectedApps/A.connectedApp": """<ConnectedApp>
    <contactEmail>a@example.com</contactEmail><label>A</label>
    <oauthConfig><callbackUrl>https://example.com</callbackUrl><isAdminApproved>true</isAdminApproved></oauthConfig>
    <permissionSetName>Agent</permissionSetName>
</ConnectedApp>""",
    },
)


def check(document: Document) -> Iterator[Finding]:
    if document.type == "ConnectedApp":
        if document.has("oauthConfig") and not document.yes("oauthConfig", "isAdminApproved"):
            for tag in ("permissionSetName", "profileName"):
                if document.text(tag):
                    yield document.finding(RULE, None, f"{tag} has no effect: isAdminApproved is not true", tag)
    elif document.text("permittedUsersPolicyType") == "AllSelfAuthorized":
        for tag in ("commaSeparatedPermissionSet", "commaSeparatedProfile"):
            if document.text(tag):
                yield document.finding(RULE, None, f"{tag} has no effect: all users may authorize the app", tag)
