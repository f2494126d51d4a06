from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E2020",
    severity=ERROR,
    title="A destructive manifest with a wildcard",
    why="Destructive manifests take names only; `*` deletes nothing and fails the deploy.",
    mend="name each component that is to be deleted",
    source="Metadata API Developer Guide, package.xml; Metadata API Developer Guide, deleting components",
    bad={"destructiveChanges.xml": "<Package><types><members>*</members><name>ApexClass</name></types></Package>"},
    good={"destructiveChanges.xml": "<Package><types><members>A</members><name>ApexClass</name></types></Package>"},
)


def check(document: Document) -> Iterator[Finding]:
    if not document.file.base.startswith("destructiveChanges"):
        return
    for types in document.all("types"):
        for member in document.all("members", types):
            if "*" in document.value(member):
                yield document.finding(RULE, member, f"{document.value(types, 'name')} * cannot be deleted by wildcard")
