"""`sfmeta convert PATH`: source format to Metadata API format and back."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

import click


@click.command(short_help="Convert a project between source format and Metadata API format.")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--format", "output_format", type=click.Choice(["source", "mdapi"]), required=True,
              help="A Salesforce DX project, or a folder with package.xml.")  # fmt: skip
@click.option("--out", "output", metavar="DIR", type=click.Path(path_type=Path, file_okay=False), required=True,
              help="The folder to write to; a project there is added to.")  # fmt: skip
@click.option("--api-version", metavar="VERSION", help="Instead of the one that the project or package.xml names.")
@click.option("--ignore-manifest", is_flag=True,
              help="Take the files of a package even where its package.xml does not fit them.")  # fmt: skip
@click.option("--apply-replacements", is_flag=True,
              help="Put the replacements of sfdx-project.json in, as a deployment does.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def convert(
    path: Path,
    *,
    output_format: Literal["source", "mdapi"],
    output: Path,
    api_version: str | None,
    ignore_manifest: bool,
    apply_replacements: bool,
    as_json: bool,
) -> None:
    """Convert a project between source format and Metadata API format.

    PATH is a Salesforce DX project, a folder or file in one, a folder with package.xml, or a zip.
    """
    from toolkit.metadata.read import read_lenient
    from toolkit.metadata.write import write_bundle

    reading = read_lenient(
        path,
        api_version=api_version,
        check_manifest=not ignore_manifest,
        environment=os.environ if apply_replacements else None,
    )
    bundle = reading.checked()
    written = write_bundle(bundle, output, output_format)
    if as_json:
        import json

        document = {
            "status": "ok",
            "folder": output.as_posix(),
            "format": output_format,
            "apiVersion": bundle.api_version,
            "components": [{"type": c.type, "fullName": c.full_name} for c in bundle],
            "written": [file.as_posix() for file in written],
            "leftOut": list(bundle.left_out),
            "notes": [str(note) for note in reading.notes],
        }
        click.echo(json.dumps(document, indent=2))
        return
    for note in reading.notes:
        click.echo(f"note: {note}", err=True)
    click.echo(f"{output.as_posix()}: {len(bundle)} components, {len(written)} files written, "
               f"API version {bundle.api_version}")  # fmt: skip
    if bundle.left_out:
        click.echo(f"{len(bundle.left_out)} files belong to no component and were left out", err=True)
