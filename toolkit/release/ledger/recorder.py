"""Keeps a release in the ledger while it runs: the snapshots first, before anything is changed."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from toolkit import __version__
from toolkit.errors import ReleaseError
from toolkit.release.ledger.alive import alive
from toolkit.release.ledger.ledger import Ledger, Release, Step
from toolkit.release.run import Outcome, PlannedStep, ReleaseReport, StepReport
from toolkit.release.step import Change, Context, real
from toolkit.release.steps import reversible

INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Who:
    """What a release is told about itself. kind: deploy, rollback or uninstall."""

    target: str
    kind: str
    scope: str
    os_user: str
    config_hash: str


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


@dataclass(slots=True)
class Recorder:
    """The watch of one release. A release that changes nothing is not recorded. undoes: the releases it takes back.

    As a context it writes down that the release was interrupted, when an exception leaves it before the release is
    over; that of a process that is killed, nobody can write (see toolkit.release.ledger.alive).
    """

    ledger: Ledger
    who: Who
    undoes: Sequence[str] = ()
    now: Callable[[], str] = _now
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    release: Release | None = None
    _steps: dict[int, Step] = field(default_factory=dict)
    _alive: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None and self.release is not None and self.release.finished is None:
            with suppress(ReleaseError), self.ledger.writing():
                self.ledger.put(replace(self.release, status=INTERRUPTED))
        self._alive.__exit__(kind, error, trace)

    def begun(self, ctx: Context, planned: Sequence[PlannedStep]) -> None:
        if ctx.options.check_only or not any(one.pending for one in planned):
            return
        identity = ctx.org.identity
        self.release = Release(
            id=self.id,
            org_id=identity.org_id,
            target=self.who.target,
            username=identity.username,
            url=ctx.org.url,
            kind=self.who.kind,
            scope=self.who.scope,
            started=self.now(),
            finished=None,
            status="running",
            tool_version=__version__,
            config_hash=self.who.config_hash,
            os_user=self.who.os_user,
            api_version=ctx.bundle.api_version,
        )
        seen = {
            number: undo.seen(ctx, one.state)
            for number, one in enumerate(planned)
            if (undo := reversible(one.step)) is not None
        }
        self._alive.enter_context(alive(self.ledger.path.parent, self.id))
        with self.ledger.writing():
            self.ledger.put(self.release)
            for number, one in enumerate(planned):
                before = self.ledger.keep(seen[number]) if number in seen else None
                self._steps[number] = Step(
                    self.id,
                    number,
                    one.step.name,
                    type(one.step).__name__,
                    one.step.title,
                    Outcome.PLANNED.value,
                    [change_document(change) for change in one.pending],
                    [],
                    0.0,
                    before,
                )
                self.ledger.put_step(self._steps[number])

    def ended(self, ctx: Context, one: PlannedStep, report: StepReport) -> None:
        if self.release is None:
            return
        number = next(n for n, step in self._steps.items() if step.name == one.step.name and step.outcome == "planned")
        step = self._steps[number]
        after = step.before if report.outcome is Outcome.NOT_REACHED else None
        undo = reversible(one.step) if step.before is not None and report.state is not None else None
        seen = undo.seen(ctx, report.state) if undo is not None else None
        with self.ledger.writing():
            if seen is not None:
                after = self.ledger.keep(seen)
            self._steps[number] = replace(
                step,
                outcome=report.outcome.value,
                changes=[change_document(change) for change in real(report.changes)],
                jobs=[job.id for job in report.jobs],
                seconds=round(report.seconds, 3),
                after=after,
            )
            self.ledger.put_step(self._steps[number])

    def over(self, report: ReleaseReport) -> None:
        if self.release is None:
            return
        status = "done" if report.error is None else "failed"
        if any(step.outcome is Outcome.RUNNING for step in report.steps):
            status = "still running"
        self.release = replace(self.release, finished=self.now(), status=status)
        with self.ledger.writing():
            self.ledger.put(self.release)
            if report.error is None:
                self.ledger.undone(self.undoes, self.id)
        self._alive.close()


def change_document(change: Change) -> dict[str, object]:
    details = [{"path": d.path, "old": d.old, "new": d.new} for d in change.details]
    return {"kind": change.kind.value, "subject": change.subject, "details": details}
