from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.facts import FieldFact
from toolkit.validate.finding import Finding
from toolkit.validate.project import Project
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E4002",
    severity=ERROR,
    title="A custom setting field of a type that settings do not have",
    why=(
        "Custom settings take Checkbox, Currency, Date, DateTime, "
        "Email, Number, Percent, Phone, Text, TextArea and Url."
        " The deploy fails for picklists, formulas, lookups and long texts."
    ),
    mend="use TextArea (255 characters) or several fields, or a custom metadata type, which takes more types",
    source="Metadata API Developer Guide, CustomObject (custom settings)",
    bad={
        "objects/S__c.object": """<CustomObject>
    <customSettingsType>Hierarchy</customSettingsType>
    <fields><fullName>F__c</fullName><label>F</label><length>4000</length><type>LongTextArea</type></fields>
    <label>S</label>
</CustomObject>""",
    },
    good={
        "objects/S__c.object": """<CustomObject>
    <customSettingsType>Hierarchy</customSettingsType>
    <fields><fullName>F__c</fullName><label>F</label><type>TextArea</type></fields>
    <label>S</label>
</CustomObject>""",
    },
)
_TYPES = frozenset(
    {"Checkbox", "Currency", "Date", "DateTime", "Email", "Number", "Percent", "Phone", "Text", "TextArea", "Url"}
    | {"Location"}
)


def check(project: Project) -> Iterator[Finding]:
    settings = {name for name, fact in project.objects.items() if fact.settings}
    for field in project.of(FieldFact):
        if field.object.lower() not in settings or not field.type:
            continue
        if field.type not in _TYPES:
            message = f"the custom setting field {field.object}.{field.name} is a {field.type}"
            yield project.finding(RULE, field.spot, message)
        elif field.formula:
            message = f"the custom setting field {field.object}.{field.name} is a formula"
            yield project.finding(RULE, field.spot, message)
