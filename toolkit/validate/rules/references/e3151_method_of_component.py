from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.facts import ApexCall, AuraMethods
from toolkit.validate.finding import Finding
from toolkit.validate.project import Project
from toolkit.validate.rule import ERROR, Rule

_META = "<LightningComponentBundle><apiVersion>62.0</apiVersion></LightningComponentBundle>"
_SCRIPT = "import go from '@salesforce/apex/Here.go';\n"

RULE = Rule(
    id="E3151",
    severity=ERROR,
    title="A Lightning web component imports an Apex method that its class does not offer",
    why="The deploy fails: `Unable to find Apex action method referenced as 'Here.go'`. Aura components name methods in"
    " strings (`cmp.get('c.go')`) that no deploy looks at, and neither does this rule.",
    mend="give the class a static method of this name with @AuraEnabled, or correct the import",
    source="LWC Developer Guide, Call Apex Methods",
    bad={
        "lwc/a/a.js": _SCRIPT,
        "lwc/a/a.js-meta.xml": _META,
        "classes/Here.cls": "public class Here { public static void go() {} }",
    },
    good={
        "lwc/a/a.js": _SCRIPT,
        "lwc/a/a.js-meta.xml": _META,
        "classes/Here.cls": "public class Here { @AuraEnabled(cacheable=true) public static void go() {} }",
    },
)


def check(project: Project) -> Iterator[Finding]:
    offered = {fact.name.lower(): fact.methods for fact in project.of(AuraMethods)}
    for call in project.of(ApexCall):
        methods = offered.get(project.own(call.owner))
        if methods is not None and call.method.lower() not in methods:
            message = f"{call.owner} has no static method {call.method} with @AuraEnabled"
            yield project.finding(RULE, call.spot, message)
