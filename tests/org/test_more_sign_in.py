"""The sign-ins that simple-salesforce lacks, against scripted endpoints and the local org."""

from __future__ import annotations

import base64
import hashlib
import http.client
import importlib
import json
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from toolkit.errors import AuthError
from toolkit.localorg.embedded import EmbeddedOrg
from toolkit.org import keep
from toolkit.org.keep import FileKeep, KeyringKeep
from toolkit.org.net import Net
from toolkit.org.org import connect
from toolkit.org.password import Password, SoapLogin
from toolkit.org.redact import Redactor
from toolkit.org.refresh import RefreshToken, of_auth_url
from toolkit.org.sfcli import SfCli
from toolkit.org.signin import is_jwt
from toolkit.org.weblogin import WebLogin, web_login

TOKEN = "00D000000000001!AQ.scripted_token"
REFRESH = "5Aep861KIwKdekr90I4iHdZDgqxR5T6_Zs_PZnMGfQ"


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory):
    with EmbeddedOrg(tmp_path_factory.mktemp("signin") / "state") as served:
        yield served


def test_a_refresh_token_is_redeemed_by_the_local_org(local) -> None:
    org = connect(RefreshToken(local.url, "PlatformCLI", local.refresh_token()))
    assert org.identity.username == "admin@local.example"
    assert org.identity.org_id == local.org_id


def test_username_and_password_by_oauth_and_by_soap(local) -> None:
    app = (local.client_id, local.client_secret)
    assert connect(Password(local.url, local.username, local.password, *app)).identity.org_id == local.org_id
    soap = SoapLogin(local.url, local.username, local.password, api_version="64.0")
    with pytest.raises(AuthError) as caught:
        connect(Password(local.url, local.username, "wrong-password", *app))
    assert "wrong-password" not in str(caught.value)
    assert soap.username == local.username


@pytest.mark.parametrize("version", ["65.0", "67.0"])
def test_soap_login_of_a_version_that_has_none_is_refused_with_the_reason(version: str) -> None:
    with pytest.raises(AuthError) as caught:
        SoapLogin("https://x", "u", "hush-hush", api_version=version).sign_in(Net())
    assert str(caught.value).startswith(
        f"SOAP login() does not exist in API version {version}: it ends with 64.0 (give the target a consumerKey"
    )


def test_a_refresh_token_that_the_org_replaces_is_handed_on(scripted) -> None:
    scripted.json({"access_token": TOKEN, "instance_url": scripted.url, "refresh_token": "new-refresh-token"})
    kept: list[str] = []
    redact = Redactor()
    signed = RefreshToken(scripted.url, "key", REFRESH, "s3cr3t!!", kept.append).sign_in(Net(redact))
    assert (signed.url, signed.token, kept) == (scripted.url, TOKEN, ["new-refresh-token"])
    assert parse_qs(scripted.asked[0].body.decode()) == {
        "grant_type": ["refresh_token"],
        "client_id": ["key"],
        "refresh_token": [REFRESH],
        "client_secret": ["s3cr3t!!"],
    }
    assert redact(f"{REFRESH} s3cr3t!! new-refresh-token {TOKEN}").count("***") == 4


def test_a_refresh_token_that_is_no_longer_good(scripted) -> None:
    scripted.json({"error": "invalid_grant", "error_description": f"expired {REFRESH}"}, status=400)
    with pytest.raises(AuthError) as caught:
        RefreshToken(scripted.url, "key", REFRESH).sign_in(Net())
    assert str(caught.value).startswith("sign in by refresh token: invalid_grant: expired *** (")


@pytest.mark.parametrize("body", [b"<html>", b"{}", b'{"access_token": 7}', b"[]", b'{"access_token":"a"}'])
def test_a_token_endpoint_that_gives_no_token(scripted, body: bytes) -> None:
    scripted.answers.append((200, "text/html", body))
    with pytest.raises(AuthError, match="holds no token"):
        RefreshToken(scripted.url, "key", REFRESH).sign_in(Net())


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            f"force://PlatformCLI::{REFRESH}@acme.my.salesforce.com",
            ("https://acme.my.salesforce.com", "PlatformCLI", REFRESH, None),
        ),
        ("force://id:sec==:tok=@h.example:8443\n", ("https://h.example:8443", "id", "tok=", "sec==")),
    ],
)
def test_auth_urls(text: str, parts: tuple[str, ...]) -> None:
    found = of_auth_url(text)
    assert (found.login_url, found.client_id, found.token, found.client_secret) == parts


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://x",
        "force://a:b@h",
        "force://:s:t@h",
        "force://a:s:@h",
        "force://a:s:hush/secret@h",
        "force://a:s:t@",
    ],
)
def test_what_is_no_auth_url_is_not_repeated(text: str) -> None:
    with pytest.raises(AuthError) as caught:
        of_auth_url(text)
    assert str(caught.value).startswith("the SFDX auth URL cannot be read (it is force://")
    assert "hush" not in str(caught.value)


CLI = """#!{python}
import json, os, sys
assert os.environ["NO_COLOR"] == "1"
words = [word for word in sys.argv[1:] if not word.startswith("-")]
answers = json.loads({answers!r})
answer = answers.get(" ".join(words[:-1]))
if answer is None:
    print("Warning: not a sf command", file=sys.stderr)
    sys.exit(127)
print(json.dumps({{"status": 0, "result": answer}}))
"""


@pytest.fixture
def cli(tmp_path: Path) -> Callable[[dict[str, object]], SfCli]:
    def make(answers: dict[str, object]) -> SfCli:
        program = tmp_path / "sf"
        program.write_text(CLI.format(python=sys.executable, answers=json.dumps(answers)))
        program.chmod(0o755)
        return SfCli("acme", {"PATH": str(tmp_path)})

    return make


@pytest.mark.skipif(os.name != "posix", reason="the stand-in is a script")
@pytest.mark.parametrize(
    "answers",
    [
        {
            "org display": {"instanceUrl": "https://a.my.salesforce.com", "accessToken": "hidden, run another command"},
            "org auth show-access-token": {"accessToken": TOKEN},
        },
        {"org display": {"instanceUrl": "https://a.my.salesforce.com", "accessToken": TOKEN}},
    ],
    ids=["new", "old"],
)
def test_a_token_is_borrowed_from_the_cli_new_and_old(cli, answers: dict[str, object]) -> None:
    redact = Redactor()
    signed = cli(answers).sign_in(Net(redact))
    assert (signed.url, signed.token) == ("https://a.my.salesforce.com", TOKEN)
    assert "scripted" not in redact(TOKEN)


@pytest.mark.skipif(os.name != "posix", reason="the stand-in is a script")
@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({}, "the Salesforce CLI is not signed in to acme (run `sf org login web --alias acme`)"),
        (
            {"org display": {"instanceUrl": "https://a.example", "accessToken": "use show-access-token instead"}},
            "the Salesforce CLI shows no access token of acme (update the CLI, or sign in with it again)",
        ),
    ],
)
def test_a_cli_that_has_nothing_to_lend(cli, answers: dict[str, object], said: str) -> None:
    with pytest.raises(AuthError) as caught:
        cli(answers).sign_in(Net())
    assert str(caught.value) == said


def test_a_machine_without_the_cli(tmp_path: Path) -> None:
    with pytest.raises(AuthError, match="not installed, or not on PATH"):
        SfCli("acme", {"PATH": str(tmp_path)}).sign_in(Net())


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Browser:
    """Goes where a person would be led, with what the org would send along."""

    def __init__(self, port: int, **answer: str) -> None:
        self.port = port
        self.answer = answer
        self.asked: dict[str, list[str]] = {}
        self.statuses: list[int] = []

    def __call__(self, address: str) -> None:
        self.asked = parse_qs(urlsplit(address).query)
        right = {"state": self.asked["state"][0], **self.answer}
        for path in ("/favicon.ico", f"/OauthRedirect?{urlencode({**right, 'state': 'guessed'})}"):
            self.visit(path)
        self.visit(f"/OauthRedirect?{urlencode(right)}")

    def visit(self, path: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        connection.request("GET", path)
        self.statuses.append(connection.getresponse().status)
        connection.close()


def test_web_login_with_pkce(scripted) -> None:
    scripted.json({"access_token": TOKEN, "instance_url": scripted.url, "refresh_token": REFRESH})
    app = WebLogin(scripted.url, "3MVG9abc", port=free_port())
    browser = Browser(app.port, code="aPrx-code")
    tokens = web_login(app, show=browser, net=Net(), wait=5)
    assert (tokens.url, tokens.access, tokens.refresh) == (scripted.url, TOKEN, REFRESH)
    assert browser.statuses == [404, 400, 200]
    form = parse_qs(scripted.asked[0].body.decode())
    challenge = (
        base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"][0].encode()).digest()).decode().rstrip("=")
    )
    assert browser.asked["code_challenge"] == [challenge]
    assert browser.asked["code_challenge_method"] == ["S256"]
    assert form["redirect_uri"] == browser.asked["redirect_uri"] == [f"http://localhost:{app.port}/OauthRedirect"]
    assert (form["code"], form["grant_type"]) == (["aPrx-code"], ["authorization_code"])
    assert REFRESH not in repr(tokens)


def test_web_login_that_is_refused_or_forgotten(scripted) -> None:
    app = WebLogin(scripted.url, "3MVG9abc", port=free_port())
    refused = Browser(app.port, error="access_denied", error_description="end-user denied authorization")
    with pytest.raises(AuthError, match="sign in with a browser: access_denied: end-user denied authorization"):
        web_login(app, show=refused, net=Net(), wait=5)
    with pytest.raises(AuthError, match=r"nobody signed in within 0\.1 s"):
        web_login(app, show=lambda address: None, net=Net(), wait=0.1)
    assert scripted.asked == []


def test_a_port_that_is_taken(scripted) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(AuthError, match="is taken"):
            web_login(WebLogin(scripted.url, "k", port=taken.getsockname()[1]), show=print, net=Net())


def test_the_two_formats_of_a_token_are_told_apart() -> None:
    assert is_jwt("eyJhbGciOi.eyJzdWIi.c2ln")
    assert not is_jwt(TOKEN)


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")
def test_the_file_of_secrets_is_for_its_owner_alone(tmp_path: Path) -> None:
    keep = FileKeep(tmp_path / "a" / "credentials.json")
    assert keep.get("x") is None
    keep.put("x", REFRESH)
    keep.put("y", "other")
    assert FileKeep(keep.path).get("x") == REFRESH
    assert keep.path.stat().st_mode & 0o777 == 0o600
    assert keep.path.parent.stat().st_mode & 0o777 == 0o700
    assert keep.remove("x")
    assert not keep.remove("x")
    keep.path.chmod(0o640)
    with pytest.raises(AuthError) as caught:
        keep.get("y")
    assert str(caught.value).startswith(f"{keep.path} can be read by others (mode 0640), so it is not used (run `chmod")
    with pytest.raises(AuthError):
        keep.put("z", "1")


@pytest.mark.parametrize("text", ["", "[]", '{"x": 1}', "{"])
def test_a_damaged_file_of_secrets(tmp_path: Path, text: str) -> None:
    path = tmp_path / "credentials.json"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(AuthError, match="is damaged"):
        FileKeep(path).get("x")


def test_a_keyring_is_used_by_its_three_functions() -> None:
    held: dict[tuple[str, str], str] = {}

    def write(service: str, name: str, secret: str) -> None:
        held[service, name] = secret

    kept = KeyringKeep(lambda *key: held.get(key), write, lambda *key: held.pop(key) and None)
    kept.put("a", "1")
    assert held == {("sfmeta", "a"): "1"}
    assert kept.get("a") == "1"
    assert (kept.remove("a"), kept.remove("a")) == (True, False)


@pytest.mark.parametrize(
    ("get_keyring", "place"),
    [
        (lambda: SimpleNamespace(priority=5), "the system's keyring"),
        (lambda: SimpleNamespace(priority=0.5), "credentials.json"),  # keyrings.alt's plain text
        (lambda: SimpleNamespace(priority=0), "credentials.json"),  # keyring.backends.fail
        (lambda: SimpleNamespace(priority=-1), "credentials.json"),  # keyring.backends.null
        (lambda: importlib.import_module("no_such_backend"), "credentials.json"),
        (lambda: keep.no_such_class, "credentials.json"),
        (None, "credentials.json"),
    ],
)
def test_what_keeps_secrets_is_the_keyring_where_it_has_a_place_for_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, get_keyring: Callable[[], object] | None, place: str
) -> None:
    """The priorities are those of keyring 25 and keyrings.alt 5; nothing of ours depends on either."""
    monkeypatch.setenv("HOME", str(tmp_path))
    module = None
    if get_keyring is not None:
        three = dict.fromkeys(("get_password", "set_password", "delete_password"))
        module = SimpleNamespace(get_keyring=get_keyring, **three)
    monkeypatch.setitem(sys.modules, "keyring", module)
    assert keep.default_keep().place.endswith(place)


def test_a_locked_keyring_is_an_error_of_ours() -> None:
    locked = type("KeyringLocked", (Exception,), {"__module__": "keyring.errors"})

    def refuse(*_: str) -> str:
        raise locked("secret text")

    with pytest.raises(AuthError) as caught:
        KeyringKeep(refuse, refuse, refuse).get("a")
    assert str(caught.value) == "the system's keyring refuses: KeyringLocked (unlock it, then run this again)"


def test_a_refresh_token_that_was_replaced_is_not_used_again_in_the_same_run(scripted) -> None:
    """An app may let each be used once: a renewal in the middle of a release goes on with the newest."""
    for number in (1, 2):
        scripted.json({"access_token": TOKEN, "instance_url": scripted.url, "refresh_token": f"replacement-{number}"})
    credentials = RefreshToken(scripted.url, "key", REFRESH)
    first, _ = credentials.sign_in(Net()), credentials.sign_in(Net())
    sent = [parse_qs(asked.body.decode())["refresh_token"] for asked in scripted.asked]
    assert sent == [[REFRESH], ["replacement-1"]]
    assert first.note is not None
    assert first.note.startswith(
        "the org has replaced the refresh token, and the one that was given may not work again"
    )
    assert "replacement-1" not in f"{credentials!r} {first!r}"
