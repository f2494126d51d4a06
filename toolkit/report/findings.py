"""Findings in the formats of people and machines. A format is one module, one line here."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import cast

from toolkit.validate.outcome import Lines, Outcome

# name -> module with render(Outcome, Lines, color=...) -> str, ending in a newline
FORMATS: dict[str, str] = {
    "text": "toolkit.report.findings_text",
    "json": "toolkit.report.findings_json",
    "sarif": "toolkit.report.findings_sarif",
    "junit": "toolkit.report.findings_junit",
    "github": "toolkit.report.findings_github",
}


def render(name: str, outcome: Outcome, lines: Lines, *, color: bool = False) -> str:
    """The report of this format; color is for terminals and only text has it."""
    function = cast("Callable[..., str]", import_module(FORMATS[name]).render)
    return function(outcome, lines, color=color)
