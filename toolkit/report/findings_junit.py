"""Findings as JUnit XML: one suite a file, one case a finding; a clean run has one case that passes.

Valid by junit-10.xsd of Jenkins' xUnit plugin and by Ant's JUnit.xsd. The first refuses what other tools like to add
(file, line), so the file is the classname and the place a part of the name; the second allows no output in a case, so
notes stand in their suite's. What Ant's asks for and a check of files does not have (host, moment, seconds) is always
the same, for the same files give the same bytes; the moment is that of the entries of our archives.
"""

from __future__ import annotations

import re
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from toolkit.validate.finding import Finding, Severity
from toolkit.validate.outcome import Lines, Outcome

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ALWAYS = 'errors="0" skipped="0" hostname="localhost" timestamp="1980-01-01T00:00:00" time="0"'


def render(outcome: Outcome, lines: Lines, *, color: bool = False) -> str:  # noqa: ARG001  # one signature for all
    findings = [finding for _, finding in outcome.findings]
    rows = ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>"]
    if not findings:
        case = f'    <testcase classname="sfmeta validate" name="{outcome.files} files" time="0"/>'
        rows.extend(_suite(0, "sfmeta validate", [case], failures=0, notes=[]))
    for number, (file, group) in enumerate(groupby(findings, key=lambda finding: finding.where.file)):
        rows.extend(_file(number, file, list(group)))
    rows.append("</testsuites>")
    return "\n".join(rows) + "\n"


def _file(number: int, file: str, findings: list[Finding]) -> list[str]:
    cases, notes = [], []
    for finding in findings:
        where = finding.where
        place = f"{finding.rule} {where.line}:{where.column}" if where.line else finding.rule
        case = f'    <testcase classname={_attribute(file)} name={_attribute(place)} time="0"'
        if finding.severity is Severity.NOTE:
            cases.append(f"{case}/>")
            notes.append(f"{place} {finding.message}. Mend: {finding.mend}")
            continue
        body = _text(f"{where}: {finding.message}\nmend: {finding.mend}")
        kind = _attribute(f"{finding.severity.value} {finding.rule}")
        cases.append(f"{case}>")
        cases.append(f"      <failure message={_attribute(finding.message)} type={kind}>{body}</failure>")
        cases.append("    </testcase>")
    return _suite(number, file, cases, failures=len(findings) - len(notes), notes=notes)


def _suite(number: int, name: str, cases: list[str], *, failures: int, notes: list[str]) -> list[str]:
    count = sum(row.startswith("    <testcase") for row in cases)
    attributes = f'id="{number}" package="sfmeta" name={_attribute(name)} tests="{count}" failures="{failures}"'
    rows = [f"  <testsuite {attributes} {_ALWAYS}>", "    <properties/>", *cases]
    rows.append(f"    <system-out>{_text(chr(10).join(notes))}</system-out>")
    return [*rows, "    <system-err/>", "  </testsuite>"]


def _clean(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text)


def _text(text: str) -> str:
    return escape(_clean(text))


def _attribute(text: str) -> str:
    return quoteattr(_clean(text), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})
