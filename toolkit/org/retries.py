"""Asking again: which faults pass by themselves, and how often and how long one may try.

Only for requests that do no harm when they arrive twice, and for refusals that say that nothing was done. A start of a
job is never one of them.
Source of the texts: what the public clients of the platform take for passing.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import requests

from toolkit.org.orgtime import moment_of

PASSING_FAULTS: tuple[type[Exception], ...] = (
    requests.exceptions.ConnectionError,
    requests.exceptions.Timeout,
    requests.exceptions.ChunkedEncodingError,
)

IDEMPOTENT = frozenset({"GET", "HEAD", "PATCH"})
"""Methods that may arrive twice: they ask, or say how something shall be. A second DELETE would find nothing."""

_STATUSES = frozenset({420, 429, 502, 503, 504})
_TEXTS = (
    b"UNABLE_TO_LOCK_ROW",
    b"SERVER_UNAVAILABLE",
    b"INVALID_QUERY_LOCATOR",
    b"Unexpected internal servlet state",
    b"no healthy upstream",
    b"Bad Message 400",
)
_READ = 4096
"""Bytes at the head of an answer that are looked through for the texts."""


def _is_page(response: requests.Response) -> bool:
    """Whether somebody on the way has answered, with a page for people: the org's own errors are JSON or SOAP."""
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return kind in ("", "text/html", "text/plain")


def is_passing(response: requests.Response) -> bool:
    """Whether the same request may well succeed in a moment."""
    if response.status_code in _STATUSES:
        return True
    if response.status_code == 500 and _is_page(response):
        return True
    return response.status_code >= 400 and any(text in response.content[:_READ] for text in _TEXTS)


def is_locked(response: requests.Response) -> bool:
    """Whether the org has refused, and done nothing, because somebody else was changing the same records."""
    return 400 <= response.status_code < 500 and b"UNABLE_TO_LOCK_ROW" in response.content[:_READ]


@dataclass(frozen=True, slots=True)
class Retries:
    """How often one request is repeated, and how many seconds all its pauses may take together."""

    times: int = 4
    budget: float = 60.0
    first: float = 0.25
    """The pause before the first repetition; it doubles, and each is shortened by up to half at random."""
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    def attempt(self) -> Attempt:
        """The account of one request."""
        return Attempt(self)


NONE = Retries(times=0)


@dataclass(slots=True)
class Attempt:
    """What one request has used up of its Retries."""

    allowed: Retries
    used: int = 0
    slept: float = 0.0

    def goes_on(self, answer: requests.Response | None = None) -> bool:
        """Sleep until the next repetition, after this answer or none; False, at once, when there is none left or the
        org asks for too much."""
        if self.used >= self.allowed.times:
            return False
        pause = self.allowed.first * 2**self.used * (0.5 + self.allowed.chance() / 2)
        if answer is not None:
            pause = max(pause, seconds_asked(answer, self.allowed.now()))
        if self.slept + pause > self.allowed.budget:
            return False
        self.used += 1
        self.slept += pause
        self.allowed.sleep(pause)
        return True


def seconds_asked(answer: requests.Response, now: datetime) -> float:
    """How long the org wants to be left alone (Retry-After), in seconds; 0 when it says nothing of it.

    A date is reckoned from the answer's own Date, so that a wrong clock of this machine does no harm; now is taken
    where there is none.
    """
    return seconds_of(answer.headers.get("Retry-After"), moment_of(answer.headers.get("Date")) or now)


def seconds_of(retry_after: str | None, now: datetime) -> float:
    """A Retry-After header, seconds or a date, as seconds from now; 0 when there is none or it cannot be read."""
    if not retry_after:
        return 0.0
    text = retry_after.strip()
    if text.isascii() and text.isdecimal():
        return float(text[:9])
    until = moment_of(text)
    return max(0.0, (until - now).total_seconds()) if until is not None else 0.0
