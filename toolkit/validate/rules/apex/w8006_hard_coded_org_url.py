from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.validate.apex import Apex
from toolkit.validate.finding import Finding
from toolkit.validate.rule import WARNING, Rule

RULE = Rule(
    id="W8006",
    severity=WARNING,
    title="The address of one org is written into the code",
    why="It is wrong in every sandbox and in every other org, and when the org moves to another instance.",
    mend="use URL.getOrgDomainUrl(), a Named Credential or custom metadata",
    source="Salesforce Help, My Domain",
    bad={"classes/A.cls": "public with sharing class A { String url = 'https://na15.salesforce.com/apex/P'; }"},
    good={"classes/A.cls": "public with sharing class A { String url = 'https://login.salesforce.com/services'; }"},
)
_URL = re.compile(
    r"(?:https?://)?\b(?:(?:na|eu|ap|cs|um|usa|ca|gs)\d{1,3}\.(?:salesforce|visual\.force|force)\.com"
    r"|[\w-]+(?:\.[\w-]+)?\.my\.salesforce\.com|[\w-]+\.lightning\.force\.com|[\w-]+--[\w-]+\.\w+\.visual\.force\.com)",
    re.IGNORECASE,
)
# the end that all addresses of a kind of org share: sandbox.my.salesforce.com
_SHARED = re.compile(r"(?:sandbox|develop|scratch|demo|patch|trailblaze|free)\.(?:my|lightning)\.", re.IGNORECASE)
_EXAMPLES = re.compile(r"//(?:example|mydomain|yourdomain|my-?domain|test|acme|mycompany)\b|\bexample\.", re.IGNORECASE)


def check(code: Apex) -> Iterator[Finding]:
    if code.test or "force.com" not in code.text:
        return
    for match in _URL.finditer(code.text):
        if _EXAMPLES.search(match[0]) or _SHARED.match(match[0]) or code.text[match.start() - 1] == ".":
            continue
        if not code.in_comment(match.start()):
            yield code.finding(RULE, match.start(), f"{match[0]} is the address of one org")
