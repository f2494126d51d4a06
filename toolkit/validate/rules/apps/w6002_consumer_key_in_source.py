from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import WARNING, Rule

RULE = Rule(
    id="W6002",
    severity=WARNING,
    title="A consumer key in source",
    why="Keys are unique in all of Salesforce: the app cannot be deployed to a second org (`The consumer key is already"
    " taken`), nor updated (`You cannot provide a Consumer Key`).",
    mend="remove <consumerKey>; the org makes one",
    source="Metadata API Developer Guide, ConnectedApp; messages of orgs as public issue threads quote them",
    bad={
        "connectedApps/A.connectedApp": """<ConnectedApp>
    <contactEmail>a@example.com</contactEmail><label>A</label>
    <oauthConfig><callbackUrl>https://example.com</callbackUrl><consumerKey>3MVG9abcdefgh</consumerKey></oauthConfig>
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


def check(document: Document) -> Iterator[Finding]:
    for path in (("oauthConfig", "consumerKey"), ("consumerKey",)):
        if document.text(*path) and not document.text(*path).startswith(("${", "{{", "__", "REPLACE")):
            yield document.finding(RULE, None, f"the consumer key of {document.name} is in source", *path)
