"""The authorization endpoint and its codes: good once, for their client, callback and verifier alone."""

from __future__ import annotations

import base64
import hashlib
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from toolkit.localorg.embedded import EmbeddedOrg

CALLBACK = "http://localhost:1717/OauthRedirect"
VERIFIER = "v" * 60
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedOrg]:
    with EmbeddedOrg(tmp_path_factory.mktemp("browser") / "state") as served:
        yield served


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object) -> None:
        return None


def authorize(local: EmbeddedOrg, **more: str) -> tuple[int, str]:
    """Status, and where the browser is sent (or the body)."""
    asked = {"response_type": "code", "client_id": "PlatformCLI", "redirect_uri": CALLBACK, "state": "s&1"}
    asked |= {"code_challenge": CHALLENGE, "code_challenge_method": "S256"} | more
    try:
        urllib.request.build_opener(Stay).open(f"{local.url}/services/oauth2/authorize?{urlencode(asked)}", timeout=10)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers.get("Location") or error.read().decode()
    raise AssertionError("the browser is always sent somewhere, or refused")


def code_of(local: EmbeddedOrg, **more: str) -> str:
    status, location = authorize(local, **more)
    assert status == 302
    assert location.startswith(f"{CALLBACK}?")
    query = parse_qs(urlsplit(location).query)
    assert query["state"] == ["s&1"]
    return query["code"][0]


def redeem(local: EmbeddedOrg, code: str, **more: str) -> tuple[int, dict[str, str]]:
    form = {"grant_type": "authorization_code", "code": code, "client_id": "PlatformCLI", "redirect_uri": CALLBACK}
    form |= {"code_verifier": VERIFIER} | more
    try:
        with urllib.request.urlopen(
            f"{local.url}/services/oauth2/token", data=urlencode(form).encode(), timeout=10
        ) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def test_a_code_gives_tokens_once(local: EmbeddedOrg) -> None:
    code = code_of(local)
    status, tokens = redeem(local, code)
    assert status == 200
    assert tokens["access_token"].startswith(local.org_id[:15])
    assert tokens["instance_url"] == local.url
    assert (
        redeem(local, tokens["refresh_token"], grant_type="refresh_token", refresh_token=tokens["refresh_token"])[0]
        == 200
    )
    assert redeem(local, code) == (400, {"error": "invalid_grant", "error_description": "authentication failure"})


@pytest.mark.parametrize(
    "wrong",
    [
        {"code_verifier": "w" * 60},
        {"code_verifier": ""},
        {"redirect_uri": "http://localhost:1718/OauthRedirect"},
        {"client_id": "local.org.client"},
        {"code": "aPrxnone"},
    ],
)
def test_a_code_is_good_for_nothing_else(local: EmbeddedOrg, wrong: dict[str, str]) -> None:
    code = code_of(local)
    assert (
        redeem(local, wrong.get("code", code), **{k: v for k, v in wrong.items() if k != "code"})[1]["error"]
        == "invalid_grant"
    )


def test_a_client_without_pkce_may_leave_it_out(local: EmbeddedOrg) -> None:
    code = code_of(local, code_challenge="", code_challenge_method="")
    assert redeem(local, code, code_verifier="")[0] == 200


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"client_id": "nobody"}, "invalid_client_id"),
        ({"redirect_uri": "https://evil.example/x"}, "redirect_uri_mismatch"),
        ({"redirect_uri": "http://localhost.evil.example/x"}, "redirect_uri_mismatch"),
        ({"redirect_uri": ""}, "redirect_uri_mismatch"),
    ],
)
def test_the_browser_is_not_sent_elsewhere(local: EmbeddedOrg, wrong: dict[str, str], said: str) -> None:
    status, body = authorize(local, **wrong)
    assert (status, json.loads(body)["error"]) == (400, said)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
    ],
)
def test_what_it_cannot_do_goes_back_to_the_callback(local: EmbeddedOrg, wrong: dict[str, str], said: str) -> None:
    status, location = authorize(local, **wrong)
    assert (status, parse_qs(urlsplit(location).query)["error"]) == (302, [said])
