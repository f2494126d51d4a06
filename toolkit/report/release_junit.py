"""A release as JUnit XML: one suite a step, one case a change, and every problem as a case that failed."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from toolkit.errors import Problem
from toolkit.release.run import Outcome, ReleaseReport, StepReport

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_UNDONE = (Outcome.NOT_REACHED, Outcome.UNPROVED, Outcome.PLANNED)


def release_junit(report: ReleaseReport) -> str:
    """The whole document; a problem names the file, line and column that a person would open."""
    problems = report.error.problems if report.error is not None else ()
    total = sum(max(1, len(step.changes)) for step in report.steps) + len(problems)
    rows = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="sfmeta deploy" tests="{total}" failures="{len(problems)}" errors="0" '
        f'time="{report.seconds:.3f}">',
    ]
    for step in report.steps:
        rows += _suite(step)
    if problems:
        count = len(problems)
        rows.append(f'  <testsuite name="problems" tests="{count}" failures="{count}" errors="0" skipped="0">')
        for number, problem in enumerate(problems, 1):
            rows += _failure(problem, number)
        rows.append("  </testsuite>")
    return "\n".join([*rows, "</testsuites>"]) + "\n"


def _suite(step: StepReport) -> list[str]:
    names = [change.subject for change in step.changes] or [step.title]
    undone = step.outcome in _UNDONE or step.outcome in (Outcome.FAILED, Outcome.RUNNING)
    skipped = len(names) if undone else 0
    rows = [
        f'  <testsuite name={_attribute(step.title)} tests="{len(names)}" failures="0" errors="0" '
        f'skipped="{skipped}" time="{step.seconds:.3f}">'
    ]
    for name in names:
        case = f"    <testcase classname={_attribute(step.title)} name={_attribute(name)}"
        message = f"<skipped message={_attribute(step.outcome.value)}/>"
        rows.append(f"{case}>{message}</testcase>" if undone else f"{case}/>")
    return [*rows, "  </testsuite>"]


def _failure(problem: Problem, number: int) -> list[str]:
    where = problem.where
    place = f" file={_attribute(where.file)}" if where else ""
    place += f' line="{where.line}"' if where and where.line else ""
    return [
        f'    <testcase classname="problems" name={_attribute(str(where) if where else f"problem {number}")}{place}>',
        f"      <failure message={_attribute(problem.message)}>{escape(_clean(str(problem)))}</failure>",
        "    </testcase>",
    ]


def _clean(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text)


def _attribute(text: str) -> str:
    return quoteattr(_clean(text), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})
