from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import WARNING, Rule

RULE = Rule(
    id="W6006",
    severity=WARNING,
    title="An External Client App carries ids of the org it came from",
    why="oauthLink and orgScopedExternalApp hold the id of one org; another org refuses them.",
    mend="remove the element; the org fills it in",
    source=(
        "Metadata API Developer Guide, ExternalClientApplication and "
        "its settings; messages of orgs as public issue threads quote them"
    ),
    bad={
        "extlClntAppOauthSettings/A_oauth.ecaOauth": """<ExtlClntAppOauthSettings>
    <externalClientApplication>A</externalClientApplication>
    <oauthLink>00D000000000001:888000000000001</oauthLink>
</ExtlClntAppOauthSettings>""",
    },
    good={
        "extlClntAppOauthSettings/A_oauth.ecaOauth": """<ExtlClntAppOauthSettings>
    <externalClientApplication>A</externalClientApplication>
</ExtlClntAppOauthSettings>""",
    },
)


def check(document: Document) -> Iterator[Finding]:
    for tag in ("oauthLink", "orgScopedExternalApp"):
        if document.text(tag):
            yield document.finding(RULE, None, f"{tag} of {document.name} belongs to one org", tag)
