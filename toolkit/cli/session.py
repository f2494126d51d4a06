"""A session with a target of orgs.yaml, and the guards in front of an org that matters."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.cli.outputs import outputs
from toolkit.config.secrets import SecretRef, SecretResolver
from toolkit.errors import ConfigError, ReleaseError, UsageError

if TYPE_CHECKING:
    from toolkit.config.targets import Orgs, OrgTarget
    from toolkit.org.org import Org
    from toolkit.report.progress import LiveTalk, PlainTalk

STATE = ".sfmeta"


def guard(name: str, target: OrgTarget, confirm: str | None, *, changes: bool) -> None:
    """Before anything is asked of the org: refuse a protected one whose name nobody has given or can type."""
    if confirm is not None and confirm != name:
        raise UsageError.of(f"--confirm {confirm} does not name the org {name}", mend=f"give --confirm {name}")
    if target.protected and confirm is None and changes and not sys.stdin.isatty():
        raise UsageError.of(f"the org {name} is protected", mend=f"give --confirm {name} when it is the one you mean")


def meant(name: str, target: OrgTarget, connection: Org, confirm: str | None) -> None:
    """Have the name of a protected or production org typed, unless --confirm has given it."""
    if confirm == name:
        return
    if confirm is not None:
        raise UsageError.of(f"--confirm {confirm} does not name the org {name}", mend=f"give --confirm {name}")
    production = connection.organization.is_production
    if not production and not target.protected:
        return
    kind = "production" if production else "protected"
    if not sys.stdin.isatty():
        raise UsageError.of(f"the org {name} is {kind}", mend=f"give --confirm {name} when it is the one you mean")
    organization = connection.organization
    click.echo(f"{name} is {kind}: {organization.name} ({organization.id}, {connection.url})", err=True)
    if click.prompt(f"Type {name} to change it", err=True, default="", show_default=False) != name:
        raise ReleaseError.of("not confirmed; nothing was changed")


def expected(target: OrgTarget, connection: Org, name: str) -> None:
    """Refuse an org that is not the one orgs.yaml expects; ids are compared by their 15 characters."""
    if target.expect is None:
        return
    found = connection.identity.org_id
    if found[:15] != target.expect.org_id[:15]:
        raise ConfigError.of(
            f"{name} is the org {found}, and orgs.yaml expects {target.expect.org_id}",
            mend="check the target, or what it expects; nothing was changed",
        )


@contextmanager
def connected(
    target: OrgTarget,
    orgs: Orgs,
    name: str,
    secrets: SecretResolver,
    api_version: str | None,
    *,
    wire: str = "auto",
) -> Iterator[Org]:
    """A session with the target; the local org runs for as long as it lasts, and a signal is an interruption.

    api_version is what the calls need when the target names none; None: the org's newest. wire: how jobs travel.
    """
    from toolkit.cli.endings import as_interruptions
    from toolkit.config.targets import LocalTarget
    from toolkit.org.jobs import Wire
    from toolkit.org.org import connect
    from toolkit.org.signin import AccessToken
    from toolkit.org.targets import credentials_of

    net = outputs().net()
    asked = target.api_version or api_version

    def say(text: str) -> None:
        click.echo(text, err=True)

    if isinstance(target, LocalTarget):
        from toolkit.localorg.embedded import EmbeddedOrg

        with as_interruptions(), EmbeddedOrg(Path(target.state), org_type=target.type) as local:
            here = AccessToken(local.url, local.access_token)
            yield connect(here, api_version=asked, net=net, wire=Wire(wire), say=say)
        return

    def reveal(ref: SecretRef, key: str) -> str:
        secret = secrets.resolve(ref, orgs.where(f"orgs.{name}.{key}"))
        net.redact.learn(secret)
        return secret

    with as_interruptions():
        yield connect(credentials_of(target, reveal), api_version=asked, net=net, wire=Wire(wire), say=say)


def talk_on_stderr() -> PlainTalk | LiveTalk:
    """Progress on stderr: one live line on a terminal, plain lines elsewhere."""
    from toolkit.report.progress import LiveTalk, PlainTalk

    if sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        return LiveTalk(sys.stderr, _columns(sys.stderr.fileno()))
    return PlainTalk(sys.stderr)


def _columns(terminal: int) -> int:
    """The width of the terminal with this descriptor; stdout, which is asked otherwise, may be a pipe."""
    try:
        return os.get_terminal_size(terminal).columns or _USUAL_COLUMNS
    except OSError:
        return _USUAL_COLUMNS


_USUAL_COLUMNS = 80
