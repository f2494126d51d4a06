from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from toolkit.validate import known
from toolkit.validate.facts import FieldFact
from toolkit.validate.finding import Finding
from toolkit.validate.project import Project
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E4006",
    severity=ERROR,
    title="More fields than a custom setting or object can have",
    why="A custom setting takes 300 fields, a custom object 500 (800 in Unlimited Edition)."
    " Fields of installed packages do not count.",
    mend="split the object",
    source="Metadata API Developer Guide, CustomObject (custom settings); Salesforce limits",
    bad={
        "objects/S__c.object": """<CustomObject>
    <customSettingsType>Hierarchy</customSettingsType>
    <fields><fullName>A__c</fullName><type>Checkbox</type></fields>
    <fields><fullName>B__c</fullName><type>Checkbox</type></fields>
    <label>S</label>
</CustomObject>""",
    },
    good={
        "objects/S__c.object": """<CustomObject>
    <customSettingsType>Hierarchy</customSettingsType>
    <fields><fullName>A__c</fullName><type>Checkbox</type></fields>
    <label>S</label>
</CustomObject>""",
    },
    parameters={"setting": 300, "object": 800},
    tuned={"setting": 1},
)


def check(project: Project) -> Iterator[Finding]:
    counts = Counter(field.object.lower() for field in project.of(FieldFact) if not known.namespace_of(field.name))
    for name, fact in project.objects.items():
        most = project.option(RULE, "setting" if fact.settings else "object")
        if counts[name] > most:
            yield project.finding(RULE, fact.spot, f"{fact.name} has {counts[name]} custom fields, {most} are the most")
