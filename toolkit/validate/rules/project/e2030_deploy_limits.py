from __future__ import annotations

from collections.abc import Iterator
from posixpath import commonpath

from toolkit.errors import Location
from toolkit.validate.finding import Finding
from toolkit.validate.project import Project
from toolkit.validate.rule import ERROR, WARNING, Rule

RULE = Rule(
    id="E2030",
    severity=ERROR,
    title="More than one deploy can take",
    why="A deploy takes 10,000 files and 600 MB unpacked; the org refuses a larger one after the upload.",
    mend="deploy in parts: several packages, or --metadata and --source-dir of the Salesforce CLI",
    source="Salesforce limits of deploy and retrieve",
    bad={
        "package.xml": """<Package>
    <types><members>*</members><name>ApexClass</name></types>
    <version>62.0</version>
</Package>""",
        **{f"classes/C{number}.cls": "class C {}" for number in range(3)},
    },
    good={"classes/A.cls": "public with sharing class A {}"},
    parameters={"files": 10_000, "megabytes": 600},
    tuned={"files": 4},
)


def check(project: Project) -> Iterator[Finding]:
    targets = {file.target or file.path for file in project.sources.files if file.part not in ("", "manifest")}
    most, size = project.option(RULE, "files"), sum(file.size for file in project.sources.files)
    top = commonpath([file.path for file in project.sources.files]) if project.sources.files else ""
    where = Location(top.partition("!")[0] or ".", 1, 1)  # of a zip, the zip
    # a project in source format is often deployed in parts
    severity = ERROR if project.sources.format == "mdapi" else WARNING
    if len(targets) > most:
        message = f"{len(targets):,} files are more than the {most:,} of one deploy"
        yield RULE.finding(where, message, severity=severity)
    if size > project.option(RULE, "megabytes") << 20:
        message = f"{size >> 20:,} MB are more than the {project.option(RULE, 'megabytes')} of one deploy"
        yield RULE.finding(where, message, severity=severity)
