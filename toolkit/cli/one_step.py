"""What `sfmeta assign`, `settings` and `certificate` share: one step of a release, on its own."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from toolkit.cli import options
from toolkit.cli.session import guard, meant

if TYPE_CHECKING:
    from toolkit.cli.against import Against
    from toolkit.release.run import PlannedStep, ReleaseReport


@dataclass(frozen=True, slots=True)
class Asked:
    """The command line of such a command."""

    org: str | None
    config: Path
    sets: tuple[str, ...]
    dry_run: bool
    prune: bool
    wait: float
    confirm: str | None
    yes: bool
    as_json: bool
    allow_commands: bool


def one_step(*, prunes: bool) -> Callable[[options.Command], options.Command]:
    """The options of these commands, --prune for those that make rows; the command is given them as `asked`."""

    def with_options(command: options.Command) -> options.Command:
        @functools.wraps(command)
        def packed(**values: Any) -> Any:
            return command(Asked(**{"prune": False, **values}))

        return _declared(packed, prunes=prunes)

    return with_options


def _declared(command: options.Command, *, prunes: bool) -> options.Command:
    shown = command
    for option in reversed(
        (
            options.org,
            options.config(),
            options.sets,
            *((options.prune,) if prunes else ()),
            click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing."),
            options.wait,
            options.confirm,
            options.yes,
            options.as_json,
            options.allow_commands,
        )
    ):
        shown = option(shown)
    return shown


def carry_out(asked: Asked, step: str) -> int:
    """Plan the step of this name, show it, have it confirmed, do it, and tell what was read back; the exit code.

    It is kept in the ledger like any release, so drift, rollback and uninstall know of it.
    """
    from toolkit.cli.against import against
    from toolkit.cli.releasing import KEEP, confirmed, left_rows, release
    from toolkit.config.load import load
    from toolkit.generate.project import generate
    from toolkit.release import run
    from toolkit.release.steps import lone_step
    from toolkit.report.release import plan_lines

    project, orgs = load(asked.config, org=asked.org, overrides=list(asked.sets))
    bundle = generate(project)
    name, target = orgs.target(asked.org)
    guard(name, target, asked.confirm, changes=not asked.dry_run)
    opened = against(asked.org, orgs, asked.config, api_version=bundle.api_version, allow_commands=asked.allow_commands)
    with opened as found:
        if not found.local and not asked.dry_run:
            meant(name, target, found.org, asked.confirm)
        left = left_rows(found.org.identity.org_id) if asked.prune else ()
        ctx = found.context(bundle, project, wait=asked.wait)
        planned = run.plan(ctx, lone_step(step, left))
        found.say_placeholders()
        if asked.dry_run:
            return _tell_plan(planned, found, as_json=asked.as_json)
        for line in plan_lines(planned):
            found.talk.say(line)
        confirmed(planned, found, yes=asked.yes)
        report, became = release(ctx, planned, found, path=None, on_failure=KEEP)
        found.talk.close()
        return _tell(asked, step, report, found, became)


def _tell_plan(planned: tuple[PlannedStep, ...], found: Against, *, as_json: bool) -> int:
    from toolkit.report.plan import plan_json, print_plan

    found.talk.close()
    if as_json:
        click.echo(json.dumps(plan_json(planned, found.org, exit_code=0), indent=2))
    else:
        print_plan(planned, sys.stdout)
    return 0


def _tell(asked: Asked, step: str, report: ReleaseReport, found: Against, became: str | None) -> int:
    """Print what was done and read back, and return the exit code; an error is raised once the report is printed."""
    from toolkit.release.checklist import pem_of
    from toolkit.report import release as told

    code = report.error.exit_code if report.error is not None else 0
    pem = pem_of(report)
    if asked.as_json:
        for problem in report.error.problems if report.error is not None else ():
            click.echo(f"error: {problem}", err=True)
        jobs = found.talk.jobs.results
        document = told.release_json(report, found.org, rows=(), pem=pem, exit_code=code, became=became, jobs=jobs)
        click.echo(json.dumps(document, indent=2))
        return code
    for evidence in report.evidence(step):
        if evidence.text != pem:
            click.echo(f"{'read back' if evidence.ok else 'not as wanted'}: {evidence.subject}: {evidence.text}")
    if report.error is not None:
        raise report.error
    if pem is not None:
        told.print_key(pem, sys.stdout)
    click.echo("\nDone." if report.changed else "\nNothing to change: the org has it as wanted.")
    return code
