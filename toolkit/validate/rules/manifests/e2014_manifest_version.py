from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E2014",
    severity=ERROR,
    title="A package.xml without a usable version",
    why="The version says which shape the files have; the org refuses a manifest without one, or with a malformed one.",
    mend="add <version>62.0</version> as the last element",
    source="Metadata API Developer Guide, package.xml",
    bad={
        "package.xml": (
            "<Package><types><members>*</members><name>ApexClass</name></types><version>v62</version></Package>"
        )
    },
    good={
        "package.xml": (
            "<Package><types><members>*</members><name>ApexClass</name></types><version>62.0</version></Package>"
        )
    },
)
_VERSION = re.compile(r"[0-9]{1,3}(\.[0-9])?\Z")


def check(document: Document) -> Iterator[Finding]:
    if document.file.base != "package.xml":
        return
    version = document.text("version")
    if not version:
        yield document.finding(RULE, None, "package.xml has no <version>")
    elif not _VERSION.match(version):
        yield document.finding(RULE, None, f"{version!r} is not an API version", "version", mend="write it like 62.0")
