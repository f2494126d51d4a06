"""An option that several commands have is the same everywhere: its words, its kind, its default."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import click

from toolkit.cli.main import cli

OFFLINE = {"init", "generate", "validate", "package", "convert", "explain", "completion"}
"""Commands that know no org; what they call the same is something else."""

OWN_MEANING = {
    ("--config", "job"),  # needs orgs.yaml alone
    ("--config", "org"),
    ("--json", "org"),  # serve prints it and goes on
    ("--wait", "verify"),  # follows no job
    ("--org", "history"),  # picks rows of the ledger
    ("--org", "place"),  # is one of two sides
    ("--org", "org"),
}
"""Options of commands, or of all commands of a group, that mean something else there."""

SHARED = {
    "--org", "--config", "--set", "--json", "--yes", "--confirm", "--wait", "--allow-commands", "--prune", "--junit",
    "--api", "--format", "--test-level", "--tests",
}  # fmt: skip


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


def test_what_is_called_the_same_is_the_same() -> None:
    told: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for path, command in commands(cli):
        if path[0] in OFFLINE:
            continue
        for option in command.params:
            flag = option.opts[-1]
            if not isinstance(option, click.Option) or flag not in SHARED or (flag, path[0]) in OWN_MEANING:
                continue
            text = f"{option.help} [{option.type.name}, {option.metavar}, {option.default}]"
            told[flag][text].append(" ".join(path))
    assert {flag: dict(texts) for flag, texts in told.items() if len(texts) > 1} == {}
    assert told.keys() == SHARED


def test_every_command_that_changes_an_org_has_the_same_ways_to_say_yes() -> None:
    wanted = {"--org", "--config", "--confirm", "--yes", "--wait", "--allow-commands"}
    for name in ("deploy", "certificate", "settings", "assign", "place", "rollback", "uninstall"):
        found = cli.get_command(click.Context(cli), name)
        assert found is not None
        assert wanted <= {option.opts[-1] for option in found.params}, name
