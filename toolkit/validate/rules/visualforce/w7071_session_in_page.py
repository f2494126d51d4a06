from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.finding import Finding
from toolkit.validate.markup import Markup
from toolkit.validate.rule import WARNING, Rule

RULE = Rule(
    id="W7071",
    severity=WARNING,
    title="A page writes the user's session id",
    why="Any script in the page, and whoever receives the URL, can act as the user.",
    mend="call Apex through remoting or an action instead of giving the session to the browser",
    source="Salesforce security review checklist",
    bad={"pages/P.page": "<apex:page><script>var s = '{!$Api.Session_ID}';</script></apex:page>"},
    good={"pages/P.page": "<apex:page><script>var s = '{!JSENCODE($User.FirstName)}';</script></apex:page>"},
)


def check(page: Markup) -> Iterator[Finding]:
    for merge in page.merges:
        text = merge.expression.lower()
        if "$api.session_id" in text or "getsessionid(" in text:
            yield page.finding(RULE, merge.start, "the session id is written into the page")
