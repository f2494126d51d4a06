"""`sfmeta org login` and `org display`: who, where, and never a token."""

from __future__ import annotations

import http.client
import json
import re
import socket
import threading
import urllib.request
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from toolkit.cli.main import main
from toolkit.localorg.embedded import EmbeddedOrg
from toolkit.org import keep


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory):
    with EmbeddedOrg(tmp_path_factory.mktemp("org-sign-in") / "state") as served:
        yield served


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, local) -> Path:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "orgs.yaml").write_text(
        f"orgs:\n  live: {{kind: access_token, instanceUrl: '{local.url}', accessToken: '${{env:T}}'}}\n"
        f"  fresh: {{kind: refresh_token, loginUrl: '{local.url}', consumerKey: PlatformCLI, "
        "refreshToken: '${env:R}'}\n"
        "  cli: {kind: sfdx_url, authUrl: '${env:U}'}\n"
    )
    monkeypatch.setenv("T", local.access_token)
    monkeypatch.setenv("R", local.refresh_token())
    monkeypatch.setenv("U", "force://nonsense-hush")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ["live", "fresh"])
@pytest.mark.parametrize("command", ["display", "login"])
def test_an_org_is_shown_and_its_secrets_are_not(folder: Path, capsys, local, name: str, command: str) -> None:
    assert main(["org", command, name, "--json"]) == 0
    said = capsys.readouterr()
    found = json.loads(said.out)["org"]
    assert (found["orgId"][:15], found["username"]) == (local.org_id[:15], "admin@local.example")
    assert (found["production"], found["tokenFormat"], found["apiVersion"]) == (False, "opaque", "67.0")
    for secret in (local.access_token, local.refresh_token()):
        assert secret not in said.out + said.err
    assert main(["org", command, name]) == 0
    assert re.search(r"^username +admin@local\.example$", capsys.readouterr().out, re.MULTILINE)


def test_an_auth_url_that_is_none_is_told_without_being_shown(folder: Path, capsys) -> None:
    assert main(["org", "login", "cli"]) == 1
    said = capsys.readouterr()
    assert said.err.startswith("error: the SFDX auth URL cannot be read (it is force://")
    assert "hush" not in said.err + said.out


def test_forgetting_what_is_not_kept(folder: Path, capsys) -> None:
    assert main(["org", "login", "live", "--forget"]) == 2
    assert "nothing is kept for live: its kind is access_token" in capsys.readouterr().err


def test_a_browser_sign_in_that_is_refused_keeps_nothing(folder: Path, capsys, monkeypatch, local) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = folder / "home"
    monkeypatch.setenv("HOME", str(home))
    (folder / "config" / "orgs.yaml").write_text(
        f"orgs:\n  me: {{kind: web, loginUrl: '{local.url}', consumerKey: PlatformCLI, port: {port}}}\n"
    )
    opened: list[str] = []
    answered: list[int] = []

    def browser(address: str) -> bool:
        opened.append(address)
        state = parse_qs(urlsplit(address).query)["state"][0]

        def visit() -> None:
            """First a page that guesses at the state and brings a code of its own; then the browser."""
            for query in (
                "state=guessed&code=of-somebody-else",
                "code=without-state",
                f"state={state}&error=access_denied",
            ):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                connection.request("GET", f"/OauthRedirect?{query}")
                answered.append(connection.getresponse().status)
                connection.close()

        threading.Thread(target=visit).start()
        return True

    monkeypatch.setattr("webbrowser.open", browser)
    assert main(["org", "login", "me"]) == 1
    assert "error: sign in with a browser: access_denied" in capsys.readouterr().err
    assert answered == [400, 400, 200]
    assert opened[0].startswith(f"{local.url}/services/oauth2/authorize?response_type=code&client_id=PlatformCLI")
    assert not home.exists()
    assert main(["org", "display", "me"]) == 1
    assert "nobody has signed in to this org yet (run `sfmeta org login NAME`)" in capsys.readouterr().err


def test_a_browser_signs_in_to_the_local_org_and_the_next_command_needs_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The whole way with nothing in anybody's place but the browser, which goes where it is sent."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(keep, "_keyring", lambda: None)
    visited: list[int] = []

    def browser(address: str) -> bool:
        with urllib.request.urlopen(address, timeout=10) as page:
            visited.append(page.status)
        return True

    monkeypatch.setattr("webbrowser.open", browser)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with EmbeddedOrg(tmp_path / "state") as local:
        (tmp_path / "config").mkdir()
        (tmp_path / "config" / "orgs.yaml").write_text(
            f"orgs:\n  me: {{kind: web, loginUrl: '{local.url}', consumerKey: PlatformCLI, port: {port}}}\n"
        )
        assert main(["org", "display", "me"]) == 1
        assert "run `sfmeta org login NAME`" in capsys.readouterr().err
        assert main(["org", "login", "me", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["org"]["orgId"] == local.org_id
        assert main(["org", "display", "me", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["org"]["username"] == local.username
        assert main(["org", "login", "me", "--forget", "--json"]) == 0
        assert json.loads(capsys.readouterr().out) == {"status": "ok", "name": "me", "forgotten": True}
        assert main(["org", "display", "me"]) == 1
    assert visited == [200]
