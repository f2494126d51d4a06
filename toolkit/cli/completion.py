"""`sfmeta completion SHELL`."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command(short_help="Print the completion script of a shell.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the completion script of SHELL.

    \b
    bash   eval "$(sfmeta completion bash)"
    zsh    eval "$(sfmeta completion zsh)"
    fish   sfmeta completion fish > ~/.config/fish/completions/sfmeta.fish
    """
    found = get_completion_class(shell)
    if found is None:  # click knows the three shells above; a fourth cannot get past Choice
        raise click.UsageError(f"no completion for {shell}")
    click.echo(found(ctx.find_root().command, {}, "sfmeta", "_SFMETA_COMPLETE").source())
