from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.validate.apex import Apex
from toolkit.validate.finding import Finding
from toolkit.validate.rule import WARNING, Rule

RULE = Rule(
    id="W8005",
    severity=WARNING,
    title="A record id is written into the code",
    why="Ids differ from org to org: the code does something else, or fails, in the next one.",
    mend="look the record up by its name, or keep the id in custom metadata",
    source="PMD AvoidHardcodingId",
    bad={"classes/A.cls": "public with sharing class A { Id profile = '00e000000000001AAA'; }"},
    good={"classes/A.cls": "public with sharing class A { String word = 'internationalizing'; }"},
)
_ID = re.compile(r"'((?=[A-Za-z0-9]*[0-9])[a-zA-Z0-9]{3}[0-9A-Za-z]{12})([A-Z0-5]{3})?'")
# the prefixes of setup and data records that code is tempted to name
_KEY_PREFIXES = (
    "001 003 005 006 00D 00E 00G 00Q 00e 00O 00X 00l 011 012 015 01I 01Z 01a 01p 01t 033 500 701 801 0D2 0DB 0PS"
)
_MASTER_RECORD_TYPE = "012000000000000"
"""The same in every org."""
_PREFIXES = frozenset(_KEY_PREFIXES.split())
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def check(code: Apex) -> Iterator[Finding]:
    if code.test or code.accepts("AvoidHardcodingId"):
        return
    for match in _ID.finditer(code.text):
        head, tail = match[1], match[2]
        if code.in_comment(match.start()) or head[:3] not in _PREFIXES or "xx" in head.lower():
            continue
        if head == _MASTER_RECORD_TYPE or (tail is not None and tail != _checksum(head)):
            continue
        if tail is None and not re.match(r"[A-Za-z0-9]{3}[A-Za-z0-9]{2}0{1,4}", head):
            continue
        yield code.finding(RULE, match.start(1), f"{head}{tail or ''} is the id of a record of one org")


def _checksum(head: str) -> str:
    """The last three characters of an id of 18: which of the first 15 are capitals."""
    return "".join(
        _LETTERS[sum(1 << place for place, letter in enumerate(head[start : start + 5]) if "A" <= letter <= "Z")]
        for start in (0, 5, 10)
    )
