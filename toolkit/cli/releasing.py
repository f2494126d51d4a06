"""A release with its record in the ledger, and what becomes of it when a step fails."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.errors import AuthError, ReleaseError, SfmetaError, UnreachableError, UnsettledError, UsageError

if TYPE_CHECKING:
    from toolkit.cli.against import Against
    from toolkit.config.project import Project
    from toolkit.metadata.component import Bundle
    from toolkit.release.ledger.ledger import Ledger
    from toolkit.release.ledger.recorder import Recorder
    from toolkit.release.run import PlannedStep, ReleaseReport
    from toolkit.release.seen import SeenRow
    from toolkit.release.step import Context

KEEP, REVERT = "keep", "revert"


def pruned(bundle: Bundle, org_id: str, path: Path | None) -> Bundle:
    """The bundle, deleting what earlier releases of the same have made and it does not hold any more."""
    from dataclasses import replace

    from toolkit.cli.against import open_ledger
    from toolkit.release import back
    from toolkit.release.ledger.standing import INTEGRATION

    with open_ledger() as ledger:
        left = back.left_behind(ledger, org_id, str(path) if path else INTEGRATION, bundle)
    asked = bundle.destructive
    known = {*asked.pre, *asked.plain, *asked.post}
    more = tuple(key for key in left if key not in known)
    return replace(bundle, destructive=replace(asked, post=(*asked.post, *more)))


def left_rows(org_id: str) -> tuple[SeenRow, ...]:
    """Settings, assignments and app access that earlier releases of the integration have made."""
    from toolkit.cli.against import open_ledger
    from toolkit.release import back
    from toolkit.release.ledger.standing import INTEGRATION

    with open_ledger() as ledger:
        return back.left_rows(ledger, org_id, INTEGRATION)


def confirmed(planned: Sequence[PlannedStep], found: Against, *, yes: bool) -> None:
    """Have what was planned confirmed, unless `yes` did that, nothing would change, or it is the local org.

    UsageError when there is nobody to ask, ReleaseError for a no.
    """
    if yes or found.local or not any(one.pending for one in planned):
        return
    found.talk.close()
    if not sys.stdin.isatty():
        raise UsageError.of("there is nobody to ask before the org is changed", mend="give --yes")
    org = found.org.organization
    if not click.confirm(f"Change {org.name} ({org.id}, {found.org.url})?", err=True):
        raise ReleaseError.of("not confirmed; nothing was changed")


def release(
    ctx: Context,
    planned: Sequence[PlannedStep],
    found: Against,
    *,
    path: Path | None,
    on_failure: str | None,
) -> tuple[ReleaseReport, str | None]:
    """Apply a plan and keep it in the ledger; a failure is followed by the way back when that is wanted.

    on_failure None: revert a first installation, keep what a later release has done so far. The text says what
    became of a release that failed, None when none did.
    """
    from toolkit.cli.against import open_ledger, who
    from toolkit.release import run
    from toolkit.release.ledger.recorder import Recorder
    from toolkit.release.ledger.standing import standing

    if ctx.options.check_only or not any(one.pending for one in planned):
        return run.apply(ctx, planned), None
    with open_ledger() as ledger:
        first = not standing(ledger, ctx.org.identity.org_id)
        with Recorder(ledger, who(found.name, "deploy", ctx.bundle, ctx.project, path)) as recorder:
            report = run.apply(ctx, planned, watch=recorder)
        if report.error is None:
            return report, None
        wanted = on_failure or (REVERT if first else KEEP)
        return report, _after_failure(report, recorder, ledger, found, ctx.project, wanted=wanted, wait=ctx.wait)


def _after_failure(
    report: ReleaseReport,
    recorder: Recorder,
    ledger: Ledger,
    found: Against,
    project: Project | None,
    *,
    wanted: str,
    wait: float,
) -> str:
    """What became of what the release had done before it failed."""
    from toolkit.cli.taking_back import take_back
    from toolkit.release import back

    if (kept := _kept(report, wanted)) is not None:
        return kept
    found.talk.say("The release failed: taking back what it has done (--on-failure keep leaves it)")
    undoing = back.rollback(ledger, found.org.identity.org_id, recorder.id)
    try:
        undone = take_back("rollback", undoing, ledger, found, project, wait=wait, yes=True)
    except SfmetaError as error:
        return f"not taken back: {error.problems[0].message}; sfmeta rollback tries again"
    if undone.error is not None:
        return f"not taken back: {undone.error.problems[0].message}; sfmeta rollback tries again"
    return "taken back" if undone.changed else "nothing had been changed"


def _kept(report: ReleaseReport, wanted: str) -> str | None:
    """Why what a release has done stays, None when it is to be taken back.

    Nothing is taken back while a job may run, or when it was only the way to the org that failed.
    """
    from toolkit.release.run import Outcome

    done = ", ".join(step.title for step in report.steps if step.outcome is Outcome.APPLIED) or "nothing"
    if isinstance(report.error, UnsettledError):
        return f"kept: {done}, and perhaps a deployment; the same command finds out and goes on"
    if any(step.outcome is Outcome.RUNNING for step in report.steps):
        return f"kept: {done}; the deployment goes on in the org, and the same command goes on after it"
    if isinstance(report.error, (UnreachableError, AuthError)):
        return f"kept: {done}; the way to the org is broken, and the same command goes on"
    return f"kept: {done}; sfmeta rollback takes it back" if wanted == KEEP else None
