"""`sfmeta verify`: does the integration work, for whom, and which link is missing."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.cli import options
from toolkit.config.secrets import SecretRef, SecretResolver
from toolkit.errors import Location

if TYPE_CHECKING:
    from toolkit.config.project import Project
    from toolkit.org.org import Org
    from toolkit.release.verify.links import Verification
    from toolkit.release.verify.mends import Mends


@dataclass(frozen=True, slots=True)
class Asked:
    """The command line."""

    org: str | None
    users: tuple[str, ...]
    config: Path
    sets: tuple[str, ...]
    wait: float
    as_json: bool
    allow_commands: bool


@click.command(short_help="Say whether the integration works, for whom, and which link is missing.")
@options.org
@click.option("--user", "users", metavar="USERNAME", multiple=True, help="The whole chain of this user; repeatable.")
@options.config()
@options.sets
@options.waiting("a retrieve", 600.0)
@options.as_json
@options.allow_commands
def verify(
    *,
    org: str | None,
    users: tuple[str, ...],
    config: Path,
    sets: tuple[str, ...],
    wait: float,
    as_json: bool,
    allow_commands: bool,
) -> int:
    """Say whether the integration works, for whom, and which link is missing.

    Reads the org and changes nothing. Without --user, everybody who has one of the permission sets is told in one
    line. A missing link comes with the command, or the way through Setup, that mends it. Exit codes: 0 works,
    1 a link is missing or the org cannot be read, 2 wrong usage or configuration.
    """
    return _verify(Asked(org, users, config, sets, wait, as_json, allow_commands))


def _verify(asked: Asked) -> int:
    from toolkit.cli.session import connected, expected
    from toolkit.config.load import load
    from toolkit.release.verify.mends import Mends

    project, orgs = load(asked.config, org=asked.org, overrides=list(asked.sets))
    name, target = orgs.target(asked.org)
    secrets = SecretResolver(
        os.environ, asked.config, allow_commands=asked.allow_commands, placeholder=target.kind == "local"
    )
    with connected(target, orgs, name, secrets, project.package.api_version) as connection:
        expected(target, connection, name)
        mends = Mends(name, asked.config, asked.sets)
        found = _found(asked, project, connection, secrets, mends)
    _tell(found, name, as_json=asked.as_json)
    return found.exit_code


def _found(asked: Asked, project: Project, connection: Org, secrets: SecretResolver, mends: Mends) -> Verification:
    from toolkit.generate.project import generate
    from toolkit.release.step import Context
    from toolkit.release.verify.gather import gather
    from toolkit.release.verify.judge import judge
    from toolkit.report.progress import PlainTalk

    def reveal(ref: SecretRef, where: Location | None) -> str:
        secret = secrets.resolve(ref, where)
        connection.redact.learn(secret)
        return secret

    ctx = Context(connection, generate(project), project, reveal, PlainTalk(sys.stderr), wait=asked.wait)
    facts = gather(ctx, _once(asked.users), connection.now() or datetime.now(UTC))
    for variable, value in sorted(secrets.placeholders.items()):
        ctx.talk.say(f"{variable} is not set: the local org is expected to have the placeholder {value}")
    return judge(facts, project, mends, named=bool(asked.users))


def _once(names: Sequence[str]) -> tuple[str, ...]:
    """Every username once; they know no case."""
    return tuple({name.casefold(): name for name in names}.values())


def _tell(found: Verification, org: str, *, as_json: bool) -> None:
    from toolkit.report import verify as told

    if as_json:
        import json

        click.echo(json.dumps(told.verification_json(found, org), indent=2))
        return
    told.print_verification(found, sys.stdout)
