"""`sfmeta settings`: the rows of the custom setting, on their own."""

from __future__ import annotations

import click

from toolkit.cli.one_step import Asked, carry_out, one_step


@click.command(short_help="Fill the rows of the custom setting.")
@one_step(prunes=True)
def settings(asked: Asked) -> int:
    """Fill the rows of the custom setting as package.yaml says: one for the org, one for each profile and user named.

    Only fields that differ are written. With --prune, rows of owners go that an earlier release made and the
    configuration names no more. The custom setting itself comes with `sfmeta deploy`.
    """
    return carry_out(asked, "settings")
