"""`sfmeta assign`: who has the permission sets, on its own."""

from __future__ import annotations

import click

from toolkit.cli.one_step import Asked, carry_out, one_step


@click.command(short_help="Give the permission sets to the people whom the configuration names.")
@one_step(prunes=True)
def assign(asked: Asked) -> int:
    """Give the Agent and Admin permission sets to the people whom permissionSets.*.assign in package.yaml names.

    Nobody loses one, unless --prune takes it from those to whom an earlier release gave it and whom the configuration
    names no more. The permission sets themselves come with `sfmeta deploy`.
    """
    return carry_out(asked, "assignments")
