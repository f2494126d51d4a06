from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.apex import Apex
from toolkit.validate.finding import Finding
from toolkit.validate.known import namespace_of
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E8013",
    severity=ERROR,
    title="A class or trigger is not named as its file",
    why="The deploy fails: the component is named by the file and declared by the class.",
    mend="rename the file or the class",
    source="Metadata API Developer Guide, ApexClass",
    bad={"classes/A.cls": "public with sharing class B {}"},
    good={"classes/A.cls": "public with sharing class A {}"},
)


def check(code: Apex) -> Iterator[Finding]:
    found = code.declaration
    if not code.file.folder or namespace_of(code.name):
        return
    if found is not None and found[2].lower() != code.name.lower():
        yield code.finding(RULE, found.start(2), f"the file is {code.name}, the {found[1].lower()} is {found[2]}")
