"""Findings as JUnit XML: one suite a file, one case a finding; a clean run has one case that passes.

Valid by junit-10.xsd of Jenkins' xUnit plugin, which refuses what other tools like to add (file, line): the file is the
classname, the place a part of the name.
"""

from __future__ import annotations

import re
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from toolkit.validate.finding import Finding, Severity
from toolkit.validate.outcome import Lines, Outcome

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(outcome: Outcome, lines: Lines, *, color: bool = False) -> str:  # noqa: ARG001  # one signature for all
    findings = [finding for _, finding in outcome.findings]
    failures = sum(finding.severity is not Severity.NOTE for finding in findings)
    total = max(1, len(findings))
    rows = ['<?xml version="1.0" encoding="UTF-8"?>']
    rows.append(f'<testsuites name="sfmeta validate" tests="{total}" failures="{failures}" errors="0">')
    if not findings:
        rows.append('  <testsuite name="sfmeta validate" tests="1" failures="0" errors="0" skipped="0">')
        rows.append(f'    <testcase classname="sfmeta validate" name="{outcome.files} files"/>')
        rows.append("  </testsuite>")
    for file, group in groupby(findings, key=lambda finding: finding.where.file):
        rows.extend(_suite(file, list(group)))
    rows.append("</testsuites>")
    return "\n".join(rows) + "\n"


def _suite(file: str, findings: list[Finding]) -> list[str]:
    failures = sum(finding.severity is not Severity.NOTE for finding in findings)
    name = _attribute(file)
    rows = [f'  <testsuite name={name} tests="{len(findings)}" failures="{failures}" errors="0" skipped="0">']
    for finding in findings:
        where = finding.where
        place = f"{finding.rule} {where.line}:{where.column}" if where.line else finding.rule
        rows.append(f"    <testcase classname={name} name={_attribute(place)}>")
        if finding.severity is Severity.NOTE:
            rows.append(f"      <system-out>{_text(f'{finding.message}. Mend: {finding.mend}')}</system-out>")
        else:
            body = _text(f"{where}: {finding.message}\nmend: {finding.mend}")
            kind = _attribute(f"{finding.severity.value} {finding.rule}")
            rows.append(f"      <failure message={_attribute(finding.message)} type={kind}>{body}</failure>")
        rows.append("    </testcase>")
    rows.append("  </testsuite>")
    return rows


def _clean(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text)


def _text(text: str) -> str:
    return escape(_clean(text))


def _attribute(text: str) -> str:
    return quoteattr(_clean(text), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})
