"""What is asked again, how long, and what never is; a session that expires in the middle."""

from __future__ import annotations

import json
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from toolkit.errors import AuthError, RefusedError, UnreachableError
from toolkit.org.jobs import DeployJobs, DeployOptions
from toolkit.org.org import Org
from toolkit.org.retries import Retries, seconds_of

NOW = datetime(2026, 7, 1, 12, 0, 0, tzinfo=UTC)


class Slept:
    def __init__(self) -> None:
        self.pauses: list[float] = []

    def retries(self, **more: object) -> Retries:
        return Retries(sleep=self.pauses.append, chance=random.Random(7).random, now=lambda: NOW, **more)


@pytest.fixture
def slept() -> Slept:
    return Slept()


@pytest.mark.parametrize("status", [420, 429, 502, 503, 504])
def test_a_passing_status_is_asked_again_with_growing_pauses(scripted, slept: Slept, status: int) -> None:
    for _ in range(3):
        scripted.answers.append((status, "text/html", b"<html>busy</html>"))
    scripted.json([1])
    assert scripted.http(retries=slept.retries()).call("GET", "/x", doing="ask").json("ask") == [1]
    assert len(scripted.asked) == 4
    first, second, third = slept.pauses
    assert 0.125 <= first <= 0.25 <= second <= 0.5 <= third <= 1.0


@pytest.mark.parametrize("text", ["UNABLE_TO_LOCK_ROW", "SERVER_UNAVAILABLE", "INVALID_QUERY_LOCATOR"])
def test_a_code_that_passes_is_asked_again(scripted, slept: Slept, text: str) -> None:
    scripted.json([{"errorCode": text, "message": "later"}], status=400)
    scripted.json([])
    scripted.http(retries=slept.retries()).call("GET", "/x", doing="ask")
    assert len(scripted.asked) == 2


def test_what_the_org_asks_to_wait_is_waited(scripted, slept: Slept) -> None:
    scripted.raw(b"HTTP/1.1 503 X\r\nRetry-After: 7\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    scripted.json([])
    scripted.http(retries=slept.retries()).call("GET", "/x", doing="ask")
    assert slept.pauses == [7.0]


def test_more_than_the_budget_is_not_waited(scripted, slept: Slept) -> None:
    scripted.raw(b"HTTP/1.1 503 X\r\nRetry-After: 3600\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    with pytest.raises(RefusedError) as caught:
        scripted.http(retries=slept.retries()).call("GET", "/x", doing="ask")
    assert caught.value.status == 503
    assert slept.pauses == []
    assert len(scripted.asked) == 1


def test_a_connection_that_breaks_is_tried_as_often_as_allowed(scripted, slept: Slept) -> None:
    scripted.raw(b"")
    with pytest.raises(UnreachableError):
        scripted.http(retries=slept.retries(times=2)).call("GET", "/x", doing="ask")
    assert len(scripted.asked) == 3


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 503 X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"])
def test_a_post_is_never_repeated_by_itself(scripted, slept: Slept, answer: bytes) -> None:
    scripted.raw(answer)
    with pytest.raises((UnreachableError, RefusedError)):
        scripted.http(retries=slept.retries()).call("POST", "/x", doing="start", payload={"a": 1})
    assert len(scripted.asked) == 1


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 503 X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"])
def test_saying_twice_how_something_shall_be_does_no_harm(scripted, slept: Slept, answer: bytes) -> None:
    scripted.raw(answer)
    scripted.json({})
    scripted.http(retries=slept.retries()).call("PATCH", "/x", doing="change", payload={"a": 1})
    assert len(scripted.asked) == 2
    assert scripted.asked[0].body == scripted.asked[1].body


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_what_a_locked_row_has_stopped_is_tried_again(scripted, slept: Slept, method: str) -> None:
    scripted.json([{"errorCode": "UNABLE_TO_LOCK_ROW", "message": "unable to obtain exclusive access"}], status=400)
    scripted.json({"ok": True})
    scripted.http(retries=slept.retries()).call(method, "/x", doing="save", payload={"a": 1})
    assert len(scripted.asked) == 2


def test_a_start_is_not_tried_again_even_then(scripted, slept: Slept) -> None:
    scripted.json([{"errorCode": "UNABLE_TO_LOCK_ROW", "message": "no"}], status=400)
    with pytest.raises(RefusedError):
        DeployJobs(scripted.http(retries=slept.retries()), "62.0").start(b"PK", DeployOptions())
    assert len(scripted.asked) == 1


def test_rows_that_a_lock_has_stopped_are_sent_again_and_the_others_are_not(scripted, slept: Slept) -> None:
    def locked(*codes: str) -> list[dict[str, object]]:
        return [
            {"id": f"00{n}", "success": True, "errors": []}
            if not code
            else {"success": False, "errors": [{"statusCode": code, "message": "no"}]}
            for n, code in enumerate(codes)
        ]

    scripted.json(locked("", "UNABLE_TO_LOCK_ROW", "DUPLICATE_VALUE", "UNABLE_TO_LOCK_ROW"))
    scripted.json(locked("", "UNABLE_TO_LOCK_ROW"))
    scripted.json(locked(""))
    org = Org(scripted.http(retries=slept.retries()), api_version="62.0", versions=["62.0"])
    results = org.create_all("A", [{"Name": f"{n}"} for n in range(4)])
    assert [result.success for result in results] == [True, True, False, True]
    sent = [[row["Name"] for row in json.loads(asked.body)["records"]] for asked in scripted.asked]
    assert sent == [["0", "1", "2", "3"], ["1", "3"], ["3"]]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 500])
def test_what_will_not_pass_is_not_asked_again(scripted, slept: Slept, status: int) -> None:
    scripted.json([{"errorCode": "NOT_FOUND", "message": "no"}], status=status)
    with pytest.raises((RefusedError, AuthError)):
        scripted.http(retries=slept.retries()).call("GET", "/x", doing="ask")
    assert len(scripted.asked) == 1


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, 0),
        ("", 0),
        ("12", 12),
        (" 3 ", 3),
        ("Wed, 01 Jul 2026 12:00:30 GMT", 30),
        ("Wed, 01 Jul 2026 11:00:00 GMT", 0),
        ("soon", 0),
        ("-5", 0),
        ("9" * 40, 999999999),
    ],
)
def test_retry_after(header: str | None, seconds: float) -> None:
    assert seconds_of(header, NOW) == seconds


@pytest.mark.parametrize("date", ["Thu, 01 Jan 2015 00:00:00 GMT", "Fri, 01 Jan 2038 00:00:00 GMT"])
def test_a_date_to_wait_for_goes_by_the_clock_that_it_was_set_by(scripted, slept: Slept, date: str) -> None:
    """The org and this machine are years apart."""
    later = date.replace("00:00:00", "00:00:20")
    head = f"HTTP/1.1 503 Busy\r\nDate: {date}\r\nRetry-After: {later}\r\nContent-Length: 0\r\n"
    scripted.raw(f"{head}Connection: close\r\n\r\n".encode())
    scripted.json([])
    scripted.http(retries=slept.retries()).call("GET", "/x", doing="ask")
    assert slept.pauses == [20]


EXPIRED = [{"errorCode": "INVALID_SESSION_ID", "message": "Session expired or invalid"}]


def test_an_expired_session_is_renewed_once_and_the_request_repeated(scripted) -> None:
    scripted.json(EXPIRED, status=401)
    scripted.json({"ok": True})
    http = scripted.http(renew=lambda: "00D000000000001!new_token_1")
    assert http.call("POST", "/x", doing="start", payload={"a": 1}).json("start") == {"ok": True}
    first, second = scripted.asked
    assert first.headers["Authorization"] == "Bearer 00D000000000001!AQ.scripted_token"
    assert second.headers["Authorization"] == "Bearer 00D000000000001!new_token_1"
    assert first.body == second.body
    assert http.token == "00D000000000001!new_token_1"
    assert "new_token" not in http.redact(f"x {http.token}")


def test_requests_that_are_refused_at_once_sign_in_once(scripted) -> None:
    scripted.json(EXPIRED, status=401)
    scripted.json(EXPIRED, status=401)
    scripted.json([])
    renewals, both_refused = [], threading.Barrier(2, timeout=10)

    def renew() -> str:
        renewals.append("renewed")
        return "00D000000000001!new_token_1"

    http = scripted.http(renew=renew)
    renewed = http.session.renew

    def when_both_are_refused(token: str) -> bool:
        both_refused.wait()
        return bool(renewed(token))

    http.session.renew = when_both_are_refused
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda path: http.call("GET", path, doing="ask").json("ask"), ("/a", "/b")))
    assert (answers, renewals) == ([[], []], ["renewed"])


def test_a_client_that_still_sends_the_old_token_gets_the_new_one(scripted) -> None:
    scripted.json(EXPIRED, status=401)
    scripted.json([])
    http = scripted.http(renew=lambda: "00D000000000001!new_token_1")
    old = {"Authorization": f"Bearer {http.token}"}
    http.session.get(f"{scripted.url}/a", headers=old)
    http.session.get(f"{scripted.url}/b", headers=old)
    assert [asked.headers["Authorization"][-5:] for asked in scripted.asked] == ["token", "ken_1", "ken_1"]


@pytest.mark.parametrize("renewed", ["00D000000000001!AQ.scripted_token", "00D000000000001!new_token_1"])
def test_a_session_that_stays_expired_is_a_clear_error(scripted, renewed: str) -> None:
    scripted.json(EXPIRED, status=401)
    with pytest.raises(AuthError) as caught:
        scripted.http(renew=lambda: renewed).call("GET", "/x", doing="ask")
    assert str(caught.value).startswith("ask: INVALID_SESSION_ID: Session expired or invalid (sign in again")
    assert len(scripted.asked) == (1 if renewed.endswith("scripted_token") else 2)
