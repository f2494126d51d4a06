"""`sfmeta init [DIR]`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(short_help="Write a commented package.yaml and orgs.yaml into an empty folder.")
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Overwrite files of an earlier configuration.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document with the files.")
def init(folder: Path, *, force: bool, as_json: bool) -> None:
    """Write a commented package.yaml and orgs.yaml into an empty folder.

    They go into DIR/config (DIR is the current folder unless given), with an overlay for the local org and the
    schemas that let an editor complete keys. Either all files are written or none.
    """
    from toolkit.config.scaffold import write_configuration

    written = write_configuration(folder, overwrite=force)
    if as_json:
        import json

        files = [path.as_posix() for path in written]
        click.echo(json.dumps({"status": "ok", "folder": folder.as_posix(), "files": files}, indent=2))
        return
    for path in written:
        click.echo(folder / path)
    click.echo(
        f"Next: put your values into {folder / 'config' / 'package.yaml'}, then try `sfmeta deploy --org local`"
        + ("" if folder == Path() else f" in {folder}"),
        err=True,
    )
