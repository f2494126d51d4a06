"""`sfmeta package [PATH]`: one zip that any deployment tool takes, the same bytes for the same metadata."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from toolkit.errors import Problem
    from toolkit.metadata.component import Bundle


@click.command(short_help="Write a reproducible deployable zip of a project or of the integration.")
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("package.zip"),
    show_default=True,
    help="The zip to write.",
)
@click.option("--api-version", metavar="VERSION", help="Instead of the one that the project or package.xml names.")
@click.option("--config", "folder", metavar="DIR", default="config", show_default=True,
              type=click.Path(path_type=Path), help="Without PATH: the configuration folder.")  # fmt: skip
@click.option("--org", metavar="NAME", help="Without PATH: lay the overlay of this org over package.yaml.")
@click.option("--set", "overrides", metavar="KEY=VALUE", multiple=True, help="Without PATH: set one value.")
@click.option(
    "--compress/--store",
    default=None,
    help="Deflate the entries, or store them. Stored by default, as only then the bytes are the same on every machine; "
    "deflated when the package would otherwise be too large to deploy.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def package(
    path: Path | None,
    *,
    output: Path,
    api_version: str | None,
    folder: Path,
    org: str | None,
    overrides: tuple[str, ...],
    compress: bool | None,
    as_json: bool,
) -> None:
    """Write a reproducible deployable zip of a project or of the integration.

    PATH is a Salesforce DX project, a folder or file in one, a folder with package.xml, or a zip. Without it the
    package holds what `sfmeta generate` would write. package.xml stands at the root, members are sorted, times fixed.
    """
    from toolkit.metadata.archive import write_zip_file

    bundle, notes = _bundle(path, api_version, folder, org, overrides)
    written = write_zip_file(bundle, output, compress=compress)
    if as_json:
        _print_json(bundle, notes, output, written.size, written.sha256, deflated=written.compressed)
        return
    for note in notes:
        click.echo(f"note: {note}", err=True)
    files = sum(len(component.files) for component in bundle)
    click.echo(f"{output.as_posix()}: {len(bundle)} components, {files} files, {written.size:,} bytes, "
               f"API version {bundle.api_version}")  # fmt: skip
    click.echo(f"sha256 {written.sha256}")
    if bundle.left_out:
        click.echo(f"{len(bundle.left_out)} files belong to no component and were left out", err=True)
    if written.compressed and compress is None:
        click.echo("deflated, because it would be too large to deploy otherwise", err=True)


def _bundle(
    path: Path | None, api_version: str | None, folder: Path, org: str | None, overrides: tuple[str, ...]
) -> tuple[Bundle, tuple[Problem, ...]]:
    """What to package, and what the reader decided on the way."""
    if path is None:
        from toolkit.config.load import load_project
        from toolkit.generate.project import generate

        bundle = generate(load_project(folder, org=org, overrides=overrides))
        return (bundle if api_version is None else bundle.with_version(api_version)), ()
    if org or overrides:
        raise click.UsageError("--org and --set configure the integration; leave them out with PATH")
    from toolkit.metadata.read import read_lenient

    reading = read_lenient(path, api_version=api_version, environment=os.environ)
    return reading.checked(), reading.notes


def _print_json(
    bundle: Bundle, notes: tuple[Problem, ...], output: Path, size: int, sha256: str, *, deflated: bool
) -> None:
    import json

    from toolkit.metadata.manifest import manifest_members

    document = {
        "status": "ok",
        "path": output.as_posix(),
        "sha256": sha256,
        "bytes": size,
        "compressed": deflated,
        "apiVersion": bundle.api_version,
        "components": len(bundle),
        "files": sum(len(component.files) for component in bundle),
        "members": manifest_members(bundle),
        "leftOut": list(bundle.left_out),
        "notes": [str(note) for note in notes],
    }
    click.echo(json.dumps(document, indent=2))
