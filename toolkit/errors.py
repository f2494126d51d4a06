"""The one tree of errors that a user can meet.

    SfmetaError                 exit 1
    ├── ConfigError             exit 2   package.yaml, orgs.yaml, an overlay, --set, a secret reference
    ├── UsageError              exit 2   a command line that cannot be meant
    ├── MetadataError           exit 1   metadata that cannot be read, written or packaged
    ├── GenerateError           exit 2   a value that cannot be put where the configuration wants it
    ├── OrgError                exit 1   anything an org, or the way to it, answered
    │   ├── AuthError                    nobody is signed in, or no longer
    │   ├── RequestError                 an HTTP, REST or SOAP request that was refused, or had no answer to use
    │   │   ├── RefusedError             the org's own no, with its HTTP status and codes
    │   │   └── UnreachableError         no answer: whether the org did what was asked is not known
    │   └── DeployError                  a deploy job that did not succeed
    │       ├── PartialDeployError  exit 68  some components are in the org, some are not
    │       └── StillRunningError   exit 69  the job goes on in the org
    │           └── UnsettledError           whether the job was started at all is not known
    ├── ReleaseError            exit 1   a step that cannot be read, applied or proved
    └── LocalOrgError           exit 1   the embedded org cannot start or keep its state

Every error holds Problems: each says what is wrong, where, and how to mend it. An error carries all
problems that were found, not the first one. No text in a Problem may hold a secret.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Self


class Location(NamedTuple):
    """A place in a file; line and column count from 1, 0 means that they are not known."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.column}" if self.column else f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: what, where, and how to mend it."""

    message: str
    where: Location | None = None
    mend: str | None = None

    def __str__(self) -> str:
        head = f"{self.where}: {self.message}" if self.where else self.message
        return f"{head} ({self.mend})" if self.mend else head


class SfmetaError(Exception):
    """An expected failure; the command line prints its problems, one a line, and leaves with exit_code."""

    exit_code: ClassVar[int] = 1

    def __init__(self, *problems: Problem) -> None:
        if not problems:
            raise ValueError("an SfmetaError needs at least one Problem")
        super().__init__(*problems)
        self.problems: tuple[Problem, ...] = problems

    @classmethod
    def of(cls, message: str, *, where: Location | None = None, mend: str | None = None) -> Self:
        """The error with this one problem."""
        return cls(Problem(message, where, mend))

    @classmethod
    def raise_any(cls, problems: Iterable[Problem]) -> None:
        """Raise when there is at least one problem; problems come out in the order of their places."""
        found = sorted(problems, key=lambda p: (p.where or Location(""), p.message))
        if found:
            raise cls(*found)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class ConfigError(SfmetaError):
    exit_code = 2


class UsageError(SfmetaError):
    exit_code = 2


class MetadataError(SfmetaError):
    pass


class GenerateError(SfmetaError):
    exit_code = 2


class OrgError(SfmetaError):
    pass


class AuthError(OrgError):
    pass


class RequestError(OrgError):
    pass


class RefusedError(RequestError):
    """A request that the org answered with an error; keeps the HTTP status, the platform's codes, and the seconds
    after which it wants to be asked again (Retry-After; 0 when it does not say)."""

    def __init__(
        self, *problems: Problem, status: int = 0, codes: tuple[str, ...] = (), retry_after: float = 0.0
    ) -> None:
        super().__init__(*problems)
        self.status = status
        self.codes = codes
        self.retry_after = retry_after


class UnreachableError(RequestError):
    """A request without an answer. sent is False when it cannot have reached the org."""

    def __init__(self, *problems: Problem, sent: bool = True) -> None:
        super().__init__(*problems)
        self.sent = sent


class DeployError(OrgError):
    pass


class PartialDeployError(DeployError):
    exit_code = 68


class StillRunningError(DeployError):
    exit_code = 69


class UnsettledError(StillRunningError):
    pass


class ReleaseError(SfmetaError):
    pass


class LocalOrgError(SfmetaError):
    pass


# Interruptions: no failures, so that no `except SfmetaError` keeps them.


class EndedError(KeyboardInterrupt):
    """The system wants this process to end (SIGTERM, SIGHUP), as when a CI run is canceled; signum says by which."""

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.signum = signum


class CutShortError(KeyboardInterrupt):
    """Interrupted while a request was being sent, before it was complete: nobody can act on it."""
