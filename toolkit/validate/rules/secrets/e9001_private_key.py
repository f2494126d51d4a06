from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.validate.finding import Finding
from toolkit.validate.raw import Raw
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E9001",
    severity=ERROR,
    title="A private key in the files",
    why="Who can read the repository can sign as its owner.",
    mend="remove the key, make a new one and withdraw the old",
    source="OWASP secrets management",
    bad={
        "staticresources/Key.txt": "-----BEGIN RSA PRIVATE KEY-----\n" + "MIIEpAIBAAKCAQEAxyz0123456789abcdef" * 3,
        "staticresources/Key.resource-meta.xml": """<StaticResource>
    <cacheControl>Public</cacheControl><contentType>text/plain</contentType>
</StaticResource>""",
    },
    good={
        "staticresources/Key.txt": "-----BEGIN PUBLIC KEY-----\nMIIB\n",
        "staticresources/Key.resource-meta.xml": """<StaticResource>
    <cacheControl>Public</cacheControl><contentType>text/plain</contentType>
</StaticResource>""",
    },
    secret=True,
)
MARKS = (b"PRIVATE KEY",)
_KEY = rb"-----BEGIN ((?:RSA |EC |DSA |OPENSSH |ENCRYPTED )?PRIVATE KEY)-----(?:\\n|\s|')*[A-Za-z0-9+/=]{40}"


def check(raw: Raw) -> Iterator[Finding]:
    for match in re.finditer(_KEY, raw.data):
        yield RULE.finding(raw.at(match.start()), "a private key is in this file")
