"""DeployMessages and DeployResults."""

from __future__ import annotations

from dataclasses import dataclass, field

from toolkit.localorg.deploy.options import DeployOptions
from toolkit.localorg.deploy.requests import head, in_order
from toolkit.localorg.families.base import Fault
from toolkit.localorg.model.org import Work
from toolkit.localorg.store.jobs import Job, Json

NO_ID = "000000000000000AAA"
"""What stands where an id has to be and nothing is meant."""


@dataclass(slots=True)
class Message:
    """One DeployMessage; faults that are warnings do not make it a failure by themselves."""

    type: str
    full_name: str
    file: str
    id: str = ""
    created: bool = False
    changed: bool = False
    deleted: bool = False
    faults: list[Fault] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        return any(not fault.warning for fault in self.faults)

    def shown(self, prefix: str, now: str) -> list[dict[str, Json]]:
        """One entry for each fault, or the one entry of a success (with its warnings)."""
        if not self.faults:
            return [self._entry(prefix, now, None)]
        return [self._entry(prefix, now, fault) for fault in self.faults]

    def _entry(self, prefix: str, now: str, fault: Fault | None) -> dict[str, Json]:
        success = not self.failed
        entry: dict[str, Json] = {
            "changed": self.changed and success,
            "columnNumber": fault.column if fault and fault.line else None,
            "componentType": self.type,
            "created": self.created and success,
            "createdDate": now,
            "deleted": self.deleted and success,
            "fileName": prefix + (fault.file if fault and fault.file else self.file),
            "fullName": self.full_name,
            "id": self.id if success and self.id else None,
            "lineNumber": fault.line if fault and fault.line else None,
            "problem": fault.message if fault else None,
            "problemType": ("Warning" if fault.warning else "Error") if fault else None,
            "success": success,
        }
        return {name: value for name, value in entry.items() if value is not None}


@dataclass(slots=True)
class Verdict:
    """How a deploy ended. error is a request-level failure: (errorStatusCode, errorMessage)."""

    prefix: str = ""
    messages: list[Message] = field(default_factory=list)
    error: tuple[str, str] | None = None
    canceled: bool = False
    test_level: str | None = None
    """The level in force, whether it was asked for or not."""
    coverage_warnings: list[str] = field(default_factory=list)

    @property
    def tested(self) -> bool:
        """Whether the platform would have run tests."""
        return self.test_level not in (None, "NoTestRun")

    def failures(self) -> list[Message]:
        return [message for message in self.messages if message.failed]

    def warnings(self) -> list[Message]:
        return [m for m in self.messages if m.faults and not m.failed]


def status_of(verdict: Verdict, options: DeployOptions) -> str:
    """The DeployStatus that this verdict leads to."""
    if verdict.canceled:
        return "Canceled"
    if verdict.error:
        return "Failed"
    failed = bool(verdict.failures()) or (bool(verdict.warnings()) and not options.ignore_warnings)
    if not failed:
        return "Succeeded"
    something = any(not m.failed and m.type for m in verdict.messages)
    if options.rollback_on_error or not something or not verdict.failures():
        return "Failed"
    return "SucceededPartial"


def tests(verdict: Verdict) -> dict[str, Json]:
    """runTestResult: no test has been run; a warning says so when some were asked for."""
    warnings: list[Json] = [
        {"id": NO_ID, "message": message, "name": "", "namespace": ""} for message in verdict.coverage_warnings
    ]
    return {"codeCoverageWarnings": warnings, "numFailures": 0, "numTestsRun": 0, "totalTime": 0.0} if warnings else {
        "numFailures": 0, "numTestsRun": 0, "totalTime": 0.0}  # fmt: skip


def result(work: Work, job: Job, verdict: Verdict, started: str) -> tuple[str, dict[str, Json]]:
    """The final status and the whole DeployResult."""
    options = DeployOptions.read(job.request)
    status = status_of(verdict, options)
    failed, good = verdict.failures(), [m for m in verdict.messages if not m.failed]
    failures: list[Json] = [entry for m in failed for entry in m.shown(verdict.prefix, work.now)]
    successes: list[Json] = [entry for m in good for entry in m.shown(verdict.prefix, work.now)]
    counted = [m for m in verdict.messages if m.type]
    errors = [m for m in verdict.messages if m.failed]
    shown = head(work, job)
    shown |= {
        "checkOnly": options.check_only, "completedDate": work.now, "done": True,
        "details": {"componentFailures": failures, "componentSuccesses": successes, "runTestResult": tests(verdict)},
        "errorMessage": verdict.error[1] if verdict.error else None,
        "errorStatusCode": verdict.error[0] if verdict.error else None,
        "ignoreWarnings": options.ignore_warnings, "lastModifiedDate": work.now, "numberComponentErrors": len(errors),
        "numberComponentsDeployed": sum(not m.failed for m in counted),
        "numberComponentsTotal": len(counted) or len(errors),
        "numberTestErrors": 0, "numberTestsCompleted": 0, "numberTestsTotal": 0,
        "rollbackOnError": options.rollback_on_error,
        "runTestsEnabled": verdict.tested, "startDate": started, "status": status,
        "success": status == "Succeeded",
    }  # fmt: skip
    if verdict.canceled:
        by = work.facts.get(f"canceled_by:{job.id}") or job.user_id
        shown |= {"canceledBy": by, "canceledByName": work.user_name(by)}
    return status, in_order({key: value for key, value in shown.items() if value is not None})


def cancel(work: Work, job: Job) -> None:
    """End a job that was cancelled before its turn."""
    status, shown = result(work, job, Verdict(canceled=True), work.now)
    work.jobs.finish(job.id, status, shown)


def broken(work: Work, job: Job) -> None:
    """End a job that a fault of the local org has broken off."""
    message = "UNKNOWN_EXCEPTION: An unexpected error occurred. It is a fault of the local org; its log tells more."
    if job.kind == "retrieve":
        work.jobs.finish(job.id, "Failed", {
            "done": True, "errorMessage": message, "errorStatusCode": "UNKNOWN_EXCEPTION", "id": job.id,
            "status": "Failed",
            "success": False,
        })  # fmt: skip
        return
    verdict = Verdict(error=("UNKNOWN_EXCEPTION", message))
    status, shown = result(work, job, verdict, work.now)
    work.jobs.finish(job.id, status, shown)
