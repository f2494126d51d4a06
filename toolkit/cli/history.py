"""`sfmeta history`: what was released to an org, and when; copies of the ledger for other machines."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.cli import options
from toolkit.errors import ReleaseError

if TYPE_CHECKING:
    from toolkit.release.ledger.ledger import Ledger, Release
    from toolkit.report.history import Told


@click.group(short_help="Show what was released to an org, and when.", invoke_without_command=True)
@click.option("--org", metavar="NAME", help="Only the releases to this target; all when absent.")
@options.as_json
@click.pass_context
def history(context: click.Context, *, org: str | None, as_json: bool) -> int:
    """List the releases that the ledger of this folder knows, the newest first. Asks no org.

    The ledger is .sfmeta/ledger.db: every release with its steps, deploy jobs and what was there before.
    """
    if context.invoked_subcommand is not None:
        return 0
    from toolkit.cli.against import open_ledger
    from toolkit.report import history as told

    with open_ledger() as ledger:
        releases = [_told(ledger, release) for release in ledger.all() if org is None or release.target == org]
    if as_json:
        _print_json({"releases": [told.release_document(release) for release in releases]})
    else:
        told.print_history(releases, sys.stdout)
    return 0


@history.command(short_help="Show one release: steps, changes, deploy jobs.")
@click.argument("release", metavar="ID")
@options.as_json
def show(*, release: str, as_json: bool) -> int:
    """Show what one release did. The first letters of its id are enough."""
    from toolkit.cli.against import open_ledger
    from toolkit.report import history as told

    with open_ledger() as ledger:
        found = _told(ledger, _one(ledger, release))
        steps = ledger.steps(found.release.id)
    if as_json:
        _print_json(told.release_document(found, steps))
    else:
        told.print_release(found, steps, sys.stdout)
    return 0


@history.command(short_help="Write a copy of the ledger to a file.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(*, file: Path) -> int:
    """Write a copy of the ledger to a file, for `history import` on another machine. It holds no secret."""
    from toolkit.cli.against import open_ledger
    from toolkit.release.ledger import exchange

    with open_ledger() as ledger:
        click.echo(f"{exchange.export(ledger, file)} releases written to {file}.")
    return 0


@history.command("import", short_help="Take in a copy of a ledger.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_(*, file: Path) -> int:
    """Take in what a copy of a ledger has and this one has not."""
    from toolkit.cli.against import open_ledger
    from toolkit.release.ledger import exchange

    with open_ledger() as ledger:
        click.echo(f"{exchange.import_(ledger, file)} releases taken in.")
    return 0


def _one(ledger: Ledger, start: str) -> Release:
    found = [release for release in ledger.all() if release.id.startswith(start)]
    if len(found) != 1:
        what = "names no release" if not found else f"names {len(found)} releases"
        raise ReleaseError.of(f"{start} {what}", mend="see sfmeta history")
    return found[0]


def _told(ledger: Ledger, release: Release) -> Told:
    """A release with what this folder knows of its process, and of the jobs that it may have left in the org."""
    from toolkit.cli.session import STATE
    from toolkit.release.journal.file import Journal
    from toolkit.release.ledger.alive import life_of
    from toolkit.report.history import Told

    if release.finished is not None:
        return Told(release)
    starts = [entry for entry in Journal(Path(STATE)).entries() if entry.org == release.org_id[:15]]
    jobs = [entry.job for entry in starts if entry.open and entry.job is not None]
    return Told(release, life_of(ledger.path.parent, release.id), jobs, any(entry.lost for entry in starts))


def _print_json(value: object) -> None:
    import json

    click.echo(json.dumps(value, indent=2))
