from __future__ import annotations

import base64
from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import ERROR, WARNING, Rule

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
_MEND_ENCRYPTED = "leave the value out of the repository and set it in each org; another org cannot be sure to read it"
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
        if not value or value.startswith(_PLACEHOLDER) or value.lower() in (path[-1].lower(), "password", "secret"):
            continue
        if document.type == "AuthProvider" and _encrypted(value):
            message = f"the {path[-1]} of {document.name} is in source, encrypted as an org gives it back"
            yield document.finding(RULE, None, message, *path, severity=WARNING, mend=_MEND_ENCRYPTED)
        else:
            yield document.finding(RULE, None, f"the {path[-1]} of {document.name} is in source", *path)


def _encrypted(value: str) -> bool:
    """Whether it looks like what a retrieve writes for a secret: whole cipher blocks (8 bytes each) in base64."""
    try:
        data = base64.b64decode(value, validate=True)
    except ValueError:
        return False
    return len(data) % 8 == 0 and value.lower() != value != value.upper()
