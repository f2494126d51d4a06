"""A release as JUnit XML: one suite a step, one case a change, and every problem as a case that failed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from toolkit.errors import Problem
from toolkit.org.jobs import DeployResult
from toolkit.release.run import Outcome, ReleaseReport, StepReport

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_UNDONE = (Outcome.NOT_REACHED, Outcome.UNPROVED, Outcome.PLANNED)


def release_junit(report: ReleaseReport, jobs: Sequence[DeployResult] = ()) -> str:
    """The whole document; a problem names the file, line and column that a person would open.

    jobs: the deploy jobs, whose Apex tests are cases of a suite of their own.
    """
    problems = report.error.problems if report.error is not None else ()
    steps = [_suite(step) for step in report.steps]
    count = sum(max(1, len(step.changes)) for step in report.steps)
    return _document(steps, count, problems, jobs, report.seconds)


def job_junit(result: DeployResult, problems: Sequence[Problem]) -> str:
    """The same for one job alone."""
    return _document([], 0, problems, [result], 0.0)


def _document(
    steps: Sequence[list[str]], count: int, problems: Sequence[Problem], jobs: Sequence[DeployResult], seconds: float
) -> str:
    tested = [job for job in jobs if job.test_successes or job.test_failures]
    ran = sum(len(job.test_successes) + len(job.test_failures) for job in tested)
    failed = len(problems) + sum(len(job.test_failures) for job in tested)
    rows = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="sfmeta deploy" tests="{count + ran + len(problems)}" failures="{failed}" errors="0" '
        f'time="{seconds:.3f}">',
    ]
    for suite in steps:
        rows += suite
    for job in tested:
        rows += _tests(job)
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


def _tests(job: DeployResult) -> list[str]:
    """The Apex tests of a job, one case a method."""
    failed = {(test.name, test.method): test for test in job.test_failures}
    cases = sorted({*failed, *((test.name, test.method) for test in job.test_successes)})
    times = {(test.name, test.method): test.seconds for test in job.test_successes}
    times |= {case: test.seconds for case, test in failed.items()}
    rows = [
        f'  <testsuite name={_attribute(f"Apex tests of {job.id}")} tests="{len(cases)}" failures="{len(failed)}" '
        f'errors="0" skipped="0" time="{sum(times.values()):.3f}">'
    ]
    for case in cases:
        name, method = case
        head = f'    <testcase classname={_attribute(name)} name={_attribute(method)} time="{times[case]:.3f}"'
        failure = failed.get(case)
        if failure is None:
            rows.append(f"{head}/>")
        else:
            text = escape(_clean(failure.stack))
            rows.append(f"{head}><failure message={_attribute(failure.message)}>{text}</failure></testcase>")
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
