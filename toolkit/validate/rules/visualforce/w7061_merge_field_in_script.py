from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.facts import FieldFact, ScriptMerge
from toolkit.validate.finding import Finding
from toolkit.validate.project import Project
from toolkit.validate.rule import WARNING, Rule

RULE = Rule(
    id="W7061",
    severity=WARNING,
    title="A merge field in a script without JSENCODE",
    why="A quote in the value ends the script's string, and what follows runs as script (cross-site scripting).",
    mend="write {!JSENCODE(value)}; in an event attribute {!JSINHTMLENCODE(value)}",
    source="Visualforce Developer Guide, security tips; PMD VfUnescapeEl",
    bad={
        "pages/P.page": '<apex:page controller="C"><script>var a = "{!name}";</script></apex:page>',
        "classes/C.cls": "public with sharing class C { public String name { get; set; } }",
    },
    good={
        "pages/P.page": """<apex:page controller="C">
    <script>var a = "{!JSENCODE(name)}"; var b = {!count};</script>
</apex:page>""",
        "classes/C.cls": (
            "public with sharing class C { public String name { get; set; } public Integer count { get; set; } }"
        ),
    },
)
_PLAIN = {"Checkbox", "Currency", "Date", "DateTime", "Lookup", "MasterDetail", "Number", "Percent", "Summary", "Time"}
_TEXT = {"Text"}


def check(project: Project) -> Iterator[Finding]:
    types: dict[str, set[str]] = {}
    for field in project.of(FieldFact):
        types.setdefault(field.name.lower(), set()).add(field.type)
    for merge in project.of(ScriptMerge):
        plain: frozenset[str] = frozenset().union(*map(project.plain_properties, merge.controllers))
        name = merge.expression.rpartition(".")[2].strip().lower()
        if name in plain or types.get(name, _TEXT) <= _PLAIN:
            continue  # a number, a Boolean, a date or an id cannot hold a quote
        where = "an event attribute" if merge.event else "a script"
        message = f"{{!{merge.expression[:60]}}} stands in {where} without JSENCODE"
        yield project.finding(RULE, merge.spot, message)
