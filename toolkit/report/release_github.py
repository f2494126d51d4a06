"""What went wrong in a deployment as GitHub Actions workflow commands, which annotate the lines of a pull request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from toolkit.errors import Problem, SfmetaError
from toolkit.org.jobs import DeployResult
from toolkit.report.findings_github import data, prop


def commands(error: SfmetaError | None, jobs: Iterable[DeployResult]) -> Iterator[str]:
    """One command for each problem, and one for each warning of the jobs."""
    for problem in error.problems if error is not None else ():
        yield command("error", problem)
    for job in jobs:
        if error is None:  # the problems of a job that failed hold its warnings
            for warning in job.warnings:
                text = data(f"{warning.full_name}: {warning.problem}")
                yield f"::warning title={prop(f'deployment {job.id}')}::{text}"


def command(kind: str, problem: Problem) -> str:
    """The command for one problem; its file, line and column when it has a place."""
    properties = {"title": "sfmeta deploy"}
    if problem.where is not None:
        properties["file"] = problem.where.file
        if problem.where.line:
            properties["line"] = str(problem.where.line)
        if problem.where.column:
            properties["col"] = str(problem.where.column)
    listed = ",".join(f"{key}={prop(value)}" for key, value in properties.items())
    mend = f"\nmend: {problem.mend}" if problem.mend else ""
    return f"::{kind} {listed}::{data(problem.message + mend)}"
