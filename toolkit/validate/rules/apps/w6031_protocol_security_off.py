from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import WARNING, Rule

RULE = Rule(
    id="W6031",
    severity=WARNING,
    title="A remote site that lets https callers reach http",
    why="disableProtocolSecurity lets Apex from an https session send data over http.",
    mend="set <disableProtocolSecurity>false</disableProtocolSecurity>",
    source="Salesforce Help, remote site settings",
    bad={
        "remoteSiteSettings/R.remoteSite": """<RemoteSiteSetting>
    <disableProtocolSecurity>true</disableProtocolSecurity><isActive>true</isActive><url>https://example.com</url>
</RemoteSiteSetting>""",
    },
    good={
        "remoteSiteSettings/R.remoteSite": """<RemoteSiteSetting>
    <disableProtocolSecurity>false</disableProtocolSecurity><isActive>true</isActive><url>https://example.com</url>
</RemoteSiteSetting>""",
    },
)


def check(document: Document) -> Iterator[Finding]:
    if document.yes("disableProtocolSecurity") and document.yes("isActive"):
        message = f"the remote site {document.name} disables protocol security"
        yield document.finding(RULE, None, message, "disableProtocolSecurity")
