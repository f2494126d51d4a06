"""`sfmeta place`."""

from __future__ import annotations

import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from toolkit.placement.item import Position, WidgetItem
    from toolkit.placement.layout import LayoutSpot
    from toolkit.placement.request import Outcome, Request

_OBJECT = re.compile(r"[A-Za-z](?:_{0,2}[A-Za-z0-9])*")


@dataclass(frozen=True, slots=True)
class Asked:
    """The command line."""

    objects: tuple[str, ...]
    org: str | None
    source: Path | None
    page: str | None
    region: str | None
    position: Position | None
    height: int | None
    label: str | None
    show_label: bool | None
    vf_page: str | None
    no_page_check: bool
    org_default: bool | None
    app: str | None
    profile: str | None
    record_type: str | None
    form_factors: tuple[str, ...]
    take_over: bool
    layouts: bool
    layout_names: tuple[str, ...]
    no_record_pages: bool
    section: str | None
    column: int | None
    before_field: str | None
    after_field: str | None
    before_section: str | None
    after_section: str | None
    remove: bool
    dry_run: bool
    html_file: Path | None
    as_json: bool
    yes: bool
    confirm: str | None
    config: Path
    sets: tuple[str, ...]
    wait: float
    allow_commands: bool

    def says_layout_spot(self) -> bool:
        return any((self.section, self.column, self._neighbour))

    @property
    def _neighbour(self) -> str | None:
        return self.before_field or self.after_field or self.before_section or self.after_section

    def layout_spot(self) -> LayoutSpot:
        """Where on a layout; a neighbour takes the place of a position, which then is for pages alone."""
        from toolkit.placement.layout import LayoutSpot

        return LayoutSpot(
            position=None if self._neighbour else self.position,
            section=self.section,
            column=self.column,
            before_field=self.before_field,
            after_field=self.after_field,
            before_section=self.before_section,
            after_section=self.after_section,
        )


def _position(_ctx: click.Context, _param: click.Parameter, value: str | None) -> Position | None:
    if value is None:
        return None
    if value in {"first", "last"}:
        return "first" if value == "first" else "last"
    if not (value.isascii() and value.isdigit() and int(value) >= 1):
        raise click.BadParameter(f"{value!r} is not first, last or a number from 1")
    return int(value)


@click.command(short_help="Place the widget on record pages and layouts, of an org or of a project folder.")
@click.argument("objects", metavar="OBJECT...", nargs=-1, required=True)
@click.option("--org", metavar="NAME", help="Target in orgs.yaml; the pages that its users get are edited.")
@click.option(
    "--source",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="The project folder, in source or Metadata API format; its files are edited in place.",
)
@click.option(
    "--page",
    metavar="NAME",
    help="Only this record page; unless given, in an org the one that users get, in a folder every one of the object.",
)
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
@click.option("--no-page-check", is_flag=True, help="With --source: the Visualforce page is in the org, not here.")
@click.option(
    "--org-default/--no-org-default",
    default=None,
    help="Make the page the org default; without a record page, make one. An org does so unless told otherwise.",
)
@click.option("--app", metavar="NAME", help="With --org: make the page the default in this app.")
@click.option("--profile", metavar="NAME", help="With --app: for users of this profile.")
@click.option("--record-type", metavar="NAME", help="With --app and --profile: for records of this type.")
@click.option(
    "--form-factor",
    "form_factors",
    multiple=True,
    type=click.Choice(["large", "small"]),
    help="Of the org default: large is desktop, small is phone; large unless given.",
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
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.option("--yes", is_flag=True, help="With --org: do not ask before changing it.")
@click.option("--confirm", metavar="NAME", help="With --org: the name of a protected org, to say that it is meant.")
@click.option(
    "--config",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("config"),
    help="With --org: folder of package.yaml and orgs.yaml; config when absent.",
)
@click.option("--set", "sets", metavar="KEY=VALUE", multiple=True, help="With --org: override one value.")
@click.option(
    "--wait", metavar="SECONDS", type=click.FloatRange(min=0), default=3600.0, help="How long a job may take."
)
@click.option("--allow-commands", is_flag=True, help="Let ${command:...} in the configuration run.")
def place(
    objects: tuple[str, ...],
    *,
    org: str | None,
    source: Path | None,
    page: str | None,
    region: str | None,
    position: Position | None,
    height: int | None,
    label: str | None,
    show_label: bool | None,
    vf_page: str | None,
    no_page_check: bool,
    org_default: bool | None,
    app: str | None,
    profile: str | None,
    record_type: str | None,
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
    yes: bool,
    confirm: str | None,
    config: Path,
    sets: tuple[str, ...],
    wait: float,
    allow_commands: bool,
) -> int:
    """Place the widget on the record pages and layouts of OBJECT, in an org or in a project folder, or take it out.

    In an org (--org), the page that users get today gets the widget and is what they get; the configuration says
    where, and options say otherwise. The plan is shown and confirmed, all of it is one deployment, and what was done
    is read back. In a folder (--source), only the lines of the widget change: formatting, line ends, encoding and
    comments stay, and --remove gives back the bytes that were there before. Either all files are written or none.
    """
    asked = Asked(
        objects=objects,
        org=org,
        source=source,
        page=page,
        region=region,
        position=position,
        height=height,
        label=label,
        show_label=show_label,
        vf_page=vf_page,
        no_page_check=no_page_check,
        org_default=org_default,
        app=app,
        profile=profile,
        record_type=record_type,
        form_factors=form_factors,
        take_over=take_over,
        layouts=layouts,
        layout_names=layout_names,
        no_record_pages=no_record_pages,
        section=section,
        column=column,
        before_field=before_field,
        after_field=after_field,
        before_section=before_section,
        after_section=after_section,
        remove=remove,
        dry_run=dry_run,
        html_file=html_file,
        as_json=as_json,
        yes=yes,
        confirm=confirm,
        config=config,
        sets=sets,
        wait=wait,
        allow_commands=allow_commands,
    )
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
    if asked.says_layout_spot() and asked.source is not None and not (asked.layouts or asked.layout_names):
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
            org_default=bool(asked.org_default),
            form_factors=tuple(form.capitalize() for form in asked.form_factors) or ("Large",),
            take_over=asked.take_over,
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
