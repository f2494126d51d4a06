"""`sfmeta plan [PATH]`: what deploy would change in an org, in content."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.cli import options
from toolkit.errors import UsageError

if TYPE_CHECKING:
    from toolkit.cli.against import Against
    from toolkit.config.project import Project
    from toolkit.config.targets import Orgs
    from toolkit.metadata.component import Bundle
    from toolkit.release.run import PlannedStep
    from toolkit.release.seen import SeenRow
    from toolkit.release.step import Context

EXIT_CHANGES = 3


@click.command(short_help="Show what deploy would change in an org.")
@options.path
@options.org
@options.config()
@options.sets
@options.as_json
@click.option("--markdown", "as_markdown", is_flag=True, help="Markdown on stdout, for a pull request comment.")
@click.option("--exit-code", "exit_code", is_flag=True, help="Leave with 3 when there are changes.")
@options.prune
@click.option(
    "--out", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Save the plan for deploy --plan."
)
@options.allow_commands
def plan(
    *,
    path: Path | None,
    org: str | None,
    config: Path,
    sets: tuple[str, ...],
    as_json: bool,
    as_markdown: bool,
    exit_code: bool,
    prune: bool,
    out: Path | None,
    allow_commands: bool,
) -> int:
    """Read the org and show, step by step, what deploy would do: created, changed with old and new value, deleted.

    Changes nothing. Order, whitespace and what the platform adds by itself are no changes; what is unchanged is
    counted. With PATH, the plan is for that folder or zip of metadata. Exit codes: 0 done, 1 the org or the
    metadata cannot be read, 2 wrong usage or configuration, 3 there are changes (with --exit-code).
    """
    from toolkit.cli.against import against

    if as_json and as_markdown:
        raise UsageError.of("--json and --markdown exclude each other", mend="leave one of them out")
    if path is not None and sets:
        raise UsageError.of("--set changes the integration, and PATH is taken as it is", mend="leave one of them out")
    project, orgs, bundle = load_wanted(path, org, config, sets)
    with against(org, orgs, config, api_version=bundle.api_version, allow_commands=allow_commands) as target:
        left: tuple[SeenRow, ...] = ()
        if prune:
            from toolkit.cli.releasing import left_rows, pruned

            bundle = pruned(bundle, target.org.identity.org_id, path)
            left = left_rows(target.org.identity.org_id) if project is not None else ()
        ctx, planned = read_plan(target, project, bundle, left)
        if out is not None:
            from toolkit.release import saved
            from toolkit.release.ledger.standing import INTEGRATION

            saved.save(ctx, planned, out, scope=str(path) if path else INTEGRATION, left=left)
            target.talk.say(f"saved in {out}; sfmeta deploy --plan {out} applies it, and nothing else")
        code = EXIT_CHANGES if exit_code and any(one.pending for one in planned) else 0
        _tell(planned, target, as_json=as_json, as_markdown=as_markdown, code=code)
    return code


def load_wanted(
    path: Path | None, org: str | None, config: Path, sets: Sequence[str]
) -> tuple[Project | None, Orgs, Bundle]:
    """What is to be in the org, and the orgs it could go to."""
    from toolkit.config.load import load, load_orgs

    if path is not None:
        from toolkit.cli.reading import read_path

        return None, load_orgs(config), read_path(path)
    from toolkit.generate.project import generate

    project, orgs = load(config, org=org, overrides=list(sets))
    return project, orgs, generate(project)


def read_plan(
    target: Against, project: Project | None, bundle: Bundle, left: tuple[SeenRow, ...] = ()
) -> tuple[Context, tuple[PlannedStep, ...]]:
    """The plan, read from the org; what there is to say about it goes to stderr."""
    from toolkit.release import run
    from toolkit.release.steps import steps_for

    ctx = target.context(bundle, project, whole=project is None)
    planned = run.plan(ctx, steps_for(project, bundle, left))
    target.say_placeholders()
    return ctx, planned


def _tell(planned: Sequence[PlannedStep], target: Against, *, as_json: bool, as_markdown: bool, code: int) -> None:
    from toolkit.report import plan as told

    if as_json:
        import json

        click.echo(json.dumps(told.plan_json(planned, target.org, exit_code=code), indent=2))
    elif as_markdown:
        click.echo(told.plan_markdown(planned, target.org), nl=False)
    else:
        target.talk.close()
        told.print_plan(planned, sys.stdout)
