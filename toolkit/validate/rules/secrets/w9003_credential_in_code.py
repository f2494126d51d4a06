from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.validate.apex import Apex
from toolkit.validate.finding import Finding
from toolkit.validate.rule import WARNING, Rule

RULE = Rule(
    id="W9003",
    severity=WARNING,
    title="A password or key is written into Apex",
    why="Who can read the code can act as its owner.",
    mend="keep it in a Named Credential, or in a protected custom setting or custom metadata type",
    source="PMD ApexSuggestUsingNamedCred; OWASP secrets management",
    bad={"classes/A.cls": "public with sharing class A { String password = 'k3$Hh7ePq1'; }"},
    good={"classes/A.cls": "public with sharing class A { String passwordField = 'Password__c'; }"},
    secret=True,
)
_ASSIGNED = re.compile(
    r"((?<!\w)\w{0,40}?(?:password|passwd|secret|api_?key|client_?secret|access_?token|auth_?token))\s*=\s*'([^'\n\\]{8,})'",
    re.IGNORECASE,
)
# the end of it over lower-case text: quick to look for, and there is seldom one
_HINT = re.compile(r"(?:passw(?:or)?d|secret|api_?key|token)\s*+=\s*+'")
_HARD = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z])[^\s]{8,}\Z")
_NAME = re.compile(
    r"[A-Za-z_]\w*__[a-z]+\Z|[a-z]+(?:[-_.:/ ][a-z]+)+\Z|.*[{}<>]|https?:|callout:|test|dummy|fake|mock", re.I
)


def check(code: Apex) -> Iterator[Finding]:
    if code.test or not _HINT.search(code.lower_text) or code.accepts("ApexSuggestUsingNamedCred"):
        return
    for match in _ASSIGNED.finditer(code.text):
        value = match[2]
        if "test" in match[1].lower():
            continue
        if _HARD.match(value) and not _NAME.match(value) and not code.in_comment(match.start()):
            yield code.finding(RULE, match.start(), "a credential is written here")
