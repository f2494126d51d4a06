from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.validate.apex import Apex
from toolkit.validate.finding import Finding
from toolkit.validate.rule import NOTE, Rule

RULE = Rule(
    id="N8009",
    severity=NOTE,
    title="A test method that asserts nothing",
    why="It only covers lines; it passes whatever the code does.",
    mend="assert what the code has done",
    source="PMD ApexUnitTestClassShouldHaveAsserts",
    bad={"classes/ATest.cls": "@IsTest private class ATest { @IsTest static void works() { Integer a = 1; } }"},
    good={
        "classes/ATest.cls": """@IsTest private class ATest {
    @IsTest static void works() { System.assertEquals(2, 1 + 1); }
}""",
    },
)
_ASSERTS = re.compile(r"assert|verify|expect|fail\s*\(", re.IGNORECASE)
_TEST = re.compile(r"@istest\b|\btestmethod\b", re.IGNORECASE)


def check(code: Apex) -> Iterator[Finding]:
    if not code.test or code.accepts("ApexUnitTestClassShouldHaveAsserts"):
        return
    for method in code.nodes("method_declaration"):
        text = code.bare_source(method)
        body = text.find("{")
        if body > 0 and _TEST.search(text, 0, body) and not _ASSERTS.search(text, body):
            name = method.child_by_field_name("name")
            if name is not None:
                yield code.finding(RULE, name, f"{code.name}.{code.source(name)} asserts nothing")
