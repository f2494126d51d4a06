from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import WARNING, Rule

RULE = Rule(
    id="W2004",
    severity=WARNING,
    title="A layout's file name is not encoded as Salesforce encodes it",
    why="Layout names are percent-encoded in file and member names; another spelling names another layout, so a deploy"
    " adds a second one or does not find it.",
    mend="write ( as %28, ) as %29, : as %3A, & as %26 and % as %25; blanks stay",
    source="Metadata API Developer Guide, Layout",
    bad={"layouts/Case-Case 100% Layout.layout": "<Layout/>"},
    good={"layouts/Case-Case %28Support%29 Layout.layout": "<Layout/>"},
)
_BROKEN = re.compile(r"%(?![0-9A-Fa-f]{2})|[:&]")


def check(document: Document) -> Iterator[Finding]:
    found = _BROKEN.search(document.name)
    if found:
        yield document.finding(RULE, None, f"{found[0]!r} in the layout name {document.name!r} is not encoded")
    elif "-" not in document.name:
        message = f"the layout name {document.name!r} does not begin with an object and a dash"
        yield document.finding(RULE, None, message, mend="name the file Object-Layout Name.layout")
