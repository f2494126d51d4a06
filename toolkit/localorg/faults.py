"""Faults on demand: what goes wrong between a client and an org, made to happen, and the same way every time.

    latency:seconds=0.5[,jitter=0.2]         an answer comes late
    slow-job:seconds=3[,job=deploy]          a job stays InProgress that long
    drop[:after=100]                         the connection breaks after that many bytes of the answer's body;
                                             without after, before anything is answered
    status:code=503                          that status with a plain page instead of an answer
    expired                                  the session of the request is over, for this and every later request
    lock[:sobject=Account]                   UNABLE_TO_LOCK_ROW when a record is saved or deleted
    component:name=Foo[,type=ApexClass]      a component of a deploy fails
    corrupt-zip                              a retrieve hands out a zip that cannot be read

Any of them may say when: `nth=3` is the third time that it could happen (first when absent), `times=2` how often from
there on (once; 0 for ever, which is what latency, slow-job and component do), `rate=0.2` how probable it is then.
Requests are chosen by `method=POST`, `path=/services/data/*` and `operation=deploy` (of SOAP).
Chance comes from the seed and the place of the fault in the list, so the same requests meet the same faults.
"""

from __future__ import annotations

import math
import random
import re
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

from toolkit.errors import LocalOrgError, Problem

Value = str | int | float
_REQUEST = {"method": str, "path": str, "operation": str}
_KINDS: dict[str, Mapping[str, type[Value]]] = {
    "latency": {"seconds": float, "jitter": float, **_REQUEST},
    "slow-job": {"seconds": float, "job": str},
    "drop": {"after": int, **_REQUEST},
    "status": {"code": int, **_REQUEST},
    "expired": _REQUEST,
    "lock": {"sobject": str},
    "component": {"name": str, "type": str, "message": str},
    "corrupt-zip": {},
}
_NEEDED = {"latency": "seconds", "slow-job": "seconds", "status": "code", "component": "name"}
_WHEN: Mapping[str, type[Value]] = {"nth": int, "times": int, "rate": float}
_FOR_EVER = frozenset({"latency", "slow-job", "component"})
_MAX_SECONDS = 3600.0
_MAX_FAULTS = 100
_OPERATION = re.compile(rb"<(?:[\w.-]+:)?Body\b[^>]*>\s*<(?:[\w.-]+:)?([\w.-]+)")
_SESSION = re.compile(rb"<(?:[\w.-]+:)?sessionId\b[^>]*>\s*([^<\s]+)\s*<")
_LOOK_INTO = 65_536
DEFAULT_MESSAGE = "UNKNOWN_EXCEPTION: An unexpected error occurred. Please include this ErrorId if you contact support."


@dataclass(frozen=True, slots=True)
class FaultSpec:
    """One fault as it was asked for; text is its own spelling."""

    text: str
    kind: str
    values: Mapping[str, Value]

    def number(self, name: str, default: float = 0.0) -> float:
        value = self.values.get(name, default)
        return default if isinstance(value, str) else float(value)

    def word(self, name: str, default: str = "") -> str:
        return str(self.values.get(name, default))


def _bad(text: str, message: str, mend: str) -> LocalOrgError:
    return LocalOrgError(Problem(f"fault {text[:80]!r}: {message}", None, mend))


def _value(text: str, name: str, kind: type[Value], given: str) -> Value:
    if kind is str:
        return given
    try:
        number = kind(given)
    except ValueError:
        number = -1
    if isinstance(number, str) or not math.isfinite(number) or number < 0:
        raise _bad(text, f"{name}={given} is no number", f"give {name} a number from 0 up")
    limits = {"seconds": _MAX_SECONDS, "jitter": _MAX_SECONDS, "rate": 1.0, "code": 599.0}
    if number > limits.get(name, math.inf) or (name == "code" and number < 400) or (name == "nth" and number < 1):
        allowed = {"code": "400 to 599", "rate": "0 to 1", "nth": "1 or more"}.get(name, f"up to {_MAX_SECONDS:g}")
        raise _bad(text, f"{name}={given} is out of range", f"{name} may be {allowed}")
    return number


def parse(text: str) -> FaultSpec:
    """One SPEC; LocalOrgError says what is wrong with it."""
    kind, _, rest = text.strip().partition(":")
    known = _KINDS.get(kind)
    if known is None:
        raise _bad(text, "there is no such fault", f"choose one of {', '.join(sorted(_KINDS))}")
    allowed = {**known, **_WHEN}
    values: dict[str, Value] = {}
    for part in filter(None, rest.split(",")):
        name, equals, given = part.partition("=")
        if not equals or name not in allowed:
            raise _bad(text, f"{part[:40]!r} is not known here", f"{kind} takes {', '.join(sorted(allowed))}")
        values[name] = _value(text, name, allowed[name], given)
    needed = _NEEDED.get(kind)
    if needed is not None and needed not in values:
        raise _bad(text, f"{needed} is missing", f"write {kind}:{needed}=...")
    return FaultSpec(text.strip(), kind, values)


def parse_all(texts: Sequence[str]) -> tuple[FaultSpec, ...]:
    """Every SPEC; LocalOrgError holds the problems of all of them."""
    if len(texts) > _MAX_FAULTS:
        raise LocalOrgError.of(f"{len(texts)} faults at once", mend=f"at most {_MAX_FAULTS}")
    found: list[FaultSpec] = []
    problems: list[Problem] = []
    for text in texts:
        try:
            found.append(parse(text))
        except LocalOrgError as error:
            problems += error.problems
    LocalOrgError.raise_any(problems)
    return tuple(found)


class _Armed:
    """A fault that counts how often it could have happened."""

    def __init__(self, spec: FaultSpec, seed: int, place: int) -> None:
        self.spec = spec
        self.seen = 0
        self.struck = 0
        self.random = random.Random(f"{seed}:{place}:{spec.text}")  # noqa: S311  chance, not secrecy

    def strikes(self) -> bool:
        self.seen += 1
        spec = self.spec
        times = int(spec.number("times", 0 if spec.kind in _FOR_EVER else 1))
        if self.seen < spec.number("nth", 1) or (times and self.struck >= times):
            return False
        rate = spec.number("rate", 1)
        if rate < 1 and self.random.random() >= rate:
            return False
        self.struck += 1
        return True


def operation_name(envelope: bytes) -> str:
    """The operation that a SOAP envelope asks for, looked for in its first bytes without parsing it; empty for none."""
    found = _OPERATION.search(envelope[:_LOOK_INTO])
    return found[1].decode("ascii", "replace") if found else ""


@dataclass(frozen=True, slots=True)
class Request:
    """What a fault is told of a request."""

    method: str
    path: str
    operation: str
    token: str

    @classmethod
    def of(cls, method: str, path: str, body: bytes, token: str | None) -> Request:
        """token: that of the request's header; a SOAP envelope may bring its own."""
        if not path.startswith("/services/Soap/"):
            return cls(method, path, "", token or "")
        session = _SESSION.search(body[:_LOOK_INTO])
        return cls(
            method,
            path,
            operation_name(body),
            session[1].decode("ascii", "replace") if session else token or "",
        )

    def fits(self, spec: FaultSpec) -> bool:
        return (
            self.method == spec.word("method", self.method).upper()
            and fnmatchcase(self.path, spec.word("path", "*"))
            and self.operation == spec.word("operation", self.operation)
        )


@dataclass(frozen=True, slots=True)
class Trouble:
    """What a request meets: late by `wait` seconds; then one of the others, or its answer.

    drop: None for none, else how many bytes of the body go out first, -1 for not even the head.
    """

    wait: float = 0.0
    status: int = 0
    drop: int | None = None
    expired: bool = False


NO_TROUBLE = Trouble()
JobKind = Literal["deploy", "retrieve"]


class Faults:
    """The faults that are armed in one org; safe for threads."""

    def __init__(self, specs: Iterable[FaultSpec] = (), seed: int = 0) -> None:
        self._lock = threading.Lock()
        self._ended: set[str] = set()
        self.arm(specs, seed)

    def arm(self, specs: Iterable[FaultSpec], seed: int = 0) -> None:
        """Replace what is armed; counts begin anew, sessions that are over stay over."""
        with self._lock:
            self.seed = seed
            self._armed = [_Armed(spec, seed, place) for place, spec in enumerate(specs)]

    def shown(self) -> list[tuple[str, int, int]]:
        """(SPEC, how often it could have happened, how often it did)."""
        with self._lock:
            return [(armed.spec.text, armed.seen, armed.struck) for armed in self._armed]

    @property
    def quiet(self) -> bool:
        """Whether no request can meet anything."""
        return not self._armed and not self._ended

    def request(self, request: Request) -> Trouble:
        """What this request meets."""
        if self.quiet:
            return NO_TROUBLE
        wait, status, drop = 0.0, 0, None
        with self._lock:
            for armed in self._armed:
                spec = armed.spec
                if spec.kind not in ("latency", "status", "drop", "expired") or not request.fits(spec):
                    continue
                if spec.kind == "expired" and (not request.token or request.token in self._ended):
                    continue
                if not armed.strikes():
                    continue
                if spec.kind == "latency":
                    wait += spec.number("seconds") + armed.random.uniform(0, spec.number("jitter"))
                elif spec.kind == "status":
                    status = status or int(spec.number("code"))
                elif spec.kind == "drop":
                    drop = int(spec.number("after", -1))
                else:
                    self._ended.add(request.token)
            return Trouble(wait, status, drop, expired=request.token in self._ended)

    def _struck(self, kind: str, **wanted: str) -> _Armed | None:
        """The first armed fault of a kind whose named values all fit, when it happens now."""
        with self._lock:
            for armed in self._armed:
                spec = armed.spec
                fits = spec.kind == kind and all(spec.word(key, value) == value for key, value in wanted.items())
                if fits and armed.strikes():
                    return armed
        return None

    def job_seconds(self, kind: JobKind) -> float:
        """How long a job that begins now is to take."""
        struck = self._struck("slow-job", job=kind) if self._armed else None
        return struck.spec.number("seconds") if struck else 0.0

    def locks(self, sobject: str) -> bool:
        """Whether a record of this sobject cannot be had just now."""
        return bool(self._armed) and self._struck("lock", sobject=sobject) is not None

    def component(self, type_name: str, full_name: str) -> str | None:
        """What a component of a deploy is refused for, if it is to fail."""
        struck = self._struck("component", name=full_name, type=type_name) if self._armed else None
        return struck.spec.word("message", DEFAULT_MESSAGE) if struck else None

    def product(self, archive: bytes) -> bytes:
        """The zip of a retrieve, or what is left of it: cut short, with some bytes changed."""
        struck = self._struck("corrupt-zip") if self._armed else None
        if struck is None:
            return archive
        broken = bytearray(archive[: max(1, len(archive) * 2 // 3)])
        for _ in range(8):
            broken[struck.random.randrange(len(broken))] ^= 0xFF
        return bytes(broken)
