"""`sfmeta generate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

if TYPE_CHECKING:
    from toolkit.generate.output import Written
    from toolkit.metadata.component import Bundle


@click.command(short_help="Write the configured integration as Salesforce metadata.")
@click.option(
    "--config",
    "folder",
    metavar="DIR",
    default="config",
    show_default=True,
    type=click.Path(path_type=Path),
    help="The configuration folder.",
)
@click.option("--org", metavar="NAME", help="Lay the overlay of this org over package.yaml.")
@click.option(
    "--set", "overrides", metavar="KEY=VALUE", multiple=True, help="Set one value, such as widget.height=700."
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["source", "mdapi"]),
    default="source",
    show_default=True,
    help="A Salesforce DX project, or a package in Metadata API format.",
)
@click.option(
    "--output-dir",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Where to write; the current folder for source format, `mdapi` for the other, unless given.",
)
@click.option(
    "--templates",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Your templates, instead of shipped ones; the folder `templates` of the configuration unless given.",
)
@click.option("--force", is_flag=True, help="Overwrite files that sfmeta did not write.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document with the components and files.")
def generate(
    folder: Path,
    *,
    org: str | None,
    overrides: tuple[str, ...],
    output_format: Literal["source", "mdapi"],
    output_dir: Path | None,
    templates: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """Write the configured integration as Salesforce metadata.

    In source format the folder is a Salesforce DX project that any Salesforce tool opens; components go to its default
    package directory, force-app unless its sfdx-project.json says otherwise. The same configuration always gives the
    same bytes. Files of others are left alone, and nothing is written when one of them is in the way.
    """
    from toolkit.config.load import load, load_project
    from toolkit.generate.layout import write_generated
    from toolkit.generate.project import generate as generate_bundle

    # With an org the targets are read as well: a name that is not among them is a mistake, not "no overlay".
    project = load(folder, org=org, overrides=overrides)[0] if org else load_project(folder, overrides=overrides)
    bundle = generate_bundle(project, overrides=templates)
    target = output_dir or Path("." if output_format == "source" else "mdapi")
    written = write_generated(bundle, target, output_format, force=force)
    if as_json:
        _print_json(bundle, written, output_format)
    else:
        _print(bundle, written)


def _print(bundle: Bundle, written: Written) -> None:
    counts = {"written": written.written, "unchanged": written.unchanged, "removed": written.removed}
    told = ", ".join(f"{len(files)} {what}" for what, files in counts.items() if files) or "nothing"
    click.echo(
        f"{written.folder.as_posix()}: {len(bundle)} components in API version {bundle.api_version}; files: {told}"
    )
    for path in written.kept:
        click.echo(f"kept, because it was changed by hand: {written.folder / path}", err=True)


def _print_json(bundle: Bundle, written: Written, output_format: str) -> None:
    import json

    document = {
        "status": "ok",
        "folder": written.folder.as_posix(),
        "format": output_format,
        "apiVersion": bundle.api_version,
        "components": [{"type": component.type, "fullName": component.full_name} for component in bundle],
        "written": list(written.written),
        "unchanged": list(written.unchanged),
        "removed": list(written.removed),
        "kept": list(written.kept),
    }
    click.echo(json.dumps(document, indent=2))
