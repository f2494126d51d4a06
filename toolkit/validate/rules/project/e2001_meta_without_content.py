from __future__ import annotations

from collections.abc import Iterator

from toolkit.errors import Location
from toolkit.metadata.registry import standard
from toolkit.validate.finding import Finding
from toolkit.validate.project import Project
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E2001",
    severity=ERROR,
    title="A -meta.xml file without its content",
    why="A class, page, certificate or static resource is two files; the Salesforce CLI and the org refuse one alone.",
    mend="add the content file beside it, or remove the -meta.xml",
    source="source-deploy-retrieve registry: types with content",
    bad={"classes/A.cls-meta.xml": "<ApexClass><apiVersion>60.0</apiVersion><status>Active</status></ApexClass>"},
    good={"classes/A.cls": "public with sharing class A {}"},
)


def check(project: Project) -> Iterator[Finding]:
    parts: dict[tuple[str, str], set[str]] = {}
    for file in project.sources.files:
        if file.part in ("meta", "content"):
            parts.setdefault(file.key, set()).add(file.part)
    for file in project.sources.files:
        info = standard().get(file.type) if file.part == "meta" else None
        if info is None or not info.has_meta_file or "content" in parts[file.key]:
            continue
        suffix = f".{info.suffix}" if info.suffix else ""
        content = file.base.removesuffix("-meta.xml") if info.kind == "content" else f"{file.name}{suffix}"
        yield RULE.finding(Location(file.path, 1, 1), f"{file.type} {file.name} has no content file {content}")
