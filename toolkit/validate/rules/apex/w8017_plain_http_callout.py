from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.validate.apex import Apex
from toolkit.validate.finding import Finding
from toolkit.validate.rule import WARNING, Rule

RULE = Rule(
    id="W8017",
    severity=WARNING,
    title="A callout over plain http",
    why="What is sent and what comes back travels readable.",
    mend="use https, best through a Named Credential",
    source="PMD ApexInsecureEndpoint",
    bad={
        "classes/A.cls": (
            "public with sharing class A { void go(HttpRequest r) { r.setEndpoint('http://example.com'); } }"
        )
    },
    good={
        "classes/A.cls": (
            "public with sharing class A { void go(HttpRequest r) { r.setEndpoint('callout:Service/x'); } }"
        )
    },
)
_CALL = re.compile(r"\.setEndpoint\s*\(\s*'http://(?!localhost)[^']*", re.IGNORECASE)


def check(code: Apex) -> Iterator[Finding]:
    if code.test or code.accepts("ApexInsecureEndpoint"):
        return
    for match in _CALL.finditer(code.text):
        if not code.in_comment(match.start()):
            yield code.finding(RULE, match.start(), "this callout is not encrypted")
