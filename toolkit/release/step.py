"""What a release is made of: steps that read an org, say what would change, make it so and prove it.

A step never touches the org outside `read`, `apply` and `verify`. After `apply` it is read again, and what
then still differs is a failure: nothing is believed to be there because it was sent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from toolkit.config.secrets import SecretRef
from toolkit.errors import Location
from toolkit.metadata.component import Bundle
from toolkit.org.jobs import DeployOptions, DeployResult
from toolkit.org.org import Org
from toolkit.release.journal.file import Journal
from toolkit.release.seen import Seen

if TYPE_CHECKING:
    from toolkit.config.project import Project


class Kind(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    DELETED = "deleted"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Detail:
    """One field or element of a change; None means that it is not there. Secrets are masked."""

    path: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """What a release does, or would do, to one thing in the org."""

    kind: Kind
    subject: str
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was read back from the org about one thing; ok says whether it is as wanted."""

    step: str
    subject: str
    ok: bool
    text: str


class Talk(Protocol):
    """Where a release says what it is doing, while it does it."""

    def say(self, text: str) -> None: ...

    def job(self, title: str, result: DeployResult) -> None:
        """A look at a running deploy job."""


Reveal = Callable[[SecretRef, Location | None], str]
"""The secret for a reference; whatever it returns has been made known to the redactor."""


@dataclass(frozen=True, slots=True)
class Context:
    """What every step works with. project is None when any folder of metadata is deployed.

    whole: when one component of the bundle differs, all of it is sent.
    """

    org: Org
    bundle: Bundle
    project: Project | None
    reveal: Reveal
    talk: Talk
    options: DeployOptions = field(default_factory=DeployOptions)
    wait: float = 3600.0
    """Seconds that a deploy job may take before the release stops waiting for it; reading has a limit of its own."""
    whole: bool = False
    journal: Journal | None = None
    """Where the starts of jobs are written down; None: nowhere."""
    start_anew: bool = False
    """Start a new job although an earlier start, whose answer was lost, may have reached the org."""

    def need_project(self) -> Project:
        """The project of a step that only an integration has."""
        if self.project is None:
            raise ValueError("this step belongs to the integration and needs its project")
        return self.project


State = TypeVar("State")


class Step(Protocol[State]):
    """One kind of thing that a release does to an org."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def check_only(self) -> bool:
        """Whether the org can check it without keeping it."""

    def read(self, ctx: Context) -> State:
        """What is there and what is wanted. Works on an org that earlier steps have not been applied to yet.

        ReleaseError with every problem that would stop `apply`.
        """

    def diff(self, state: State) -> tuple[Change, ...]:
        """What `apply` would do, the unchanged things included."""

    def apply(self, ctx: Context, state: State) -> tuple[DeployResult, ...]:
        """Make it so; returns the deploy jobs that it took. Called only when diff shows a change."""

    def verify(self, ctx: Context, state: State) -> tuple[Evidence, ...]:
        """What a state that has been read after apply proves."""


@dataclass(frozen=True, slots=True)
class Back:
    """What is to be put back: before is how it was, after how our releases left it (None: not known).

    theirs_stay: what others have changed since then is left as it is. certificate: a key pair may be deleted.
    compare: nothing is put back, the org is only to be compared with it.
    """

    before: Seen
    after: Seen | None
    theirs_stay: bool = False
    certificate: bool = False
    compare: bool = False


NOTHING = Back(Seen(), None)
"""For a step that is only asked what it saw."""


class Reversible(Protocol):
    """How a step can be undone; most steps say it themselves (toolkit.release.steps.reversible_of knows all)."""

    def seen(self, ctx: Context, state: Any) -> Seen:
        """Everything that `read` saw of what the step may touch; what it will touch is complete in it."""

    def revert(self, back: Back) -> tuple[Step[Any], ...]:
        """The steps that put it back, themselves read, shown, applied and proved like any other."""


def real(changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """The changes that change something."""
    return tuple(change for change in changes if change.kind is not Kind.UNCHANGED)
