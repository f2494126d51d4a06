from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.validate.apex import Apex, Node, walk
from toolkit.validate.finding import Finding
from toolkit.validate.rule import WARNING, Rule

RULE = Rule(
    id="W8001",
    severity=WARNING,
    title="A SOQL query is built from text that a caller gives",
    why=(
        "A quote in the value changes the query: the caller reads "
        "records that were not meant for them (SOQL injection)."
    ),
    mend="bind the value (:name, or Database.queryWithBinds), or use String.escapeSingleQuotes",
    source="Apex Developer Guide, SOQL injection; PMD ApexSOQLInjection",
    bad={
        "classes/A.cls": r"""public with sharing class A {
    public List<Account> find(String name) {
        return Database.query('SELECT Id FROM Account WHERE Name = \'' + name + '\'');
    }
}""",
    },
    good={
        "classes/A.cls": r"""public with sharing class A {
    public List<Account> find(String name) {
        return Database.query('SELECT Id FROM Account WHERE Name = :name');
    }
}""",
    },
)
_CALL = re.compile(r"database\s*\.\s*(?:query|countquery|getquerylocator)\s*\(", re.IGNORECASE)
_ESCAPED = re.compile(r"(\w+)\s*=\s*string\s*\.\s*escapesinglequotes\s*\(", re.IGNORECASE)
_OPEN_QUOTE = (r"\''", r"\'%'")
"""How a text ends that a value is put into."""
# over lower-case text: the name that follows such an end, and the String parameters of all methods; a class in which
# no name is both need not be parsed
_PUT_IN = re.compile(r"\\'%?'\s*+\+\s*+(\w++)")
_PARAMETER = re.compile(r"[(,]\s*+(?:final\s++)?string\s++(\w++)\s*+(?=[,)])")


def check(code: Apex) -> Iterator[Finding]:
    if code.test or not any(quote in code.text for quote in _OPEN_QUOTE):
        return
    if set(_PUT_IN.findall(code.lower_text)).isdisjoint(_PARAMETER.findall(code.lower)):
        return
    if not _CALL.search(code.bare) or code.accepts("ApexSOQLInjection"):
        return
    for call in code.nodes("method_invocation"):
        argument = call.child_by_field_name("arguments")
        method = _method_of(call)
        if argument is None or method is None or not _CALL.match(code.source(call)):
            continue
        texts = _text_parameters(code, method)
        name = _tainted(code, argument, texts) or _through_variable(code, argument, method, texts)
        if name:
            yield code.finding(RULE, call, f"the query contains the parameter {name} as it was given")


def _method_of(node: Node) -> Node | None:
    above = node.parent
    while above is not None and above.type not in ("method_declaration", "constructor_declaration"):
        above = above.parent
    return above


def _text_parameters(code: Apex, method: Node) -> set[str]:
    """The method's String parameters that it does not escape; other types cannot hold a quote."""
    found = set()
    parameters = method.child_by_field_name("parameters")
    for node in parameters.named_children if parameters is not None else ():
        kind, name = node.child_by_field_name("type"), node.child_by_field_name("name")
        if kind is not None and name is not None and code.source(kind).lower() == "string":
            found.add(code.source(name).lower())
    return found - {match[1].lower() for match in _ESCAPED.finditer(code.source(method))}


def _tainted(code: Apex, expression: Node, texts: set[str]) -> str:
    """The parameter that follows an open quote in a concatenation."""
    for node in walk(expression):
        if node.type != "binary_expression":
            continue
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is not None and right is not None and right.type == "identifier":
            name = code.source(right)
            if name.lower() in texts and code.source(left).rstrip().endswith(_OPEN_QUOTE):
                return name
    return ""


def _through_variable(code: Apex, argument: Node, method: Node, texts: set[str]) -> str:
    """The same in what was assigned to the variable that is the call's argument."""
    names = {code.source(child).lower() for child in argument.named_children if child.type == "identifier"}
    for node in walk(method) if names else ():
        if node.type not in ("variable_declarator", "assignment_expression") or not node.named_children:
            continue
        found = _tainted(code, node, texts) if code.source(node.named_children[0]).lower() in names else ""
        if found:
            return found
    return ""
