"""Deploy jobs over the REST resource deployRequest: start, status, cancel, and following one to its end.

Source of the wire: Metadata API Developer Guide, "Deploying and Retrieving Metadata with REST".
"""

from __future__ import annotations

import io
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from toolkit.errors import (
    AuthError,
    DeployError,
    OrgError,
    Problem,
    RefusedError,
    RequestError,
    StillRunningError,
    UnreachableError,
)
from toolkit.org.http import Http
from toolkit.org.values import Json, as_count, as_flag, as_list, as_map, as_text

POLL_FIRST = 0.05
POLL_GROWTH = 0.2
POLL_QUICK = 0.5
POLL_LONGEST = 10.0
POLL_SHARE = 0.05
"""The wait between two looks: it grows to half a second within three, and from ten seconds on it is 5 % of the time
so far, never over 10 s. So the end is seen within one second or 5 % of the time that the job took."""

PATIENCE = 600.0
"""Seconds without an answer of the org after which following a job is given up."""


class TestLevel(StrEnum):
    __test__ = False

    NO_TEST_RUN = "NoTestRun"
    RUN_SPECIFIED_TESTS = "RunSpecifiedTests"
    RUN_LOCAL_TESTS = "RunLocalTests"
    RUN_ALL_TESTS_IN_ORG = "RunAllTestsInOrg"
    RUN_RELEVANT_TESTS = "RunRelevantTests"


class Status(StrEnum):
    """Where a job is; UNKNOWN stands for a word that this version does not know, and is never a success."""

    PENDING = "Pending"
    IN_PROGRESS = "InProgress"
    SUCCEEDED = "Succeeded"
    SUCCEEDED_PARTIAL = "SucceededPartial"
    FAILED = "Failed"
    CANCELING = "Canceling"
    CANCELED = "Canceled"
    UNKNOWN = "Unknown"


@dataclass(frozen=True, slots=True)
class DeployOptions:
    """What a deploy job is told; the defaults are what production accepts."""

    check_only: bool = False
    rollback_on_error: bool = True
    ignore_warnings: bool = False
    purge_on_delete: bool = False
    single_package: bool = True
    test_level: TestLevel | None = None
    run_tests: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Json]:
        options: dict[str, Json] = {
            "allowMissingFiles": False,
            "autoUpdatePackage": False,
            "checkOnly": self.check_only,
            "ignoreWarnings": self.ignore_warnings,
            "performRetrieve": False,
            "purgeOnDelete": self.purge_on_delete,
            "rollbackOnError": self.rollback_on_error,
            "singlePackage": self.single_package,
        }
        if self.test_level is not None:
            options["testLevel"] = self.test_level.value
        if self.run_tests:
            options["runTests"] = list(self.run_tests)
        return options


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


@dataclass(frozen=True, slots=True)
class DeployResult:
    """A job as the org tells it."""

    id: str
    status: Status
    done: bool
    success: bool
    status_text: str
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
    coverage_warnings: tuple[str, ...] = ()
    canceled_by: str | None = None
    completed: str | None = None
    """When it ended, as the org writes it (2026-07-01T12:00:00.000Z)."""
    created_by: str | None = None

    @property
    def warnings(self) -> tuple[ComponentMessage, ...]:
        """Messages that did not fail and still say something."""
        return tuple(message for message in self.successes if message.problem)


def deploy_result(value: Json) -> DeployResult:
    """The result from `deployResult` of an answer; a status that is new becomes UNKNOWN, with its text kept."""
    data = as_map(value)
    word = as_text(data.get("status")) or ""
    details = as_map(data.get("details"))
    tests = as_map(details.get("runTestResult"))
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
        coverage_warnings=tuple(map(_coverage, as_list(tests.get("codeCoverageWarnings")))),
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
    )


def _coverage(value: Json) -> str:
    data = as_map(value)
    name = as_text(data.get("name"))
    message = as_text(data.get("message")) or ""
    return f"{name}: {message}" if name else message


@dataclass(slots=True)
class _Multipart:
    """multipart/form-data of the options and a zip, read piece by piece so that the zip is never copied."""

    head: bytes
    zip: BinaryIO
    zip_size: int
    tail: bytes
    _at: int = field(default=0, init=False)

    def __len__(self) -> int:
        return len(self.head) + self.zip_size + len(self.tail)

    def read(self, size: int = -1) -> bytes:
        if size < 0:
            size = len(self)
        end_of_zip = len(self.head) + self.zip_size
        if self._at < len(self.head):
            piece = self.head[self._at : self._at + size]
        elif self._at < end_of_zip:
            piece = self.zip.read(min(size, end_of_zip - self._at))
            if not piece:
                raise OSError("the zip became shorter while it was sent")
        else:
            piece = self.tail[self._at - end_of_zip :][:size]
        self._at += len(piece)
        return piece

    def rewind(self) -> None:
        self._at = 0
        self.zip.seek(0)


def _multipart(options: DeployOptions, file: BinaryIO, size: int) -> tuple[str, _Multipart]:
    boundary = secrets.token_hex(16)
    body = json.dumps({"deployOptions": options.as_json()})
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="entity_content"\r\n'
        f"Content-Type: application/json; charset=UTF-8\r\n\r\n{body}\r\n"
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="deploy.zip"\r\n'
        f"Content-Type: application/zip\r\n\r\n"
    ).encode()
    return boundary, _Multipart(head, file, size, f"\r\n--{boundary}--\r\n".encode())


class DeployJobs:
    """The deployRequest resource of one org at one API version."""

    def __init__(self, http: Http, api_version: str) -> None:
        self._http = http
        self._path = f"/services/data/v{api_version}/metadata/deployRequest"

    def start(self, package: bytes | Path, options: DeployOptions) -> str:
        """Send a zip, streamed when it is a file, and return the job's id. Never sent twice by itself."""
        if isinstance(package, Path):
            with package.open("rb") as file:
                return self._start(file, package.stat().st_size, options)
        return self._start(io.BytesIO(package), len(package), options)

    def _start(self, file: BinaryIO, size: int, options: DeployOptions) -> str:
        doing = "start the deployment"
        boundary, body = _multipart(options, file, size)
        answer = self._http.call(
            "POST",
            self._path,
            doing=doing,
            body=body,
            headers={"Content-Type": f"multipart/form-data; boundary={boundary}"},
        )
        return _job_in(answer.json(doing), doing)

    def quick(self, validated: str) -> str:
        """Deploy what a check-only job has validated, without its tests, and return the new job's id. Never sent
        twice by itself."""
        doing = f"quick-deploy {validated}"
        payload: Json = {"validatedDeployRequestId": checked_id(validated)}
        return _job_in(self._http.call("POST", self._path, doing=doing, payload=payload).json(doing), doing)

    def status(self, job: str, *, details: bool = True) -> DeployResult:
        doing = f"read the deployment {job}"
        answer = self._http.call(
            "GET", f"{self._path}/{checked_id(job)}?includeDetails={'true' if details else 'false'}", doing=doing
        )
        data = as_map(as_map(answer.json(doing)).get("deployResult"))
        if not data:
            raise RequestError.of(f"{doing}: the answer holds no result", mend="run it again")
        return deploy_result({"id": job, **data})

    def cancel(self, job: str) -> DeployResult:
        """Ask for the end of a job. The org ends it in its own time: follow it to see how it ended."""
        doing = f"cancel the deployment {job}"
        payload: Json = {"deployResult": {"status": "Canceling"}}
        answer = self._http.call("PATCH", f"{self._path}/{checked_id(job)}", doing=doing, payload=payload)
        return deploy_result({"id": job, **as_map(as_map(answer.json(doing)).get("deployResult"))})

    def follow(
        self,
        job: str,
        *,
        wait: float,
        seen: Callable[[DeployResult], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> DeployResult:
        """Look at a job until it is done, at most `wait` seconds, and return it with its details.

        seen is told of every look. StillRunningError names the job when the time is over.
        """
        return follow(
            lambda: self.status(job, details=False),
            lambda: self.status(job),
            job=job,
            wait=wait,
            seen=seen,
            clock=clock,
            sleep=sleep,
        )


def follow(
    look: Callable[[], DeployResult],
    look_closely: Callable[[], DeployResult],
    *,
    job: str,
    wait: float,
    seen: Callable[[DeployResult], None] | None,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> DeployResult:
    """The loop of DeployJobs.follow, over any way to look.

    Faults on the way to the org end nothing: the job goes on there. After PATIENCE seconds without an answer, or at
    the deadline, StillRunningError names the job.
    """
    started = answered = clock()
    result: DeployResult | None = None
    while True:
        fault: OrgError | None = None
        try:
            result = look()
            if seen is not None:
                seen(result)
            if result.done:
                return look_closely()
            answered = clock()
        except AuthError as error:
            raise _still_running(job, result, "cannot be followed: nobody is signed in", error) from None
        except (UnreachableError, RefusedError) as error:
            if isinstance(error, RefusedError) and error.status < 500 and error.status not in (420, 429):
                raise
            fault = error
        elapsed = clock() - started
        if elapsed >= wait:
            raise _still_running(job, result, f"is still running after {wait:g} s", fault)
        if clock() - answered >= PATIENCE:
            raise _still_running(job, result, f"cannot be followed: no answer for {PATIENCE:g} s", fault)
        sleep(min(pause(elapsed), max(wait - elapsed, 0.0)))


def _still_running(job: str, result: DeployResult | None, what: str, fault: OrgError | None) -> StillRunningError:
    state = "no status"
    if result is not None:
        state = (
            f"{result.status_text or 'no status'}, {result.components_deployed} of {result.components_total} components"
        )
    return StillRunningError(
        *(fault.problems if fault is not None else ()),
        Problem(
            f"deployment {job} {what} ({state})",
            mend=f"it goes on in the org: `sfmeta job resume {job} --org NAME` follows it, `sfmeta job cancel` ends it",
        ),
    )


def pause(elapsed: float) -> float:
    """Seconds until the next look at a job that has been running for this long."""
    quick = min(POLL_QUICK, POLL_FIRST + POLL_GROWTH * elapsed)
    return min(POLL_LONGEST, max(quick, POLL_SHARE * elapsed))


def _job_in(answer: Json, doing: str) -> str:
    """The id of the job that an answer names."""
    job = as_text(as_map(answer).get("id"))
    if not job:
        raise RequestError.of(f"{doing}: the answer names no job", mend="look at Deployment Status in the org")
    return job


def checked_id(job: str) -> str:
    """The id itself; DeployError when it cannot be the id of a job."""
    if len(job) not in (15, 18) or not job.isalnum() or not job.isascii():
        raise DeployError.of(f"{job!r} is not the id of a job", mend="an id has 15 or 18 letters and digits")
    return job
