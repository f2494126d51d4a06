from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E6003",
    severity=ERROR,
    title="A consumer secret, password or key in source",
    why="Who can read the repository can act as the app or the user.",
    mend="remove the value and rotate the secret; set it in the org, or at deploy time from a secret store",
    source="Metadata API Developer Guide, ConnectedApp; OWASP secrets management",
    bad={
        "connectedApps/A.connectedApp": """<ConnectedApp>
    <contactEmail>a@example.com</contactEmail><label>A</label>
    <oauthConfig><callbackUrl>https://example.com</callbackUrl><consumerSecret>1234567890</consumerSecret></oauthConfig>
</ConnectedApp>""",
    },
    good={
        "connectedApps/A.connectedApp": """<ConnectedApp>
    <contactEmail>a@example.com</contactEmail><label>A</label>
    <oauthConfig><callbackUrl>https://example.com</callbackUrl></oauthConfig>
</ConnectedApp>""",
    },
    secret=True,
)
_ELEMENTS = {
    "ConnectedApp": (("oauthConfig", "consumerSecret"),),
    "ExtlClntAppGlobalOauthSettings": (("consumerSecret",),),
    "AuthProvider": (("consumerSecret",),),
    "NamedCredential": (("password",), ("awsAccessSecret",), ("oauthRefreshToken",), ("oauthToken",)),
    "ExternalDataSource": (("password",), ("oauthRefreshToken",), ("oauthToken",)),
    "InstalledPackage": (("password",),),
}
# what tools and orgs write in place of a secret
_PLACEHOLDER = (
    "${",
    "{{",
    "{!",
    "__",
    "PLACEHOLDER",
    "REPLACE",
    "HIDDEN",
    "CHANGE",
    "Placeholder",
    "placeholder",
    "***",
)


def check(document: Document) -> Iterator[Finding]:
    for path in _ELEMENTS.get(document.type, ()):
        value = document.text(*path)
        if value and not value.startswith(_PLACEHOLDER):
            yield document.finding(RULE, None, f"the {path[-1]} of {document.name} is in source", *path)
