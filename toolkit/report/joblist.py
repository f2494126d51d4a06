"""The jobs of an org: a table for people, a document for machines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO

from toolkit.release.joblist import Listed
from toolkit.report.tables import table


def print_jobs(jobs: Sequence[Listed], out: IO[str]) -> None:
    if not jobs:
        out.write("The org lists no deployment.\n")
        return
    rows = [
        (
            job.id,
            job.created.partition(".")[0],
            "validation" if job.check_only else "deployment",
            job.status,
            "here" if job.here else "",
            f"{job.deployed}/{job.total} components" + (f", {job.errors} errors" if job.errors else ""),
        )
        for job in jobs
    ]
    table(("Job", "Created (UTC)", "Kind", "Status", "Here", "What"), rows, out)


def document(url: str, jobs: Sequence[Listed]) -> dict[str, object]:
    """For --json; moments are as the org writes them."""
    rows = [
        {
            "id": job.id,
            "status": job.status,
            "checkOnly": job.check_only,
            "created": job.created,
            "completed": job.completed,
            "createdById": job.created_by,
            "componentsDeployed": job.deployed,
            "componentsTotal": job.total,
            "errors": job.errors,
            "message": job.message,
            "startedHere": job.here,
        }
        for job in jobs
    ]
    return {"status": "ok", "org": url, "jobs": rows}
