"""A record of the HTTP exchanges with an org, for people who have to find out what happened. No credential is in it."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests

from toolkit.errors import UsageError
from toolkit.org.redact import MASK, Redactor

LONGEST = 64 * 1024
"""Bytes of a body that are written; the rest is counted."""

_HEADERS = frozenset(
    {
        "accept",
        "accept-encoding",
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "date",
        "location",
        "retry-after",
        "server",
        "sforce-limit-info",
        "soapaction",
        "transfer-encoding",
        "user-agent",
        "www-authenticate",
        "x-request-id",
    }
)
"""Headers that are written; of all others, as one of them may be a token or a cookie, the name alone is."""

_CREDENTIALS = ("/services/oauth2/", "/services/Soap/u/", "/services/Soap/c/")
"""Paths whose requests and good answers are made of credentials: their bodies are not written."""

_ZIP = re.compile(r"(<(?:\w+:)?(?:zipFile|ZipFile)>)([^<(]+)")


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Trace:
    """A file that gets one line of JSON for each exchange. It is readable by its owner alone, and added to.

    say is told once when nothing more can be written: that ends the trace, never what is being done.
    """

    path: Path
    redact: Redactor
    say: Callable[[str], None]
    now: Callable[[], datetime] = _now
    _over: bool = field(default=False, init=False)

    def open(self) -> None:
        """Make the file, or see that it can be added to. UsageError otherwise, and when others can read it."""
        try:
            handle = self._handle()
        except OSError as error:
            raise UsageError.of(f"the trace {self.path} cannot be written: {error.strerror}") from None
        with os.fdopen(handle) as stream:
            if os.name == "posix" and os.fstat(stream.fileno()).st_mode & 0o077:
                raise UsageError.of(
                    f"the trace {self.path} exists and others can read it", mend="delete it, or name another file"
                )

    def exchange(
        self,
        sent: requests.PreparedRequest,
        seconds: float,
        *,
        answer: requests.Response | None = None,
        error: Exception | None = None,
    ) -> None:
        """Write down one request and what came of it."""
        if self._over:
            return
        row: dict[str, object] = {
            "at": self.now().isoformat(timespec="milliseconds"),
            "seconds": round(seconds, 3),
            "method": sent.method,
            "url": self.redact(sent.url or ""),
            "request": {"headers": self._headers(sent.headers), "body": self._sent(sent)},
        }
        if answer is not None:
            row["status"] = answer.status_code
            row["answer"] = {"headers": self._headers(answer.headers), "body": self._answered(sent, answer)}
        if error is not None:
            row["error"] = self.redact(f"{type(error).__name__}: {error}")
        self._write(json.dumps(row, ensure_ascii=False) + "\n")

    def _headers(self, headers: Mapping[str, Any]) -> dict[str, str]:
        return {
            name: self.redact(str(value)) if name.lower() in _HEADERS else MASK
            for name, value in sorted(headers.items())
        }

    def _sent(self, sent: requests.PreparedRequest) -> str | None:
        if sent.body is None:
            return None
        if _is_credential(sent):
            return "(credentials, not written)"
        body: Any = sent.body
        if isinstance(body, (bytes, str)):
            return self._shown(body)
        return self.redact(body.shown())

    def _answered(self, sent: requests.PreparedRequest, answer: requests.Response) -> str:
        if _is_credential(sent) and answer.status_code < 400:
            return "(credentials, not written)"
        return self._shown(answer.content)

    def _shown(self, body: bytes | str) -> str:
        """The beginning of a body; what a zip holds is counted."""
        data = body.encode() if isinstance(body, str) else body
        if data[:2] == b"PK":
            return f"({len(data):,} bytes of a zip)"
        text = _ZIP.sub(lambda found: f"{found[1]}({len(found[2]):,} characters)", data.decode("utf-8", "replace"))
        text = self.redact(text)  # before it is cut: half a secret would not be known again
        return text if len(text) <= LONGEST else f"{text[:LONGEST]}... ({len(text) - LONGEST:,} characters more)"

    def _write(self, line: str) -> None:
        try:
            handle = self._handle()
            try:
                os.write(handle, line.encode("utf-8", "replace"))
            finally:
                os.close(handle)
        except OSError as error:
            self._over = True
            self.say(f"the trace {self.path} ends here: {error.strerror}")

    def _handle(self) -> int:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
        return os.open(self.path, flags, 0o600)


def _is_credential(sent: requests.PreparedRequest) -> bool:
    path = sent.path_url.partition("?")[0]
    return path.startswith(_CREDENTIALS) and "userinfo" not in path
