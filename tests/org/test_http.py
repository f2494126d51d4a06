"""Every lower-layer failure comes out as an OrgError that says what was being done and never holds the token."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
import requests
import simple_salesforce.exceptions as ss

from toolkit.errors import AuthError, OrgError, RefusedError, RequestError, UsageError
from toolkit.org.faults import errors_of, of_simple_salesforce, translated
from toolkit.org.http import Http, Limits, origin_of, session_to
from toolkit.org.redact import Redactor
from toolkit.org.retries import NONE

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def call(http: Http) -> object:
    return http.call("GET", "/services/data", doing="ask").json("ask")


def leaves(kind: type[BaseException]) -> Iterator[type[BaseException]]:
    yield kind
    for below in kind.__subclasses__():
        yield from leaves(below)


@pytest.mark.parametrize(
    "kind",
    [k for k in leaves(requests.exceptions.RequestException) if k.__module__.startswith("requests")],
    ids=lambda k: k.__name__,
)
def test_every_exception_of_requests_is_mapped(kind: type[requests.exceptions.RequestException]) -> None:
    secret = "00D000000000001!AQ.abcdef"
    error = kind.__new__(kind)
    error.args = (f"failed with {secret}",)
    with (
        pytest.raises(RequestError) as caught,
        translated("ask", host="h.my.salesforce.com", redact=Redactor()),
    ):
        raise error
    (problem,) = caught.value.problems
    assert problem.message.startswith("ask: ")
    assert problem.mend
    assert secret not in str(problem)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("kind", list(leaves(ss.SalesforceError)), ids=lambda k: k.__name__)
def test_every_exception_of_simple_salesforce_is_mapped(kind: type[Exception]) -> None:
    content = [{"errorCode": "MALFORMED_QUERY", "message": "unexpected token"}, {"errorCode": "B", "message": "c"}]
    if kind is ss.SalesforceAuthenticationFailed:
        error: Exception = kind("invalid_grant", "expired authorization code")
    else:
        error = kind("https://h/q", 401 if kind is ss.SalesforceExpiredSession else 400, "query", content)
    with pytest.raises(OrgError) as caught, translated("query User", host="h", redact=Redactor()):
        raise error
    assert all(problem.message.startswith("query User: ") for problem in caught.value.problems)
    is_auth = kind in (ss.SalesforceAuthenticationFailed, ss.SalesforceExpiredSession)
    assert isinstance(caught.value, AuthError) is is_auth
    if not is_auth:
        assert [p.message for p in caught.value.problems] == [
            "query User: MALFORMED_QUERY: unexpected token",
            "query User: B: c",
        ]


def test_an_exception_of_ours_or_of_python_is_left_alone() -> None:
    with pytest.raises(KeyError), translated("ask", host="h", redact=Redactor()):
        raise KeyError("x")


def test_simple_salesforce_with_a_body_that_is_no_json() -> None:
    error = of_simple_salesforce(
        ss.SalesforceGeneralError("u", 503, "q", "<html>down</html>"), doing="query", redact=Redactor()
    )
    assert str(error) == (
        "query: HTTP 503: the answer is not JSON (the org had a fault of its own; run it again, "
        "and look at status.salesforce.com if it stays)"
    )


def test_nobody_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(RequestError) as caught:
        call(Http(f"http://127.0.0.1:{port}", "00D000000000001!x", redact=Redactor(), retries=NONE))
    assert str(caught.value) == f"ask: no connection to 127.0.0.1:{port} (check the org's URL and the network)"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "no connection to"),
        (b"garbage\r\n\r\n", "no connection to"),
        (OK + b"Content-Length: 100\r\n\r\n[1", "broke off"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", "broke off"),
        (OK + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd", "damaged"),
        (OK + b"Content-Length: 4\r\n\r\n<htm", "the answer is not JSON (application/json, 4 bytes)"),
        (
            b"HTTP/1.1 500 X\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\n<x",
            "HTTP 500: the answer is not JSON",
        ),
    ],
)
def test_broken_answers(scripted, raw: bytes, said: str) -> None:
    scripted.raw(raw)
    with pytest.raises(RequestError) as caught:
        call(scripted.http())
    assert said in str(caught.value)


def test_a_silent_server_and_a_slow_one_are_left(scripted) -> None:
    scripted.raw(OK + b"Content-Length: 1000\r\n\r\n[")
    with pytest.raises(RequestError, match=r"broke off|too long"):
        call(scripted.http(Limits(silence=0.2)))


def test_an_answer_without_end_is_cut(scripted) -> None:
    scripted.json("x" * 5000)
    with pytest.raises(RequestError, match="larger than 1,000 bytes"):
        call(scripted.http(Limits(size=1000)))


def test_a_redirect_is_never_followed_because_it_would_carry_the_token_away(scripted) -> None:
    scripted.raw(b"HTTP/1.1 302 Found\r\nLocation: https://evil.example/x?y\r\nContent-Length: 0\r\n\r\n")
    with pytest.raises(RefusedError) as caught:
        call(scripted.http())
    assert str(caught.value) == (
        "ask: HTTP 302: the org redirects to evil.example (use the address that it names as the org's URL)"
    )
    assert len(scripted.asked) == 1


def test_the_netrc_file_never_replaces_our_token(scripted, tmp_path, monkeypatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login me password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    scripted.json([])
    http = scripted.http()
    http.session.trust_env = True
    call(http)
    assert scripted.asked[0].headers["Authorization"].startswith("Bearer 00D")


def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(scripted, monkeypatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    scripted.json([])
    assert call(scripted.http()) == []


def test_every_error_of_an_answer_is_told(scripted) -> None:
    scripted.json(
        [
            {"errorCode": "REQUIRED_FIELD_MISSING", "message": "Required fields are missing", "fields": ["Name", "X"]},
            {"errorCode": "INVALID_FIELD", "message": "No such column"},
        ],
        status=400,
    )
    with pytest.raises(RefusedError) as caught:
        call(scripted.http())
    assert caught.value.codes == ("REQUIRED_FIELD_MISSING", "INVALID_FIELD")
    assert [str(p) for p in caught.value.problems] == [
        "ask: REQUIRED_FIELD_MISSING: Required fields are missing [Name, X]",
        "ask: INVALID_FIELD: No such column (the org has no field of this name, or the user may not see it)",
    ]


def test_error_bodies_of_every_shape() -> None:
    assert [str(e) for e in errors_of(400, b'{"error":"invalid_grant","error_description":"x"}', "")] == [
        "invalid_grant: x"
    ]
    assert [str(e) for e in errors_of(404, b"[]", "")] == ["HTTP 404: no reason was given"]
    assert [str(e) for e in errors_of(400, b'{"message":"m","errorCode":"C"}', "")] == ["C: m"]
    assert [str(e) for e in errors_of(400, b'"text"', "")] == ["HTTP 400: text"]


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        ("acme.my.salesforce.com", "https://acme.my.salesforce.com"),
        ("https://acme.my.salesforce.com/lightning/page", "https://acme.my.salesforce.com"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_origins(given: str, origin: str) -> None:
    assert origin_of(given) == origin


@pytest.mark.parametrize("given", ["", "ftp://x", "https://user:pw@x", "https://", "https://x:port"])
def test_addresses_that_are_none(given: str) -> None:
    with pytest.raises(UsageError, match="not an address of an org"):
        origin_of(given)


def test_plain_http_is_for_this_machine_alone() -> None:
    with pytest.raises(AuthError, match="tokens may not travel over plain http"):
        session_to("http://acme.my.salesforce.com", limits=Limits())
