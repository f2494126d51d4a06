"""A release for people and for machines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import IO, TYPE_CHECKING

from toolkit.errors import Problem
from toolkit.org.jobs import DeployResult
from toolkit.org.org import Org
from toolkit.release.run import Outcome, PlannedStep, ReleaseReport, StepReport, summary
from toolkit.release.step import Change, Kind, real
from toolkit.report.tables import table

if TYPE_CHECKING:
    from toolkit.release.checklist import Row

_SHOWN = 12
"""Changes of one step that a person is shown; the rest is counted."""

_SIGNS = {Kind.CREATED: "+", Kind.CHANGED: "~", Kind.DELETED: "-", Kind.UNCHANGED: " "}

JsonValue = str | int | float | bool | Sequence["JsonValue"] | dict[str, "JsonValue"] | None


def plan_lines(planned: Iterable[PlannedStep]) -> list[str]:
    """What a release would do, step by step; one line a change, at most twelve a step. Nothing for no change."""
    lines: list[str] = []
    for one in planned:
        if not one.pending:
            continue
        lines.append(f"{one.step.title}: {summary(one.changes)}")
        for change in one.pending[:_SHOWN]:
            lines.append(f"  {_SIGNS[change.kind]} {change.subject}")
            lines += [f"      {d.path}: {_shown(d.old)} -> {_shown(d.new)}" for d in change.details[:_SHOWN]]
        more = len(one.pending) - _SHOWN
        if more > 0:
            lines.append(f"  and {more} more")
    return lines


def _shown(value: str | None) -> str:
    return "(none)" if value is None else value


def print_checklist(rows: Sequence[Row], out: IO[str]) -> None:
    """One row for each step of the vendor's manual."""
    words = {True: "done", False: "FAILED", None: "not done"}
    table(
        ("Step of the manual", "State", "Read back from the org"),
        [(row.manual, words[row.done], row.read_back) for row in rows],
        out,
    )


def print_steps(report: ReleaseReport, out: IO[str]) -> None:
    """One row for each step of the release, for a release that is no integration."""
    rows = [(step.title, step.outcome.value, _step_text(step)) for step in report.steps]
    table(("Step", "Outcome", "What it did and read back"), rows, out)


def _step_text(step: StepReport) -> str:
    if step.outcome is Outcome.NOT_REACHED:
        return summary(step.changes) if step.changes else ""
    if not step.changes:
        return "; ".join(f"{e.subject}: {e.text}" for e in step.evidence)
    done = summary(step.changes).replace("to create", "created").replace("to change", "changed")
    parts = [done.replace("to delete", "deleted")] if step.outcome is Outcome.APPLIED else [summary(step.changes)]
    parts += [f"deployment {job.id}" for job in step.jobs]
    read = sum(1 for evidence in step.evidence if evidence.ok)
    return "; ".join(parts) + (f"; {read} read back as wanted" if read else "")


def print_key(pem: str, out: IO[str]) -> None:
    """The public key, and the one thing that nobody but an admin of the Cobrowse account can do."""
    out.write("\nOne thing stays to be done by hand: sign in at Cobrowse.io, open Settings, JWT SSO,\n")
    out.write("and paste this public key there. No API takes it.\n\n")
    out.write(pem)


def release_json(
    report: ReleaseReport,
    org: Org,
    *,
    rows: Sequence[Row],
    pem: str | None,
    exit_code: int,
    became: str | None = None,
    jobs: Sequence[DeployResult] = (),
    validated: tuple[str, str] | None = None,
) -> dict[str, JsonValue]:
    """The whole report; `status` is done, unchanged, checked or error.

    became: what is left of a failed release. jobs: every deploy job that was followed, as it was seen last, those of
    steps that failed included. validated: the check-only job that succeeded, and the digest of what it validated.
    """
    if report.error is not None:
        status = "error"
    elif report.check_only:
        status = "checked"
    else:
        status = "done" if report.changed else "unchanged"
    identity = org.identity
    return {
        "status": status,
        "exitCode": exit_code,
        "checkOnly": report.check_only,
        "org": {"id": identity.org_id, "username": identity.username, "url": org.url, "apiVersion": org.api_version},
        "steps": [_step_json(step) for step in report.steps],
        "manual": [{"step": row.manual, "done": row.done, "readBack": row.read_back} for row in rows],
        "jobs": [job_json(job) for job in jobs],
        "validated": {"job": validated[0], "content": validated[1]} if validated else None,
        "publicKey": pem,
        "afterFailure": became,
        "problems": [problem_json(problem) for problem in (report.error.problems if report.error else ())],
        "seconds": round(report.seconds, 3),
    }


def _step_json(step: StepReport) -> dict[str, JsonValue]:
    return {
        "name": step.name,
        "title": step.title,
        "outcome": step.outcome.value,
        "changes": [_change_json(change) for change in real(step.changes)],
        "unchanged": sum(1 for change in step.changes if change.kind is Kind.UNCHANGED),
        "evidence": [{"subject": e.subject, "ok": e.ok, "text": e.text} for e in step.evidence],
        "jobs": [job_json(job) for job in step.jobs],
        "seconds": round(step.seconds, 3),
    }


def _change_json(change: Change) -> dict[str, JsonValue]:
    details: list[JsonValue] = [{"path": d.path, "old": d.old, "new": d.new} for d in change.details]
    return {"kind": change.kind.value, "subject": change.subject, "details": details}


def job_json(job: DeployResult) -> dict[str, JsonValue]:
    """A deploy job: how it stands or ended, what it counted, and what the org said without failing it."""
    return {
        "id": job.id,
        "status": job.status_text,
        "done": job.done,
        "success": job.success,
        "checkOnly": job.check_only,
        "url": job.page,
        "componentsDeployed": job.components_deployed,
        "componentsTotal": job.components_total,
        "componentErrors": job.component_errors,
        "testsCompleted": job.tests_completed,
        "testsTotal": job.tests_total,
        "testErrors": job.test_errors,
        "warnings": [{"component": m.full_name, "text": m.problem} for m in job.warnings],
        "coverage": [{"name": c.name, "lines": c.lines, "missed": c.missed} for c in job.coverage],
        "coverageWarnings": [{"name": w.name, "text": w.message} for w in job.coverage_warnings],
        "createdBy": job.created_by,
        "completed": job.completed,
    }


def problem_json(problem: Problem) -> dict[str, JsonValue]:
    where = problem.where
    place: JsonValue = {"file": where.file, "line": where.line, "column": where.column} if where else None
    return {"message": problem.message, "where": place, "mend": problem.mend}
