from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import WARNING, Rule

RULE = Rule(
    id="W4001",
    severity=WARNING,
    title="A protected custom setting outside a package",
    why="Orgs that are not for development refuse it: `set the visibility for a custom setting to Protected unless you"
    " are in a developer ...`.",
    mend="set <visibility>Public</visibility>, or give the project its namespace in sfdx-project.json",
    source=(
        "Metadata API Developer Guide, CustomObject (custom "
        "settings); messages of orgs as public issue threads quote them"
    ),
    bad={
        "objects/S__c.object": """<CustomObject>
    <customSettingsType>Hierarchy</customSettingsType>
    <label>S</label>
    <visibility>Protected</visibility>
</CustomObject>""",
    },
    good={
        "objects/S__c.object": """<CustomObject>
    <customSettingsType>Hierarchy</customSettingsType>
    <label>S</label>
    <visibility>Public</visibility>
</CustomObject>""",
    },
    off=True,
)


def check(document: Document) -> Iterator[Finding]:
    if document.has("customSettingsType") and document.text("visibility") == "Protected":
        yield document.finding(RULE, None, f"the custom setting {document.name} is protected", "visibility")
