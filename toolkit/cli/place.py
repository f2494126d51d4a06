"""`sfmeta place`."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.cli.place_options import Asked, places

if TYPE_CHECKING:
    from toolkit.placement.item import WidgetItem
    from toolkit.placement.request import Outcome, Request

_OBJECT = re.compile(r"[A-Za-z](?:_{0,2}[A-Za-z0-9])*")


@click.command(short_help="Place the widget on record pages and layouts, of an org or of a project folder.")
@places
def place(asked: Asked) -> int:
    """Place the widget on the record pages and layouts of OBJECT, in an org or in a project folder, or take it out.

    In an org (--org), the page that users get today gets the widget and is what they get; the configuration says
    where, and options say otherwise. The plan is shown and confirmed, all of it is one deployment, and what was done
    is read back. In a folder (--source), only the lines of the widget change: formatting, line ends, encoding and
    comments stay, and --remove gives back the bytes that were there before. Either all files are written or none.
    """
    _check(asked)
    if asked.org is not None:
        from toolkit.cli.place_org import place_in_org

        return place_in_org(asked)
    _place_in_folder(asked)
    return 0


def _check(asked: Asked) -> None:
    """Refuse what cannot be meant."""
    if (asked.org is None) == (asked.source is None):
        raise click.UsageError("give either --org NAME or --source DIR")
    _checked(asked.objects, vf_page=asked.vf_page, page=asked.page)
    lone = [flag for flag, value in _one_sided(asked) if value]
    if lone:
        side = "--org" if asked.org is None else "--source"
        raise click.UsageError(f"{', '.join(lone)} {'belong' if len(lone) > 1 else 'belongs'} to {side}")
    if asked.profile and not asked.app:
        raise click.UsageError("--profile needs --app: the platform assigns pages to profiles app by app")
    if asked.record_type and not (asked.app and asked.profile):
        raise click.UsageError("--record-type needs --app and --profile: the platform assigns all three together")
    if asked.says_layout_spot() and asked.source is not None and not (asked.layouts or asked.names_layouts):
        raise click.UsageError("a section, column or field is a place on a layout; add --layouts or --layout NAME")


def _one_sided(asked: Asked) -> tuple[tuple[str, object], ...]:
    """The options that have no meaning on the side that was chosen, with their values."""
    if asked.org is not None:
        return (("--no-page-check", asked.no_page_check),)
    return (
        ("--app", asked.app),
        ("--profile", asked.profile),
        ("--record-type", asked.record_type),
        ("--yes", asked.yes),
        ("--confirm", asked.confirm),
        ("--set", asked.sets),
    )


def _place_in_folder(asked: Asked) -> None:
    from toolkit.generate.names import widget_page
    from toolkit.placement.folder import Folder
    from toolkit.placement.item import WidgetItem
    from toolkit.placement.project import place_in, remove_in
    from toolkit.placement.request import Request
    from toolkit.placement.widget import Spot

    layout_spot = asked.layout_spot()
    source = asked.source or Path()
    folder = Folder(source)
    act = remove_in if asked.remove else place_in
    done: list[tuple[Request, Outcome]] = []
    for name in dict.fromkeys(asked.objects):
        request = Request(
            object=name,
            item=WidgetItem(asked.vf_page or widget_page(name), asked.height, asked.label, asked.show_label),
            spot=Spot(asked.region, asked.position),
            layout_spot=layout_spot,
            page=asked.page,
            record_pages=not asked.no_record_pages,
            layouts=asked.layouts,
            layout_names=asked.layout_names,
            layout_profiles=asked.layout_profiles,
            org_default=bool(asked.org_default),
            form_factors=tuple(form.capitalize() for form in asked.form_factors) or ("Large",),
            take_over=asked.take_over,
            may_take=asked.may_take,
            check_page=not asked.no_page_check,
        )
        done.append((request, act(folder, request)))
    if asked.html_file is not None:
        intro = f"Pages and layouts in {source.name or source} that change; ★ marks the widget, widths are to scale."
        drawings = [(request.object, request.item, outcome) for request, outcome in done]
        write_html(asked.html_file, drawings, intro)
    if not asked.dry_run:
        folder.write()
    _report(done, source, dry_run=asked.dry_run, as_json=asked.as_json)


def _checked(objects: tuple[str, ...], *, vf_page: str | None, page: str | None) -> None:
    for name in objects:
        if not _OBJECT.fullmatch(name):
            raise click.UsageError(f"{name!r} is not the API name of an object")
    names = tuple(dict.fromkeys(objects))
    if len(names) > 1 and (vf_page or page):
        flag = "--vf-page" if vf_page else "--page"
        raise click.UsageError(f"{flag} belongs to one object; run the command once for each")


def write_html(path: Path, drawings: list[tuple[str, WidgetItem, Outcome]], intro: str) -> None:
    """The pictures of these objects, each with its widget, as one web page."""
    from toolkit.errors import Location, MetadataError
    from toolkit.placement.account import comparisons, html

    title = "Placement on " + ", ".join(name for name, _, _ in drawings)
    found = [one for _, item, outcome in drawings for one in comparisons(outcome, item)]
    try:
        path.write_text(html(found, [o for _, _, o in drawings], title, intro), encoding="utf-8", newline="\n")
    except OSError as error:
        raise MetadataError.of(f"cannot be written: {error.strerror}", where=Location(str(path))) from None


def _report(done: list[tuple[Request, Outcome]], source: Path, *, dry_run: bool, as_json: bool) -> None:
    from toolkit.placement.account import as_rows, as_text, drawn

    if as_json:
        import json

        rows = [as_rows(outcome, request.object) for request, outcome in done]
        lists = {key: [row for one in rows for row in one[key]] for key in ("files", "overrides", "notes")}
        document = {"status": "ok", "source": source.as_posix(), "dryRun": dry_run, **lists}
        click.echo(json.dumps(document, indent=2))
        return
    for request, outcome in done:
        if dry_run:
            click.echo(drawn(outcome, request.item, width=width(), ascii_only=ascii_only()), nl=False)
        click.echo(as_text(outcome, dry_run=dry_run), nl=False)


def width() -> int:
    return max(60, min(shutil.get_terminal_size((100, 24)).columns, 140))


def ascii_only() -> bool:
    """Whether stdout cannot show the lines that boxes are drawn with."""
    try:
        "┌╔★▪".encode(sys.stdout.encoding or "ascii")
    except (LookupError, UnicodeEncodeError):
        return True
    return False
