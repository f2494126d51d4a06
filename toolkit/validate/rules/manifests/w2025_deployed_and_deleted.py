from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.facts import ManifestFact
from toolkit.validate.finding import Finding
from toolkit.validate.project import Project
from toolkit.validate.rule import WARNING, Rule

RULE = Rule(
    id="W2025",
    severity=WARNING,
    title="A component is deployed and deleted by one deploy",
    why="Deleted after it was deployed it is gone; deleted before, its data and its assignments are gone.",
    mend="remove the member from one of the two manifests",
    source="Metadata API Developer Guide, deleting components",
    bad={
        "package.xml": (
            "<Package><types><members>A</members><name>ApexClass</name></types><version>62.0</version></Package>"
        ),
        "destructiveChangesPost.xml": "<Package><types><members>A</members><name>ApexClass</name></types></Package>",
    },
    good={
        "package.xml": (
            "<Package><types><members>A</members><name>ApexClass</name></types><version>62.0</version></Package>"
        ),
        "destructiveChangesPost.xml": "<Package><types><members>B</members><name>ApexClass</name></types></Package>",
    },
)


def check(project: Project) -> Iterator[Finding]:
    manifests = project.of(ManifestFact)
    deployed = {
        (fact.root, member.type, member.name) for fact in manifests if not fact.destructive for member in fact.members
    }
    for fact in manifests:
        for member in fact.members if fact.destructive else ():
            if (fact.root, member.type, member.name) in deployed:
                message = f"{member.type} {member.name} is in package.xml, too"
                yield project.finding(RULE, member.spot, message)
