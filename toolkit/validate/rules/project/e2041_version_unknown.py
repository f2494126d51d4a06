from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.facts import VersionFact
from toolkit.validate.finding import Finding
from toolkit.validate.project import Project
from toolkit.validate.rule import ERROR, Rule

NEWEST = 68
"""The newest API version that any source of this release knows (preview in summer 2026)."""

RULE = Rule(
    id="E2041",
    severity=ERROR,
    title="A component has an API version that does not exist",
    why='The deploy fails: `apiVersion can\'t be "N"`.',
    mend="write a version that the org has",
    source="Metadata API Developer Guide, ApexClass; release notes of the APIs",
    bad={
        "classes/A.cls": "public with sharing class A {}",
        "classes/A.cls-meta.xml": "<ApexClass><apiVersion>620</apiVersion><status>Active</status></ApexClass>",
    },
    good={
        "classes/A.cls": "public with sharing class A {}",
        "classes/A.cls-meta.xml": "<ApexClass><apiVersion>62.0</apiVersion><status>Active</status></ApexClass>",
    },
    parameters={"newest": NEWEST},
)


def check(project: Project) -> Iterator[Finding]:
    newest = project.option(RULE, "newest")
    for fact in project.of(VersionFact):
        if fact.version > newest:
            message = f"API version {fact.version:g} of {fact.name} does not exist; the newest known is {newest}.0"
            yield project.finding(RULE, fact.spot, message)
