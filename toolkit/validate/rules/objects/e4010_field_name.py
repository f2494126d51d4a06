from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E4010",
    severity=ERROR,
    title="A custom field whose name Salesforce does not take",
    why=(
        "The deploy fails: before __c a name has at most 40 "
        "letters, digits and single underscores, begins with a letter"
        " and does not end with an underscore."
    ),
    mend="rename the field",
    source="Metadata API Developer Guide, CustomField fullName",
    bad={
        "objects/Case.object": (
            "<CustomObject><fields><fullName>2nd__c</fullName><type>Checkbox</type></fields></CustomObject>"
        ),
    },
    good={
        "objects/Case.object": (
            "<CustomObject><fields><fullName>Second__c</fullName><type>Checkbox</type></fields></CustomObject>"
        ),
    },
)
_NAME = re.compile(r"[A-Za-z](?:_?[A-Za-z0-9])*\Z")


def check(document: Document) -> Iterator[Finding]:
    name = document.name
    if not document.made_here:
        return
    bare = name[:-3]
    if not _NAME.match(bare):
        yield document.finding(RULE, None, f"{name} is not a name for a custom field", "fullName")
    elif len(bare) > 40:
        yield document.finding(RULE, None, f"{name} has {len(bare)} characters before __c, 40 are the most", "fullName")
