from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import NOTE, Rule

RULE = Rule(
    id="N6005",
    severity=NOTE,
    title="A connected app, which most orgs no longer create",
    why=(
        "Since Spring '26 customers cannot create connected apps, "
        "in Setup or by deploy; those there are can be changed."
    ),
    mend="deploy an External Client App, or only to orgs that have the app",
    source="Salesforce Help 005228017",
    bad={
        "connectedApps/A.connectedApp": """<ConnectedApp>
    <contactEmail>a@example.com</contactEmail><label>A</label>
</ConnectedApp>""",
    },
    good={"externalClientApps/A.eca": "<ExternalClientApplication><label>A</label></ExternalClientApplication>"},
)


def check(document: Document) -> Iterator[Finding]:
    yield document.finding(RULE, None, f"the connected app {document.name} can only be deployed to orgs that have it")
