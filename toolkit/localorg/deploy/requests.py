"""Jobs as clients see them: starting, finding, cancelling, and what a result looks like."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from toolkit.localorg import ids
from toolkit.localorg.deploy.options import DeployOptions
from toolkit.localorg.deploy.worker import CANCELING
from toolkit.localorg.model.org import Org, Work
from toolkit.localorg.refusals import Refusal
from toolkit.localorg.store.jobs import Job, Json
from toolkit.metadata.content import Content

MAX_ZIP = 39 * 1024 * 1024  # over SOAP the envelope limit comes first
QUICK_DEPLOY_DAYS = 10
_DONE = {"Succeeded", "SucceededPartial", "Failed", "Canceled"}
_PREFIX = {"deploy": "0Af", "retrieve": "09S"}
Progress = Callable[[str], tuple[int, int, str]]
"""Components done, components in all, and the state detail of a running job."""


def is_done(status: str) -> bool:
    return status in _DONE


def _add(work: Work, kind: str, request: Mapping[str, Json], payload: Content | None) -> str:
    prefix = _PREFIX[kind]
    number = work.facts.next_number("job")
    job_id = work.facts.next_id(prefix)
    work.jobs.add(Job(job_id, kind, "Pending", number, work.user_id, work.now, request), payload)
    return job_id


def start_deploy(org: Org, user_id: str, archive: Content, options: DeployOptions) -> str:
    """Queue a deploy; the zip is looked at when its turn comes. Production orgs refuse some options at once."""
    if org.is_production:
        options = _for_production(options)
    with org.write(user_id) as work:
        return _add(work, "deploy", options.shown(), archive)


def _for_production(options: DeployOptions) -> DeployOptions:
    """What production takes: no missing files, no package updates, and rollback whether asked for or not."""
    for name, chosen in (
        ("allowMissingFiles", options.allow_missing_files),
        ("autoUpdatePackage", options.auto_update_package),
    ):
        if chosen:
            raise Refusal("INVALID_OPERATION", f"{name} must be false for a deployment to production")
    return replace(options, rollback_on_error=True, purge_on_delete=False)


def start_retrieve(org: Org, user_id: str, request: Mapping[str, Json]) -> str:
    with org.write(user_id) as work:
        return _add(work, "retrieve", request, None)


def start_quick(org: Org, user_id: str, validation_id: str) -> str:
    """Deploy what a validation has checked; Refusal when it cannot be deployed any more."""
    with org.write(user_id) as work:
        job = find(work, validation_id, "deploy")
        _may_be_quick(work, job)
        work.facts.put(f"quick:{job.id}", work.now)
        options = replace(DeployOptions.read(job.request), check_only=False)
        request = {**options.shown(), "validatedDeployRequestId": job.id}
        return _add(work, "deploy", request, work.jobs.payload(job.id))


def _may_be_quick(work: Work, job: Job) -> None:
    """Refuse what the platform refuses: the validation has to be recent, tested, and the last thing that happened.

    Whichever of these is missing, the platform says the same (REST: 404, as its guide tells).
    """
    from datetime import datetime, timedelta

    age = work.org.clock() - datetime.fromisoformat(job.created.replace("Z", "+00:00"))
    fits = (
        DeployOptions.read(job.request).check_only
        and job.status == "Succeeded"
        and age <= timedelta(days=QUICK_DEPLOY_DAYS)
        and job.result is not None
        and job.result.get("runTestsEnabled") is True
        and not work.jobs.deployed_since(job)
    )
    if not fits or work.facts.get(f"quick:{job.id}") is not None:
        message = (
            f"The validation with id {job.id} can't be deployed: it has to be a validation whose tests have passed in "
            f"the last {QUICK_DEPLOY_DAYS} days, with no deployment since"
        )
        raise Refusal("INVALID_ID_FIELD", message, status=404)


def find(work: Work, job_id: str, kind: str | None = None) -> Job:
    """The job of this id; Refusal when there is none."""
    canonical = ids.canonical(job_id)
    job = work.jobs.get(canonical) if canonical else None
    if job is None or (kind is not None and job.kind != kind):
        code, what = ("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id") if canonical else (
            "MALFORMED_ID", f"bad id {job_id[:40]}")  # fmt: skip
        raise Refusal(code, what, status=404)
    return job


def cancel(org: Org, user_id: str, job_id: str, interrupt: Callable[[str, str], bool]) -> bool:
    """Ask for a job to be cancelled; True when it already is.

    interrupt(job id, user id) ends a job that this process runs; any other one finds the wish in the state.
    """
    with org.read(user_id) as work:
        job = find(work, job_id, "deploy")
        if _is_canceled(job):
            return True
    if interrupt(job.id, user_id):
        return False
    with org.write(user_id) as work:
        if _is_canceled(find(work, job_id, "deploy")):
            return True
        work.jobs.set_status(job.id, "Canceling")
        work.facts.put(f"canceled_by:{job.id}", user_id)
    return False


def _is_canceled(job: Job) -> bool:
    """Whether a job is cancelled already; Refusal when it has ended otherwise."""
    if is_done(job.status) and job.status != "Canceled":
        raise Refusal("INVALID_ID_FIELD", f"Deployment already completed: {job.id}")
    return job.status == "Canceled"


def deploy_result(work: Work, job: Job, *, details: bool, progress: Progress) -> dict[str, Json]:
    """DeployResult in WSDL order; without details it has an empty object there."""
    result = dict(job.result) if job.result is not None else _running(work, job, progress)
    if not details:
        result["details"] = {"componentFailures": [], "componentSuccesses": [], "runTestResult": None}
    return {key: value for key, value in result.items() if value is not None}


def _running(work: Work, job: Job, progress: Progress) -> dict[str, Json]:
    options = DeployOptions.read(job.request)
    done, total, state = progress(job.id)
    status = state if state == CANCELING else job.status
    shown = head(work, job)
    shown |= {
        "checkOnly": options.check_only, "done": False, "ignoreWarnings": options.ignore_warnings,
        "lastModifiedDate": job.created,
        "numberComponentErrors": 0, "numberComponentsDeployed": done, "numberComponentsTotal": total,
        "numberTestErrors": 0,
        "numberTestsCompleted": 0, "numberTestsTotal": 0, "rollbackOnError": options.rollback_on_error,
        "runTestsEnabled": False, "stateDetail": state or None, "status": status, "success": False,
        "details": {"componentFailures": [], "componentSuccesses": [], "runTestResult": None},
    }  # fmt: skip
    return in_order(shown)


_ORDER = (
    "canceledBy", "canceledByName", "checkOnly", "completedDate", "createdBy", "createdByName", "createdDate",
    "details", "done",
    "errorMessage", "errorStatusCode", "id", "ignoreWarnings", "lastModifiedDate", "numberComponentErrors",
    "numberComponentsDeployed", "numberComponentsTotal", "numberTestErrors", "numberTestsCompleted", "numberTestsTotal",
    "rollbackOnError", "runTestsEnabled", "startDate", "stateDetail", "status", "success",
)  # fmt: skip


def head(work: Work, job: Job) -> dict[str, Json]:
    return {
        "id": job.id, "createdBy": job.user_id, "createdByName": work.user_name(job.user_id),
        "createdDate": job.created,
    }  # fmt: skip


def in_order(result: Mapping[str, Json]) -> dict[str, Json]:
    """The members of a DeployResult as the WSDL lists them; absent ones stay absent."""
    return {name: result[name] for name in _ORDER if name in result}


def retrieve_result(job: Job) -> dict[str, Json]:
    """RetrieveResult in WSDL order, without the zip."""
    if job.result is not None:
        return dict(job.result)
    return {"done": False, "id": job.id, "status": job.status, "success": False}
