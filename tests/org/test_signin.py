"""Signing in: what is sent, what comes of it, and that no secret gets into a text."""

from __future__ import annotations

import base64
import json
import re
import time
from urllib.parse import parse_qs

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from toolkit.errors import AuthError
from toolkit.org.net import Net
from toolkit.org.org import connect
from toolkit.org.redact import Redactor
from toolkit.org.signin import AccessToken, ClientCredentials, JwtBearer, bearer_assertion

TOKEN = "00D000000000001!AQ.scripted_token"


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def test_the_assertion_is_signed_and_says_who_for_whom_and_until_when(key: rsa.RSAPrivateKey) -> None:
    credentials = JwtBearer("https://test.salesforce.com/", "3MVG9abc", "ada@acme.example", pem(key))
    head, body, signature = bearer_assertion(credentials, now=1000).split(".")
    assert json.loads(decoded(head)) == {"alg": "RS256", "typ": "JWT"}
    assert json.loads(decoded(body)) == {
        "iss": "3MVG9abc",
        "sub": "ada@acme.example",
        "aud": "https://test.salesforce.com",
        "exp": 1180,
    }
    key.public_key().verify(decoded(signature), f"{head}.{body}".encode(), padding.PKCS1v15(), hashes.SHA256())


def test_an_audience_may_be_given(key: rsa.RSAPrivateKey) -> None:
    credentials = JwtBearer("https://a.my.salesforce.com", "c", "u", pem(key), "https://login.salesforce.com")
    assert (
        json.loads(decoded(bearer_assertion(credentials, now=0).split(".")[1]))["aud"] == "https://login.salesforce.com"
    )


@pytest.mark.parametrize("text", ["", "not a key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"])
def test_a_key_that_is_none_is_told_without_being_shown(text: str) -> None:
    with pytest.raises(AuthError) as caught:
        bearer_assertion(JwtBearer("https://x", "c", "u", text), now=0)
    assert str(caught.value) == (
        "the private key cannot be read (give the app's RSA private key in PEM form, without a passphrase)"
    )


def test_a_key_whose_line_ends_a_pipeline_has_written_out(key: rsa.RSAPrivateKey) -> None:
    flat = pem(key).strip().replace("\n", "\\n")
    assert "\n" not in flat
    given = JwtBearer("https://x", "key", "me@x.example", flat)
    whole = JwtBearer("https://x", "key", "me@x.example", pem(key))
    assert bearer_assertion(given, now=5) == bearer_assertion(whole, now=5)


def test_a_key_of_another_kind_is_refused() -> None:
    with pytest.raises(AuthError, match="not an RSA key"):
        bearer_assertion(JwtBearer("https://x", "c", "u", pem(ec.generate_private_key(ec.SECP256R1()))), now=0)


def test_jwt_sign_in(scripted, key: rsa.RSAPrivateKey) -> None:
    scripted.json({"access_token": TOKEN, "instance_url": scripted.url, "id": "x"})
    redact = Redactor()
    signed = JwtBearer(scripted.url, "3MVG9abc", "ada@acme.example", pem(key)).sign_in(Net(redact))
    assert (signed.url, signed.token) == (scripted.url, TOKEN)
    form = parse_qs(scripted.asked[0].body.decode())
    assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
    claims = json.loads(decoded(form["assertion"][0].split(".")[1]))
    assert time.time() < claims["exp"] < time.time() + 300
    assert "***" in redact(f"got {form['assertion'][0]} and {TOKEN}")
    assert "AQ.scripted" not in redact(f"got {TOKEN}")
    assert TOKEN not in repr(signed)


def test_client_credentials_sign_in(scripted) -> None:
    scripted.json({"access_token": TOKEN, "instance_url": scripted.url})
    signed = ClientCredentials(scripted.url, "key", "hidden-secret").sign_in(Net())
    assert signed.token == TOKEN
    (asked,) = scripted.asked
    assert parse_qs(asked.body.decode()) == {"grant_type": ["client_credentials"]}
    assert asked.headers["Authorization"] == "Basic " + base64.b64encode(b"key:hidden-secret").decode()


def test_client_credentials_need_my_domain() -> None:
    with pytest.raises(AuthError, match=r"do not work at login\.salesforce\.com"):
        ClientCredentials("https://login.salesforce.com", "k", "s").sign_in(Net())


@pytest.mark.parametrize(
    ("error", "description", "mend"),
    [
        ("invalid_grant", "user hasn't approved this consumer", "check that the user is approved for the app"),
        ("invalid_client", "invalid client credentials", "check the client id and its secret"),
        ("invalid_app_access", "user is not admin approved to access this app", "access list"),
    ],
)
def test_a_refused_sign_in_says_why_and_how_to_mend_it(scripted, error: str, description: str, mend: str) -> None:
    scripted.json({"error": error, "error_description": description}, status=400)
    with pytest.raises(AuthError) as caught:
        ClientCredentials(scripted.url, "key", "hidden-secret").sign_in(Net())
    text = str(caught.value)
    assert text.startswith(f"sign in by client credentials: {error}: {description} (")
    assert mend in text
    assert "hidden" not in text


def test_an_answer_that_is_no_json_or_holds_no_token(scripted) -> None:
    scripted.answers.append((200, "text/html", b"<html>log in</html>"))
    with pytest.raises(AuthError) as caught:
        ClientCredentials(scripted.url, "key", "s3cr3t").sign_in(Net())
    assert "sign in by client credentials" in str(caught.value)
    scripted.answers[:] = []
    scripted.json({"access_token": None, "instance_url": scripted.url})
    with pytest.raises(AuthError, match="holds no token"):
        ClientCredentials(scripted.url, "key", "s3cr3t").sign_in(Net())
    for status, answer in (
        (401, [{"errorCode": "INVALID_SESSION_ID"}]),
        (200, ["no"]),
        (200, {"access_token": "00D!x"}),
    ):
        scripted.answers[:] = []
        scripted.json(answer, status)
        with pytest.raises(AuthError, match="not that of a token endpoint"):
            ClientCredentials(scripted.url, "key", "s3cr3t").sign_in(Net())


@pytest.mark.parametrize("token", ["", "  ", "a b", "a\nb", "tok\x00en"])
def test_an_access_token_that_cannot_be_one(token: str) -> None:
    with pytest.raises(AuthError, match="empty or holds blanks"):
        AccessToken("https://x", token).sign_in(Net())


@pytest.mark.parametrize(
    ("asked", "agreed"), [(None, "67.0"), ("62.0", "62.0"), ("67.0", "67.0"), ("70.0", "67.0"), ("8.0", "9.0")]
)
def test_the_api_version_is_agreed_on(scripted, asked: str | None, agreed: str) -> None:
    scripted.json([{"version": v, "url": f"/services/data/v{v}"} for v in ("9.0", "62.0", "67.0")])
    org = connect(AccessToken(scripted.url, TOKEN), api_version=asked)
    assert org.api_version == agreed
    assert org.versions == ("9.0", "62.0", "67.0")


@pytest.mark.parametrize(
    ("asked", "used", "said"),
    [
        ("67.0", "63.0", ["API version 63.0 is used instead of 67.0: {host} does not have a newer one"]),
        ("62.0", "62.0", []),
        (None, "63.0", []),
    ],
)
def test_a_lower_version_than_asked_for_is_said(scripted, asked: str | None, used: str, said: list[str]) -> None:
    scripted.json([{"version": "62.0"}, {"version": "63.0"}])
    told: list[str] = []
    assert connect(AccessToken(scripted.url, TOKEN), api_version=asked, say=told.append).api_version == used
    assert told == [line.format(host=scripted.url[7:]) for line in said]


def test_a_wrong_clock_of_this_machine_is_said_where_an_assertion_is_refused(scripted, key: rsa.RSAPrivateKey) -> None:
    """The platform says invalid_grant for it, and nothing of clocks."""
    body = b'{"error":"invalid_grant","error_description":"expired authorization code"}'
    head = "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nConnection: close\r\n"
    scripted.raw(f"{head}Date: Thu, 01 Jan 2015 00:00:00 GMT\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
    with pytest.raises(AuthError) as caught:
        JwtBearer(scripted.url, "key", "me@x.example", pem(key)).sign_in(Net())
    assert re.search(
        r"\nthis machine's clock is \d+ minutes ahead of the org's \(set the clock: an assertion is good for 3 minutes",
        str(caught.value),
    )
    scripted.answers[:] = []
    scripted.answers.append((400, "application/json", body))
    with pytest.raises(AuthError) as caught:
        JwtBearer(scripted.url, "key", "me@x.example", pem(key)).sign_in(Net())
    assert "clock is" not in str(caught.value)
