from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate import known
from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E4003",
    severity=ERROR,
    title="A custom object or setting whose name is too long",
    why="The name of a custom setting may have 38 characters before __c, that of any custom object 40.",
    mend="shorten the name",
    source="Metadata API Developer Guide, CustomObject (custom settings)",
    bad={
        "objects/A_custom_setting_with_much_too_long_a_name__c.object": """<CustomObject>
    <customSettingsType>Hierarchy</customSettingsType>
    <label>S</label>
</CustomObject>""",
    },
    good={
        "objects/S__c.object": """<CustomObject>
    <customSettingsType>Hierarchy</customSettingsType>
    <label>S</label>
</CustomObject>""",
    },
)


def check(document: Document) -> Iterator[Finding]:
    name, suffix = document.name, "__"
    if not known.custom_object(name):
        return
    namespace, _, bare = name.rpartition(suffix)[0].rpartition(suffix)
    if namespace:
        return  # of an installed package: an org has taken it
    most = 38 if document.has("customSettingsType") else 40
    if len(bare) > most:
        yield document.finding(RULE, None, f"the name {bare} has {len(bare)} characters, {most} are the most")
