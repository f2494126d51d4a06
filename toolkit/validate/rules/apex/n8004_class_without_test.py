from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.finding import Finding
from toolkit.validate.project import Project
from toolkit.validate.rule import NOTE, Rule

RULE = Rule(
    id="N8004",
    severity=NOTE,
    title="A class that no test class names",
    why="A deploy to production needs 75 percent coverage, with specified tests for each class; nothing here tests it.",
    mend="write a test class that uses it",
    source="Metadata API Developer Guide, running tests in a deployment",
    bad={"classes/A.cls": "public with sharing class A { public void go() {} }"},
    good={
        "classes/A.cls": "public with sharing class A { public void go() {} }",
        "classes/ATest.cls": "@IsTest private class ATest { @IsTest static void works() { new A().go(); } }",
    },
)


def check(project: Project) -> Iterator[Finding]:
    classes = project.classes
    words: set[str] = set().union(*(fact.words for fact in classes if fact.test))
    for fact in classes:
        if not fact.test and not fact.trivial and fact.name.lower() not in words:
            yield project.finding(RULE, fact.spot, f"no test class names {fact.name}")
