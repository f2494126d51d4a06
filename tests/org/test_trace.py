"""The record of HTTP exchanges: what is in it, what is not, and that it stops nothing."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from toolkit.errors import RequestError, UsageError
from toolkit.org.jobs import DeployJobs, DeployOptions, Wire
from toolkit.org.net import Net
from toolkit.org.oauth import ask_for_tokens
from toolkit.org.redact import MASK, Redactor
from toolkit.org.trace import LONGEST, Trace

TOKEN = "00D000000000001!AQ.scripted_token"
SECRET = TOKEN.partition("!")[2]


class Told:
    def __init__(self, path: Path) -> None:
        self.said: list[str] = []
        self.redact = Redactor(TOKEN)
        self.trace = Trace(path, self.redact, self.said.append)

    def rows(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.trace.path.read_text().splitlines()]


@pytest.fixture
def told(tmp_path: Path) -> Told:
    return Told(tmp_path / "trace.jsonl")


def test_an_exchange_is_a_line_of_json_without_the_token(scripted, told: Told) -> None:
    scripted.json({"records": [{"Name": f"Ada {TOKEN}"}]})
    scripted.http(trace=told.trace).call("POST", f"/a?b={TOKEN}", doing="try", payload={"key": TOKEN, "n": 1})
    (row,) = told.rows()
    assert row["method"] == "POST"
    assert row["status"] == 200
    assert row["url"] == f"{scripted.url}/a?b={MASK}"
    assert row["request"]["headers"]["Authorization"] == MASK
    assert row["request"]["headers"]["User-Agent"].startswith("sfmeta/")
    assert json.loads(row["request"]["body"]) == {"key": MASK, "n": 1}
    assert json.loads(row["answer"]["body"]) == {"records": [{"Name": f"Ada {MASK}"}]}
    assert SECRET not in told.trace.path.read_text()


@pytest.mark.parametrize("wire", [Wire.REST, Wire.SOAP])
def test_a_zip_is_counted_and_what_the_job_was_told_is_shown(scripted, told: Told, wire: Wire) -> None:
    scripted.json({"id": "0Af000000000001AAA"})
    jobs = DeployJobs(scripted.http(trace=told.trace), "62.0", wire=wire)
    try:
        jobs.start(b"PK" + b"\0" * 5000, DeployOptions(check_only=True))
    except RequestError:
        assert wire is Wire.SOAP  # the scripted answer is JSON
    (row,) = told.rows()
    body = str(row["request"]["body"])
    assert "(5,002 bytes of a zip)" in body
    assert "checkOnly" in body
    assert SECRET not in body


def test_the_token_endpoint_is_recorded_without_what_it_gives_and_takes(scripted, told: Told) -> None:
    scripted.json({"access_token": "new-token-of-the-org", "instance_url": scripted.url, "refresh_token": "r3fresh-me"})
    form = {"grant_type": "refresh_token", "refresh_token": "not-learned-yet", "client_id": "c"}
    ask_for_tokens(scripted.url, form, doing="sign in", net=Net(told.redact, trace=told.trace))
    text = told.trace.path.read_text()
    assert '"status": 200' in text
    for secret in ("new-token-of-the-org", "r3fresh-me", "not-learned-yet"):
        assert secret not in text


def test_a_retrieved_zip_is_counted(scripted, told: Told) -> None:
    scripted.xml(f"<a><zipFile>{'QUJD' * 1000}</zipFile><b>kept</b></a>")
    scripted.http(trace=told.trace).call("GET", "/a", doing="try")
    (row,) = told.rows()
    assert row["answer"]["body"] == "<a><zipFile>(4,000 characters)</zipFile><b>kept</b></a>"


def test_a_long_answer_is_cut_after_it_was_redacted(scripted, told: Told) -> None:
    scripted.answers.append((200, "text/plain", b"x" * (LONGEST - 10) + TOKEN.encode() + b"y" * 100))
    scripted.http(trace=told.trace).call("GET", "/a", doing="try")
    text = told.trace.path.read_text()
    assert "AQ.scr" not in text
    assert "characters more)" in text


def test_a_request_without_an_answer_has_its_error(scripted, told: Told) -> None:
    scripted.raw(b"")
    with pytest.raises(RequestError):
        scripted.http(trace=told.trace).call("POST", "/a", doing="try")
    (row,) = told.rows()
    assert "status" not in row
    assert str(row["error"]).startswith("ConnectionError: ")


def test_the_file_is_its_owners_alone_and_is_added_to(scripted, told: Told) -> None:
    scripted.json({})
    for _ in range(2):
        told.trace.open()
        scripted.http(trace=told.trace).call("GET", "/a", doing="try")
    assert len(told.rows()) == 2
    assert stat.S_IMODE(told.trace.path.stat().st_mode) == 0o600


def test_a_file_that_others_can_read_is_refused(told: Told) -> None:
    told.trace.path.touch()
    told.trace.path.chmod(0o644)
    with pytest.raises(UsageError, match="others can read it"):
        told.trace.open()


def test_a_link_is_not_followed_and_a_missing_folder_is_told(told: Told, tmp_path: Path) -> None:
    told.trace.path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="cannot be written"):
        told.trace.open()
    assert not (tmp_path / "elsewhere").exists()
    with pytest.raises(UsageError, match="cannot be written"):
        Trace(tmp_path / "no" / "t", told.redact, print).open()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")  # noqa: PTH110  # at import
def test_a_full_disk_ends_the_trace_and_nothing_else(scripted) -> None:
    told = Told(Path("/dev/full"))
    scripted.json({})
    http = scripted.http(trace=told.trace)
    for _ in range(2):
        assert http.call("GET", "/a", doing="try").status == 200
    assert told.said == ["the trace /dev/full ends here: No space left on device"]
