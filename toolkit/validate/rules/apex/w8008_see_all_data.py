from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.validate.apex import Apex
from toolkit.validate.finding import Finding
from toolkit.validate.rule import WARNING, Rule

RULE = Rule(
    id="W8008",
    severity=WARNING,
    title="A test that uses the data of the org",
    why="It passes in one org and fails in the next, where the records are others or none.",
    mend="let the test make its own records, and remove SeeAllData",
    source="Apex Developer Guide, isTest(SeeAllData=true)",
    bad={"classes/ATest.cls": "@IsTest(SeeAllData=true) private class ATest {}"},
    good={"classes/ATest.cls": "@IsTest private class ATest {}"},
)
_SEES = re.compile(r"@istest\s*\([^)]*seealldata\s*=\s*true", re.IGNORECASE)


def check(code: Apex) -> Iterator[Finding]:
    if "seealldata" not in code.lower_text or code.accepts("ApexUnitTestShouldNotUseSeeAllDataTrue"):
        return
    if "connectapi" in code.lower_text:  # Chatter in Apex cannot be tested without
        return
    for match in _SEES.finditer(code.bare):
        yield code.finding(RULE, match.start(), f"{code.name} sees the data of the org it runs in")
