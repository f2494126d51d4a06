from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.facts import VersionFact
from toolkit.validate.finding import Finding
from toolkit.validate.project import Project
from toolkit.validate.rule import WARNING, Rule

RULE = Rule(
    id="W2040",
    severity=WARNING,
    title="Components have an API version above the project's",
    why='An org that is new enough for the project may be too old for them: `apiVersion can\'t be "N"`.',
    mend="raise sourceApiVersion in sfdx-project.json (version in package.xml), or lower apiVersion",
    source="Metadata API Developer Guide, ApexClass; release notes of the APIs",
    bad={
        "classes/A.cls": "public with sharing class A {}",
        "classes/A.cls-meta.xml": "<ApexClass><apiVersion>63.0</apiVersion><status>Active</status></ApexClass>",
    },
    good={
        "classes/A.cls": "public with sharing class A {}",
        "classes/A.cls-meta.xml": "<ApexClass><apiVersion>62.0</apiVersion><status>Active</status></ApexClass>",
    },
)


def check(project: Project) -> Iterator[Finding]:
    """One finding for each version of the project, at the component that is furthest above it."""
    if not project.sources.stated_version:
        return
    above: dict[float, list[VersionFact]] = {}
    for fact in project.of(VersionFact):
        if fact.version > fact.project > 0:
            above.setdefault(fact.project, []).append(fact)
    for stated, facts in above.items():
        worst = max(facts, key=lambda fact: fact.version)
        which = f"{worst.name} has" if len(facts) == 1 else f"{worst.name} and {len(facts) - 1} more components have"
        message = f"{which} an API version above the project's {stated:g}.0, up to {worst.version:g}.0"
        yield project.finding(RULE, worst.spot, message)
