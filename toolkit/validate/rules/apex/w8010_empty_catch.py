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


# comments are blanks here; the tree tells whether there is one. No \b before it: a fixed beginning is found faster
_MAY_BE_EMPTY = re.compile(r"catch\s*+\([^)]*+\)\s*+\{\s*+\}")


def check(code: Apex) -> Iterator[Finding]:
    if code.test or not _MAY_BE_EMPTY.search(code.lower) or code.accepts("EmptyCatchBlock"):
        return
    for clause in code.nodes("catch_clause"):
        block = clause.child_by_field_name("body")
        if block is not None and not block.named_children:  # a comment is a child, too
            yield code.finding(RULE, clause, "this catch block does nothing")
