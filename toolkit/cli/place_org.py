"""`sfmeta place --org`: the placement step of a release on its own, with its pictures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from toolkit.cli.against import against
from toolkit.cli.place import ascii_only, width, write_html
from toolkit.cli.place_options import Asked
from toolkit.cli.session import guard, meant
from toolkit.config.load import load
from toolkit.config.model import Placement
from toolkit.errors import UsageError
from toolkit.metadata.component import Bundle
from toolkit.placement.account import as_rows, as_text, drawn
from toolkit.placement.request import Outcome
from toolkit.placement.widget import Spot
from toolkit.release import run
from toolkit.release.run import PlannedStep, ReleaseReport
from toolkit.release.steps.placement import PlacementStep
from toolkit.release.steps.placement_wishes import wish_of
from toolkit.release.steps.preflight import Preflight

if TYPE_CHECKING:
    from toolkit.cli.against import Against
    from toolkit.config.project import Project
    from toolkit.placement.wish import Wish
    from toolkit.release.step import Context


def place_in_org(asked: Asked) -> int:
    """Plan the placement, show it, have it confirmed, do it, and tell what was read back; the exit code."""
    project, orgs = load(asked.config, org=asked.org, overrides=list(asked.sets))
    wishes = tuple(wish for name in dict.fromkeys(asked.objects) for wish in _wishes(asked, project, name))
    name, target = orgs.target(asked.org)
    guard(name, target, asked.confirm, changes=not asked.dry_run)
    api_version = project.package.api_version
    opened = against(asked.org, orgs, asked.config, api_version=api_version, allow_commands=asked.allow_commands)
    with opened as found:
        if not found.local and not asked.dry_run:
            meant(name, target, found.org, asked.confirm)
        ctx = found.context(Bundle.of((), api_version=api_version), project, wait=asked.wait)

        def ask(question: str) -> bool:
            found.talk.close()
            return asked.may_take(question)

        planned = run.plan(ctx, (Preflight(), PlacementStep(wishes, remove=asked.remove, ask=ask)))
        outcomes: Mapping[str, Outcome] = planned[1].state.outcomes
        drawings = [(wish.object, wish.item, outcomes[wish.object]) for wish in _one_each(wishes)]
        if asked.html_file is not None:
            intro = f"Pages and layouts of the org {name} that change; ★ marks the widget, widths are to scale."
            write_html(asked.html_file, drawings, intro)
        report = None if asked.dry_run else _carried_out(asked, ctx, planned, found)
        found.talk.close()
        if asked.as_json:
            return _tell_json(asked, outcomes, report, found)
        if report is not None and report.error is not None:
            raise report.error
        for _, item, outcome in drawings:
            if asked.dry_run:
                click.echo(drawn(outcome, item, width=width(), ascii_only=ascii_only()), nl=False)
            click.echo(as_text(outcome, dry_run=asked.dry_run, noun="component"), nl=False)
        for evidence in report.evidence("placement") if report is not None else ():
            click.echo(f"read back: {evidence.subject}: {evidence.text}")
    return 0


def _one_each(wishes: tuple[Wish, ...]) -> list[Wish]:
    """The first wish of each object."""
    return list({wish.object: wish for wish in reversed(wishes)}.values())[::-1]


# What is wanted


def _wishes(asked: Asked, project: Project, name: str) -> list[Wish]:
    """The placements of one object in the configuration, or the usual one, with what the command line says."""
    rows = [
        (number, placement)
        for number, placement in enumerate(project.package.placements)
        if placement.object.casefold() == name.casefold()
    ]
    known = [widget.object for widget in project.package.widget.objects]
    if asked.vf_page is None and name.casefold() not in {one.casefold() for one in known}:
        raise UsageError.of(
            f"{name} is no object of the widget",
            mend=f"add it to widget.objects, which has {', '.join(known)}, or name its page with --vf-page",
        )
    if len(rows) > 1 and _says_where(asked) and not asked.remove:
        raise UsageError.of(
            f"{name} has {len(rows)} placements in package.yaml, and the options say where one goes",
            mend="leave the options out, or change package.yaml",
        )
    if asked.remove:
        usual = wish_of(project, Placement(object=name), "placements", asked.vf_page)
        return [_limited(usual, asked)]
    if not rows:
        return [_overlaid(wish_of(project, Placement(object=name), "placements", asked.vf_page), asked)]
    return [_overlaid(wish_of(project, placement, f"placements.{n}", asked.vf_page), asked) for n, placement in rows]


def _says_where(asked: Asked) -> bool:
    where = (asked.page, asked.region, asked.position, asked.app, asked.layouts, asked.names_layouts)
    return asked.says_layout_spot() or any(where) or asked.no_record_pages or asked.org_default is not None


def _overlaid(wish: Wish, asked: Asked) -> Wish:
    """The wish with what the command line says."""
    item = replace(
        wish.item,
        height=asked.height or wish.item.height,
        label=asked.label or wish.item.label,
        show_label=wish.item.show_label if asked.show_label is None else asked.show_label,
    )
    in_app = asked if asked.app else wish
    default = wish.org_default if asked.org_default is None else asked.org_default
    placed = replace(
        wish,
        item=item,
        lightning=wish.lightning and not asked.no_record_pages,
        page=asked.page or wish.page,
        spot=Spot(asked.region or wish.spot.region, asked.position or wish.spot.position),
        form_factors=tuple(form.capitalize() for form in asked.form_factors) or wish.form_factors,
        org_default=bool(asked.org_default) if asked.app else default,
        take_over=asked.take_over or wish.take_over,
        layouts=wish.layouts or asked.layouts or asked.names_layouts,
        layout_names=asked.layout_names if asked.names_layouts else wish.layout_names,
        layout_profiles=asked.layout_profiles if asked.names_layouts else wish.layout_profiles,
        layout_spot=asked.layout_spot() if asked.says_layout_spot() or asked.position else wish.layout_spot,
        app=in_app.app,
        profile=in_app.profile,
        record_type=in_app.record_type,
    )
    if not (placed.lightning or placed.layouts):
        raise UsageError.of("--no-record-pages leaves nothing to place", mend="add --layouts or --layout NAME")
    if asked.says_layout_spot() and not placed.layouts:
        raise UsageError.of("a section, column or field is a place on a layout", mend="add --layouts or --layout NAME")
    return placed


def _limited(wish: Wish, asked: Asked) -> Wish:
    """Where to take the widget out: everywhere, or on the page and layouts that are named."""
    everything = asked.page is None and not asked.names_layouts
    return replace(
        wish,
        lightning=(everything or asked.page is not None) and not asked.no_record_pages,
        page=asked.page,
        layouts=everything or asked.names_layouts,
        layout_names=asked.layout_names,
        layout_profiles=asked.layout_profiles,
    )


# Doing it, and the account


def _carried_out(asked: Asked, ctx: Context, planned: tuple[PlannedStep, ...], found: Against) -> ReleaseReport:
    from toolkit.cli.releasing import KEEP, confirmed, release
    from toolkit.report.release import plan_lines

    for line in plan_lines(planned):
        found.talk.say(line)
    confirmed(planned, found, yes=asked.yes)
    return release(ctx, planned, found, path=None, on_failure=KEEP)[0]


def _tell_json(asked: Asked, outcomes: Mapping[str, Outcome], report: ReleaseReport | None, found: Against) -> int:
    from toolkit.report.release import problem_json

    error = report.error if report is not None else None
    code = error.exit_code if error is not None else 0
    for problem in error.problems if error is not None else ():
        click.echo(f"error: {problem}", err=True)
    rows = [as_rows(outcome, name) for name, outcome in outcomes.items()]
    changes = any(row["changed"] for one in rows for row in one["files"])
    done = "planned" if report is None else "done"
    document = {
        "status": "error" if error is not None else done if changes else "unchanged",
        "exitCode": code,
        "org": {"id": found.org.identity.org_id, "username": found.org.identity.username, "url": found.org.url},
        "dryRun": asked.dry_run,
        "remove": asked.remove,
        "components": [
            {key: value for key, value in row.items() if key != "path"} for one in rows for row in one["files"]
        ],
        "overrides": [row for one in rows for row in one["overrides"]],
        "notes": [row for one in rows for row in one["notes"]],
        "evidence": [
            {"subject": e.subject, "ok": e.ok, "text": e.text}
            for e in (report.evidence("placement") if report is not None else ())
        ],
        "jobs": [job.id for step in (report.steps if report is not None else ()) for job in step.jobs],
        "problems": [problem_json(problem) for problem in (error.problems if error is not None else ())],
    }
    click.echo(json.dumps(document, indent=2))
    return code
