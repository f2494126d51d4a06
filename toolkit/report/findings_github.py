"""Findings as GitHub Actions workflow commands, which annotate the lines of a pull request.

Escapes as in @actions/core: % CR LF in messages, also : and , in properties.
"""

from __future__ import annotations

from toolkit.report.findings_text import summary
from toolkit.validate.finding import Finding, Severity
from toolkit.validate.outcome import Lines, Outcome

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(outcome: Outcome, lines: Lines, *, color: bool = False) -> str:  # noqa: ARG001  # one signature for all
    rows = [_command(finding) for _, finding in outcome.findings]
    rows.append(summary(outcome))
    return "\n".join(rows) + "\n"


def _command(finding: Finding) -> str:
    where = finding.where
    properties = {"file": where.file, "title": f"{finding.rule} {finding.severity.value}"}
    if where.line:
        properties["line"] = str(where.line)
    if where.column:
        properties["col"] = str(where.column)
    listed = ",".join(f"{key}={prop(value)}" for key, value in properties.items())
    return f"::{_COMMANDS[finding.severity]} {listed}::{data(f'{finding.message}{chr(10)}mend: {finding.mend}')}"


def data(text: str) -> str:
    """A text as the message of a command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def prop(text: str) -> str:
    """A text as the value of a command's property."""
    return data(text).replace(":", "%3A").replace(",", "%2C")
