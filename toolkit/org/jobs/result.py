"""A deploy job as the org tells it. Source: Metadata API Developer Guide, DeployResult; Apex Metadata.DeployStatus."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from toolkit.errors import DeployError
from toolkit.org.values import Json, as_count, as_flag, as_list, as_map, as_text


class Status(StrEnum):
    """Where a job is; UNKNOWN stands for a word that this version does not know, and is never a success."""

    PENDING = "Pending"
    IN_PROGRESS = "InProgress"
    FINALIZING = "FinalizingDeploy"
    """Being committed: from API version 65.0 on such a job can no longer be canceled."""
    FINALIZING_FAILED = "FinalizingDeployFailed"
    SUCCEEDED = "Succeeded"
    SUCCEEDED_PARTIAL = "SucceededPartial"
    FAILED = "Failed"
    CANCELING = "Canceling"
    CANCELED = "Canceled"
    UNKNOWN = "Unknown"


@dataclass(frozen=True, slots=True)
class ComponentMessage:
    """What the org says of one component; path is as in the zip, line and column are 0 when not given."""

    type: str
    full_name: str
    path: str
    success: bool
    created: bool = False
    changed: bool = False
    deleted: bool = False
    problem: str | None = None
    problem_type: str | None = None
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class TestFailure:
    __test__ = False

    name: str
    method: str
    message: str
    stack: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class TestSuccess:
    __test__ = False

    name: str
    method: str
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many lines of a class or trigger could have run in the tests, and how many did not."""

    name: str
    lines: int
    missed: int


@dataclass(frozen=True, slots=True)
class CoverageWarning:
    """A shortfall of Apex or flow coverage; name is empty when it is the org's."""

    name: str
    message: str

    def __str__(self) -> str:
        return f"{self.name}: {self.message}" if self.name else self.message


@dataclass(frozen=True, slots=True)
class DeployResult:
    """A job as the org tells it. page is where a person sees it in the org's Setup."""

    id: str
    status: Status
    done: bool
    success: bool
    status_text: str
    page: str = ""
    check_only: bool = False
    error_code: str | None = None
    error_message: str | None = None
    state_detail: str | None = None
    components_total: int = 0
    components_deployed: int = 0
    component_errors: int = 0
    tests_total: int = 0
    tests_completed: int = 0
    test_errors: int = 0
    successes: tuple[ComponentMessage, ...] = ()
    failures: tuple[ComponentMessage, ...] = ()
    test_failures: tuple[TestFailure, ...] = ()
    test_successes: tuple[TestSuccess, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    coverage_warnings: tuple[CoverageWarning, ...] = ()
    canceled_by: str | None = None
    completed: str | None = None
    """When it ended, as the org writes it (2026-07-01T12:00:00.000Z)."""
    created_by: str | None = None

    @property
    def warnings(self) -> tuple[ComponentMessage, ...]:
        """Messages that did not fail and still say something."""
        return tuple(message for message in self.successes if message.problem)

    @property
    def failed(self) -> int:
        """Components and tests that have failed so far."""
        return self.component_errors + self.test_errors


def deploy_result(value: Json) -> DeployResult:
    """The result from `deployResult` of an answer; a status that is new becomes UNKNOWN, with its text kept."""
    data = as_map(value)
    word = as_text(data.get("status")) or ""
    details = as_map(data.get("details"))
    tests = as_map(details.get("runTestResult"))
    warnings = [*as_list(tests.get("codeCoverageWarnings")), *as_list(tests.get("flowCoverageWarnings"))]
    return DeployResult(
        id=as_text(data.get("id")) or "",
        status=Status(word) if word in set(Status) else Status.UNKNOWN,
        done=as_flag(data.get("done")),
        success=as_flag(data.get("success")),
        status_text=word,
        check_only=as_flag(data.get("checkOnly")),
        error_code=as_text(data.get("errorStatusCode")),
        error_message=as_text(data.get("errorMessage")),
        state_detail=as_text(data.get("stateDetail")),
        components_total=as_count(data.get("numberComponentsTotal")),
        components_deployed=as_count(data.get("numberComponentsDeployed")),
        component_errors=as_count(data.get("numberComponentErrors")),
        tests_total=as_count(data.get("numberTestsTotal")),
        tests_completed=as_count(data.get("numberTestsCompleted")),
        test_errors=as_count(data.get("numberTestErrors")),
        successes=tuple(map(_message, as_list(details.get("componentSuccesses")))),
        failures=tuple(map(_message, as_list(details.get("componentFailures")))),
        test_failures=tuple(map(_test_failure, as_list(tests.get("failures")))),
        test_successes=tuple(map(_test_success, as_list(tests.get("successes")))),
        coverage=tuple(map(_coverage, as_list(tests.get("codeCoverage")))),
        coverage_warnings=tuple(map(_coverage_warning, warnings)),
        canceled_by=as_text(data.get("canceledByName")) or as_text(data.get("canceledBy")),
        completed=as_text(data.get("completedDate")),
        created_by=as_text(data.get("createdByName")) or as_text(data.get("createdBy")),
    )


def _message(value: Json) -> ComponentMessage:
    data = as_map(value)
    return ComponentMessage(
        type=as_text(data.get("componentType")) or "",
        full_name=as_text(data.get("fullName")) or "",
        path=as_text(data.get("fileName")) or "",
        success=as_flag(data.get("success")),
        created=as_flag(data.get("created")),
        changed=as_flag(data.get("changed")),
        deleted=as_flag(data.get("deleted")),
        problem=as_text(data.get("problem")),
        problem_type=as_text(data.get("problemType")),
        line=as_count(data.get("lineNumber")),
        column=as_count(data.get("columnNumber")),
    )


def _test_failure(value: Json) -> TestFailure:
    data = as_map(value)
    return TestFailure(
        as_text(data.get("name")) or "",
        as_text(data.get("methodName")) or "",
        as_text(data.get("message")) or "",
        as_text(data.get("stackTrace")) or "",
        _seconds(data.get("time")),
    )


def _test_success(value: Json) -> TestSuccess:
    data = as_map(value)
    return TestSuccess(
        as_text(data.get("name")) or "", as_text(data.get("methodName")) or "", _seconds(data.get("time"))
    )


def _seconds(value: Json) -> float:
    """Times of tests come in milliseconds, as a number or as text."""
    try:
        return max(0.0, float(as_text(value) or 0)) / 1000
    except ValueError:
        return 0.0


def _coverage(value: Json) -> Coverage:
    data = as_map(value)
    return Coverage(
        as_text(data.get("name")) or "",
        as_count(data.get("numLocations")),
        as_count(data.get("numLocationsNotCovered")),
    )


def _coverage_warning(value: Json) -> CoverageWarning:
    data = as_map(value)
    name = as_text(data.get("name")) or as_text(data.get("flowName")) or ""
    return CoverageWarning(name, as_text(data.get("message")) or "")


def checked_id(job: str) -> str:
    """The id itself; DeployError when it cannot be the id of a job."""
    if len(job) not in (15, 18) or not job.isalnum() or not job.isascii():
        raise DeployError.of(f"{job!r} is not the id of a job", mend="an id has 15 or 18 letters and digits")
    return job


def page_of(origin: str, job: str) -> str:
    """The address in an org's Setup that shows a job. Source: what the platform's own CLI prints (deployUrl)."""
    back = quote("/changemgmt/monitorDeployment.apexp", safe="")
    details = quote(f"/changemgmt/monitorDeploymentsDetails.apexp?asyncId={job}&retURL={back}", safe="")
    return f"{origin}/lightning/setup/DeployStatus/page?address={details}"
