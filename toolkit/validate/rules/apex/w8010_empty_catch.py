from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.validate.apex import Apex
from toolkit.validate.finding import Finding
from toolkit.validate.rule import WARNING, Rule

RULE = Rule(
    id="W8010",
    severity=WARNING,
    title="An exception is caught and forgotten",
    why="The failure is there and nobody learns of it.",
    mend="handle it, log it, or say in a comment why nothing needs to be done",
    source="PMD EmptyCatchBlock",
    bad={
        "classes/A.cls": (
            "public with sharing class A { void go() { try { run(); } catch (Exception e) { } } void run() {} }"
        )
    },
    good={
        "classes/A.cls": """public with sharing class A {
    void go() { try { run(); } catch (Exception e) { System.debug(e.getMessage()); } }
    void run() {}
}""",
    },
)
# comments are blanks here. No \b before it: a fixed beginning is found faster
_MAY_BE_EMPTY = re.compile(r"catch\s*+\([^)]*+\)\s*+\{(\s*+)\}")


def check(code: Apex) -> Iterator[Finding]:
    if code.test or "catch" not in code.lower_text:
        return
    for match in _MAY_BE_EMPTY.finditer(code.lower):
        start, end = match.span(1)
        part_of_word = code.lower[match.start() - 1 : match.start()].isidentifier()
        if part_of_word or code.text[start:end].strip():  # in the text itself a comment says why
            continue
        if code.accepts("EmptyCatchBlock"):
            return
        yield code.finding(RULE, match.start(), "this catch block does nothing")
