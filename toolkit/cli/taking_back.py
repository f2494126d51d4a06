"""What rollback and uninstall share: choose releases in the ledger, show what taking them back does, do it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from toolkit.cli.session import guard, meant
from toolkit.errors import ReleaseError, SfmetaError, UsageError

if TYPE_CHECKING:
    from toolkit.cli.against import Against
    from toolkit.config.project import Project
    from toolkit.release.back import Undoing
    from toolkit.release.ledger.ledger import Ledger
    from toolkit.release.run import ReleaseReport

F = TypeVar("F", bound=Callable[..., int])


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


def options(command: F) -> F:
    """The options of a command that takes something back."""
    for option in (
        click.option("--allow-commands", is_flag=True, help="Let ${command:...} in the configuration run."),
        click.option(
            "--wait", metavar="SECONDS", type=click.FloatRange(min=0), default=3600.0, help="How long a job may take."
        ),
        click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout."),
        click.option("--yes", is_flag=True, help="Do not ask before changing the org."),
        click.option("--confirm", metavar="NAME", help="The name of a protected org, to say that it is meant."),
        click.option(
            "--config",
            metavar="DIR",
            type=click.Path(file_okay=False, path_type=Path),
            default=Path("config"),
            help="Folder of package.yaml and orgs.yaml; config when absent.",
        ),
        click.option("--org", metavar="NAME", help="Target in orgs.yaml; its default when absent."),
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
        report = take_back(
            kind, undoing, ledger, found, project, wait=asked.wait, ask=None if asked.yes or found.local else _confirm
        )
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
    ask: Callable[[Against], None] | None,
) -> ReleaseReport:
    """Plan it, show the plan, have it confirmed, do it and keep it in the ledger."""
    from toolkit.cli.against import who
    from toolkit.release import run as releases
    from toolkit.release.ledger.recorder import Recorder
    from toolkit.report.release import plan_lines

    bundle = undoing.bundle
    ctx = found.context(bundle, project, wait=wait)
    planned = releases.plan(ctx, undoing.steps)
    for line in plan_lines(planned):
        found.talk.say(line)
    if ask is not None and any(one.pending for one in planned):
        ask(found)
    undone = [release.id for release in undoing.releases]
    about = who(found.name, kind, bundle, project, None)
    recorder = Recorder(ledger, about, undoes=undone)
    report = releases.apply(ctx, planned, watch=recorder)
    if report.error is None and recorder.release is None:
        with ledger.writing():  # nothing was left to put back: that too is having been taken back
            ledger.undone(undone, recorder.id)
    return report


def _confirm(found: Against) -> None:
    found.talk.close()
    if not sys.stdin.isatty():
        raise UsageError.of("there is nobody to ask before the org is changed", mend="give --yes")
    org = found.org.organization
    if not click.confirm(f"Change {org.name} ({org.id}, {found.org.url})?", err=True):
        raise ReleaseError.of("not confirmed; nothing was changed")


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
