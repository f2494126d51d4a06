"""`sfmeta deploy [PATH]`: put the integration, or any folder or zip of metadata, into an org and prove the result."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.cli.session import STATE, connected, expected, guard, meant, talk_on_stderr
from toolkit.config.secrets import SecretRef, SecretResolver
from toolkit.errors import Location, ReleaseError, UsageError

if TYPE_CHECKING:
    from toolkit.config.project import Project
    from toolkit.config.targets import Orgs
    from toolkit.metadata.component import Bundle
    from toolkit.org.jobs import DeployOptions
    from toolkit.org.org import Org
    from toolkit.release.run import PlannedStep, ReleaseReport
    from toolkit.report.progress import LiveTalk, PlainTalk

"""Folder of the journal of jobs, in the working directory."""

TEST_LEVELS = ("NoTestRun", "RunSpecifiedTests", "RunLocalTests", "RunAllTestsInOrg", "RunRelevantTests")


@dataclass(frozen=True, slots=True)
class Asked:
    """The command line, checked."""

    path: Path | None
    org: str | None
    config: Path
    sets: tuple[str, ...]
    check_only: bool
    test_level: str | None
    tests: tuple[str, ...]
    wait: float
    yes: bool
    as_json: bool
    confirm: str | None
    allow_commands: bool
    start_anew: bool = False
    junit: Path | None = None
    on_failure: str | None = None
    plan: Path | None = None
    prune: bool = False


@click.command(short_help="Deploy the integration, or any folder of metadata, and prove the result.")
@click.argument("path", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--org", metavar="NAME", help="Target in orgs.yaml; its default when absent.")
@click.option(
    "--config",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("config"),
    help="Folder of package.yaml and orgs.yaml; config when absent.",
)
@click.option("--set", "sets", metavar="KEY=VALUE", multiple=True, help="Override one value of package.yaml.")
@click.option("--check-only", is_flag=True, help="Have the org check the components, and change nothing.")
@click.option("--test-level", type=click.Choice(TEST_LEVELS), help="Which Apex tests the org runs.")
@click.option("--tests", metavar="CLASS,...", multiple=True, help="Test classes, with RunSpecifiedTests.")
@click.option(
    "--wait", metavar="SECONDS", type=click.FloatRange(min=0), default=3600.0, help="How long a job may take."
)
@click.option(
    "--on-failure",
    type=click.Choice(["keep", "revert"]),
    help="Whether a release that fails keeps what it has done or takes it back; revert for a first installation.",
)
@click.option("--no-wait", is_flag=True, help="Start the job and leave; `sfmeta job resume ID` follows it.")
@click.option(
    "--start-anew", is_flag=True, help="Start a new job although an earlier start may have reached the org unanswered."
)
@click.option("--prune", is_flag=True, help="Delete what earlier releases of the same have left behind.")
@click.option(
    "--plan",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Apply the plan that sfmeta plan --out has saved, and nothing else.",
)
@click.option("--confirm", metavar="NAME", help="The name of a protected or production org, to say that it is meant.")
@click.option("--yes", is_flag=True, help="Do not ask before changing the org.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.option(
    "--junit", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Write a JUnit report, too."
)
@click.option("--allow-commands", is_flag=True, help="Let ${command:...} in the configuration run.")
def deploy(
    *,
    path: Path | None,
    org: str | None,
    config: Path,
    sets: tuple[str, ...],
    check_only: bool,
    test_level: str | None,
    tests: tuple[str, ...],
    wait: float,
    no_wait: bool,
    start_anew: bool,
    junit: Path | None,
    confirm: str | None,
    yes: bool,
    as_json: bool,
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
    named = tuple(name for text in tests for name in text.replace(",", " ").split())
    if named and test_level != "RunSpecifiedTests":
        raise UsageError.of("--tests needs --test-level RunSpecifiedTests", mend="add it, or leave --tests out")
    if test_level == "RunSpecifiedTests" and not named:
        raise UsageError.of("--test-level RunSpecifiedTests needs --tests", mend="name the test classes")
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
        check_only=check_only,
        test_level=test_level,
        tests=named,
        wait=0.0 if no_wait else wait,
        start_anew=start_anew,
        junit=junit,
        yes=yes,
        as_json=as_json,
        confirm=confirm,
        allow_commands=allow_commands,
        on_failure=on_failure,
        plan=plan,
        prune=prune,
    )
    return _deploy(asked)


def _deploy(asked: Asked) -> int:
    project, orgs, bundle = _load(asked)
    name, target = orgs.target(asked.org)
    guard(name, target, asked.confirm, changes=not asked.check_only)
    local = target.kind == "local"
    secrets = SecretResolver(os.environ, asked.config, allow_commands=asked.allow_commands, placeholder=local)
    talk = talk_on_stderr()
    with connected(target, orgs, name, secrets, bundle.api_version) as connection:
        expected(target, connection, name)
        if not local and not asked.check_only:
            meant(name, target, connection, asked.confirm)
        return _release(
            asked,
            project=project,
            bundle=bundle,
            connection=connection,
            secrets=secrets,
            talk=talk,
            name=name,
            local=local,
        )


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


def _release(
    asked: Asked,
    *,
    project: Project | None,
    bundle: Bundle,
    connection: Org,
    secrets: SecretResolver,
    talk: PlainTalk | LiveTalk,
    name: str,
    local: bool,
) -> int:
    from toolkit.cli.against import Against
    from toolkit.cli.releasing import pruned, release
    from toolkit.release import run, saved
    from toolkit.release.back import INTEGRATION
    from toolkit.release.journal.file import Journal
    from toolkit.release.step import Context
    from toolkit.release.steps import component_steps, integration_steps
    from toolkit.report.release import plan_lines

    def reveal(ref: SecretRef, where: Location | None) -> str:
        secret = secrets.resolve(ref, where)
        connection.redact.learn(secret)
        return secret

    whole = project is None
    if asked.prune:
        bundle = pruned(bundle, connection.identity.org_id, asked.path)
    journal = Journal(Path(STATE))
    ctx = Context(
        connection, bundle, project, reveal, talk, _options(asked), asked.wait, whole, journal, asked.start_anew
    )
    for line in _left_out(bundle):
        talk.say(line)
    try:
        path = asked.path
        plan = None
        if asked.plan is not None:
            plan = saved.load(asked.plan, asked.config)
            saved.check_org(plan, connection.identity.org_id)
            path = None if plan.scope == INTEGRATION else Path(plan.scope)
        planned = run.plan(ctx, integration_steps(project) if project is not None else component_steps())
        if plan is not None:
            saved.check_unchanged(plan, ctx, planned)
        for variable, value in sorted(secrets.placeholders.items()):
            talk.say(f"{variable} is not set: the local org gets the placeholder {value}")
        for line in plan_lines(planned):
            talk.say(line)
        if not local:
            _confirm(asked, planned, connection, talk)
        found = Against(name, local, connection, secrets, talk)
        report, became = release(ctx, planned, found, path=path, on_failure=asked.on_failure)
    finally:
        talk.close()
    return _tell(asked, report, project, connection, became)


def _left_out(bundle: Bundle) -> list[str]:
    """What lies below PATH and is not deployed."""
    count = len(bundle.left_out)
    if not count:
        return []
    more = f" and {count - 5} more" if count > 5 else ""
    return [f"not metadata, or ignored by .forceignore: {', '.join(bundle.left_out[:5])}{more}"]


def _options(asked: Asked) -> DeployOptions:
    from toolkit.org.jobs import DeployOptions, TestLevel

    level = TestLevel(asked.test_level) if asked.test_level else None
    return DeployOptions(check_only=asked.check_only, test_level=level, run_tests=asked.tests)


def _confirm(asked: Asked, planned: tuple[PlannedStep, ...], connection: Org, talk: PlainTalk | LiveTalk) -> None:
    """Have the plan confirmed, unless that was done beforehand or there is nothing to change."""
    if asked.yes or asked.check_only or not any(one.pending for one in planned):
        return
    talk.close()
    if not sys.stdin.isatty():
        raise UsageError.of("there is nobody to ask before the org is changed", mend="give --yes")
    org = connection.organization
    if not click.confirm(f"Change {org.name} ({org.id}, {connection.url})?", err=True):
        raise ReleaseError.of("not confirmed; nothing was changed")


def _tell(asked: Asked, report: ReleaseReport, project: Project | None, connection: Org, became: str | None) -> int:
    """Print the report and return the exit code; an error of the release is raised once the report is printed."""
    from toolkit.release.checklist import checklist, pem_of
    from toolkit.report import release as told

    if asked.junit is not None:
        _write_junit(report, asked.junit)
    rows = checklist(report, project) if project is not None else ()
    pem = pem_of(report)
    code = report.error.exit_code if report.error is not None else 0
    if asked.as_json:
        import json

        for problem in report.error.problems if report.error is not None else ():
            click.echo(f"error: {problem}", err=True)
        click.echo(
            json.dumps(
                told.release_json(report, connection, rows=rows, pem=pem, exit_code=code, became=became), indent=2
            )
        )
        return code
    if rows and not asked.check_only:
        told.print_checklist(rows, sys.stdout)
    else:
        told.print_steps(report, sys.stdout)
    if became is not None:
        click.echo(f"\nWhat the release had done before it failed: {became}.")
    if report.error is not None:
        raise report.error
    if pem is not None:
        told.print_key(pem, sys.stdout)
    click.echo(_last_word(report))
    return code


def _write_junit(report: ReleaseReport, path: Path) -> None:
    """What happened is also told elsewhere, so a file that cannot be written is no more than said."""
    from toolkit.report.release_junit import release_junit

    try:
        path.write_text(release_junit(report), encoding="utf-8", newline="\n")
    except OSError as error:
        click.echo(f"warning: {path} cannot be written: {error.strerror}", err=True)


def _last_word(report: ReleaseReport) -> str:
    from toolkit.release.run import Outcome

    if report.check_only:
        left = [step.title for step in report.steps if step.outcome is Outcome.UNPROVED]
        unproved = f" Only doing it proves the rest: {', '.join(left)}." if left else ""
        return f"\nChecked only: nothing was changed.{unproved}"
    return "\nDone." if report.changed else "\nNothing to change: the org has all of it as wanted."
