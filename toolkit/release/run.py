"""A release: plan every step, then apply, read again and prove, step by step.

Nothing is changed before every step has been read, so that what can be known to fail stops the release
while the org is as it was.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from typing import Any, Protocol

from toolkit.errors import Problem, ReleaseError, SfmetaError, StillRunningError
from toolkit.org.jobs import DeployResult
from toolkit.release.atonce import at_once
from toolkit.release.later import Later
from toolkit.release.lookback import look_back
from toolkit.release.step import Change, Context, Evidence, real
from toolkit.release.steps import AnyStep

_AT_ONCE = 4
"""Steps that read at the same time; an org takes more requests, but makes them wait for each other."""


class Outcome(StrEnum):
    PLANNED = "planned"
    UNCHANGED = "unchanged"
    APPLIED = "applied"
    CHECKED = "checked"
    UNPROVED = "not checked"
    FAILED = "failed"
    RUNNING = "still running"
    NOT_REACHED = "not reached"


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step with what it read and would do. The state belongs to the step."""

    step: AnyStep
    state: Any
    changes: tuple[Change, ...]

    @property
    def pending(self) -> tuple[Change, ...]:
        return real(self.changes)


@dataclass(frozen=True, slots=True)
class StepReport:
    """How one step went; changes are what it was to do, evidence what was read back."""

    name: str
    title: str
    outcome: Outcome
    changes: tuple[Change, ...]
    evidence: tuple[Evidence, ...] = ()
    jobs: tuple[DeployResult, ...] = ()
    seconds: float = 0.0
    state: Any = field(default=None, repr=False, compare=False)
    """What it read last; None when it failed or was not reached."""


@dataclass(frozen=True, slots=True)
class ReleaseReport:
    """How a release went. error is what stopped it, None when nothing did."""

    steps: tuple[StepReport, ...]
    check_only: bool
    seconds: float
    error: SfmetaError | None = None

    @property
    def changed(self) -> bool:
        return any(real(step.changes) for step in self.steps)

    def evidence(self, step: str) -> tuple[Evidence, ...]:
        return tuple(found for report in self.steps if report.name == step for found in report.evidence)


class Watch(Protocol):
    """Who keeps a record of a release."""

    def begun(self, ctx: Context, planned: Sequence[PlannedStep]) -> None:
        """Everything has been read and nothing has been changed yet."""

    def ended(self, ctx: Context, one: PlannedStep, report: StepReport) -> None:
        """A step is over, or was not reached."""

    def over(self, report: ReleaseReport) -> None:
        """The release is over, however it ended."""


def plan(ctx: Context, steps: Sequence[AnyStep]) -> tuple[PlannedStep, ...]:
    """Read the org by every step. ReleaseError with what every step found wrong; the org is not touched.

    Reading only waits, so several steps read at once; what they say is said in their order. An org that refuses or
    cannot be reached (OrgError) ends it at once.
    """
    look_back(ctx)
    found: list[PlannedStep] = []
    problems: list[Problem] = []
    talks = [Later() for _ in steps]
    states = at_once(
        [partial(step.read, replace(ctx, talk=talk)) for step, talk in zip(steps, talks, strict=True)], most=_AT_ONCE
    )
    for step, talk in zip(steps, talks, strict=True):
        ctx.talk.say(f"{step.title}: reading")
        future = next(states)
        talk.repeat(ctx.talk)
        try:
            state = future.result()
        except ReleaseError as error:
            problems += error.problems
            continue
        found.append(PlannedStep(step, state, step.diff(state)))
    ReleaseError.raise_any(dict.fromkeys(problems))
    return tuple(found)


def apply(
    ctx: Context,
    planned: Sequence[PlannedStep],
    clock: Callable[[], float] = time.monotonic,
    watch: Watch | None = None,
) -> ReleaseReport:
    """Apply what was planned and prove it; with check-only, have the org check what it can.

    An error of a step ends the release: the report holds it, what was done before it, and what was not reached.
    """
    started = clock()
    reports: list[StepReport] = []
    error: SfmetaError | None = None
    touched = False
    if watch is not None:
        watch.begun(ctx, planned)
    for one in planned:
        if error is not None:
            reports.append(StepReport(one.step.name, one.step.title, Outcome.NOT_REACHED, one.changes))
            if watch is not None:
                watch.ended(ctx, one, reports[-1])
            continue
        begun = clock()
        try:
            report = _check(ctx, one) if ctx.options.check_only else _carry_out(ctx, one, again=touched)
        except SfmetaError as failed:
            error = failed
            report = StepReport(one.step.name, one.step.title, Outcome.FAILED, one.changes)
        unproved = [found for found in report.evidence if not found.ok]
        if unproved:
            error = ReleaseError(*(Problem(f"{one.step.title}: {f.subject}: {f.text}") for f in unproved))
        outcome = _ending(error) or report.outcome
        touched = touched or report.outcome is Outcome.APPLIED
        reports.append(replace(report, outcome=outcome, seconds=clock() - begun))
        if watch is not None:
            watch.ended(ctx, one, reports[-1])
    ended = ReleaseReport(tuple(reports), ctx.options.check_only, clock() - started, error)
    if watch is not None:
        watch.over(ended)
    return ended


def _ending(error: SfmetaError | None) -> Outcome | None:
    if error is None:
        return None
    return Outcome.RUNNING if isinstance(error, StillRunningError) else Outcome.FAILED


def _carry_out(ctx: Context, one: PlannedStep, *, again: bool) -> StepReport:
    """again: an earlier step changed the org, so what this one read may no longer be so."""
    step, state, changes = one.step, one.state, one.changes
    jobs: tuple[DeployResult, ...] = ()
    if again:
        state = step.read(ctx)
        changes = step.diff(state)
    if real(changes):
        ctx.talk.say(f"{step.title}: applying, {summary(changes)}")
        jobs = step.apply(ctx, state)
        state = step.read(ctx)
    evidence = step.verify(ctx, state)
    outcome = Outcome.APPLIED if real(changes) else Outcome.UNCHANGED
    left = real(step.diff(state)) if jobs or outcome is Outcome.APPLIED else ()
    said = {found.subject for found in evidence if not found.ok}
    evidence += tuple(
        Evidence(step.name, change.subject, ok=False, text=f"would still be {change.kind.value} by another run")
        for change in left
        if change.subject not in said
    )
    return StepReport(step.name, step.title, outcome, changes, evidence, jobs, state=state)


def _check(ctx: Context, one: PlannedStep) -> StepReport:
    pending = one.pending
    if not pending:
        evidence = one.step.verify(ctx, one.state)
        return StepReport(one.step.name, one.step.title, Outcome.UNCHANGED, one.changes, evidence)
    if not one.step.check_only:
        return StepReport(one.step.name, one.step.title, Outcome.UNPROVED, one.changes)
    jobs = one.step.apply(ctx, one.state)
    return StepReport(one.step.name, one.step.title, Outcome.CHECKED, one.changes, (), jobs)


def summary(changes: Sequence[Change]) -> str:
    """ "2 to create, 1 to change", or "nothing to change"."""
    words = {"created": "to create", "changed": "to change", "deleted": "to delete"}
    counts = {kind: sum(1 for change in changes if change.kind.value == kind) for kind in words}
    return ", ".join(f"{count} {words[kind]}" for kind, count in counts.items() if count) or "nothing to change"
