"""One job, from the queue to its result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.localorg.deploy import engine, results
from toolkit.localorg.model.org import Org
from toolkit.localorg.retrieve import job as retrieving
from toolkit.localorg.store.jobs import Job

if TYPE_CHECKING:
    from toolkit.localorg.deploy.worker import Worker


def run(org: Org, job: Job, worker: Worker) -> None:
    """Do the job and leave its result with it."""
    if job.kind == "retrieve":
        with org.write(job.user_id) as work:
            work.jobs.set_status(job.id, "InProgress")
        if worker.rest(job.id, org.faults.job_seconds("retrieve")):
            retrieving.run(org, job)
        return
    if not _begin(org, job) or not worker.rest(job.id, org.faults.job_seconds("deploy")):
        return
    engine.run(org, job, worker)


def _begin(org: Org, job: Job) -> bool:
    """Mark a deploy as running; False when it had been cancelled before its turn."""
    with org.write(job.user_id) as work:
        if work.jobs.status(job.id) == "Canceling":
            results.cancel(work, job)
            return False
        work.jobs.set_status(job.id, "InProgress")
    return True


def break_off(org: Org, job: Job) -> None:
    """End a job that failed by a fault of the local org, so that nobody waits for it."""
    with org.write(job.user_id) as work:
        results.broken(work, job)
