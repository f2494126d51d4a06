from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.finding import Finding
from toolkit.validate.manifest import contents, member_is_there
from toolkit.validate.project import Project
from toolkit.validate.rule import ERROR, WARNING, Rule

RULE = Rule(
    id="E2011",
    severity=ERROR,
    title="package.xml names a component that has no file",
    why="The deploy fails: `An object X of type Y was named in package.xml, but was not found in zipped directory`."
    " Beside files in source format it is a warning: the Salesforce CLI deploys the rest and leaves the member out.",
    mend="add the component's file, or remove the member",
    source="Metadata API Developer Guide, package.xml",
    bad={
        "package.xml": """<Package>
    <types><members>A</members><members>Gone</members><name>ApexClass</name></types>
    <version>62.0</version>
</Package>""",
        "classes/A.cls": "public with sharing class A {}",
    },
    good={
        "package.xml": """<Package>
    <types><members>A</members><name>ApexClass</name></types>
    <version>62.0</version>
</Package>""",
        "classes/A.cls": "public with sharing class A {}",
    },
)


def check(project: Project) -> Iterator[Finding]:
    for manifest, components in contents(project):
        for member in manifest.members:
            if member_is_there(project, components, member.type, member.name) is False:
                message = f"{member.type} {member.name} is named here but has no file"
                severity = WARNING if components.source_format else None
                yield project.finding(RULE, member.spot, message, severity=severity)
