"""`sfmeta job`: deploy jobs by their id, from any machine; all that is needed is the org."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from toolkit.cli import options
from toolkit.cli.outputs import outputs
from toolkit.cli.session import STATE
from toolkit.errors import UsageError

if TYPE_CHECKING:
    from toolkit.cli.against import Against
    from toolkit.errors import DeployError
    from toolkit.metadata.component import Bundle
    from toolkit.org.jobs import DeployResult
    from toolkit.release.journal.file import Journal

Command = Callable[..., int]


@dataclass(frozen=True, slots=True)
class At:
    """Which job of which org, and how it is told. job None: the newest one of this folder that has not ended."""

    job: str | None
    org: str | None
    config: Path
    allow_commands: bool
    wire: str
    form: str
    junit: Path | None
    source: Path | None


def _common(command: Command) -> Command:
    """The id and the options that every command of the group has; the command is given them as `at`."""

    @functools.wraps(command)
    def packed(
        *,
        job_id: str | None,
        org: str | None,
        config: Path,
        allow_commands: bool,
        wire: str,
        form: str,
        junit: Path | None,
        source: Path | None,
        **rest: Any,
    ) -> int:
        return command(at=At(job_id, org, config, allow_commands, wire, form, junit, source), **rest)

    shown: Command = packed
    for decorate in (
        options.junit,
        options.reported,
        options.wire,
        options.allow_commands,
        click.option(
            "--source",
            metavar="PATH",
            type=click.Path(exists=True, path_type=Path),
            help="The folder or zip that was deployed: problems are told with its files and lines.",
        ),
        options.config("orgs.yaml"),
        options.org,
        click.argument("job_id", metavar="[ID]", required=False),
    ):
        shown = decorate(shown)
    return shown


@click.group(short_help="Follow, resume, cancel or quick-deploy a deployment job.")
def job() -> None:
    """Follow, resume, cancel or quick-deploy a deployment job.

    ID has 15 or 18 characters. Without it the newest job is meant that this folder has started and not seen end, also
    one whose start was not answered. `job list` shows those that the org has. Exit codes: 0 the job succeeded (cancel:
    it is canceled), 1 it did not, 68 partly deployed, 69 still running in the org.
    """


@job.command("list", short_help="List the newest jobs of an org.")
@options.org
@options.config("orgs.yaml")
@options.allow_commands
@options.as_json
@click.option("--all-users", is_flag=True, help="Those of everybody, not of the user who signs in alone.")
@click.option("--limit", type=click.IntRange(1, 200), default=20, show_default=True, help="How many, at most.")
def list_jobs(
    *, org: str | None, config: Path, allow_commands: bool, as_json: bool, all_users: bool, limit: int
) -> int:
    """List the newest deploy jobs of an org, from any machine. HERE says that this folder has started it."""
    from toolkit.cli.against import against
    from toolkit.config.load import load_orgs
    from toolkit.release.joblist import listed
    from toolkit.report import joblist as told

    with against(org, load_orgs(config), config, api_version=None, allow_commands=allow_commands) as found:
        rows = listed(found.org, _journal(), everybody=all_users, limit=limit)
        found.talk.close()
        if as_json:
            click.echo(json.dumps(told.document(found.org.url, rows), indent=2))
        else:
            told.print_jobs(rows, sys.stdout)
    return 0


@job.command(short_help="Say how a job stands.")
@_common
def status(*, at: At) -> int:
    """Say how a job stands, once, with everything that failed."""
    with _session(at) as found:
        return _tell(at, found, found.org.deploy_status(_meant(at, found)))


@job.command(short_help="Follow a job to its end.")
@_common
@options.wait
def resume(*, at: At, wait: float) -> int:
    """Follow a job to its end and say how it ended. Interrupted, the job goes on; twice, it is canceled."""
    from toolkit.release.following import followed

    with _session(at) as found:
        job_id = _meant(at, found)
        found.talk.say(f"deployment {job_id}: {found.org.deploy_page(job_id)}")
        result = followed(found.org, found.talk, job_id, f"deployment {job_id}", wait=wait)
        return _tell(at, found, result)


@job.command(short_help="Cancel a job and follow it to its end.")
@_common
@options.wait
def cancel(*, at: At, wait: float) -> int:
    """Cancel a job and follow it to its end. A job that was done before the org could cancel it is told as it ended."""
    from toolkit.org.jobs import Status
    from toolkit.release.following import cancelled

    with _session(at) as found:
        job_id = _meant(at, found)
        result = found.org.deploy_status(job_id)
        over = result.done
        if not over:
            result = cancelled(found.org, found.talk, job_id, f"deployment {job_id}", wait=wait)
        if result.status is Status.CANCELED:
            _note(found, result)
            _print(at, found, result, 0)
            return 0
        found.talk.say(f"deployment {job_id} was over before it could be canceled")
        return _tell(at, found, result, success=1)


@job.command(short_help="Deploy what a check-only job has validated.")
@_common
@options.wait
@options.path
@click.option("--content", metavar="DIGEST", help="What was validated, as deploy --check-only told on another machine.")
@options.confirm
def quick(*, at: At, wait: float, path: Path | None, content: str | None, confirm: str | None) -> int:
    """Deploy what a check-only job of the last ten days has validated, without running its tests again.

    With PATH, a folder or zip, its content must be what was validated; otherwise nothing is sent.
    """
    from toolkit.release.following import follow, interruptible
    from toolkit.release.journal.start import Starting
    from toolkit.release.quick import quick_deploy

    if at.job is None:
        raise UsageError.of("which validation is to be deployed?", mend="give the ID of the check-only job")
    if content is not None and path is None:
        raise UsageError.of("--content says what PATH has to be", mend="give PATH, or leave --content out")
    package = _package(path)
    with _session(at, confirm=confirm, changes=True) as found:
        journal = _journal()
        here = Starting(found.org, journal, found.talk.say)
        with interruptible(found.org, found.talk, f"quick deploy of {at.job}") as under_way:
            started = quick_deploy(here, journal, at.job, package=package, digest=content)
            under_way.job = started.job
            found.talk.say(f"deployment {started.job} started: a quick deploy of {at.job}")
            found.talk.say(f"deployment {started.job}: {found.org.deploy_page(started.job)}")
            result = follow(found.org, found.talk, started.job, f"deployment {started.job}", wait=wait)
        return _tell(at, found, result, package=package)


def _package(path: Path | None) -> Bundle | None:
    if path is None:
        return None
    from toolkit.cli.reading import read_path

    return read_path(path)


@contextmanager
def _session(at: At, *, confirm: str | None = None, changes: bool = False) -> Iterator[Against]:
    """A session with the target, once the id is one; changes: ask about production as deploy does."""
    from toolkit.cli.against import against
    from toolkit.cli.session import meant
    from toolkit.config.load import load_orgs
    from toolkit.org.jobs import checked_id

    if at.job is not None:
        checked_id(at.job)
    orgs = load_orgs(at.config)
    opened = against(at.org, orgs, at.config, api_version=None, allow_commands=at.allow_commands, wire=at.wire)
    with opened as found:
        if changes and not found.local:
            meant(found.name, orgs.orgs[found.name], found.org, confirm)
        yield found


def _journal() -> Journal:
    from toolkit.release.journal.file import Journal

    return Journal(Path(STATE))


def _meant(at: At, found: Against) -> str:
    """The job's id; naming it settles what became of a start whose answer was lost."""
    from toolkit.release.joblist import unfinished
    from toolkit.release.journal.settle import adopt

    if at.job is None:
        return unfinished(found.org, _journal(), found.talk.say)
    adopt(_journal(), found.org, at.job)
    return at.job


def _note(found: Against, result: DeployResult) -> None:
    """Write down how a job of this machine ended."""
    from toolkit.release.journal.start import noted

    journal = _journal()
    entry = journal.of_job(result.id)
    if entry is not None and entry.open and result.done:
        noted(found.talk.say, functools.partial(journal.ended, entry.key, result.status_text))


def _tell(at: At, found: Against, result: DeployResult, *, package: Bundle | None = None, success: int = 0) -> int:
    """Print the job and return the exit code; what did not succeed is told problem by problem on stderr.

    success: the exit code of a job that succeeded, where that is not what was asked for.
    """
    from toolkit.errors import DeployError
    from toolkit.metadata.component import Bundle
    from toolkit.release.failures import check

    _note(found, result)
    error: DeployError | None = None
    code = success
    if not result.done:
        code = 69
    else:
        bundle = package or _package(at.source) or Bundle.of([], api_version=found.org.api_version)
        try:
            check(result, bundle, found.org.redact)
        except DeployError as failed:
            error, code = failed, failed.exit_code
    found.talk.close()
    for problem in error.problems if error is not None else ():
        click.echo(f"error: {problem}", err=True)
    for warning in result.warnings if error is None else ():
        click.echo(f"warning: {found.org.redact(f'{warning.type} {warning.full_name}: {warning.problem}')}", err=True)
    _print(at, found, result, code, error)
    return code


def _print(at: At, found: Against, result: DeployResult, code: int, error: DeployError | None = None) -> None:
    problems = error.problems if error is not None else ()
    if at.junit is not None:
        from toolkit.report.release_junit import job_junit

        outputs().write_file(at.junit, job_junit(result, problems))
    if at.form == "json":
        from toolkit.report.release import job_json, problem_json

        status = "ok" if code == 0 else ("running" if code == 69 else "error")
        rows = [problem_json(problem) for problem in problems]
        document = {
            "status": status, "exitCode": code, "org": found.org.url, "job": job_json(result), "problems": rows
        }  # fmt: skip
        click.echo(json.dumps(document, indent=2))
        return
    if at.form == "github":
        from toolkit.report.release_github import commands

        for line in commands(error, [result]):
            click.echo(line)
    from toolkit.report.progress import job_text

    kind = "validation" if result.check_only else "deployment"
    click.echo(found.org.redact(job_text(f"{kind} {result.id}", result)))
    sys.stdout.flush()
