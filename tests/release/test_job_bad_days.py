"""A release on bad days: every fault at every request through a proxy; done once, or a clear error and a job to resume.

The proxy stands between us and the local org. It also answers the Tooling query for DeployRequest, from the jobs that
it saw the org start, because the local org does not list them.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from toolkit.errors import AuthError, DeployError, OrgError, ReleaseError, StillRunningError
from toolkit.localorg.embedded import EmbeddedOrg
from toolkit.metadata.component import Bundle, Component, ComponentFile
from toolkit.org.org import Org, connect
from toolkit.org.retries import NONE
from toolkit.org.signin import AccessToken
from toolkit.release import run
from toolkit.release.journal.entry import Content, content_of
from toolkit.release.journal.file import Journal
from toolkit.release.run import ReleaseReport
from toolkit.release.steps import component_steps

NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
META = f"<ApexClass {NS}><apiVersion>62.0</apiVersion><status>Active</status></ApexClass>".encode()
BODY = b"public with sharing class Once {\n}\n"
BUNDLE = Bundle.of(
    [
        Component(
            "ApexClass",
            "Once",
            (ComponentFile("classes/Once.cls", BODY), ComponentFile("classes/Once.cls-meta.xml", META)),
        )
    ],
    api_version="62.0",
)

EXPIRED = json.dumps([{"errorCode": "INVALID_SESSION_ID", "message": "expired"}]).encode()
FAULTS = {
    "cut before": None,
    "cut after": None,
    "half an answer": None,
    "500 html": b"HTTP/1.1 500 X\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>",
    "503": b"HTTP/1.1 503 X\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n",
    "401": b"HTTP/1.1 401 X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(EXPIRED) + EXPIRED,
}


@dataclass
class Proxy:
    """Passes requests on to `port`, and does `fault` to the request of number `at` (once, or to the end)."""

    port: int
    url: str = ""
    at: int = -1
    fault: str = ""
    stays: bool = False
    seen: list[str] = field(default_factory=list)
    jobs: list[tuple[str, bool]] = field(default_factory=list)
    lists: bool = True

    def is_hit(self, number: int) -> bool:
        return self.at >= 0 and (number == self.at or (self.stays and number > self.at))

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        number = len(self.seen)
        self.seen.append(f"{handler.command} {handler.path.partition('?')[0]}")
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        if "DeployRequest" in handler.path and "tooling" in handler.path and self.lists:
            rows = [{"attributes": {}, "Id": job, "CheckOnly": check} for job, check in self.jobs]
            self.send(handler, 200, "application/json", json.dumps({"done": True, "records": rows}).encode())
            return
        hit = self.is_hit(number)
        canned = FAULTS[self.fault] if hit else None
        if canned is not None:
            handler.wfile.write(canned)
            handler.close_connection = True
            return
        if hit and self.fault == "cut before":
            self.cut(handler)
            return
        status, kind, content = self.pass_on(handler, body)
        if hit and self.fault == "cut after":
            self.cut(handler)
            return
        if hit:  # half an answer
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n{")
            self.cut(handler)
            return
        self.send(handler, status, kind, content)

    def pass_on(self, handler: BaseHTTPRequestHandler, body: bytes) -> tuple[int, str, bytes]:
        upstream = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {k: v for k, v in handler.headers.items() if k.lower() not in ("host", "connection")}
        headers["Accept-Encoding"] = "identity"
        upstream.request(handler.command, handler.path, body=body or None, headers=headers)
        answered = upstream.getresponse()
        content = answered.read()
        upstream.close()
        if handler.command == "POST" and handler.path.endswith("/deployRequest") and answered.status == 201:
            options = json.loads(content).get("deployOptions") or {}
            self.jobs.append((json.loads(content)["id"], bool(options.get("checkOnly"))))
        return answered.status, answered.getheader("Content-Type") or "", content

    def send(self, handler: BaseHTTPRequestHandler, status: int, kind: str, content: bytes) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    def cut(self, handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True
        handler.wfile.flush()
        handler.connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def proxied(local: EmbeddedOrg) -> Iterator[Proxy]:
    proxy = Proxy(int(local.url.rpartition(":")[2]))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            proxy.answer(self)

        do_GET = do_POST = do_PATCH = do_DELETE = handle_any  # noqa: N815

        def log_message(self, *args: object) -> None:
            """Nothing is printed."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *args: object) -> None:
            """A client that went away is part of the test."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    proxy.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Bench:
    """A local org behind the proxy, and releases of one class through it."""

    local: EmbeddedOrg
    proxy: Proxy
    journal: Journal
    context: Callable[..., object]

    def org(self) -> Org:
        org = connect(AccessToken(self.proxy.url, self.local.access_token), api_version="62.0")
        org._http.session.retries = replace(org._http.session.retries, first=0.01)
        return org

    def release(self, bundle: Bundle = BUNDLE, *, org: Org | None = None, **more: object) -> ReleaseReport:
        ctx = self.context(org or self.org(), bundle, journal=self.journal, whole=True, **more)
        return run.apply(ctx, run.plan(ctx, component_steps()))  # type: ignore[arg-type]

    def jobs(self) -> int:
        return len(self.proxy.jobs)


@pytest.fixture
def bench(first_day: Path, tmp_path: Path, new_org, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setattr("toolkit.release.journal.settle.LOOKS", (0.0,))
    against = type(new_org)

    def context(org: Org, bundle: Bundle, **more: object) -> object:
        return against(org).context(bundle, None, **more)

    state = Path(shutil.copytree(first_day, tmp_path / "behind"))
    with EmbeddedOrg(state) as local, proxied(local) as proxy:
        yield Bench(local, proxy, Journal(tmp_path / "journal"), context)


def test_a_release_without_faults_is_journalled_from_start_to_end(bench: Bench) -> None:
    assert bench.release().error is None
    (entry,) = bench.journal.entries()
    assert (entry.ended, entry.content, entry.check_only) == ("Succeeded", content_of(BUNDLE), False)
    assert entry.job == bench.proxy.jobs[0][0]
    assert bench.journal.path.stat().st_mode & 0o777 == 0o600
    assert bench.local.access_token.encode() not in bench.journal.path.read_bytes()


def test_every_fault_at_every_request_is_done_once_or_can_be_resumed(bench: Bench) -> None:
    """One org, one class a case: whatever happens in the first run, a second run without faults ends with one job."""
    assert bench.release(named("Warm")).error is None
    begin = len(bench.proxy.seen)
    assert bench.release(named("Clean")).error is None
    length = len(bench.proxy.seen) - begin
    assert length >= 5
    outcomes: Counter[tuple[str, str, str]] = Counter()
    whole = bool(os.environ.get("WRITE_RELIABILITY"))
    cases = [(row, fault, number) for row, fault in enumerate(FAULTS) for number in range(length)]
    for row, fault, number in cases:
        if whole or (row + number) % 3 == 0:  # a third of the matrix in every run of the tests, all of it for the page
            bundle = named(f"{''.join(filter(str.isalnum, fault)).title()}{number}X")
            before = bench.jobs()
            hit_at = len(bench.proxy.seen) + number
            bench.proxy.at, bench.proxy.fault = hit_at, fault
            error: Exception | None = None
            try:
                error = bench.release(bundle).error
            except (OrgError, ReleaseError) as caught:
                error = caught
            bench.proxy.at = -1
            begin_of_second = len(bench.proxy.seen)
            assert bench.jobs() - before <= 1, f"{fault} at request {number} started two jobs"
            if error is not None:
                assert str(error), f"{fault} at request {number}"
                second = bench.release(bundle)
                assert second.error is None, f"{fault} at request {number}: {second.error}"
            assert bench.jobs() - before == 1, f"{fault} at request {number}: {bench.jobs() - before} jobs"
            if hit_at < begin_of_second:  # the number of looks at a job varies from run to run
                outcomes[kind_of(bench.proxy.seen[hit_at]), fault, "one run" if error is None else "next run"] += 1
    assert outcomes.total() > 0.6 * len(cases) * (1 if whole else 1 / 3)
    assert sum(count for (_, _, ended), count in outcomes.items() if ended == "one run") > outcomes.total() / 2
    if whole:
        write_page(outcomes)


def kind_of(request: str) -> str:
    """A request without ids and versions."""
    return re.sub(r"/0Af\w+", "/{id}", re.sub(r"/v?\d+\.\d", "/{version}", request))


def write_page(outcomes: Counter[tuple[str, str, str]]) -> None:
    """The matrix into docs/reliability.md, between its marks."""
    path = Path(__file__).parents[2] / "docs" / "reliability.md"
    head, _, rest = path.read_text(encoding="utf-8").partition("<!-- matrix: generated, begin -->\n")
    tail = rest.partition("<!-- matrix: generated, end -->\n")[2]
    lines = [
        f"{outcomes.total()} cases: {len(FAULTS)} faults at every request of a release. In every one there was exactly "
        "one job in the org at the end.",
        "",
        f"| request | {' | '.join(FAULTS)} |",
        f"|---{'|---' * len(FAULTS)}|",
    ]
    for request in sorted({key[0] for key in outcomes}):
        cells = [
            " or ".join(ended for ended in ("one run", "next run") if outcomes[request, fault, ended]) or "not hit"
            for fault in FAULTS
        ]
        lines.append(f"| `{request}` | {' | '.join(cells)} |")
    body = "\n".join(["<!-- matrix: generated, begin -->", *lines, "<!-- matrix: generated, end -->", ""])
    path.write_text(head + body + tail, encoding="utf-8", newline="\n")


def named(name: str) -> Bundle:
    body = f"public with sharing class {name} {{\n}}\n".encode()
    files = (ComponentFile(f"classes/{name}.cls", body), ComponentFile(f"classes/{name}.cls-meta.xml", META))
    return Bundle.of([Component("ApexClass", name, files)], api_version="62.0")


def lose_the_start(bench: Bench, org: Org, monkeypatch: pytest.MonkeyPatch, *, arrives: bool) -> None:
    """A process that is killed between the journal's line and the answer."""

    class Killed(BaseException):
        pass

    real = org._jobs.start

    def killed(*asked: object) -> str:
        if arrives:
            real(*asked)  # type: ignore[arg-type]
        raise Killed

    monkeypatch.setattr(org._jobs, "start", killed)
    with pytest.raises(Killed):
        bench.release(org=org)
    monkeypatch.setattr(org._jobs, "start", real)


@pytest.mark.parametrize("arrives", [True, False])
def test_killed_while_the_start_was_under_way(bench: Bench, monkeypatch, arrives: bool) -> None:
    org = bench.org()
    lose_the_start(bench, org, monkeypatch, arrives=arrives)
    assert bench.journal.entries()[0].lost
    assert bench.release().error is None
    assert bench.jobs() == 1
    if not arrives:
        assert bench.journal.entries()[0].ended == "never reached the org"


def test_where_the_org_cannot_tell_the_user_is_asked_and_may_insist(bench: Bench, monkeypatch) -> None:
    bench.proxy.lists = False
    lose_the_start(bench, bench.org(), monkeypatch, arrives=False)
    bench.proxy.jobs += [("0Af000000000001AAA", False), ("0Af000000000002AAA", False)]
    bench.proxy.lists = True
    stopped = bench.release()
    assert isinstance(stopped.error, DeployError)
    assert "the org has several jobs of this user since then: 0Af000000000001AAA, 0Af000000000002AAA" in str(
        stopped.error
    )
    assert "--start-anew" in str(stopped.error)
    assert bench.release(start_anew=True).error is None


def test_a_journal_that_cannot_be_written_stops_before_anything_is_sent(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    bench.journal = Journal(tmp_path / "taken")
    stopped = bench.release()
    assert isinstance(stopped.error, ReleaseError)
    assert "the journal of jobs" in str(stopped.error)
    assert bench.jobs() == 0


def test_a_session_that_ends_while_polling_leaves_a_job_to_resume(bench: Bench, monkeypatch) -> None:
    org = bench.org()
    real = org._jobs.status
    monkeypatch.setattr(
        org._jobs, "status", lambda *a, **k: (_ for _ in ()).throw(AuthError.of("INVALID_SESSION_ID: expired"))
    )
    stopped = bench.release(org=org)
    assert isinstance(stopped.error, StillRunningError)
    assert f"sfmeta job resume {bench.proxy.jobs[0][0]} --org NAME" in str(stopped.error)
    monkeypatch.setattr(org._jobs, "status", real)
    assert bench.release().error is None
    assert bench.jobs() == 1


def test_a_cut_line_of_the_journal_is_passed_over(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    entry = journal.starting(org="00D000000000001", user="005000000000001", content=Content("d"), options="{}", check_only=True)
    with journal.path.open("ab") as stream:
        stream.write(b'{"event":"started","key":"' + entry.key.encode())
    journal.started(entry.key, "0Af000000000001AAA")
    (found,) = journal.entries()
    assert found.job == "0Af000000000001AAA"
    assert journal.of_job("0Af000000000001") == found
    for cut in range(len(journal.path.read_bytes())):
        (tmp_path / "cut").mkdir(exist_ok=True)
        (tmp_path / "cut" / "jobs.jsonl").write_bytes(journal.path.read_bytes()[:cut])
        assert len(Journal(tmp_path / "cut").entries()) <= 1


def test_no_retries_at_all_is_possible() -> None:
    assert not NONE.attempt().goes_on(None)
