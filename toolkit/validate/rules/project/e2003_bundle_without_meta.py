from __future__ import annotations

from collections.abc import Iterator

from toolkit.errors import Location
from toolkit.validate.finding import Finding
from toolkit.validate.project import Project
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E2003",
    severity=ERROR,
    title="A Lightning component folder without its -meta.xml",
    why="Without it the folder is no component: the Salesforce CLI refuses the project.",
    mend="add <component>.js-meta.xml (or .cmp-meta.xml), or list the folder in .forceignore",
    source="source-deploy-retrieve registry: bundles",
    bad={"lwc/thing/thing.js": "export {};"},
    good={
        "lwc/thing/thing.js": "export {};",
        "lwc/thing/thing.js-meta.xml": (
            "<LightningComponentBundle><isExposed>false</isExposed></LightningComponentBundle>"
        ),
    },
)
_BUNDLES = ("LightningComponentBundle", "AuraDefinitionBundle")


def check(project: Project) -> Iterator[Finding]:
    files = [file for file in project.sources.files if file.type in _BUNDLES]
    described = {file.key for file in files if file.part == "meta"}
    # a folder without a file of its name is no component: programs have folders called lwc and aura, too
    named = {file.key for file in files if file.base.partition(".")[0] == file.name}
    seen = set()
    for file in files:
        if file.key in named and file.key not in described and file.key not in seen:
            seen.add(file.key)
            yield RULE.finding(Location(file.path, 1, 1), f"the component {file.name} has no -meta.xml file")
