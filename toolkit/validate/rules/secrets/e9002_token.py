from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.validate.finding import Finding
from toolkit.validate.raw import Raw
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E9002",
    severity=ERROR,
    title="A token or key of a service in the files",
    why="Who can read the repository can act as its owner.",
    mend="remove it and have the service withdraw it; keep secrets in a Named Credential or a protected setting",
    source="key formats as the services publish them",
    bad={"classes/A.cls": "public with sharing class A { String key = 'AKIAIOSFODNN7REALKEY'; }"},
    good={"classes/A.cls": "public with sharing class A { String key = 'AKIAEXAMPLE'; }"},
    secret=True,
)
# a literal that is quick to look for -> what the token looks like (compiled when the literal is met), and whose it is
_TOKENS: tuple[tuple[bytes, bytes, str], ...] = (
    (b"AKIA", rb"(?<![A-Za-z0-9])AKIA[0-9A-Z]{16}(?![A-Za-z0-9])", "an AWS access key"),
    (b"ghp_", rb"\bghp_[A-Za-z0-9]{36}\b", "a GitHub token"),
    (b"github_pat_", rb"\bgithub_pat_[A-Za-z0-9_]{60,}", "a GitHub token"),
    (b"xox", rb"\bxox[abprs]-[0-9]{8,}-[0-9A-Za-z-]{12,}", "a Slack token"),
    (
        b"hooks.slack.com",
        rb"hooks\.slack\.com/services/T[0-9A-Z]{8,}/B[0-9A-Z]{8,}/[0-9A-Za-z]{20,}",
        "a Slack webhook",
    ),
    (b"sk_live_", rb"\bsk_live_[0-9A-Za-z]{20,}", "a Stripe key"),
    (b"SG.", rb"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}\b", "a SendGrid key"),
    (
        b"force://",
        rb"force://[A-Za-z0-9._-]+:[A-Za-z0-9._=-]*:[A-Za-z0-9._=-]{20,}@",
        "a Salesforce auth URL",
    ),
    (b"00D", rb"\b00D[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?![A-Za-z0-9._]{60,}", "a Salesforce session id"),
    (b"5Aep", rb"\b5Aep[A-Za-z0-9._=]{60,}", "a Salesforce refresh token"),
)
MARKS = tuple(mark for mark, _, _ in _TOKENS)
_EXAMPLE = (b"EXAMPLE", b"example", b"XXXX", b"xxxx", b"0000000000")


def check(raw: Raw) -> Iterator[Finding]:
    for mark, pattern, what in _TOKENS:
        if mark in raw.data:
            for match in re.finditer(pattern, raw.data):
                if not any(word in match[0] for word in _EXAMPLE):
                    yield RULE.finding(raw.at(match.start()), f"{what} is in this file")
