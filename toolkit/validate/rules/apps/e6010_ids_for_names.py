from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E6010",
    severity=ERROR,
    title="A policy names permission sets by id",
    why=(
        "The deploy fails: `We couldn't find permission sets called "
        "0PS...`; API names are wanted, and ids differ by org."
    ),
    mend="write the API names, separated by commas",
    source=(
        "Metadata API Developer Guide, ExternalClientApplication and "
        "its settings; messages of orgs as public issue threads quote them"
    ),
    bad={
        "extlClntAppOauthPolicies/A_plcy.ecaOauthPlcy": """<ExtlClntAppOauthConfigurablePolicies>
    <commaSeparatedPermissionSet>0PS000000000001AAA</commaSeparatedPermissionSet>
</ExtlClntAppOauthConfigurablePolicies>""",
    },
    good={
        "extlClntAppOauthPolicies/A_plcy.ecaOauthPlcy": """<ExtlClntAppOauthConfigurablePolicies>
    <commaSeparatedPermissionSet>Agent</commaSeparatedPermissionSet>
</ExtlClntAppOauthConfigurablePolicies>""",
    },
)
_ID = re.compile(r"(?:0PS|00e)[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?\Z")


def check(document: Document) -> Iterator[Finding]:
    for tag in ("commaSeparatedPermissionSet", "commaSeparatedProfile"):
        for part in document.text(tag).split(","):
            if _ID.match(part.strip()):
                yield document.finding(RULE, None, f"{part.strip()} is an id, not a name", tag)
