from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.validate.apex import Apex, Node
from toolkit.validate.finding import Finding
from toolkit.validate.rule import WARNING, Rule

RULE = Rule(
    id="W8007",
    severity=WARNING,
    title="A query or a DML statement inside a loop",
    why="A transaction has 100 queries and 150 DML statements: with enough records the loop fails.",
    mend="collect in the loop, query or write once after it",
    source="Apex Developer Guide, governor limits; PMD OperationWithLimitsInLoop",
    bad={
        "classes/A.cls": """public with sharing class A {
    public void go(List<Case> cases) {
        for (Case one : cases) {
            update one;
        }
    }
}""",
    },
    good={
        "classes/A.cls": """public with sharing class A {
    public void go(List<Case> cases) {
        for (Case one : [SELECT Id FROM Case]) {
            cases.add(one);
        }
        update cases;
    }
}""",
    },
)
_LOOPS = frozenset({"for_statement", "enhanced_for_statement", "while_statement", "do_statement"})
_BORDERS = frozenset({"method_declaration", "constructor_declaration", "class_declaration", "accessor_declaration"})
_ENDS = frozenset({"return_statement", "throw_statement", "break_statement"})
_WORDS = {"dml_expression": "DML", "query_expression": "query"}
_INNER = r"[^()]*+(?:\([^()]*+(?:\([^()]*+\)[^()]*+)*+\)[^()]*+)*+"
# over lower-case text without strings and comments
_LOOP = re.compile(r"[fwd](?:(?<=\bf)or|(?<=\bw)hile|(?<=\bd)o)\b")
_HEAD = re.compile(r"\s*+(?:\((?P<head>" + _INNER + r")\))?+\s*+(?P<next>[{;]?)")
_GOES_OVER = re.compile(r"\s*+[\w.<>,\[\] ]++:")  # what this kind of loop goes over is fetched once
_WORK = re.compile(r"\b(?:insert|update|delete|undelete|upsert|merge)\b|\[\s*+(?:select|find)\b")
# a word of it over text that still has strings and comments: quick to look for, and half of the classes have none
_WORK_WORD = re.compile(r"\b(?:insert|update|delete|undelete|upsert|merge|select|find)\b")
_BRACE = re.compile(r"[{}]")


def check(code: Apex) -> Iterator[Finding]:
    if (
        code.test
        or not _WORK_WORD.search(code.lower_text)
        or not may_have_one(code.lower)
        or code.accepts("OperationWithLimitsInLoop")
    ):
        return
    for kind, word in _WORDS.items():
        for node in code.nodes(kind):
            if _in_loop(node):
                yield code.finding(RULE, node, f"this {word} runs once for each turn of a loop")


def may_have_one(text: str) -> bool:
    """Whether a class may have a query or DML in a loop, so that it pays to parse it; never a wrong no.

    text is Apex in lower case with strings and comments blanked out. A loop whose form is not plain counts as yes.
    """
    at = 0
    while loop := _LOOP.search(text, at):
        found = _HEAD.match(text, loop.end())
        if found is None or _unclear(loop[0], found["head"] or "", found["next"]):
            return True
        at = found.end()
        if found["next"] == "{":
            at = _end(text, at)
            if _WORK.search(text, found.end(), at):
                return True
    return False


def _unclear(word: str, head: str, following: str) -> bool:
    """Whether the head of a loop does some work itself, or its body has no braces (while (...); ends a do)."""
    if _WORK.search(head) and not (word == "for" and _GOES_OVER.match(head)):
        return True
    return following != "{" and not (word == "while" and following == ";")


def _end(text: str, at: int) -> int:
    """Where the block ends that is open at this place."""
    depth = 1
    for brace in _BRACE.finditer(text, at):
        depth += 1 if brace[0] == "{" else -1
        if not depth:
            return brace.end()
    return len(text)


def _in_loop(node: Node) -> bool:
    inner, above = node, node.parent
    while above is not None and above.type not in _BORDERS:
        if above.type in _ENDS:
            return False  # it runs once: the loop ends here
        if above.type == "block" and any(child.type in _ENDS for child in above.named_children[-1:]):
            return False
        if above.type in _LOOPS and _runs_each_turn(above, inner):
            return True
        inner, above = above, above.parent
    return False


def _runs_each_turn(loop: Node, part: Node) -> bool:
    """Whether a part of a loop runs every turn; what an enhanced for goes over is fetched once."""
    if loop.type == "enhanced_for_statement":
        body = loop.child_by_field_name("body")
        return body is not None and (body.start_byte, body.end_byte) == (part.start_byte, part.end_byte)
    if loop.type == "for_statement":
        start = loop.child_by_field_name("init")
        return start is None or (start.start_byte, start.end_byte) != (part.start_byte, part.end_byte)
    return True
