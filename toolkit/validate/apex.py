"""Apex as rules see it: the text, its lines, and on demand the syntax tree of the tree-sitter grammar.

The grammar is an optional extra (`sfmeta[apex]`). Facts about classes need no grammar and are taken from the text
with strings and comments blanked out.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from importlib.util import find_spec
from typing import Any, Protocol, cast

from toolkit.errors import Location
from toolkit.validate.facts import ClassFact, Fact, Spot
from toolkit.validate.finding import Finding, Severity
from toolkit.validate.rule import Rule
from toolkit.validate.source import SourceFile

MAX_APEX = 1_000_000
_NOISE_FORM = r"'(?:[^'\\\n]++|\\.)*+'|//[^\n]*+|/\*[^*]*+(?:\*(?!/)[^*]*+)*+(?:\*/)?"
_NOISE = re.compile(_NOISE_FORM, re.S)
_NOISE_OR_BRACE = re.compile(_NOISE_FORM + r"|\{", re.S)
_TEST = re.compile(r"@istest\b|\btestmethod\b")
_DECLARATION = re.compile(r"\b(class|interface|enum|trigger)\s+(\w+)([^{]*)\{?", re.IGNORECASE)
_SUPPRESSED = re.compile(r"@SuppressWarnings\s*\([^)]*\)", re.IGNORECASE)
_TRIGGER = re.compile(r"\s+on\s+(\w+)", re.IGNORECASE)
_PLAIN = re.compile(r"\b(?:boolean|integer|long|decimal|double|id|date|datetime|time)\s+(\w+)\s*[;{=(]")
# one query for all rules: the kinds of nodes that any of them asks for
_KINDS = ("method_invocation", "method_declaration", "dml_expression", "query_expression", "catch_clause")
_QUERY = "\n".join(f"({kind}) @{kind}" for kind in _KINDS)
_WORD = re.compile(r"[A-Za-z_]\w*")


class Node(Protocol):
    """A node of the syntax tree, as tree-sitter has it."""

    @property
    def type(self) -> str: ...
    @property
    def start_byte(self) -> int: ...
    @property
    def end_byte(self) -> int: ...
    @property
    def children(self) -> list[Node]: ...
    @property
    def named_children(self) -> list[Node]: ...
    @property
    def parent(self) -> Node | None: ...
    @property
    def has_error(self) -> bool: ...
    def child_by_field_name(self, name: str) -> Node | None: ...


@cache
def available() -> bool:
    """Whether the Apex grammar is installed."""
    return find_spec("tree_sitter_language_pack") is not None


@cache
def _language() -> Any:
    from tree_sitter_language_pack import get_language

    return get_language("apex")


@cache
def _parser() -> Any:
    from tree_sitter_language_pack import get_parser

    return get_parser("apex")


@cache
def query(text: str) -> Any:
    """A compiled tree-sitter query."""
    from tree_sitter import Query

    return Query(_language(), text)


class Apex:
    """One class or trigger."""

    def __init__(self, file: SourceFile, data: bytes, options: Mapping[str, Mapping[str, int | str]]) -> None:
        self.file = file
        self.name = file.name
        self.data = data
        self.options = options
        self.trigger = file.type == "ApexTrigger"

    @cached_property
    def text(self) -> str:
        return self.data.decode("utf-8", "replace")

    @cached_property
    def bare(self) -> str:
        """The text with strings and comments blanked out, of equal length."""
        return _NOISE.sub(_blank, self.text)

    @cached_property
    def lower(self) -> str:
        return self.bare.lower()

    @cached_property
    def lower_text(self) -> str:
        """The text in lower case with strings and comments still in it: quick to rule a word out with."""
        return self.text.lower()

    @cached_property
    def head(self) -> str:
        """The beginning of `bare` up to its first brace, for what stands before the body: most of a file is body."""
        for match in _NOISE_OR_BRACE.finditer(self.text):
            if match[0] == "{":
                return _NOISE.sub(_blank, self.text[: match.end()])
        return self.bare

    @cached_property
    def begin(self) -> int:
        """Where the first word of the code stands in `head`: before it there is often a page of licence, now blanks."""
        return len(self.head) - len(self.head.lstrip())

    @cached_property
    def test(self) -> bool:
        """Whether the class, or any method of it, is a test."""
        low = self.lower_text
        if "istest" not in low and "testmethod" not in low:
            return False
        return _TEST.search(self.head.lower(), self.begin) is not None or _TEST.search(self.lower) is not None

    @cached_property
    def declaration(self) -> re.Match[str] | None:
        """The outermost class, interface, enum or trigger: its kind, name and what follows up to the brace."""
        return _DECLARATION.search(self.head, self.begin)

    @cached_property
    def plain(self) -> frozenset[str]:
        """Lower-case names of properties and getters whose type cannot hold a quote (numbers, Booleans, dates, ids)."""
        return frozenset(_property(name) for name in _PLAIN.findall(self.lower))

    @cached_property
    def tree(self) -> Node:
        """The root of the syntax tree; only for files that a rule has reason to look into."""
        return cast(Node, _parser().parse(self.data).root_node)

    @cached_property
    def _comments(self) -> list[tuple[int, int]]:
        return [match.span() for match in _NOISE.finditer(self.text) if match[0][0] == "/"]

    def in_comment(self, index: int) -> bool:
        """Whether a character stands in a comment."""
        at = bisect_right(self._comments, (index, len(self.text)))
        return at > 0 and self._comments[at - 1][1] > index

    @cached_property
    def _nodes(self) -> dict[str, list[Node]]:
        return self.captures(_QUERY)

    def nodes(self, kind: str) -> list[Node]:
        """All nodes of one of the kinds that _KINDS names, in the order of the file."""
        return self._nodes.get(kind, [])

    def bare_source(self, node: Node) -> str:
        """The text of a node with strings and comments blanked out."""
        return _NOISE.sub(_blank, self.source(node))

    def captures(self, text: str, of: Node | None = None) -> dict[str, list[Node]]:
        """What a query captures, by capture name, in the order of the file."""
        from tree_sitter import QueryCursor

        start: Any = of if of is not None else self.tree
        found: dict[str, list[Any]] = QueryCursor(query(text)).captures(start)
        return {name: sorted(nodes, key=lambda n: int(n.start_byte)) for name, nodes in found.items()}

    def source(self, node: Node) -> str:
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def at(self, index: int) -> Location:
        """The place of a character."""
        line = self.text.count("\n", 0, index) + 1
        return Location(self.file.path, line, index - self.text.rfind("\n", 0, index))

    def at_node(self, node: Node) -> Location:
        index = len(self.data[: node.start_byte].decode("utf-8", "replace"))
        return self.at(index)

    def accepts(self, pmd_rule: str) -> bool:
        """Whether @SuppressWarnings('PMD.Rule') of the class says that this is meant."""
        found = self.declaration
        head = self.text[: found.start()] if found else ""
        return any(f"PMD.{pmd_rule}" in match or "'PMD'" in match for match in _SUPPRESSED.findall(head))

    def finding(
        self, rule: Rule, where: int | Node, message: str, *, mend: str = "", severity: Severity | None = None
    ) -> Finding:
        place = self.at(where) if isinstance(where, int) else self.at_node(where)
        return rule.finding(place, message, mend=mend, severity=severity)

    def option(self, rule: Rule, name: str) -> int | str:
        return self.options.get(rule.id, {}).get(name, rule.parameters[name])


def _blank(match: re.Match[str]) -> str:
    text = match[0]
    if "\n" not in text:
        return " " * len(text)
    return "\n".join([" " * len(row) for row in text.split("\n")])


def read(file: SourceFile, data: bytes, options: Mapping[str, Mapping[str, int | str]]) -> Apex:
    return Apex(file, data, options)


def facts(code: Apex, number: int, *, words: bool) -> Iterator[Fact]:
    """What is remembered of a class. words: with the names a test uses."""
    found = code.declaration
    if found is None:
        return
    kind = found[1].lower()
    trivial = kind in ("interface", "enum") or bool(re.search(r"\bextends\s+(\w+\.)?\w*exception\b", found[3], re.I))
    trigger = _TRIGGER.match(found[3]) if kind == "trigger" else None
    used = frozenset(word.lower() for word in set(_WORD.findall(code.bare))) if words and code.test else frozenset()
    where = code.at(found.start(2))
    yield ClassFact(
        code.name,
        code.test,
        trivial or kind == "trigger",
        used,
        trigger[1].lower() if trigger else "",
        Spot(number, where.line, "", str(where.column)),
    )


def _property(name: str) -> str:
    """The name a page uses: getCount() is count."""
    low = name.lower()
    return low[3:] if low.startswith("get") and len(low) > 3 else low


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, parents first; no recursion, so depth costs nothing."""
    stack = [node]
    while stack:
        top = stack.pop()
        yield top
        stack.extend(reversed(top.children))
