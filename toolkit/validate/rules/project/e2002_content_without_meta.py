from __future__ import annotations

from collections.abc import Iterator

from toolkit.errors import Location
from toolkit.metadata.registry import standard
from toolkit.validate.finding import Finding
from toolkit.validate.project import Project
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E2002",
    severity=ERROR,
    title="A content file without its -meta.xml",
    why="A class, page, certificate or static resource is two files; the Salesforce CLI and the org refuse one alone.",
    mend="add the -meta.xml file beside it, or list the file in .forceignore",
    source="source-deploy-retrieve registry: types with content",
    bad={"classes/bare.cls": "public with sharing class bare {}"},
    good={"classes/A.cls": "public with sharing class A {}"},
)


def check(project: Project) -> Iterator[Finding]:
    described = {file.key for file in project.sources.files if file.part == "meta"}
    seen = set()
    for file in project.sources.files:
        if file.part != "content" or not file.folder or file.key in described or file.key in seen:
            continue
        if project.components.has("DocumentFolder", file.name):
            continue  # the meta file of a document without a suffix has the name of a folder's
        seen.add(file.key)
        info = standard().get(file.type)
        if info is not None and info.has_meta_file:
            yield RULE.finding(Location(file.path, 1, 1), f"{file.type} {file.name} has no -meta.xml file")
