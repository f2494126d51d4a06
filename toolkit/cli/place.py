"""`sfmeta place`."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from toolkit.placement.item import Position
    from toolkit.placement.request import Outcome, Request

_OBJECT = re.compile(r"[A-Za-z](?:_{0,2}[A-Za-z0-9])*")


def _position(_ctx: click.Context, _param: click.Parameter, value: str | None) -> Position | None:
    if value is None:
        return None
    if value in {"first", "last"}:
        return "first" if value == "first" else "last"
    if not (value.isascii() and value.isdigit() and int(value) >= 1):
        raise click.BadParameter(f"{value!r} is not first, last or a number from 1")
    return int(value)


@click.command(short_help="Place the widget on the record pages and layouts of a project folder.")
@click.argument("objects", metavar="OBJECT...", nargs=-1, required=True)
@click.option(
    "--source",
    required=True,
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="The project folder, in source or Metadata API format; its files are edited in place.",
)
@click.option("--page", metavar="NAME", help="Only this record page; every one of the object unless given.")
@click.option(
    "--region", metavar="NAME", help="A region or facet of the page; `sidebar` finds the one that plays that part."
)
@click.option(
    "--position",
    metavar="first|last|N",
    callback=_position,
    help="Place in the region, or of the section on a layout; N counts from 1.",
)
@click.option("--height", type=click.IntRange(50, 2000), metavar="PIXELS", help="50 to 2000; a new widget gets 900.")
@click.option("--label", metavar="TEXT", help="Label of the widget; a new one gets Cobrowse.io.")
@click.option("--show-label/--hide-label", default=None, help="Whether the label is seen; a new one hides it.")
@click.option("--vf-page", metavar="NAME", help="The Visualforce page; CobrowseWidget<Object> unless given.")
@click.option("--no-page-check", is_flag=True, help="The Visualforce page is in the org and not in this folder.")
@click.option("--org-default", is_flag=True, help="Make the page the org default; without a record page, make one.")
@click.option(
    "--form-factor",
    "form_factors",
    multiple=True,
    type=click.Choice(["large", "small"]),
    default=["large"],
    show_default=True,
    help="Of the org default: large is desktop, small is phone.",
)
@click.option("--take-over", is_flag=True, help="Take the org default from another page.")
@click.option("--layouts", is_flag=True, help="Also edit the classic layouts of the object.")
@click.option("--layout", "layout_names", metavar="NAME", multiple=True, help="Also edit this layout of the object.")
@click.option("--no-record-pages", is_flag=True, help="Leave the record pages alone.")
@click.option("--section", metavar="LABEL", help="On a layout: into this section, not one of its own.")
@click.option("--column", type=click.IntRange(1), metavar="N", help="Column of --section, from 1.")
@click.option("--before-field", metavar="FIELD", help="On a layout: above this field.")
@click.option("--after-field", metavar="FIELD", help="On a layout: below this field.")
@click.option("--before-section", metavar="LABEL", help="On a layout: a section of its own above this one.")
@click.option("--after-section", metavar="LABEL", help="On a layout: a section of its own below this one.")
@click.option("--remove", is_flag=True, help="Take the widget out again, with the org default and page made for it.")
@click.option("--dry-run", is_flag=True, help="Write nothing; draw the pages before and after.")
@click.option("--html", "html_file", metavar="FILE", type=click.Path(path_type=Path), help="Draw them as a web page.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document with what was done to which file.")
def place(
    objects: tuple[str, ...],
    *,
    source: Path,
    page: str | None,
    region: str | None,
    position: Position | None,
    height: int | None,
    label: str | None,
    show_label: bool | None,
    vf_page: str | None,
    no_page_check: bool,
    org_default: bool,
    form_factors: tuple[str, ...],
    take_over: bool,
    layouts: bool,
    layout_names: tuple[str, ...],
    no_record_pages: bool,
    section: str | None,
    column: int | None,
    before_field: str | None,
    after_field: str | None,
    before_section: str | None,
    after_section: str | None,
    remove: bool,
    dry_run: bool,
    html_file: Path | None,
    as_json: bool,
) -> None:
    """Place the widget on the record pages of OBJECT in a project folder, or take it out.

    Only the lines of the widget change: formatting, line ends, encoding and comments stay, and --remove gives
    back the bytes that were there before. Either all files are written or none.
    """
    from toolkit.generate.names import widget_page  # noqa: PLC0415  # only when it is run
    from toolkit.placement.folder import Folder  # noqa: PLC0415
    from toolkit.placement.item import WidgetItem  # noqa: PLC0415
    from toolkit.placement.layout import LayoutSpot  # noqa: PLC0415
    from toolkit.placement.project import place_in, remove_in  # noqa: PLC0415
    from toolkit.placement.request import Request  # noqa: PLC0415
    from toolkit.placement.widget import Spot  # noqa: PLC0415

    names = _checked(objects, vf_page=vf_page, page=page)
    neighbour = before_field or after_field or before_section or after_section
    if (neighbour or section or column) and not (layouts or layout_names):
        raise click.UsageError("a section, column or field is a place on a layout; add --layouts or --layout NAME")
    layout_spot = LayoutSpot(
        position=None if neighbour else position,
        section=section,
        column=column,
        before_field=before_field,
        after_field=after_field,
        before_section=before_section,
        after_section=after_section,
    )
    folder = Folder(source)
    act = remove_in if remove else place_in
    done: list[tuple[Request, Outcome]] = []
    for name in names:
        request = Request(
            object=name,
            item=WidgetItem(vf_page or widget_page(name), height, label, show_label),
            spot=Spot(region, position),
            layout_spot=layout_spot,
            page=page,
            record_pages=not no_record_pages,
            layouts=layouts,
            layout_names=layout_names,
            org_default=org_default,
            form_factors=tuple(form.capitalize() for form in form_factors),
            take_over=take_over,
            check_page=not no_page_check,
        )
        done.append((request, act(folder, request)))
    if html_file is not None:
        _write_html(html_file, done, source)
    if not dry_run:
        folder.write()
    _report(done, source, dry_run=dry_run, as_json=as_json)


def _checked(objects: tuple[str, ...], *, vf_page: str | None, page: str | None) -> tuple[str, ...]:
    """The objects, each once."""
    for name in objects:
        if not _OBJECT.fullmatch(name):
            raise click.UsageError(f"{name!r} is not the API name of an object")
    names = tuple(dict.fromkeys(objects))
    if len(names) > 1 and (vf_page or page):
        flag = "--vf-page" if vf_page else "--page"
        raise click.UsageError(f"{flag} belongs to one object; run the command once for each")
    return names


def _write_html(path: Path, done: list[tuple[Request, Outcome]], source: Path) -> None:
    from toolkit.errors import Location, MetadataError  # noqa: PLC0415
    from toolkit.placement.account import comparisons, html  # noqa: PLC0415

    title = "Placement on " + ", ".join(request.object for request, _ in done)
    found = [one for request, outcome in done for one in comparisons(outcome, request.item)]
    intro = f"Pages and layouts in {source.name or source} that change; ★ marks the widget, widths are to scale."
    try:
        path.write_text(html(found, [outcome for _, outcome in done], title, intro), encoding="utf-8", newline="\n")
    except OSError as error:
        raise MetadataError.of(f"cannot be written: {error.strerror}", where=Location(str(path))) from None


def _report(done: list[tuple[Request, Outcome]], source: Path, *, dry_run: bool, as_json: bool) -> None:
    from toolkit.placement.account import as_rows, as_text, drawn  # noqa: PLC0415

    if as_json:
        import json  # noqa: PLC0415  # only when asked for

        rows = [as_rows(outcome, request.object) for request, outcome in done]
        lists = {key: [row for one in rows for row in one[key]] for key in ("files", "overrides", "notes")}
        document = {"status": "ok", "source": source.as_posix(), "dryRun": dry_run, **lists}
        click.echo(json.dumps(document, indent=2))
        return
    for request, outcome in done:
        if dry_run:
            click.echo(drawn(outcome, request.item, width=_width(), ascii_only=_ascii_only()), nl=False)
        click.echo(as_text(outcome, dry_run=dry_run), nl=False)


def _width() -> int:
    return max(60, min(shutil.get_terminal_size((100, 24)).columns, 140))


def _ascii_only() -> bool:
    """Whether stdout cannot show the lines that boxes are drawn with."""
    try:
        "┌╔★▪".encode(sys.stdout.encoding or "ascii")
    except (LookupError, UnicodeEncodeError):
        return True
    return False
