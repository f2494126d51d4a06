"""How other clients reach a served org: the printed facts and commands, addresses and the certificate."""

from __future__ import annotations

import json
import os
import signal
import ssl
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography import x509

from toolkit.localorg.reach import is_loopback
from toolkit.localorg.tls import ensure

ROOT = Path(__file__).parent.parent.parent


@contextmanager
def served(state: Path, *arguments: str) -> Iterator[tuple[dict[str, Any], Path]]:
    """`sfmeta org serve --json` while the block lasts: what it printed, and the file with its stderr."""
    command = [sys.executable, "-m", "toolkit", "org", "serve", "--state", str(state), "--json", *arguments]
    said = state.parent / "stderr.txt"
    with said.open("w") as stderr:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=stderr, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
        )
    assert process.stdout is not None
    try:
        text = ""
        while not text.endswith("}\n"):
            line = process.stdout.readline()
            assert line, said.read_text()
            text += line
        yield json.loads(text), said
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
    assert process.returncode == 0


def test_over_http(tmp_path: Path) -> None:
    with served(tmp_path / "state") as (reach, said):
        assert set(reach) == {
            "status", "commands", "url", "orgId", "username", "password", "securityToken", "accessToken",
            "clientId", "clientSecret",
            "jwtKeyFile",
        }  # fmt: skip
        assert set(reach["commands"]) == {"sf", "sf-jwt", "jsforce", "simple-salesforce"}
        assert reach["commands"]["sf"] == (
            f"SF_ACCESS_TOKEN='{reach['accessToken']}' sf org login access-token --instance-url {reach['url']} "
            "--no-prompt --alias local"
        )
        key = Path(reach["jwtKeyFile"])
        assert key.read_text().startswith("-----BEGIN PRIVATE KEY-----")
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert said.read_text() == "Serving; Ctrl-C stops it.\nStopped.\n"


def test_over_https_and_as_another_kind(tmp_path: Path) -> None:
    with served(tmp_path / "state", "--tls", "--type", "production") as (reach, _):
        assert set(reach["commands"]) == {
            "sf", "sf-jwt", "sf-auth-url", "jsforce", "simple-salesforce", "cumulusci",
        }  # fmt: skip
        answer = requests.get(
            f"{reach['url']}/services/data/v62.0/query", {"q": "SELECT OrganizationType FROM Organization"},
            headers={"Authorization": f"Bearer {reach['accessToken']}"}, verify=reach["caFile"], timeout=10,
        )  # fmt: skip
        assert answer.json()["records"][0]["OrganizationType"] == "Enterprise Edition"


def test_another_address_comes_with_a_warning(tmp_path: Path) -> None:
    with served(tmp_path / "state", "--host", "0.0.0.0") as (reach, said):
        assert reach["url"].startswith("http://127.0.0.1:")
        assert requests.get(f"{reach['url']}/__local__/health", timeout=10).ok
    assert said.read_text().startswith(
        "warning: everyone who can reach this machine at 0.0.0.0 can reach the local org, and read its token and data "
        "on the way, for they are not encrypted (--tls does that)\n"
    )


@pytest.mark.parametrize(
    ("host", "alone"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("LocalHost", True), ("0.0.0.0", False), ("::", False),
     ("192.0.2.1", False), ("build.example", False)],
)  # fmt: skip
def test_what_loopback_is(host: str, *, alone: bool) -> None:
    assert is_loopback(host) is alone


def names_in(certificate: Path) -> list[str]:
    found = x509.load_pem_x509_certificate(certificate.read_bytes()).extensions
    return [str(name.value) for name in found.get_extension_for_class(x509.SubjectAlternativeName).value]


def test_the_certificate_names_what_is_listened_on(tmp_path: Path) -> None:
    certificate, _ = ensure(tmp_path)
    first = certificate.read_bytes()
    assert names_in(certificate) == ["localhost", "127.0.0.1", "::1"]
    ensure(tmp_path, "0.0.0.0")
    assert certificate.read_bytes() == first
    ensure(tmp_path, "192.0.2.7")
    assert names_in(certificate) == ["localhost", "127.0.0.1", "::1", "192.0.2.7"]
    ensure(tmp_path)
    assert "192.0.2.7" in names_in(certificate)
    ensure(tmp_path, "build.example")
    assert names_in(certificate) == ["localhost", "build.example", "127.0.0.1", "::1"]
    assert ssl.create_default_context(cafile=str(certificate)) is not None
    assert time.time() < x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc.timestamp()
