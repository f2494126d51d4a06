"""`sfmeta deploy [PATH]`: put the integration, or any folder or zip of metadata, into an org and prove the result."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.cli import options
from toolkit.cli.ahead import load_ahead
from toolkit.cli.outputs import outputs
from toolkit.cli.session import STATE, guard, meant
from toolkit.errors import StillRunningError, UsageError

if TYPE_CHECKING:
    from toolkit.cli.against import Against
    from toolkit.config.project import Project
    from toolkit.config.targets import Orgs
    from toolkit.metadata.component import Bundle
    from toolkit.org.jobs import DeployOptions, DeployResult
    from toolkit.release.checklist import Row
    from toolkit.release.run import ReleaseReport
    from toolkit.release.saved import SavedPlan


_LATER = (
    "toolkit.release.run",
    "toolkit.release.steps.components",
    "toolkit.report.release",
    "toolkit.release.ledger.recorder",
    "rich.table",
    "rich.console",
)
"""What a deployment comes to need, in its order, once it has begun to talk to the org."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The command line, checked."""

    path: Path | None
    org: str | None
    config: Path
    sets: tuple[str, ...]
    options: DeployOptions
    wait: float
    yes: bool
    form: str
    confirm: str | None
    allow_commands: bool
    wire: str
    start_anew: bool
    junit: Path | None
    on_failure: str | None
    plan: Path | None
    prune: bool


@click.command(short_help="Deploy the integration, or any folder of metadata, and prove the result.")
@options.path
@options.org
@options.config()
@options.sets
@options.deploy_options
@options.wait
@click.option(
    "--on-failure",
    type=click.Choice(["keep", "revert"]),
    help="Whether a release that fails keeps what it has done or takes it back; revert for a first installation.",
)
@click.option("--no-wait", is_flag=True, help="Start the job and leave; `sfmeta job resume ID` follows it.")
@click.option(
    "--start-anew", is_flag=True, help="Start a new job although an earlier start may have reached the org unanswered."
)
@options.prune
@click.option(
    "--plan",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Apply the plan that sfmeta plan --out has saved, and nothing else.",
)
@options.wire
@options.confirm
@options.yes
@options.reported
@options.junit
@options.allow_commands
def deploy(
    *,
    path: Path | None,
    org: str | None,
    config: Path,
    sets: tuple[str, ...],
    how: options.How,
    wait: float,
    no_wait: bool,
    start_anew: bool,
    junit: Path | None,
    wire: str,
    confirm: str | None,
    yes: bool,
    form: str,
    allow_commands: bool,
    on_failure: str | None,
    plan: Path | None,
    prune: bool,
) -> int:
    """Put the configured integration into an org, read everything back and show what the vendor's manual wanted.

    With PATH, a folder or zip of Salesforce metadata in source or Metadata API format, deploy that instead.
    What the org has already is not sent again. Exit codes: 0 done, 1 failed, 2 wrong usage or configuration,
    68 partly deployed, 69 still running in the org.
    """
    if path is not None and sets:
        raise UsageError.of(
            "--set changes the integration, and PATH is deployed as it is", mend="leave one of them out"
        )
    if plan is not None and (path is not None or sets or prune):
        raise UsageError.of("--plan says what is deployed", mend="leave PATH, --set and --prune out")
    asked = Asked(
        path=path,
        org=org,
        config=config,
        sets=sets,
        options=how.options(),
        wait=0.0 if no_wait else wait,
        start_anew=start_anew,
        junit=junit,
        yes=yes,
        form=form,
        confirm=confirm,
        allow_commands=allow_commands,
        wire=wire,
        on_failure=on_failure,
        plan=plan,
        prune=prune,
    )
    return _deploy(asked)


def _deploy(asked: Asked) -> int:
    from toolkit.cli.against import against
    from toolkit.release.fitting import check_options

    project, orgs, bundle = _load(asked)
    name, target = orgs.target(asked.org)
    guard(name, target, asked.confirm, changes=not asked.options.check_only)
    load_ahead(*_LATER)
    with against(
        asked.org,
        orgs,
        asked.config,
        api_version=bundle.api_version,
        allow_commands=asked.allow_commands,
        wire=asked.wire,
    ) as found:
        if not found.local and not asked.options.check_only:
            meant(name, target, found.org, asked.confirm)
        if asked.prune:
            from toolkit.cli.releasing import pruned

            bundle = pruned(bundle, found.org.identity.org_id, asked.path)
        check_options(asked.options, found.org, bundle)
        return _release(asked, found, project, bundle)


def _load(asked: Asked) -> tuple[Project | None, Orgs, Bundle]:
    """What is deployed and the orgs it could go to."""
    from toolkit.config.load import load, load_orgs

    if asked.plan is not None:
        from toolkit.release import saved

        plan = saved.load(asked.plan, asked.config)
        return plan.project, load_orgs(asked.config), plan.bundle
    if asked.path is not None:
        from toolkit.cli.reading import read_path

        return None, load_orgs(asked.config), read_path(asked.path)
    from toolkit.generate.project import generate

    project, orgs = load(asked.config, org=asked.org, overrides=list(asked.sets))
    return project, orgs, generate(project)


def _release(asked: Asked, found: Against, project: Project | None, bundle: Bundle) -> int:
    from toolkit.cli.releasing import confirmed, left_rows, release
    from toolkit.release import run
    from toolkit.release.ledger.standing import INTEGRATION
    from toolkit.release.lookback import clear_the_way
    from toolkit.release.steps import steps_for
    from toolkit.report.release import plan_lines

    ctx = found.context(
        bundle,
        project,
        options=asked.options,
        wait=asked.wait,
        whole=project is None,
        start_anew=asked.start_anew,
    )
    for line in _left_out(bundle):
        found.talk.say(line)
    plan = _saved_for(asked, found)
    path = asked.path if plan is None or plan.scope == INTEGRATION else Path(plan.scope)
    left = left_rows(found.org.identity.org_id) if asked.prune and project is not None else ()
    clear_the_way(ctx)
    planned = run.plan(ctx, steps_for(project, bundle, left if plan is None else plan.left))
    if plan is not None:
        from toolkit.release import saved

        saved.check_unchanged(plan, ctx, planned)
    found.say_placeholders()
    for line in plan_lines(planned):
        found.talk.say(line)
    confirmed(planned, found, yes=asked.yes or asked.options.check_only)
    report, became = release(ctx, planned, found, path=path, on_failure=asked.on_failure)
    found.talk.close()
    return _tell(asked, report, project, found, became)


def _saved_for(asked: Asked, found: Against) -> SavedPlan | None:
    """The saved plan that is to be applied, None without one; ReleaseError when it is for another org."""
    if asked.plan is None:
        return None
    from toolkit.release import saved

    plan = saved.load(asked.plan, asked.config)
    saved.check_org(plan, found.org.identity.org_id)
    return plan


def _left_out(bundle: Bundle) -> list[str]:
    """What lies below PATH and is not deployed."""
    count = len(bundle.left_out)
    if not count:
        return []
    more = f" and {count - 5} more" if count > 5 else ""
    return [f"not metadata, or ignored by .forceignore: {', '.join(bundle.left_out[:5])}{more}"]


def _tell(asked: Asked, report: ReleaseReport, project: Project | None, found: Against, became: str | None) -> int:
    """Print the report and return the exit code; an error of the release is raised once the report is printed."""
    from toolkit.report import release as told

    jobs = found.talk.jobs.results
    if asked.junit is not None:
        from toolkit.report.release_junit import release_junit

        outputs().write_file(asked.junit, release_junit(report, jobs))
    rows, pem = _manual(report, project) if project is not None else ((), None)
    code = report.error.exit_code if report.error is not None else 0
    validated = _validated(report, jobs)
    if asked.form == "json":
        import json

        for problem in report.error.problems if report.error is not None else ():
            click.echo(f"error: {problem}", err=True)
        document = told.release_json(
            report, found.org, rows=rows, pem=pem, exit_code=code, became=became, jobs=jobs, validated=validated
        )
        click.echo(json.dumps(document, indent=2))
        return code
    _print(asked, report, found, rows)
    if became is not None:
        running = isinstance(report.error, StillRunningError)
        before = "What else the release has done" if running else "What the release had done before it failed"
        click.echo(f"\n{before}: {became}.")
    if validated is not None:
        job, content = validated
        found.talk.say(
            f"For ten days `sfmeta job quick {job} [PATH] --org {found.name}` deploys what was validated; on another "
            f"machine PATH is compared with --content {content}"
        )
    if report.error is not None:
        raise report.error
    if pem is not None and asked.form == "text":
        told.print_key(pem, sys.stdout)
    click.echo(_last_word(report))
    return code


def _manual(report: ReleaseReport, project: Project) -> tuple[tuple[Row, ...], str | None]:
    """What the release proved of the vendor's manual, and the public key to paste there."""
    from toolkit.release.checklist import checklist, pem_of

    return checklist(report, project), pem_of(report)


def _print(asked: Asked, report: ReleaseReport, found: Against, rows: Sequence[Row]) -> None:
    """The annotations, or the table."""
    from toolkit.report import release as told

    if asked.form == "github":
        from toolkit.report.release_github import commands

        for line in commands(report.error, found.talk.jobs.results):
            click.echo(line)
    elif rows and not report.check_only:
        told.print_checklist(rows, sys.stdout)
    else:
        told.print_steps(report, sys.stdout)


def _validated(report: ReleaseReport, jobs: tuple[DeployResult, ...]) -> tuple[str, str] | None:
    """The job that has validated the package, and the digest of its content; None when there is none."""
    from toolkit.release.journal.file import Journal

    if not report.check_only or report.error is not None or not jobs:
        return None
    entry = Journal(Path(STATE)).of_job(jobs[-1].id)
    return (jobs[-1].id, entry.content.digest) if entry is not None else None


def _last_word(report: ReleaseReport) -> str:
    from toolkit.release.run import Outcome

    if report.check_only:
        left = [step.title for step in report.steps if step.outcome is Outcome.UNPROVED]
        unproved = f" Only doing it proves the rest: {', '.join(left)}." if left else ""
        return f"\nChecked only: nothing was changed.{unproved}"
    return "\nDone." if report.changed else "\nNothing to change: the org has all of it as wanted."
