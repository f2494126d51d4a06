"""What rollback and uninstall share: choose releases in the ledger, show what taking them back does, do it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.cli import options
from toolkit.cli.session import guard, meant
from toolkit.errors import SfmetaError

if TYPE_CHECKING:
    from toolkit.cli.against import Against
    from toolkit.config.project import Project
    from toolkit.release.back import Undoing
    from toolkit.release.ledger.ledger import Ledger
    from toolkit.release.run import ReleaseReport


@dataclass(frozen=True, slots=True)
class Asked:
    """The command line."""

    org: str | None
    config: Path
    yes: bool
    as_json: bool
    confirm: str | None
    wait: float
    allow_commands: bool


def takes_back(command: options.Command) -> options.Command:
    """The options of a command that takes something back."""
    for option in (
        options.allow_commands,
        options.waiting(),
        options.as_json,
        options.yes,
        options.confirm,
        options.config(),
        options.org,
    ):
        command = option(command)
    return command


def run(kind: str, asked: Asked, choose: Callable[[Ledger, str], Undoing]) -> int:
    """Take back what `choose` finds in the ledger for the org, and report it; the exit code."""
    from toolkit.cli.against import against, open_ledger
    from toolkit.config.load import load_orgs

    orgs = load_orgs(asked.config)
    name, target = orgs.target(asked.org)
    guard(name, target, asked.confirm, changes=True)
    project = project_of(asked.config, name)
    version = project.package.api_version if project else "62.0"
    opened = against(asked.org, orgs, asked.config, api_version=version, allow_commands=asked.allow_commands)
    with open_ledger() as ledger, opened as found:
        if not found.local:
            meant(name, target, found.org, asked.confirm)
        undoing = choose(ledger, found.org.identity.org_id)
        report = take_back(kind, undoing, ledger, found, project, wait=asked.wait, yes=asked.yes)
        return _tell(kind, undoing, report, found, as_json=asked.as_json)


def project_of(config: Path, org: str) -> Project | None:
    """The configuration, which knows the references of secrets; None where there is none that can be read."""
    from toolkit.config.load import load

    try:
        return load(config, org=org)[0]
    except SfmetaError:
        return None  # the ledger is enough; only former secrets cannot be found then


def take_back(
    kind: str,
    undoing: Undoing,
    ledger: Ledger,
    found: Against,
    project: Project | None,
    *,
    wait: float,
    yes: bool,
) -> ReleaseReport:
    """Plan it, show the plan, have it confirmed, unless `yes` has done that, do it and keep it in the ledger."""
    from toolkit.cli.against import who
    from toolkit.cli.releasing import confirmed
    from toolkit.release import run as releases
    from toolkit.release.ledger.recorder import Recorder
    from toolkit.report.release import plan_lines

    bundle = undoing.bundle
    ctx = found.context(bundle, project, wait=wait)
    planned = releases.plan(ctx, undoing.steps)
    for line in plan_lines(planned):
        found.talk.say(line)
    confirmed(planned, found, yes=yes)
    undone = [release.id for release in undoing.releases]
    about = who(found.name, kind, bundle, project, None)
    with Recorder(ledger, about, undoes=undone) as recorder:
        report = releases.apply(ctx, planned, watch=recorder)
    if report.error is None and recorder.release is None:
        with ledger.writing():  # nothing was left to put back: that too is having been taken back
            ledger.undone(undone, recorder.id)
    return report


def _tell(kind: str, undoing: Undoing, report: ReleaseReport, found: Against, *, as_json: bool) -> int:
    from toolkit.report import release as told

    code = report.error.exit_code if report.error is not None else 0
    if as_json:
        import json

        for problem in report.error.problems if report.error is not None else ():
            click.echo(f"error: {problem}", err=True)
        document = told.release_json(report, found.org, rows=(), pem=None, exit_code=code)
        taken: list[told.JsonValue] = [release.id for release in undoing.releases]
        click.echo(json.dumps({"command": kind, "takenBack": taken, **document}, indent=2))
        return code
    found.talk.close()
    told.print_steps(report, sys.stdout)
    if report.error is not None:
        raise report.error
    ids = ", ".join(release.id for release in undoing.releases)
    click.echo(f"\nTaken back: {ids}." if report.changed else f"\nNothing was left to put back: {ids}.")
    return code
