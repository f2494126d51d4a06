from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.apex import Apex, walk
from toolkit.validate.finding import Finding
from toolkit.validate.rule import NOTE, Rule

RULE = Rule(
    id="N8012",
    severity=NOTE,
    title="Apex that the grammar does not parse",
    why="The class does not compile, unless it uses what the grammar does not know (this() in a block, newer syntax).",
    mend="correct the syntax; the mistake may begin further up",
    source="tree-sitter Apex grammar (tree-sitter-language-pack 0.13.0)",
    bad={"classes/A.cls": "public with sharing class A { void go( { } }"},
    good={"classes/A.cls": "public with sharing class A { void go() { } }"},
)


def check(code: Apex) -> Iterator[Finding]:
    if code.data.strip() == b"(hidden)":  # a class of a managed package as an org gives it
        return
    tree = code.tree
    if not tree.has_error:
        return
    for node in walk(tree):
        if node.type == "ERROR" or (not node.children and node.start_byte == node.end_byte and node.has_error):
            text = " ".join(code.source(node).split())[:40]
            yield code.finding(RULE, node, f"syntax error at {text!r}" if text else "something is missing here")
            return
    yield code.finding(RULE, 0, "syntax error")
