"""Finding: one thing that a rule has to say about a file."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from toolkit.errors import Location


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def letter(self) -> str:
        return self.value[0].upper()

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return _RANKS[self.value]


_RANKS = {"error": 0, "warning": 1, "note": 2}


class Finding(NamedTuple):
    """What is wrong, where, and how to mend it.

    rule is stable ("E3001"): its letter is the severity the rule has by nature, severity the one this
    finding has (an outside reference is a note unless the project is closed). The message never holds a
    line number or a secret, so that a fingerprint survives moves and may be committed.
    """

    rule: str
    severity: Severity
    message: str
    where: Location
    mend: str
    secret: bool = False
    """The line holds something that no output may show."""

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        where = self.where
        return where.file, where.line, where.column, self.rule, self.message


def sort(findings: Iterable[Finding]) -> list[Finding]:
    """In the order of files and lines, without exact repetitions."""
    return sorted(set(findings), key=lambda finding: finding.order)


def fingerprints(findings: Iterable[Finding]) -> list[tuple[str, Finding]]:
    """Each finding with a name that stays when lines move: rule, file and message, counted when equal.

    The findings must be in their order; of two equal ones the first is number 0.
    """
    seen: dict[tuple[str, str, str], int] = {}
    named: list[tuple[str, Finding]] = []
    rows = list(findings)
    if not rows:
        return named
    from hashlib import sha256

    for finding in rows:
        same = finding.rule, finding.where.file, finding.message
        count = seen[same] = seen.get(same, -1) + 1
        text = "\n".join((*same, str(count)))
        named.append((sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:20], finding))
    return named
