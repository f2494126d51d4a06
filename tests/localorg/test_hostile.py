"""Zips, bodies and requests that want to do harm get a short answer."""

from __future__ import annotations

import io
import socket
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolkit.localorg import tree
from toolkit.localorg.connections import Parser
from toolkit.localorg.deploy import archive, manifest
from toolkit.localorg.model.org import Org
from toolkit.localorg.options import Options
from toolkit.localorg.server import BackgroundServer, bind, open_org, url_of

VALID = "Please upload a valid zip file."


def zipped(*entries: tuple[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries:
            made.writestr(name, content)
    return target.getvalue()


def encrypted() -> bytes:
    data = bytearray(zipped(("package.xml", b"x")))
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


BAD = {
    "nothing": (b"", VALID),
    "no zip": (b"hello", VALID),
    "half a zip": (zipped(("package.xml", b"x" * 1000))[:-30], VALID),
    "a lie about the content": (zipped(("package.xml", b"abc")).replace(b"K\xcaJ", b"KLJ", 1)[:40], VALID),
    "a way out": (zipped(("../package.xml", b"x")), "../package.xml is not a path inside the package"),
    "an absolute path": (zipped(("/etc/passwd", b"x")), "/etc/passwd is not a path inside the package"),
    "a drive": (zipped(("C:/x", b"x")), "C:/x is not a path inside the package"),
    "a secret": (encrypted(), "package.xml is encrypted"),
    "a bomb": (zipped(*((f"classes/{n}.cls", b"\0" * 10_000_000) for n in range(10))),
               "Maximum size of the uncompressed files reached: 629145600 bytes"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_zips_fail_the_job_and_nothing_else(client: Any, case: str) -> None:
    data, message = BAD[case]
    started = time.monotonic()
    result = client.deploy(data)
    assert (result["status"], result["success"]) == ("Failed", False)
    assert result["errorMessage"] == f"{result['errorStatusCode']}: {message}"
    assert result["details"]["componentFailures"] == []
    assert time.monotonic() - started < 2


def test_limits_are_limits() -> None:
    many = zipped(*((f"classes/{number}.cls", b"") for number in range(5)))
    with pytest.raises(archive.BadArchiveError, match="Maximum number of files reached: 5 files, at most 4"):
        archive.read(many, Options(max_zip_entries=4), single_package=True)
    with pytest.raises(archive.BadArchiveError, match="Maximum size of the uncompressed files"):
        archive.read(zipped(("a", b"x" * 100)), Options(max_unzipped=99), single_package=True)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 400), st.binary(max_size=4))
def test_a_damaged_zip_is_read_or_refused(tail: bytes, place: int, change: bytes) -> None:
    data = bytearray(zipped(("package.xml", b"<Package/>"), ("classes/A.cls", b"class A {}")) + tail)
    data[place : place + len(change)] = change
    try:
        archive.read(bytes(data), Options(), single_package=True)
    except archive.BadArchiveError as error:
        assert error.message  # noqa: PT017  # not every text is refused


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=80), st.text(alphabet="<>/ab &;\"'=!?-[]CDAT", max_size=60).map(str.encode)))
def test_any_bytes_are_a_tree_or_an_error_with_a_place(data: bytes) -> None:
    try:
        root = tree.parse(data)
    except tree.TreeError as error:
        assert error.line >= 1  # noqa: PT017  # not every text is refused
        assert error.column >= 1  # noqa: PT017  # not every text is refused
    else:
        assert root.name


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_manifest_or_have_faults(data: bytes) -> None:
    read = manifest.read(data)
    assert read.members or read.faults or b"Package" in data


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=40))
def test_text_survives_the_way_out_and_in(text: str) -> None:
    root = tree.Node("Package", children=[tree.Node("version", text)])
    assert (tree.parse(tree.dump(root)).child("version") or root).text == text


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300), st.sampled_from(["sobjects/Contact", "composite/sobjects", "metadata/deployRequest"]))
def test_any_body_is_answered(client: Any, body: bytes, path: str) -> None:
    answer = client.http.post(f"{client.data}/{path}", data=body)
    assert answer.status_code in (400, 404)
    assert set(answer.json()[0]) <= {"errorCode", "message", "fields"}


def test_bodies_are_bounded(client: Any) -> None:
    def endless() -> Any:
        for _ in range(60):
            yield b"x" * 1_000_000

    try:
        answer = client.http.post(f"{client.data}/sobjects/Contact", data=endless())
    except requests.ConnectionError:
        pass  # the server has hung up on us
    else:
        assert (answer.status_code, answer.json()[0]["errorCode"]) == (413, "REQUEST_LIMIT_EXCEEDED")
    declared = requests.Request("POST", f"{client.data}/sobjects/Contact", data=b"x", headers=dict(client.http.headers))
    prepared = declared.prepare()
    prepared.headers["Content-Length"] = "99999999999"
    host, port = client.org.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as raw:
        raw.sendall(
            b"POST /services/data/v62.0/sobjects/Contact HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n"
        )
        assert raw.recv(100).startswith(b"HTTP/1.1 413")
    assert client.http.get(f"{client.data}/sobjects").status_code == 200


@pytest.mark.parametrize(
    "body", [b"", b"--x", b"--x\r\n\r\n", b"--x\r\nContent-Disposition: form-data\r\n\r\ny\r\n--x--"]
)
def test_broken_multipart(client: Any, body: bytes) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = client.http.post(f"{client.data}/metadata/deployRequest", data=body, headers=headers)
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "INVALID_MULTIPART_REQUEST")
    unbound = client.http.post(f"{client.data}/metadata/deployRequest", data=body,
                               headers={"Content-Type": "multipart/form-data"})  # fmt: skip
    assert unbound.status_code == 400


def test_many_parts_are_too_many(client: Any) -> None:
    files = [(f"p{number}", (None, "x")) for number in range(50)]
    answer = client.http.post(f"{client.data}/metadata/deployRequest", files=files)
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "INVALID_MULTIPART_REQUEST")


def test_a_fault_of_our_own_shows_nothing(client: Any, monkeypatch: pytest.MonkeyPatch,
                                          caplog: pytest.LogCaptureFixture) -> None:  # fmt: skip
    def break_down(self: Any, work: Any) -> None:
        raise RuntimeError("the inside of the org")

    monkeypatch.setattr(Org, "schema", break_down)
    answer = client.http.get(f"{client.data}/sobjects")
    assert answer.status_code == 500
    assert answer.json() == [{
        "message": "An unexpected error occurred. It is a fault of the local org; its log tells more.",
        "errorCode": "UNKNOWN_EXCEPTION",
    }]  # fmt: skip
    assert "the inside of the org" in caplog.text


# patience -----------------------------------------------------------------------------------------------------------


@pytest.fixture(params=["httptools", "h11"])
def parser(request: pytest.FixtureRequest) -> Parser:
    """Each of the two that uvicorn speaks HTTP through."""
    return request.param


@contextmanager
def strict(state: Path, parser: Parser | None = None, **limits: Any) -> Iterator[tuple[str, int]]:
    """Host and port of an org with limits of its own."""
    org = open_org(state, Options(**limits))
    sock = bind("127.0.0.1", 0)
    server = BackgroundServer(org, sock, parser=parser)
    server.start()
    try:
        host, port = url_of(sock, tls=False).removeprefix("http://").split(":")
        yield host, int(port)
    finally:
        server.stop()
        org.close()


def answered(connection: socket.socket) -> bytes:
    """All that comes until the other side hangs up."""
    found = b""
    while True:
        try:
            chunk = connection.recv(65_536)
        except ConnectionResetError:
            return found
        if not chunk:
            return found
        found += chunk


HEALTH = b"GET /__local__/health HTTP/1.1\r\nHost: x\r\n\r\n"


def test_a_head_that_does_not_come_is_not_waited_for(tmp_path: Path, parser: Parser) -> None:
    with strict(tmp_path, parser, head_seconds=0.3) as address:
        for said in (b"", b"GET / HT", b"GET / HTTP/1.1\r\nA: b\r\n"):
            with socket.create_connection(address, timeout=5) as slow:
                slow.sendall(said)
                assert answered(slow) == b""
        with socket.create_connection(address, timeout=5) as patient:
            patient.sendall(HEALTH)
            said = b""
            while not said.endswith(b'{"status":"up"}'):
                said += patient.recv(1000)
            time.sleep(0.5)  # idle between requests is no fault
            patient.sendall(HEALTH[:10])
            assert answered(patient) == b""


def test_a_head_without_end_is_not_read(tmp_path: Path, parser: Parser) -> None:
    with strict(tmp_path, parser) as address, socket.create_connection(address, timeout=5) as sender:
        sender.sendall(HEALTH + b"GET / HTTP/1.1\r\n")
        with suppress(OSError):  # it has hung up on us
            for number in range(2000):
                sender.sendall(b"X-%d: " % number + b"a" * 500 + b"\r\n")
        said = answered(sender)
    assert said == b"" or said.count(b"HTTP/1.1 200") == 1
    assert said == b"" or said.count(b"HTTP/1.1 400") == 1


def test_requests_one_behind_the_other(tmp_path: Path, parser: Parser) -> None:
    """Pipelined; and a head answers without a body, with the length that the body would have."""
    with strict(tmp_path, parser) as address, socket.create_connection(address, timeout=5) as sender:
        sender.sendall(
            HEALTH * 2 + HEALTH.replace(b"GET", b"HEAD") + HEALTH.replace(b"x\r", b"x\r\nConnection: close\r")
        )
        said = answered(sender).lower()
    assert said.count(b"http/1.1 200") == said.count(b"content-length: 15\r\n") == 4
    assert said.count(b'{"status":"up"}') == 3


@pytest.mark.parametrize("pieces", [1, 7, 1000])
def test_an_offer_of_another_protocol_costs_no_body(tmp_path: Path, parser: Parser, pieces: int) -> None:
    """As the client of Java sends it, with HTTP/2 offered; in several packets, on a connection that is in use."""
    body = (
        b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><listMetadata/></e:Body></e:Envelope>'
    )
    offer = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
    head = b"POST /services/Soap/m/62.0 HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n" % len(body)
    asked = head + offer + b"\r\n" + body
    size = -(-len(asked) // pieces)
    with strict(tmp_path, parser) as address, socket.create_connection(address, timeout=5) as sender:
        sender.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sender.sendall(HEALTH)
        assert sender.recv(1000).startswith(b"HTTP/1.1 200")
        for start in range(0, len(asked), size):
            sender.sendall(asked[start : start + size])
        said = b""
        while b"</soapenv:Envelope>" not in said:
            said += sender.recv(10_000)
        sender.sendall(HEALTH.replace(b"x\r", b"x\r\nConnection: close\r"))
        said += answered(sender)
    assert said.startswith(b"HTTP/1.1 500")
    assert b"INVALID_SESSION_ID" in said
    assert said.endswith(b'{"status":"up"}')


def test_a_trickle_of_one_byte_buys_no_time(tmp_path: Path, parser: Parser) -> None:
    with strict(tmp_path, parser, head_seconds=0.4) as address, socket.create_connection(address, timeout=5) as slow:
        started = time.monotonic()
        try:
            for byte in b"GET / HTTP/1.1\r\nX-Long: " + b"a" * 200:
                slow.sendall(bytes([byte]))
                time.sleep(0.05)
        except OSError:
            pass
        assert time.monotonic() - started < 5


def test_a_body_that_does_not_come_is_not_waited_for(tmp_path: Path, parser: Parser) -> None:
    with strict(tmp_path, parser, body_seconds=0.3) as address, socket.create_connection(address, timeout=5) as slow:
        slow.sendall(b"POST /services/Soap/m/62.0 HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n<soapenv")
        said = answered(slow)
    assert said.startswith(b"HTTP/1.1 408")
    assert b"The request was not complete after 0.3 seconds" in said


def test_a_chunked_body_is_bounded(tmp_path: Path, parser: Parser) -> None:
    with strict(tmp_path, parser, max_body=100_000) as address, socket.create_connection(address, timeout=5) as sender:
        sender.sendall(b"POST /services/Soap/m/62.0 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        chunk = b"2710\r\n" + b"x" * 10_000 + b"\r\n"
        try:
            for _ in range(50):
                sender.sendall(chunk)
        except OSError:
            pass  # it has hung up on us
        said = answered(sender)
    assert said == b"" or said.startswith(b"HTTP/1.1 413")


def test_a_package_in_parts_may_be_larger_than_other_bodies(tmp_path: Path, parser: Parser) -> None:
    head = b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
    parts, rest = b"multipart/form-data; boundary=b", b"/services/data/v62.0/metadata/deployRequest"
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n' + b"x" * 3000 + b"\r\n--b--\r\n"
    asked = {
        head % (rest, parts, len(body)) + body: b"HTTP/1.1 401",  # nobody is signed in: it has been read
        head % (rest, parts, 6000): b"Maximum size of request is 5000 bytes",
        head % (b"/services/Soap/m/62.0", b"text/xml", 3000): b"Maximum size of request is 1000 bytes",
    }
    with strict(tmp_path, parser, max_body=1000, max_upload=5000) as address:
        for request, expected in asked.items():
            with socket.create_connection(address, timeout=5) as client:
                client.sendall(request)
                assert expected in client.recv(2000)


def test_bodies_together_are_bounded(tmp_path: Path, parser: Parser) -> None:
    head = b"POST /services/Soap/m/62.0 HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
    with strict(tmp_path, parser, max_buffered=60_000) as address:
        with (
            socket.create_connection(address, timeout=5) as first,
            socket.create_connection(address, timeout=5) as second,
        ):
            first.sendall(head % 60_000 + b"x" * 50_000)
            time.sleep(0.3)
            second.sendall(head % 20_000 + b"x" * 20_000)
            assert second.recv(1000).startswith(b"HTTP/1.1 503")
            first.sendall(b"x" * 10_000)
            assert first.recv(1000).startswith(b"HTTP/1.1 500")  # a SOAP fault: it is no envelope
        with socket.create_connection(address, timeout=5) as third:
            third.sendall(head % 20_000 + b"x" * 20_000)
            assert third.recv(1000).startswith(b"HTTP/1.1 500")  # the room is free again


def test_connections_are_bounded(tmp_path: Path, parser: Parser) -> None:
    with strict(tmp_path, parser, max_connections=5, head_seconds=1) as address:
        idle = [socket.create_connection(address, timeout=5) for _ in range(6)]
        time.sleep(0.1)
        idle[-1].sendall(HEALTH)
        assert idle[-1].recv(1000).startswith(b"HTTP/1.1 503")
        for connection in idle:
            connection.close()
        time.sleep(0.1)
        with socket.create_connection(address, timeout=5) as after:
            after.sendall(HEALTH)
            assert after.recv(1000).startswith(b"HTTP/1.1 200")


def test_a_hundred_at_once_are_all_answered(client: Any) -> None:
    found: list[int] = []

    def ask() -> None:
        found.append(requests.get(f"{client.org.url}/services/data", timeout=30).status_code)

    threads = [threading.Thread(target=ask) for _ in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [200] * 100


TOKENS = {
    "none": {}, "empty": {"Authorization": "Bearer "}, "no scheme": {"Authorization": "x"},
    "another": {"Authorization": "Basic eDp5"}, "half": {"Authorization": "Bearer 00DLo0000000001!"},
    "a query": {"Authorization": "Bearer ' OR 1=1 --"}, "long": {"Authorization": "Bearer " + "x" * 20_000},
    "not ASCII": {"Authorization": "Bearer \xe9\xff"}, "a null": {"Authorization": "Bearer a\x00b"},
}  # fmt: skip


@pytest.mark.parametrize("case", TOKENS)
def test_a_bad_token_is_no_token(client: Any, case: str) -> None:
    host, port = client.org.url.removeprefix("http://").split(":")
    lines = "".join(f"{name}: {value}\r\n" for name, value in TOKENS[case].items())
    with socket.create_connection((host, int(port)), timeout=5) as raw:
        head = f"GET /services/data/v62.0/sobjects HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{lines}\r\n"
        raw.sendall(head.encode("latin-1"))
        said = answered(raw)
    status = said.split(b" ", 2)[1]
    assert status == (b"400" if case == "a null" else b"401")


def test_a_deep_envelope_is_a_fault(client: Any) -> None:
    answer = client.soap("<a>" * 5000 + "</a>" * 5000)
    assert answer.status_code == 500
    assert "nested too deeply" in answer.text
    bomb = '<!DOCTYPE a [<!ENTITY b "x">]><a>&b;</a>'
    refused = requests.post(f"{client.org.url}/services/Soap/m/62.0", data=bomb, timeout=10)
    assert (refused.status_code, "DOCTYPE is disallowed" in refused.text) == (500, True)
