from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from toolkit.validate.facts import FieldFact, ObjectFact
from toolkit.validate.finding import Finding, Severity
from toolkit.validate.project import Project
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E4031",
    severity=ERROR,
    title="The sharing model and the master-detail field contradict each other",
    why="The deploy fails: a detail object's sharing is ControlledByParent, and only a detail object's can be.",
    mend="correct sharingModel, or the field's type",
    source="Metadata API Developer Guide, CustomObject sharingModel",
    bad={
        "objects/T__c.object": """<CustomObject>
    <fields><fullName>P__c</fullName><label>P</label><referenceTo>Account</referenceTo><type>MasterDetail</type></fields>
    <label>T</label>
    <sharingModel>ReadWrite</sharingModel>
</CustomObject>""",
    },
    good={
        "objects/T__c.object": """<CustomObject>
    <fields><fullName>P__c</fullName><label>P</label><referenceTo>Account</referenceTo><type>MasterDetail</type></fields>
    <label>T</label>
    <sharingModel>ControlledByParent</sharingModel>
</CustomObject>""",
    },
)


def check(project: Project) -> Iterator[Finding]:
    details = {field.object.lower() for field in project.of(FieldFact) if field.type == "MasterDetail"}
    fielded = {field.object.lower() for field in project.of(FieldFact)}
    defined = Counter(fact.name.lower() for fact in project.of(ObjectFact) if fact.full)
    for name, fact in project.objects.items():
        if defined[name] > 1:
            continue  # several packages have an object of this name: whose the fields are cannot be told
        if not fact.full or fact.settings or not name.endswith("__c") or project.foreign(name) or not fact.sharing:
            continue
        if name in details and fact.sharing != "ControlledByParent":
            message = f"{fact.name} has a master-detail field, but its sharing model is {fact.sharing}"
            yield project.finding(RULE, fact.spot, message)
        elif name in fielded and name not in details and fact.sharing == "ControlledByParent":
            message = f"{fact.name} has no master-detail field, but its sharing model is ControlledByParent"
            yield project.finding(RULE, fact.spot, message, severity=Severity.NOTE)  # the field may be elsewhere
