from __future__ import annotations

from collections.abc import Iterator

from toolkit.errors import Location
from toolkit.validate.finding import Finding
from toolkit.validate.manifest import contents, is_named
from toolkit.validate.project import Project
from toolkit.validate.rule import WARNING, Rule

RULE = Rule(
    id="W2012",
    severity=WARNING,
    title="A file stands beside package.xml that names nothing of it",
    why="The org leaves the file out, or refuses the deploy: `A file in the zip is not named in package.xml`.",
    mend="add the component to package.xml, or remove the file",
    source="Metadata API Developer Guide, package.xml",
    bad={
        "package.xml": """<Package>
    <types><members>B</members><name>ApexClass</name></types>
    <version>62.0</version>
</Package>""",
        "classes/A.cls": "public with sharing class A {}",
        "classes/B.cls": "public with sharing class B {}",
    },
    good={
        "package.xml": """<Package>
    <types><members>*</members><name>ApexClass</name></types>
    <version>62.0</version>
</Package>""",
        "classes/A.cls": "public with sharing class A {}",
    },
)


def check(project: Project) -> Iterator[Finding]:
    for manifest, components in contents(project):
        if components.source_format:
            continue  # what a list to deploy or retrieve by leaves out is left out on purpose
        for (type_name, name), path in components.first.items():
            if not is_named(manifest, type_name, name):
                yield RULE.finding(Location(path, 1, 1), f"{type_name} {name} is not named in package.xml")
