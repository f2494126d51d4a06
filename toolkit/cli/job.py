"""`sfmeta job`: deploy jobs by their id, from any machine; all that is needed is the org."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.cli.session import STATE

if TYPE_CHECKING:
    from toolkit.cli.against import Against
    from toolkit.errors import Problem
    from toolkit.metadata.component import Bundle
    from toolkit.org.jobs import DeployResult
    from toolkit.release.journal.file import Journal

NEWEST = "67.0"
"""API version that is asked for; an older org answers in its own newest."""

Command = Callable[..., int]


def _common(command: Command) -> Command:
    """The id and the options that every command of the group has."""
    for decorate in (
        click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout."),
        click.option("--allow-commands", is_flag=True, help="Let ${command:...} in orgs.yaml run."),
        click.option(
            "--config",
            metavar="DIR",
            type=click.Path(file_okay=False, path_type=Path),
            default=Path("config"),
            help="Folder of orgs.yaml; config when absent.",
        ),
        click.option("--org", metavar="NAME", help="Target in orgs.yaml; its default when absent."),
        click.argument("job_id", metavar="ID"),
    ):
        command = decorate(command)
    return command


_wait = click.option(
    "--wait", metavar="SECONDS", type=click.FloatRange(min=0), default=3600.0, help="How long to follow the job."
)


@click.group(short_help="Follow, resume, cancel or quick-deploy a deployment job.")
def job() -> None:
    """Follow, resume, cancel or quick-deploy a deployment job.

    ID has 15 or 18 characters. Exit codes: 0 the job succeeded (cancel: it is canceled), 1 it did not, 68 partly
    deployed, 69 still running in the org.
    """


@job.command(short_help="Say how a job stands.")
@_common
def status(*, job_id: str, org: str | None, config: Path, as_json: bool, allow_commands: bool) -> int:
    """Say how a job stands, once, with everything that failed."""
    with _session(job_id, org, config, allow_commands=allow_commands) as found:
        result = found.org.deploy_status(job_id)
        return _tell(found, result, as_json=as_json)


@job.command(short_help="Follow a job to its end.")
@_common
@_wait
def resume(*, job_id: str, org: str | None, config: Path, wait: float, as_json: bool, allow_commands: bool) -> int:
    """Follow a job to its end and say how it ended. Interrupted, the job goes on; twice, it is canceled."""
    from toolkit.release.jobs import followed

    with _session(job_id, org, config, allow_commands=allow_commands) as found:
        _adopt(found, job_id)
        result = followed(found.org, found.talk, job_id, f"deployment {job_id}", wait=wait)
        return _tell(found, result, as_json=as_json)


@job.command(short_help="Cancel a job and follow it to its end.")
@_common
@_wait
def cancel(*, job_id: str, org: str | None, config: Path, wait: float, as_json: bool, allow_commands: bool) -> int:
    """Cancel a job and follow it to its end. A job that was done before the org could cancel it is told as it ended."""
    from toolkit.org.jobs import Status
    from toolkit.release.jobs import cancelled

    with _session(job_id, org, config, allow_commands=allow_commands) as found:
        result = found.org.deploy_status(job_id)
        if not result.done:
            result = cancelled(found.org, found.talk, job_id, f"deployment {job_id}", wait=wait)
        if result.status is Status.CANCELED:
            _note(found, result)
            _print(found, result, 0, as_json=as_json)
            return 0
        found.talk.say(f"deployment {job_id} was over before it could be canceled")
        _tell(found, result, as_json=as_json)
        return 1


@job.command(short_help="Deploy what a check-only job has validated.")
@_common
@_wait
@click.argument("path", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--confirm", metavar="NAME", help="The name of a protected or production org, to say that it is meant.")
def quick(
    *,
    job_id: str,
    org: str | None,
    config: Path,
    wait: float,
    as_json: bool,
    allow_commands: bool,
    path: Path | None,
    confirm: str | None,
) -> int:
    """Deploy what a check-only job of the last ten days has validated, without running its tests again.

    With PATH, a folder or zip, its content must be what was validated; otherwise nothing is sent.
    """
    from datetime import UTC, datetime

    from toolkit.release.jobs import followed
    from toolkit.release.journal.start import Starting
    from toolkit.release.quick import quick_deploy

    package = _package(path)
    with _session(job_id, org, config, allow_commands=allow_commands, confirm=confirm, changes=True) as found:
        journal = _journal()
        here = Starting(found.org, journal, found.talk.say)
        started = quick_deploy(here, journal, job_id, package=package, now=datetime.now(UTC))
        found.talk.say(f"deployment {started.job} started: a quick deploy of {job_id}")
        result = followed(found.org, found.talk, started.job, f"deployment {started.job}", wait=wait)
        return _tell(found, result, as_json=as_json)


def _package(path: Path | None) -> Bundle | None:
    if path is None:
        return None
    from toolkit.cli.reading import read_path

    return read_path(path)


@contextmanager
def _session(
    job_id: str,
    org: str | None,
    config: Path,
    *,
    allow_commands: bool,
    confirm: str | None = None,
    changes: bool = False,
) -> Iterator[Against]:
    """A session with the target, once the id is one; changes: ask about production as deploy does."""
    from toolkit.cli.against import against
    from toolkit.cli.session import meant
    from toolkit.config.load import load_orgs
    from toolkit.org.jobs import checked_id

    checked_id(job_id)
    orgs = load_orgs(config)
    with against(org, orgs, config, api_version=NEWEST, allow_commands=allow_commands) as found:
        if changes and not found.local:
            meant(found.name, orgs.orgs[found.name], found.org, confirm)
        yield found


def _journal() -> Journal:
    from toolkit.release.journal.file import Journal

    return Journal(Path(STATE))


def _adopt(found: Against, job_id: str) -> None:
    """A person who names the job of a start whose answer was lost has settled what became of it."""
    from toolkit.release.journal.settle import lost

    journal = _journal()
    waiting = lost(journal, found.org)
    if len(waiting) == 1 and journal.of_job(job_id) is None:
        journal.started(waiting[0].key, job_id)


def _note(found: Against, result: DeployResult) -> None:  # noqa: ARG001  one signature for all that tell
    """Write down how a job of this machine ended."""
    journal = _journal()
    entry = journal.of_job(result.id)
    if entry is not None and entry.open and result.done:
        journal.ended(entry.key, result.status_text)


def _tell(found: Against, result: DeployResult, *, as_json: bool) -> int:
    """Print the job and return the exit code; what did not succeed is told problem by problem on stderr."""
    from toolkit.errors import SfmetaError
    from toolkit.metadata.component import Bundle
    from toolkit.release.failures import check

    _note(found, result)
    code = 0
    problems: tuple[Problem, ...] = ()
    if not result.done:
        code = 69
    else:
        try:
            check(result, Bundle.of([], api_version=NEWEST), found.org.redact)
        except SfmetaError as error:
            code, problems = error.exit_code, error.problems
    found.talk.close()
    for problem in problems:
        click.echo(f"error: {problem}", err=True)
    _print(found, result, code, as_json=as_json, problems=[str(problem) for problem in problems])
    return code


def _print(
    found: Against, result: DeployResult, code: int, *, as_json: bool, problems: list[str] | None = None
) -> None:
    row = {
        "id": result.id,
        "status": result.status_text,
        "done": result.done,
        "success": result.success,
        "checkOnly": result.check_only,
        "componentsTotal": result.components_total,
        "componentsDeployed": result.components_deployed,
        "componentErrors": result.component_errors,
        "testsTotal": result.tests_total,
        "testsCompleted": result.tests_completed,
        "testErrors": result.test_errors,
        "createdBy": result.created_by,
        "completed": result.completed,
    }
    if as_json:
        status = "ok" if code == 0 else ("running" if code == 69 else "error")
        document = {"status": status, "exitCode": code, "org": found.org.url, "job": row, "problems": problems or []}
        click.echo(json.dumps(document, indent=2))
        return
    from toolkit.report.progress import job_text

    kind = "validation" if result.check_only else "deployment"
    click.echo(found.org.redact(job_text(f"{kind} {result.id}", result)))
    sys.stdout.flush()
