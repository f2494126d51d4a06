from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import WARNING, Rule

RULE = Rule(
    id="W2013",
    severity=WARNING,
    title="A manifest names a component twice",
    why="Usually left by a merge: one of the two was meant to be another component.",
    mend="remove one of the two",
    source="sfmeta",
    bad={
        "package.xml": """<Package>
    <types><members>A</members><members>A</members><name>ApexClass</name></types>
    <version>62.0</version>
</Package>"""
    },
    good={
        "package.xml": """<Package>
    <types><members>A</members><members>B</members><name>ApexClass</name></types>
    <version>62.0</version>
</Package>"""
    },
)


def check(document: Document) -> Iterator[Finding]:
    seen: set[tuple[str, str]] = set()
    for types in document.all("types"):
        type_name = document.value(types, "name")
        for member in document.all("members", types):
            key = type_name, document.value(member)
            if key in seen:
                yield document.finding(RULE, member, f"{type_name} {key[1]} is named twice")
            seen.add(key)
