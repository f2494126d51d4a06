"""`sfmeta org`: the targets, and serving the local org."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from toolkit.cli.main import main
from toolkit.org.org import connect
from toolkit.org.signin import AccessToken, ClientCredentials

ORGS = """default: local
orgs:
  live:
    kind: client_credentials
    label: Acme production
    consumerKey: 3MVG9abcdefgh
    consumerSecret: ${env:NOT_SET}
    domain: acme.my.salesforce.com
    protected: true
    expect: {orgId: 00D000000000001AAA}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config").mkdir()
    (tmp_path / "config/orgs.yaml").write_text(ORGS)
    return tmp_path


def test_the_targets_are_listed_and_nobody_is_signed_in(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["org", "list"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == ["Name", "Kind", "Label"]
    assert lines[2] == ["live", "client_credentials", "protected", "Acme", "production"]
    assert lines[3] == ["local", "local", "default"]


def test_the_targets_as_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["org", "list", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["default"] == "local"
    assert found["orgs"][0] == {
        "name": "live",
        "kind": "client_credentials",
        "label": "Acme production",
        "default": False,
        "protected": True,
        "expectedOrgId": "00D000000000001AAA",
    }


def test_without_a_configuration_there_is_the_local_org(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["org", "list", "--json"]) == 0
    assert [org["name"] for org in json.loads(capsys.readouterr().out)["orgs"]] == ["local"]


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_the_local_org_is_served_until_it_is_stopped(folder: Path, stop: signal.Signals) -> None:
    command = [sys.executable, "-m", "toolkit", "org", "serve", "--state", "state", "--json"]
    root = Path(__file__).parent.parent.parent
    served = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={"PYTHONPATH": str(root)}
    )
    assert served.stdout is not None
    text = ""
    while not text.endswith("}\n"):
        line = served.stdout.readline()
        assert line, served.stderr.read() if served.stderr else ""
        text += line
    try:
        reach = json.loads(text)
        assert reach["status"] == "serving"
        org = connect(AccessToken(reach["url"], reach["accessToken"]))
        assert (org.identity.username, org.identity.org_id) == (reach["username"], reach["orgId"])
        connect(ClientCredentials(reach["url"], reach["clientId"], reach["clientSecret"]))
    finally:
        served.send_signal(stop)
        out, err = served.communicate(timeout=20)
    assert (served.returncode, out) == (0, "")
    assert err.startswith("Serving; Ctrl-C stops it.\n")
    with pytest.raises(Exception, match="no connection"):
        connect(AccessToken(reach["url"], reach["accessToken"]))


def test_a_port_that_is_taken(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["org", "serve", "--port", str(port)]) == 1
    assert f"cannot listen on 127.0.0.1:{port}" in capsys.readouterr().err
