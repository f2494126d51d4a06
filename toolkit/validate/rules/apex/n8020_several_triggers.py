from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.facts import ClassFact
from toolkit.validate.finding import Finding
from toolkit.validate.project import Project
from toolkit.validate.rule import NOTE, Rule

RULE = Rule(
    id="N8020",
    severity=NOTE,
    title="Several triggers on one object",
    why="Salesforce runs them in no particular order.",
    mend="keep one trigger an object, and let a handler class decide the order",
    source="Apex Developer Guide, triggers",
    bad={
        "triggers/A.trigger": "trigger A on Case (before insert) {}",
        "triggers/B.trigger": "trigger B on Case (before insert) {}",
    },
    good={
        "triggers/A.trigger": "trigger A on Case (before insert) {}",
        "triggers/B.trigger": "trigger B on Account (before insert) {}",
    },
)


def check(project: Project) -> Iterator[Finding]:
    first: dict[str, ClassFact] = {}
    for fact in project.classes:
        if fact.object:
            other = first.setdefault(fact.object, fact)
            if other is not fact:
                yield project.finding(
                    RULE, fact.spot, f"{fact.name} and {other.name} are both triggers on {fact.object}"
                )
