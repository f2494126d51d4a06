from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.validate.apex import Apex
from toolkit.validate.finding import Finding
from toolkit.validate.rule import WARNING, Rule

RULE = Rule(
    id="W8002",
    severity=WARNING,
    title="A class that browsers can call passes by sharing",
    why=(
        "`without sharing` lets every caller of an @AuraEnabled, "
        "remote or web service method see and change all records."
    ),
    mend="write `with sharing` (or `inherited sharing`); keep what must see everything in a small inner class",
    source="Apex Developer Guide, sharing keywords; PMD ApexSharingViolations",
    bad={
        "classes/A.cls": """public without sharing class A {
    @AuraEnabled public static void go() {}
}""",
    },
    good={
        "classes/A.cls": """public with sharing class A {
    @AuraEnabled public static void go() {}
}""",
    },
)
_DECLARED = re.compile(r"\bwithout\s+sharing\b", re.IGNORECASE)
_ENTRY = re.compile(r"@(?:auraenabled|remoteaction|restresource)\b|\bwebservice\b", re.IGNORECASE)


def check(code: Apex) -> Iterator[Finding]:
    outer = code.declaration
    if code.test or outer is None or code.accepts("ApexSharingViolations"):
        return
    found = _DECLARED.search(code.head, code.begin, outer.start())
    if found and _ENTRY.search(code.bare):
        yield code.finding(
            RULE, found.start(), f"{code.name} can be called from outside and is declared without sharing"
        )
