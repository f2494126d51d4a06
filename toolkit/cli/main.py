"""The `sfmeta` command: the list of commands, and the only place where an error becomes an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import click

from toolkit import __version__
from toolkit.cli.lazy import LazyGroup
from toolkit.cli.outputs import Outputs
from toolkit.errors import EndedError, Problem, SfmetaError

EXIT_INTERRUPTED = 130
EXIT_BUG = 70  # sysexits.h EX_SOFTWARE: not the user's fault, so not one of the documented results

COMMANDS = {
    "init": "Write a commented package.yaml and orgs.yaml into an empty folder.",
    "generate": "Write the configured integration as Salesforce metadata.",
    "validate": "Check metadata offline: schema, references and good sense, with file and line.",
    "package": "Write a reproducible deployable zip of a project or of the integration.",
    "convert": "Convert a project between source format and Metadata API format.",
    "plan": "Show what deploy would change in an org.",
    "deploy": "Deploy the integration, or any folder of metadata, and prove the result.",
    "certificate": "Have the org make the signing certificate, and print its public key.",
    "settings": "Fill the rows of the custom setting.",
    "assign": "Give the permission sets to the people whom the configuration names.",
    "place": "Place the widget on record pages and layouts, of an org or of a project folder.",
    "verify": "Say whether the integration works, for whom, and which link is missing.",
    "drift": "Show what differs from the last release.",
    "history": "Show what was released to an org, and when.",
    "rollback": "Put back what a release changed.",
    "uninstall": "Remove everything of ours from an org.",
    "job": "Follow, resume, cancel or quick-deploy a deployment job.",
    "explain": "Say what a deployment error means and how to mend it.",
    "org": "List the targets; serve the local org to other clients.",
    "completion": "Print the completion script of a shell.",
}


@click.group(
    cls=LazyGroup,
    commands_help=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Exit codes: 0 done, 1 failed or findings, 2 wrong usage or configuration, "
    "68 partly deployed, 69 still running in the org, 130 interrupted.",
)
@click.option(
    "--trace",
    metavar="FILE",
    envvar="SFMETA_TRACE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Add every HTTP exchange with an org to a file, a line of JSON each, without credentials.",
)
@click.version_option(__version__, "-V", "--version", prog_name="sfmeta", message="%(prog)s %(version)s")
@click.pass_obj
def cli(outputs: Outputs | None, *, trace: Path | None) -> None:
    """Generate, validate, package, plan and deploy Salesforce metadata."""
    if outputs is not None:
        outputs.trace = trace


def main(args: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code; nothing is raised."""
    given = list(sys.argv[1:] if args is None else args)
    with Outputs().guarded() as outputs:
        return _run(given, outputs)


def _run(given: list[str], outputs: Outputs) -> int:
    as_json = _wants_json(given)
    try:
        result = cli.main(given, prog_name="sfmeta", standalone_mode=False, obj=outputs)
        code = result if isinstance(result, int) else 0
    except SfmetaError as error:
        code = _fail(error.problems, error.exit_code, as_json=as_json)
    except click.UsageError as error:
        code = _usage(error, as_json=as_json)
    except click.ClickException as error:
        code = _fail((Problem(error.format_message()),), error.exit_code, as_json=as_json)
    except (KeyboardInterrupt, click.Abort) as interruption:
        code = _fail((Problem("interrupted"),), _interrupted(interruption), as_json=as_json)
    except BrokenPipeError:
        # The reader of stdout went away (`| head`); a second failure while flushing would only add noise.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    except Exception as error:  # noqa: BLE001  # the catch-all lives here and nowhere else
        code = _fail((_bug(error),), EXIT_BUG, as_json=as_json)
    return code


def _interrupted(interruption: BaseException) -> int:
    """130, or what a shell says of a process that a signal has ended; click wraps what it was."""
    found: BaseException | None = interruption
    while found is not None:
        if isinstance(found, EndedError):
            return 128 + found.signum
        found = found.__cause__
    return EXIT_INTERRUPTED


def _wants_json(given: Sequence[str]) -> bool:
    """Whether stdout gets one JSON document, whatever happens. `--format json` of validate lists findings alone."""
    if "--json" in given:
        return True
    asked = "--format=json" in given or ("--format", "json") in pairwise(given)
    return asked and any(name in given for name in ("deploy", "job"))


def _usage(error: click.UsageError, *, as_json: bool) -> int:
    command = error.ctx.command_path if error.ctx else "sfmeta"
    problem = Problem(error.format_message(), mend=f"see `{command} --help`")
    return _fail((problem,), error.exit_code, as_json=as_json)


def _fail(problems: Sequence[Problem], exit_code: int, *, as_json: bool) -> int:
    for problem in problems:
        click.echo(f"error: {problem}", err=True)
    if as_json:
        import json

        rows = [_problem_json(problem) for problem in problems]
        click.echo(json.dumps({"status": "error", "exitCode": exit_code, "problems": rows}, indent=2))
    return exit_code


def _problem_json(problem: Problem) -> dict[str, object]:
    where = problem.where
    place = {"file": where.file, "line": where.line, "column": where.column} if where else None
    return {"message": problem.message, "where": place, "mend": problem.mend}


def _bug(error: Exception) -> Problem:
    """A report of our own mistake without the exception's text, which may hold what the user gave us."""
    import traceback

    if os.environ.get("SFMETA_TRACEBACK"):
        traceback.print_exception(error)
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{os.path.basename(frame.filename)}:{frame.lineno}"  # noqa: PTH119  # no path of the machine
    return Problem(
        f"sfmeta itself failed: {type(error).__name__} at {place}",
        mend="run again with SFMETA_TRACEBACK=1 and report what it prints; read it first, it may hold your data",
    )
