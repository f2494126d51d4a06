from __future__ import annotations

from collections.abc import Iterator

from toolkit.errors import Location
from toolkit.validate.finding import Finding
from toolkit.validate.project import Project
from toolkit.validate.rule import WARNING, Rule

RULE = Rule(
    id="W2024",
    severity=WARNING,
    title="A destructive manifest without a package.xml beside it",
    why="The org only reads it beside a package.xml, which may be empty but for its version.",
    mend="add a package.xml with <version>62.0</version>",
    source="Metadata API Developer Guide, deleting components",
    bad={"destructiveChanges.xml": "<Package><types><members>A</members><name>ApexClass</name></types></Package>"},
    good={
        "destructiveChanges.xml": "<Package><types><members>A</members><name>ApexClass</name></types></Package>",
        "package.xml": "<Package><version>62.0</version></Package>",
    },
)


def check(project: Project) -> Iterator[Finding]:
    manifests = [file for file in project.sources.files if file.part == "manifest"]
    roots = {file.path.rpartition("/")[0] for file in manifests if file.base == "package.xml"}
    for file in manifests:
        if file.base.startswith("destructiveChanges") and file.path.rpartition("/")[0] not in roots:
            yield RULE.finding(Location(file.path, 1, 1), f"{file.base} has no package.xml beside it")
