"""A click group whose commands are imported only when one is run: `sfmeta --help` must feel instant."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import click


class LazyGroup(click.Group):
    """commands_help maps a command's name to its one-line help; the command is toolkit.cli.<name>.<name>.

    A dash in the name is an underscore in the module. The test suite keeps the one-line helps equal to
    those of the commands themselves.
    """

    def __init__(self, *args: object, commands_help: Mapping[str, str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # click's own signature, passed through
        self.commands_help = commands_help

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        return list(self.commands_help)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # click's signature
        if cmd_name not in self.commands_help:
            return None
        identifier = cmd_name.replace("-", "_")
        command = getattr(import_module(f"toolkit.cli.{identifier}"), identifier)
        if not isinstance(command, click.Command):
            raise TypeError(f"toolkit.cli.{identifier}.{identifier} is not a click command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  # click's
        with formatter.section("Commands"):
            formatter.write_dl(list(self.commands_help.items()))
