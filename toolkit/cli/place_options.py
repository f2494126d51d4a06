"""The command line of `sfmeta place`: its options, and the record that they become."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from toolkit.cli import options

if TYPE_CHECKING:
    from toolkit.placement.item import Position
    from toolkit.placement.layout import LayoutSpot


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
    layout_profiles: tuple[str, ...]
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

    @property
    def names_layouts(self) -> bool:
        return bool(self.layout_names or self.layout_profiles)

    def says_layout_spot(self) -> bool:
        return any((self.section, self.column, self._neighbour))

    @property
    def _neighbour(self) -> str | None:
        return self.before_field or self.after_field or self.before_section or self.after_section

    def may_take(self, question: str) -> bool:
        """Whether a page may lose what it holds: asked where somebody is there to be asked."""
        if self.yes or self.as_json or self.dry_run or not (sys.stdin.isatty() and sys.stderr.isatty()):
            return False
        return click.confirm(question, err=True)

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


_OPTIONS = (
    click.argument("objects", metavar="OBJECT...", nargs=-1, required=True),
    click.option("--org", metavar="NAME", help="Target in orgs.yaml; the pages that its users get are edited."),
    click.option(
        "--source",
        metavar="DIR",
        type=click.Path(path_type=Path),
        help="The project folder, in source or Metadata API format; its files are edited in place.",
    ),
    click.option(
        "--page",
        metavar="NAME",
        help="Only this record page; else in an org the one that users get, in a folder every one of the object.",
    ),
    click.option(
        "--region", metavar="NAME", help="A region or facet of the page; `sidebar` finds the one that plays that part."
    ),
    click.option(
        "--position",
        metavar="first|last|N",
        callback=_position,
        help="Place in the region, or of the section on a layout; N counts from 1.",
    ),
    click.option(
        "--height", type=click.IntRange(50, 2000), metavar="PIXELS", help="50 to 2000; a new widget gets 900."
    ),
    click.option("--label", metavar="TEXT", help="Label of the widget; a new one gets Cobrowse.io."),
    click.option("--show-label/--hide-label", default=None, help="Whether the label is seen; a new one hides it."),
    click.option("--vf-page", metavar="NAME", help="The Visualforce page; CobrowseWidget<Object> unless given."),
    click.option("--no-page-check", is_flag=True, help="With --source: the Visualforce page is in the org, not here."),
    click.option(
        "--org-default/--no-org-default",
        default=None,
        help="Make the page the org default; without a record page, make one. An org does so unless told otherwise.",
    ),
    click.option("--app", metavar="NAME", help="With --org: make the page the default in this app."),
    click.option("--profile", metavar="NAME", help="With --app: for users of this profile."),
    click.option("--record-type", metavar="NAME", help="With --app and --profile: for records of this type."),
    click.option(
        "--form-factor",
        "form_factors",
        multiple=True,
        type=click.Choice(["large", "medium", "small"]),
        help="Of the default: large is desktop, medium tablet, small phone; large unless given.",
    ),
    click.option(
        "--take-over",
        is_flag=True,
        help="Take the default from another page; unless given, that is asked about where there is somebody to ask.",
    ),
    click.option("--layouts", is_flag=True, help="Also edit the classic layouts of the object."),
    click.option(
        "--layout", "layout_names", metavar="NAME", multiple=True, help="Also edit this layout of the object."
    ),
    click.option(
        "--layout-profile",
        "layout_profiles",
        metavar="NAME",
        multiple=True,
        help="Also edit the layouts of the object that this profile is assigned.",
    ),
    click.option("--no-record-pages", is_flag=True, help="Leave the record pages alone."),
    click.option("--section", metavar="LABEL", help="On a layout: into this section, not one of its own."),
    click.option("--column", type=click.IntRange(1), metavar="N", help="Column of --section, from 1."),
    click.option("--before-field", metavar="FIELD", help="On a layout: above this field."),
    click.option("--after-field", metavar="FIELD", help="On a layout: below this field."),
    click.option("--before-section", metavar="LABEL", help="On a layout: a section of its own above this one."),
    click.option("--after-section", metavar="LABEL", help="On a layout: a section of its own below this one."),
    click.option(
        "--remove", is_flag=True, help="Take the widget out again, with the org default and page made for it."
    ),
    click.option("--dry-run", is_flag=True, help="Write nothing; draw the pages before and after."),
    click.option(
        "--html", "html_file", metavar="FILE", type=click.Path(path_type=Path), help="Draw them as a web page."
    ),
    options.as_json,
    options.yes,
    options.confirm,
    options.config(),
    options.sets,
    options.wait,
    options.allow_commands,
)


def places(run: Callable[[Asked], int]) -> Callable[..., int]:
    """A command with the options of place, which get to it as one record."""

    @wraps(run)
    def command(**given: Any) -> int:
        return run(Asked(**given))

    found: Callable[..., int] = command
    for option in reversed(_OPTIONS):
        found = option(found)
    return found
