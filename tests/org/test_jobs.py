"""Deploy jobs: what is sent, what is read, and how often one looks."""

from __future__ import annotations

import json
import threading
import tracemalloc
from collections.abc import Callable
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from toolkit.errors import AuthError, DeployError, RequestError, StillRunningError
from toolkit.org.http import Http
from toolkit.org.jobs import (
    DeployJobs,
    DeployOptions,
    DeployResult,
    Looks,
    Status,
    TestLevel,
    deploy_result,
    follow,
    pause,
)
from toolkit.org.redact import Redactor

JOB = "0Af000000000001AAA"


def parts(asked) -> dict[str, tuple[str, bytes]]:
    head = f"Content-Type: {asked.headers['Content-Type']}\r\n\r\n".encode()
    message = BytesParser().parsebytes(head + asked.body)
    found = {}
    for part in message.get_payload():
        name = part.get_param("name", header="content-disposition")
        found[name] = (part.get_content_type(), part.get_payload(decode=True))
    return found


@pytest.mark.parametrize("as_file", [False, True])
def test_a_zip_goes_out_as_multipart_with_its_options(scripted, tmp_path: Path, as_file: bool) -> None:
    scripted.json({"id": JOB}, status=201)
    content = bytes(range(256)) * 500
    package: bytes | Path = content
    if as_file:
        package = tmp_path / "p.zip"
        package.write_bytes(content)
    options = DeployOptions(check_only=True, test_level=TestLevel.RUN_SPECIFIED_TESTS, run_tests=("ATest", "BTest"))
    assert DeployJobs(scripted.http(), "62.0").start(package, options) == JOB
    (asked,) = scripted.asked
    assert (asked.method, asked.path) == ("POST", "/services/data/v62.0/metadata/deployRequest")
    assert asked.headers["Authorization"].startswith("Bearer 00D")
    assert int(asked.headers["Content-Length"]) == len(asked.body)
    found = parts(asked)
    assert found["file"] == ("application/zip", content)
    kind, body = found["entity_content"]
    assert kind == "application/json"
    assert json.loads(body) == {
        "deployOptions": {
            "allowMissingFiles": False,
            "autoUpdatePackage": False,
            "checkOnly": True,
            "ignoreWarnings": False,
            "performRetrieve": False,
            "purgeOnDelete": False,
            "rollbackOnError": True,
            "singlePackage": True,
            "testLevel": "RunSpecifiedTests",
            "runTests": ["ATest", "BTest"],
        }
    }


def test_a_start_without_a_job_in_its_answer_is_an_error_and_is_not_sent_again(scripted) -> None:
    scripted.json({})
    with pytest.raises(RequestError, match="names no job"):
        DeployJobs(scripted.http(), "62.0").start(b"zip", DeployOptions())
    assert len(scripted.asked) == 1


def test_a_result_is_read_whatever_its_shape() -> None:
    result = deploy_result(
        {
            "id": JOB,
            "status": "Failed",
            "done": "true",
            "success": "false",
            "numberComponentsTotal": "4",
            "numberComponentErrors": 1,
            "details": {
                "componentFailures": {
                    "componentType": "ApexClass",
                    "fullName": "X",
                    "fileName": "classes/X.cls",
                    "problem": "Variable does not exist: a",
                    "problemType": "Error",
                    "success": "false",
                    "lineNumber": "3",
                    "columnNumber": 7,
                },
                "componentSuccesses": None,
                "runTestResult": {
                    "failures": {"name": "T", "methodName": "m", "message": "no", "stackTrace": "Class.T.m: line 1"},
                    "codeCoverageWarnings": [{"name": "X", "message": "60 %"}, {"name": None, "message": "org"}],
                },
            },
        }
    )
    assert result.status is Status.FAILED
    assert (result.done, result.success, result.components_total) == (True, False, 4)
    (failure,) = result.failures
    assert (failure.line, failure.column, failure.success) == (3, 7, False)
    assert result.test_failures[0].method == "m"
    assert [str(warning) for warning in result.coverage_warnings] == ["X: 60 %", "org"]


def test_a_status_of_a_later_release_is_kept_by_name_and_is_no_success() -> None:
    result = deploy_result({"status": "SucceededMostly", "done": True, "success": True})
    assert (result.status, result.status_text) == (Status.UNKNOWN, "SucceededMostly")


@pytest.mark.parametrize(
    ("elapsed", "expected"),
    [(0.0, 0.05), (0.5, 0.15), (2.0, 0.45), (5.0, 0.5), (60.0, 3.0), (200.0, 10.0), (9000.0, 10.0)],
)
def test_the_pause_grows_quickly_and_then_with_the_time_so_far(elapsed: float, expected: float) -> None:
    assert pause(elapsed) == pytest.approx(expected)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def running(*, done: bool) -> DeployResult:
    return deploy_result({"id": JOB, "status": "Succeeded" if done else "InProgress", "done": done, "success": done})


def looks(look: Callable[[], DeployResult]) -> Looks:
    return Looks(lambda _: look(), lambda _: look())


@pytest.mark.parametrize("length", [0.0, 0.2, 3.0, 40.0, 1000.0])
def test_a_job_is_seen_to_be_done_soon_after_it_is(length: float) -> None:
    clock = Clock()
    begin = clock.now

    def look() -> DeployResult:
        return running(done=clock.now - begin >= length)

    seen: list[DeployResult] = []
    result = follow(looks(look), job=JOB, wait=3600, seen=seen.append, clock=clock, sleep=clock.sleep)
    assert result.done
    late = clock.now - begin - length
    assert late <= min(10.0, max(1.0, 0.05 * (clock.now - begin)))
    assert len(seen) <= 220


def test_the_deadline_is_kept_and_names_the_job() -> None:
    clock = Clock()
    begin = clock.now
    with pytest.raises(StillRunningError) as caught:
        follow(
            looks(lambda: running(done=False)),
            job=JOB,
            wait=30,
            seen=None,
            clock=clock,
            sleep=clock.sleep,
        )
    assert clock.now - begin == pytest.approx(30)
    assert caught.value.exit_code == 69
    assert f"deployment {JOB} is still running after 30 s (InProgress, 0 of 0 components)" in str(caught.value)


def test_looks_ask_for_details_at_first_and_at_the_end(scripted) -> None:
    for status, done in (("Pending", False), ("InProgress", False), ("Succeeded", True), ("Succeeded", True)):
        scripted.json({"deployResult": {"status": status, "done": done, "success": done}})
    result = DeployJobs(scripted.http(), "62.0").follow(JOB, wait=10)
    assert result.id == JOB
    assert [asked.path.partition("?")[2] for asked in scripted.asked] == [
        "includeDetails=true",
        *["includeDetails=false"] * 2,
        "includeDetails=true",
    ]


def test_a_job_that_is_done_at_once_takes_one_look(scripted) -> None:
    scripted.json({"deployResult": {"status": "Succeeded", "done": True, "success": True}})
    assert DeployJobs(scripted.http(), "62.0").follow(JOB, wait=10).done
    assert len(scripted.asked) == 1


def test_an_id_that_is_none_never_reaches_the_org(scripted) -> None:
    with pytest.raises(DeployError, match="is not the id of a job"):
        DeployJobs(scripted.http(), "62.0").status("../../query")
    assert scripted.asked == []


def test_an_expired_session_while_looking_is_an_auth_error(scripted) -> None:
    scripted.json([{"errorCode": "INVALID_SESSION_ID", "message": "Session expired or invalid"}], status=401)
    with pytest.raises(AuthError) as caught:
        DeployJobs(scripted.http(), "62.0").status(JOB)
    assert str(caught.value) == (
        f"read the deployment {JOB}: INVALID_SESSION_ID: Session expired or invalid "
        "(sign in again: the session has expired, or its token has a format that SOAP does not take)"
    )


def test_cancel_asks_for_canceling(scripted) -> None:
    scripted.json({"deployResult": {"status": "Canceling", "done": False}})
    DeployJobs(scripted.http(), "62.0").cancel(JOB)
    (asked,) = scripted.asked
    assert (asked.method, json.loads(asked.body)) == ("PATCH", {"deployResult": {"status": "Canceling"}})


class Sink(BaseHTTPRequestHandler):
    """Takes whatever is sent, keeps nothing but its length, and names a job."""

    got: ClassVar[list[int]] = []

    def do_POST(self) -> None:
        left = int(self.headers["Content-Length"])
        self.got.append(left)
        buffer = memoryview(bytearray(65_536))
        while left:
            left -= self.rfile.readinto(buffer[: min(left, 65_536)])
        self.send_response(201)
        self.send_header("Content-Length", "27")
        self.end_headers()
        self.wfile.write(b'{"id":"0Af000000000001AAA"}')

    def log_message(self, *args: object) -> None:
        """Nothing is printed."""


def test_a_zip_of_300_megabytes_needs_no_memory_of_its_size(tmp_path: Path) -> None:
    size = 300_000_000
    package = tmp_path / "large.zip"
    with package.open("wb") as stream:
        stream.truncate(size)
    server = HTTPServer(("127.0.0.1", 0), Sink)
    thread = threading.Thread(target=server.handle_request, daemon=True)
    thread.start()
    http = Http(f"http://127.0.0.1:{server.server_address[1]}", "00D000000000001!AQ.t", redact=Redactor())
    tracemalloc.start()
    try:
        assert DeployJobs(http, "62.0").start(package, DeployOptions()) == JOB
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        thread.join()
        server.server_close()
    assert Sink.got[0] > size
    assert peak < 5_000_000
