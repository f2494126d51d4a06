"""HTTP to one org: time and size limits and the Bearer header in one place, for simple-salesforce too."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from toolkit import __version__
from toolkit.errors import AuthError, RequestError, UsageError
from toolkit.org.faults import errors_of, refused, translated
from toolkit.org.orgtime import OrgTime
from toolkit.org.redact import Redactor
from toolkit.org.retries import IDEMPOTENT, PASSING_FAULTS, Retries, is_locked, is_passing, seconds_asked
from toolkit.org.trace import Trace
from toolkit.org.values import Json

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_CHUNK = 256 * 1024

Keep = Callable[[Iterable[bytes]], bytes]
"""What is kept in memory of an answer, given its pieces as they arrive; for an answer that may be large."""


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

    def rewind(self) -> None:
        """Begin again, for a request whose session had expired."""

    def shown(self) -> str:
        """What a trace says of it."""


class Bearer(AuthBase):
    """The access token in use, put in place of an expired one that a client still sends.

    It also stops requests from putting the password of ~/.netrc in place of the Bearer header.
    """

    def __init__(self) -> None:
        self.token = ""
        self._expired: set[str] = set()

    def replace(self, token: str) -> None:
        """From now on this token is sent."""
        if self.token:
            self._expired.add(f"Bearer {self.token}")
        self.token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if request.headers.get("Authorization") in self._expired:
            request.headers["Authorization"] = f"Bearer {self.token}"
        return request


class Redirected(HTTPAdapter):
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
    """A requests session that never waits for ever, never reads without end and never follows a redirect.

    What may be asked twice without harm is asked again after a passing fault, and whatever a locked row has stopped, as
    `Retries` allows. A session that has expired is renewed once, silently, and the request repeated once: the org has
    done nothing for it.
    """

    def __init__(
        self,
        limits: Limits,
        clock: Callable[[], float] = time.monotonic,
        retries: Retries | None = None,
        trace: Trace | None = None,
    ) -> None:
        super().__init__()
        self._limits = limits
        self._trace = trace
        self._clock = clock
        self.retries = retries or Retries()
        self.bearer = Bearer()
        self.time = OrgTime()
        self.renew: Callable[[str], bool] | None = None
        """Replaces the access token of `bearer`, given the one that was refused; False when there is no newer one."""
        self.auth = self.bearer
        self.headers["User-Agent"] = f"sfmeta/{__version__}"

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        again = kwargs.pop("again", str(method).upper() in IDEMPOTENT)
        patience = kwargs.pop("patience", None)
        silence = self._limits.silence if patience is None else min(self._limits.silence, max(1.0, patience))
        kwargs.setdefault("timeout", (min(self._limits.connect, silence), silence))
        kwargs["allow_redirects"] = False
        kwargs["stream"] = True
        kwargs["hooks"] = {"response": partial(self._read, kwargs.pop("keep", None) or b"".join)}
        response = self._patiently(method, url, args, kwargs, again=again)
        refused_token = _bearer_of(response) if response.status_code == 401 else None
        if refused_token is not None and self.renew is not None and self.renew(refused_token):
            if hasattr(kwargs.get("data"), "rewind"):
                kwargs["data"].rewind()
            response = self._patiently(method, url, args, kwargs, again=again)
        return response

    def _patiently(
        self, method: str | bytes, url: str | bytes, args: tuple[Any, ...], kwargs: dict[str, Any], *, again: bool
    ) -> requests.Response:
        attempt = self.retries.attempt()
        while True:
            try:
                response = super().request(method, url, *args, **kwargs)
            except PASSING_FAULTS as error:
                if not again or not attempt.goes_on() or isinstance(error, requests.exceptions.SSLError):
                    raise
                continue
            undone = is_locked(response) and not hasattr(kwargs.get("data"), "read")
            passing = undone or (again and is_passing(response))
            if passing and attempt.goes_on(response):
                continue
            return response

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """One exchange, written down when there is a trace."""
        began = self._clock()
        try:
            response = super().send(request, **kwargs)
        except Exception as error:
            if self._trace is not None:
                self._trace.exchange(request, self._clock() - began, error=error)
            raise
        self.time.hear(response.headers.get("Date"))
        if self._trace is not None:
            self._trace.exchange(request, self._clock() - began, answer=response)
        return response

    def _read(self, keep: Keep, response: requests.Response, **_kwargs: Any) -> None:
        """Read an answer within the limits, as soon as its head is there."""
        with response:
            response._content = keep(self._pieces(response))  # what requests itself does in Response.content

    def _pieces(self, response: requests.Response) -> Iterable[bytes]:
        started, size = self._clock(), 0
        for piece in response.iter_content(_CHUNK):
            size += len(piece)
            if size > self._limits.size:
                raise requests.exceptions.RequestException(f"the answer is larger than {self._limits.size:,} bytes")
            if self._clock() - started > self._limits.answer:
                raise requests.exceptions.ReadTimeout("the answer took too long")
            yield piece


def _bearer_of(response: requests.Response) -> str | None:
    """The access token that the request was made with."""
    kind, _, token = str(response.request.headers.get("Authorization", "")).partition(" ")
    return token if kind == "Bearer" else None


def session_to(
    url: str, *, limits: Limits, retries: Retries | None = None, trace: Trace | None = None
) -> LimitedSession:
    """A session for the origin of this URL.

    Plain http is for this machine alone: anywhere else a token would travel in the clear, which is an AuthError.
    A local address is reached directly, past any proxy that the environment names.
    """
    origin = origin_of(url)
    parsed = urlsplit(origin)
    session = LimitedSession(limits, retries=retries, trace=trace)
    if parsed.hostname in LOOPBACK:
        session.trust_env = parsed.scheme == "https"  # REQUESTS_CA_BUNDLE still counts for a local TLS server
        session.proxies = {"no_proxy": parsed.hostname or ""}
    elif parsed.scheme != "https":
        raise AuthError.of(f"{origin}: tokens may not travel over plain http", mend="use https://")
    if parsed.scheme == "http":
        written = f"https://{parsed.netloc}/"
        session.mount(written, Redirected(written, f"{origin}/"))
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
    """Requests to one org under one access token. Every failure is an OrgError; no text holds the token.

    renew signs in again and returns the new access token; None when nothing but the user can do that.
    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        redact: Redactor,
        limits: Limits | None = None,
        renew: Callable[[], str] | None = None,
        retries: Retries | None = None,
        trace: Trace | None = None,
    ) -> None:
        redact.learn(token)
        self.origin = origin_of(url)
        self.redact = redact
        self.session = session_to(self.origin, limits=limits or Limits(), retries=retries, trace=trace)
        self.session.bearer.replace(token)
        self._renew = renew
        self._renewing = threading.Lock()
        if renew is not None:
            self.session.renew = self.renewed

    @property
    def token(self) -> str:
        """The access token in use."""
        return self.session.bearer.token

    @property
    def host(self) -> str:
        return urlsplit(self.origin).netloc

    def renewed(self, refused_token: str) -> bool:
        """Sign in again after this token was refused; False when that gives no other token.

        Several requests travel at once: the first that is refused signs in, the others use what it was given. What
        the org says against it is an AuthError.
        """
        if self._renew is None:
            return False
        with self._renewing:
            if self.token != refused_token:
                return True
            token = self._renew()
            if token == refused_token:
                return False
            self.redact.learn(token)
            self.session.bearer.replace(token)
            return True

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
        again: bool | None = None,
        patience: float | None = None,
        keep: Keep | None = None,
        ok: Callable[[int], bool] = lambda status: 200 <= status < 300,
    ) -> Answer:
        """One request to a path of the org; payload is sent as JSON, body as it is.

        doing names the deed in messages. again says whether it may be asked twice without harm; GET and PATCH may when
        nothing is said. patience: seconds of silence that are borne, where that is less than the limit; at least one.
        keep: what of the answer's body is kept; all of it when nothing is said. An answer whose status is not ok raises
        AuthError or RefusedError.
        """
        sent: dict[str, str] = {"Authorization": f"Bearer {self.token}"} if authorized else {}
        sent |= headers or {}
        data: Any = body
        if payload is not None:
            data = json.dumps(payload).encode()
            sent["Content-Type"] = "application/json"
        repeat = method in IDEMPOTENT if again is None else again
        with translated(doing, host=self.host, redact=self.redact):
            response = self.session.request(
                method, self.origin + path, data=data, headers=sent, again=repeat, patience=patience, keep=keep
            )
        content_type = response.headers.get("Content-Type", "")
        if not ok(response.status_code):
            entries = errors_of(response.status_code, response.content, content_type, response.headers.get("Location"))
            later = seconds_asked(response, datetime.now(UTC))
            raise refused(entries, doing=doing, redact=self.redact, status=response.status_code, retry_after=later)
        return Answer(response.status_code, response.content, content_type)
