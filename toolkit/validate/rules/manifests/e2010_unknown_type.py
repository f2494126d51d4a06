from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from toolkit.metadata.registry import standard
from toolkit.metadata.schema.model import root_type
from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E2010",
    severity=ERROR,
    title="A manifest names a metadata type that does not exist",
    why="The deploy or retrieve fails: `Unknown type name 'X' specified in package.xml`.",
    mend="correct the name; types are singular and case-sensitive (ApexClass)",
    source="source-deploy-retrieve registry",
    bad={
        "package.xml": (
            "<Package><types><members>*</members><name>ApexClas</name></types><version>62.0</version></Package>"
        )
    },
    good={
        "package.xml": (
            "<Package><types><members>*</members><name>ApexClass</name></types><version>62.0</version></Package>"
        )
    },
)


def check(document: Document) -> Iterator[Finding]:
    registry = standard()
    for types in document.all("types"):
        name = document.value(types, "name")
        if not name:
            yield document.finding(RULE, types, "a <types> block has no <name>", mend="add the metadata type as <name>")
        elif not registry.knows(name) and root_type(name) is None:  # old types are in the schema alone
            near = get_close_matches(name, list(registry.names()), n=1, cutoff=0.8)
            mend = f"did you mean {near[0]}?" if near else RULE.mend
            yield document.finding(RULE, types, f"{name} is no metadata type that is known", "name", mend=mend)
