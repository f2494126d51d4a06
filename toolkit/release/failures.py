"""A deploy job that did not succeed, as problems with our own files in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from toolkit.errors import DeployError, Location, PartialDeployError, Problem
from toolkit.metadata.component import Bundle, ComponentFile
from toolkit.org.jobs import ComponentMessage, DeployResult, Status
from toolkit.org.redact import Redactor


def check(result: DeployResult, bundle: Bundle, redact: Redactor) -> None:
    """Return when the platform called the job a success; else raise an error with everything that it said.

    SucceededPartial is a PartialDeployError; every other ending, also one with an unknown name, a DeployError.
    """
    if result.status is Status.SUCCEEDED and result.success and not result.failures:
        return
    problems = list(problems_of(result, bundle, redact))
    word = result.status_text or "no status"
    ending = f"deployment {result.id} ended with {word}"
    if result.status is Status.SUCCEEDED_PARTIAL:
        there = sum(1 for message in result.successes if message.full_name != "package.xml")
        mend = "mend what failed and deploy again"
        raise PartialDeployError(
            *problems,
            Problem(f"{ending}: {there} components are in the org, {len(result.failures)} are not", mend=mend),
        )
    if result.status is Status.CANCELED:
        by = f" by {redact(result.canceled_by)}" if result.canceled_by else ""
        raise DeployError(*problems, Problem(f"deployment {result.id} was canceled{by}", mend="deploy again"))
    if result.status is Status.SUCCEEDED:
        ending += ", but the org does not call it a success"
    kept = "this was a check only" if result.check_only else "nothing of it was kept"
    raise DeployError(*problems, Problem(ending, mend=f"{kept}; mend what failed and deploy again"))


def problems_of(result: DeployResult, bundle: Bundle, redact: Redactor) -> list[Problem]:
    """Every failed component, test and coverage shortfall of a job, and what it says of itself; warnings too."""
    files = {file.path: file for file in bundle.files()}
    found = _components(result.failures, files, redact)
    for failure in result.test_failures:
        stack = f" ({' '.join(failure.stack.split())})" if failure.stack else ""
        text = f"test {failure.name}.{failure.method} failed: {failure.message}{stack}"
        where = _location(f"classes/{failure.name}.cls", 0, 0, files)
        found.append(Problem(redact(text), where, "mend the class or its test"))
    found += [
        Problem(redact(f"code coverage: {warning}"), mend="a class needs 75 % coverage by the tests that are run")
        for warning in result.coverage_warnings
    ]
    found += [
        Problem(redact(f"warning: {message.problem}"), _location(message.path, message.line, message.column, files))
        for message in result.warnings
    ]
    if result.error_message:
        code = f"{result.error_code}: " if result.error_code else ""
        found.append(Problem(redact(f"{code}{result.error_message.removeprefix(code)}")))
    return found


Files = Mapping[str, ComponentFile]


def _components(failures: Sequence[ComponentMessage], files: Files, redact: Redactor) -> list[Problem]:
    """Root causes in the order of their places, each with what follows from it; what is known about mending each."""
    from toolkit.release.hints.group import group

    def place(message: ComponentMessage) -> tuple[Location, str]:
        problem = _component_problem(message, files, redact)
        return problem.where or Location(""), problem.message

    found: list[Problem] = []
    for one in group(sorted(failures, key=place)):
        mend = redact(one.hints[0].mend) if one.hints else None
        found.append(replace(_component_problem(one.cause, files, redact), mend=mend))
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
