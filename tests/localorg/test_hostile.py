"""Zips, bodies and requests that want to do harm get a short answer."""

from __future__ import annotations

import io
import socket
import time
import zipfile
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolkit.localorg import tree
from toolkit.localorg.deploy import archive, manifest
from toolkit.localorg.model.org import Org
from toolkit.localorg.options import Options

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
        assert error.message  # noqa: PT017


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=80), st.text(alphabet="<>/ab &;\"'=!?-[]CDAT", max_size=60).map(str.encode)))
def test_any_bytes_are_a_tree_or_an_error_with_a_place(data: bytes) -> None:
    try:
        root = tree.parse(data)
    except tree.TreeError as error:
        assert error.line >= 1  # noqa: PT017
        assert error.column >= 1  # noqa: PT017
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
