"""Ignore comments: <!-- sfmeta: ignore W7001 reason --> in XML and Visualforce, // sfmeta: ignore W7001 reason in Apex.

In XML a comment covers what it stands before, with all that is inside; before the root that is the whole file.
Elsewhere it covers its own line, and when nothing else stands there the next one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from toolkit.errors import Location
from toolkit.validate import framework as fw
from toolkit.validate.finding import Finding
from toolkit.validate.source import SourceFile
from toolkit.validate.tree import element_extents

MARK = b"sfmeta: ignore"
# compiled when the first comment is met: most runs have none
_TEXT = r"sfmeta:\s*ignore\s+(?P<ids>[A-Z][0-9]{4}(?:\s*,\s*[A-Z][0-9]{4})*)(?P<reason>.*?)(?:-->|\*/|$)"


class Ignore(NamedTuple):
    """One comment: the rules it names, the lines it covers, where it stands."""

    path: str
    line: int
    first: int
    last: int
    ids: frozenset[str]
    reason: str

    def covers(self, finding: Finding) -> bool:
        where = finding.where
        return finding.rule in self.ids and where.file == self.path and self.first <= max(where.line, 1) <= self.last


def read(file: SourceFile, data: bytes) -> list[Ignore]:
    """The ignore comments of a file."""
    if MARK not in data:
        return []
    if file.is_xml or file.part == "manifest":
        return _in_xml(file, data)
    found = []
    for number, row in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
        match = re.search(_TEXT, row)
        if match:
            alone = re.fullmatch(r"\s*(?://|/\*|<!--|\*)\s*", row[: match.start()]) is not None
            found.append(_make(file, match, number, number, number + 1 if alone else number))
    return found


def _in_xml(file: SourceFile, data: bytes) -> list[Ignore]:
    found = []
    for text, line, last in element_extents(data):
        match = re.search(_TEXT, " ".join(text.split()))
        if match:
            found.append(_make(file, match, line, line, last))
    return found


def _make(file: SourceFile, match: re.Match[str], line: int, first: int, last: int) -> Ignore:
    ids = frozenset(part.strip() for part in match["ids"].split(","))
    return Ignore(file.path, line, first, last, ids, match["reason"].strip(" :-"))


def apply(findings: Iterable[Finding], ignores: Iterable[Ignore], *, all_rules: bool) -> list[Finding]:
    """The findings that no comment covers, and notes about comments without a reason or without use.

    all_rules: every rule has run, so that a comment without use is known to be one.
    """
    by_file: dict[str, list[Ignore]] = {}
    for ignore in ignores:
        by_file.setdefault(ignore.path, []).append(ignore)
    used: set[Ignore] = set()
    kept = []
    for finding in findings:
        covering = [ignore for ignore in by_file.get(finding.where.file, ()) if ignore.covers(finding)]
        used.update(covering)
        if not covering:
            kept.append(finding)
    for rows in by_file.values():
        for ignore in rows:
            where = Location(ignore.path, ignore.line)
            if not ignore.reason:
                kept.append(
                    fw.NO_REASON.finding(where, f"no reason is given for ignoring {', '.join(sorted(ignore.ids))}")
                )
            if all_rules and ignore not in used:
                kept.append(
                    fw.UNUSED_IGNORE.finding(where, f"nothing here is found by {', '.join(sorted(ignore.ids))}")
                )
    return kept
