"""HTTP to one org: time and size limits and the Bearer header in one place, for simple-salesforce too."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from toolkit import __version__
from toolkit.errors import AuthError, RequestError, UsageError
from toolkit.org.faults import errors_of, refused, translated
from toolkit.org.redact import Redactor
from toolkit.org.values import Json

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds for connecting, for silence between two pieces and for a whole answer; bytes of an answer."""

    connect: float = 15.0
    silence: float = 120.0
    answer: float = 600.0
    size: int = 900 * 1024 * 1024


class Body(Protocol):
    """A request body that is read piece by piece; its length in bytes is known beforehand."""

    def __len__(self) -> int: ...

    def read(self, size: int = -1) -> bytes: ...


class _KeepHeaders(AuthBase):
    """Stops requests from putting the password of ~/.netrc in place of our Bearer header."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


class _Redirected(HTTPAdapter):
    """Sends what is addressed to one origin to another: simple-salesforce writes https://... into every URL."""

    def __init__(self, written: str, meant: str) -> None:
        super().__init__()
        self._written = written
        self._meant = meant

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        url = request.url or ""
        if url.startswith(self._written):
            request.url = self._meant + url[len(self._written) :]
            request.headers.pop("Host", None)
        return super().send(request, *args, **kwargs)


class LimitedSession(requests.Session):
    """A requests session that never waits for ever, never reads without end and never follows a redirect."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._limits = limits
        self._clock = clock
        self.auth = _KeepHeaders()
        self.headers["User-Agent"] = f"sfmeta/{__version__}"

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        kwargs.setdefault("timeout", (self._limits.connect, self._limits.silence))
        kwargs["allow_redirects"] = False
        kwargs["stream"] = True
        response = super().request(method, url, *args, **kwargs)
        with response:
            response._content = b"".join(self._pieces(response))  # what requests itself does in Response.content
        return response

    def _pieces(self, response: requests.Response) -> Iterable[bytes]:
        started, size = self._clock(), 0
        for piece in response.iter_content(_CHUNK):
            size += len(piece)
            if size > self._limits.size:
                raise requests.exceptions.RequestException(f"the answer is larger than {self._limits.size:,} bytes")
            if self._clock() - started > self._limits.answer:
                raise requests.exceptions.ReadTimeout("the answer took too long")
            yield piece


def session_to(url: str, *, limits: Limits) -> LimitedSession:
    """A session for the origin of this URL.

    Plain http is for this machine alone: anywhere else a token would travel in the clear, which is an AuthError.
    A local address is reached directly, past any proxy that the environment names.
    """
    origin = origin_of(url)
    parsed = urlsplit(origin)
    session = LimitedSession(limits)
    if parsed.hostname in LOOPBACK:
        session.trust_env = parsed.scheme == "https"  # REQUESTS_CA_BUNDLE still counts for a local TLS server
        session.proxies = {"no_proxy": parsed.hostname or ""}
    elif parsed.scheme != "https":
        raise AuthError.of(f"{origin}: tokens may not travel over plain http", mend="use https://")
    if parsed.scheme == "http":
        written = f"https://{parsed.netloc}/"
        session.mount(written, _Redirected(written, f"{origin}/"))
    return session


def origin_of(url: str) -> str:
    """scheme://host[:port] of a URL; a bare host means https. UsageError when it is not an address."""
    text = url.strip() if "://" in url else f"https://{url.strip()}"
    try:
        parsed = urlsplit(text)
        port = parsed.port
    except ValueError:
        raise UsageError.of(f"not an address of an org: {url!r}", mend="write https://host") from None
    if parsed.scheme not in ("http", "https") or not parsed.hostname or parsed.username:
        raise UsageError.of(f"not an address of an org: {url!r}", mend="write https://host")
    host = f"[{parsed.hostname}]" if ":" in parsed.hostname else parsed.hostname
    return f"{parsed.scheme}://{host}" + (f":{port}" if port else "")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for a request of ours."""

    status: int
    body: bytes
    content_type: str

    def json(self, doing: str) -> Json:
        """The body as JSON; RequestError when it is something else."""
        try:
            value: Json = json.loads(self.body)
        except ValueError:
            raise RequestError.of(
                f"{doing}: the answer is not JSON ({self.content_type or 'no content type'}, {len(self.body)} bytes)",
                mend="check that the URL is the org's own address; a login or maintenance page may have answered",
            ) from None
        return value


class Http:
    """Requests to one org under one access token. Every failure is an OrgError; no text holds the token."""

    def __init__(self, url: str, token: str, *, redact: Redactor, limits: Limits | None = None) -> None:
        redact.learn(token)
        self.origin = origin_of(url)
        self.token = token
        self.redact = redact
        self.session = session_to(self.origin, limits=limits or Limits())

    @property
    def host(self) -> str:
        return urlsplit(self.origin).netloc

    def call(
        self,
        method: str,
        path: str,
        *,
        doing: str,
        payload: Json = None,
        body: bytes | Body | None = None,
        headers: Mapping[str, str] | None = None,
        authorized: bool = True,
        ok: Callable[[int], bool] = lambda status: 200 <= status < 300,
    ) -> Answer:
        """One request to a path of the org; payload is sent as JSON, body as it is.

        doing names the deed in messages. An answer whose status is not ok raises AuthError or RefusedError.
        """
        sent: dict[str, str] = {"Authorization": f"Bearer {self.token}"} if authorized else {}
        sent |= headers or {}
        data: Any = body
        if payload is not None:
            data = json.dumps(payload).encode()
            sent["Content-Type"] = "application/json"
        with translated(doing, host=self.host, redact=self.redact):
            response = self.session.request(method, self.origin + path, data=data, headers=sent)
        content_type = response.headers.get("Content-Type", "")
        if not ok(response.status_code):
            entries = errors_of(response.status_code, response.content, content_type, response.headers.get("Location"))
            raise refused(entries, doing=doing, redact=self.redact, status=response.status_code)
        return Answer(response.status_code, response.content, content_type)
