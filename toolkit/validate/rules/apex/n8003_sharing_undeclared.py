from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.validate.apex import Apex
from toolkit.validate.finding import Finding
from toolkit.validate.rule import NOTE, Rule

RULE = Rule(
    id="N8003",
    severity=NOTE,
    title="A class does not say how it shares",
    why="Without a keyword the class shares as its caller does, and without sharing when it is called first.",
    mend="write with sharing, inherited sharing or without sharing",
    source="Apex Developer Guide, sharing keywords",
    bad={
        "classes/A.cls": """public class A {
    @AuraEnabled public static void go() {}
}""",
    },
    good={
        "classes/A.cls": """public inherited sharing class A {
    @AuraEnabled public static void go() {}
}""",
    },
)
_DECLARED = re.compile(r"\b(?:with|without|inherited)\s+sharing\b", re.IGNORECASE)
_ENTRY = re.compile(r"@(?:auraenabled|remoteaction|restresource)\b|\bwebservice\b", re.IGNORECASE)


def check(code: Apex) -> Iterator[Finding]:
    outer = code.declaration
    if code.test or outer is None or outer[1].lower() != "class" or code.accepts("ApexSharingViolations"):
        return
    if not _DECLARED.search(code.head, code.begin, outer.start()) and _ENTRY.search(code.bare):
        yield code.finding(RULE, outer.start(), f"{code.name} can be called from outside and does not declare sharing")
