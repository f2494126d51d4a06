"""A deploy job that did not succeed, as problems with our own files in them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from toolkit.errors import DeployError, Location, PartialDeployError, Problem
from toolkit.metadata.component import Bundle, ComponentFile
from toolkit.org.jobs import ComponentMessage, Coverage, CoverageWarning, DeployResult, Status, TestFailure
from toolkit.org.redact import Redactor

if TYPE_CHECKING:
    from toolkit.release.hints import Hint


def check(result: DeployResult, bundle: Bundle, redact: Redactor) -> None:
    """Return when the platform called the job a success; else raise an error with everything that it said.

    SucceededPartial is a PartialDeployError; every other ending, also one with an unknown name, a DeployError.
    """
    if result.status is Status.SUCCEEDED and result.success and not result.failures:
        return
    problems = list(problems_of(result, bundle, redact))
    raise _ending(result, problems, redact)


def _ending(result: DeployResult, problems: Sequence[Problem], redact: Redactor) -> DeployError:
    """The problems, and how the job ended; what was kept is said only where the platform promises it."""
    word = redact(result.status_text or "no status")
    ending = f"deployment {result.id} ended with {word}"
    shown = f"; {result.page} shows it" if result.page else ""
    if result.status is Status.SUCCEEDED_PARTIAL:
        there = sum(1 for message in result.successes if message.full_name != "package.xml")
        text = f"{ending}: {there} components are in the org, {len(result.failures)} are not"
        return PartialDeployError(*problems, Problem(text, mend=f"mend what failed and deploy again{shown}"))
    if result.status is Status.CANCELED:
        by = f" by {redact(result.canceled_by)}" if result.canceled_by else ""
        text = f"deployment {result.id} was canceled{by}"
        return DeployError(*problems, Problem(text, mend=f"deploy again{shown}"))
    if result.status is Status.SUCCEEDED:
        ending += ", but the org does not call it a success"
    if result.check_only:
        kept = "this was a check only"
    elif result.status is Status.FAILED:
        kept = "nothing of it was kept"
    else:
        kept = "look at what of it the org has kept"
    return DeployError(*problems, Problem(ending, mend=f"{kept}; mend what failed and deploy again{shown}"))


def problems_of(result: DeployResult, bundle: Bundle, redact: Redactor) -> list[Problem]:
    """Every failed component, test and coverage shortfall of a job, and what it says of itself; warnings too."""
    files = {file.path: file for file in bundle.files()}
    found = _components(result.failures, files, redact)
    found += [_test_problem(failure, files, redact) for failure in result.test_failures]
    covered = {coverage.name: coverage for coverage in result.coverage}
    found += [
        _coverage_problem(warning, covered.get(warning.name), files, redact) for warning in result.coverage_warnings
    ]
    found += [
        Problem(redact(f"warning: {message.problem}"), _location(message.path, message.line, message.column, files))
        for message in result.warnings
    ]
    if result.error_message:
        code = f"{result.error_code}: " if result.error_code else ""
        text = redact(f"{code}{result.error_message.removeprefix(code)}")
        found.append(Problem(text, mend=_advice(text)))
    return found


def _advice(message: str) -> str | None:
    """What a message means and how to mend it; None where no entry of the catalogue knows the very message."""
    from toolkit.release.hints import explain

    return _best(explain(message))


def _best(hints: Sequence[Hint]) -> str | None:
    """The first hint as one text; what the wording alone tells is left to `sfmeta explain`."""
    return f"{hints[0].meaning} {hints[0].mend}" if hints and not hints[0].wording else None


Files = Mapping[str, ComponentFile]

_FRAME = re.compile(
    r"\b(?P<kind>Class|Trigger)\.(?P<path>[\w.]+?)\s*: line (?P<line>\d+)(?:,\s*column (?P<column>\d+))?"
)


def _test_problem(failure: TestFailure, files: Files, redact: Redactor) -> Problem:
    """A failed test at the first place of its stack that is a file of ours, else at its class."""
    stack = f" ({' '.join(failure.stack.split())})" if failure.stack else ""
    text = f"test {failure.name}.{failure.method} failed: {failure.message}{stack}"
    where = _frame(failure.stack, files) or _location(f"classes/{failure.name}.cls", 0, 0, files)
    return Problem(redact(text), where, _advice(redact(failure.message)) or "mend the class or its test")


def _frame(stack: str, files: Files) -> Location | None:
    """A frame is "Class.[namespace.]Name[.Inner].method: line 3, column 1", or "Trigger.[namespace.]Name: line 3"."""
    for frame in _FRAME.finditer(stack):
        for name in frame["path"].split("."):
            path = f"triggers/{name}.trigger" if frame["kind"] == "Trigger" else f"classes/{name}.cls"
            if path in files:
                return files[path].locate(int(frame["line"]), int(frame["column"] or 0))
    return None


def _coverage_problem(warning: CoverageWarning, coverage: Coverage | None, files: Files, redact: Redactor) -> Problem:
    run = f" ({coverage.lines - coverage.missed} of {coverage.lines} lines were run)" if coverage is not None else ""
    paths = (f"classes/{warning.name}.cls", f"triggers/{warning.name}.trigger", f"flows/{warning.name}.flow")
    where = next((files[path].locate() for path in paths if path in files), None)
    mend = "the tests that are run have to cover 75 % of a class, and some of every trigger"
    return Problem(redact(f"code coverage: {warning}{run}"), where, mend)


def _components(failures: Sequence[ComponentMessage], files: Files, redact: Redactor) -> list[Problem]:
    """Root causes in the order of their places, each with what follows from it; what is known about mending each."""
    from toolkit.release.hints.group import group

    def place(message: ComponentMessage) -> tuple[Location, str]:
        problem = _component_problem(message, files, redact)
        return problem.where or Location(""), problem.message

    found: list[Problem] = []
    for one in group(sorted(failures, key=place)):
        mend = _best(one.hints)
        found.append(replace(_component_problem(one.cause, files, redact), mend=redact(mend) if mend else None))
        for consequence in one.consequences:
            cause = f"{consequence.because.type} {consequence.because.full_name}"
            problem = _component_problem(consequence.failure, files, redact)
            found.append(replace(problem, mend=redact(f"follows from {cause}, which failed too")))
    return found


def _component_problem(message: ComponentMessage, files: Files, redact: Redactor) -> Problem:
    name = " ".join(filter(None, (message.type, message.full_name))) or "the package"
    text = message.problem or "failed, and the org gave no reason"
    return Problem(redact(f"{name}: {text}"), _location(message.path, message.line, message.column, files))


def _location(path: str, line: int, column: int, files: Files) -> Location | None:
    """The file that a person would open, for a path of the zip; a line only where it is a line of that file."""
    found = _lookup(path, files)
    if found is None:
        return Location(path, line, column) if path else None
    return found.locate(line, column)


def _lookup(path: str, files: Files) -> ComponentFile | None:
    """The file of a path that may have the zip's top folder in front ("unpackaged/classes/X.cls")."""
    parts = PurePosixPath(path).parts
    for start in range(len(parts)):
        found = files.get("/".join(parts[start:]))
        if found is not None:
            return found
    return None
