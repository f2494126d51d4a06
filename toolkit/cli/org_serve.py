"""`sfmeta org serve`: the local org for other clients."""

from __future__ import annotations

import gc
import json
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from toolkit.localorg.options import OrgType
    from toolkit.localorg.reach import Reach

LOOPBACK = "127.0.0.1"
KINDS = ("developer", "production", "sandbox", "scratch")


@click.command(short_help="Serve the local org until it is interrupted.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port; any free one when absent.")
@click.option(
    "--host",
    metavar="ADDRESS",
    default=LOOPBACK,
    help="Address to listen on; loopback when absent, and any other one lets other machines in.",
)
@click.option(
    "--state",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(".sfmeta"),
    help="Folder that keeps the org; .sfmeta when absent.",
)
@click.option(
    "--type",
    "org_type",
    type=click.Choice(KINDS),
    help="Kind of a new org: developer when absent. One that exists keeps its kind.",
)
@click.option(
    "--connected-app-creation",
    is_flag=True,
    help="Let ConnectedApps be created, as orgs did before Spring '26.",
)
@click.option("--tls", is_flag=True, help="Serve https, with a certificate made for it.")
@click.option(
    "--fault",
    "faults",
    metavar="SPEC",
    multiple=True,
    help="Make something go wrong, as status:code=503,nth=3; may be repeated (docs/local-org.md).",
)
@click.option("--fault-seed", type=int, default=0, help="Where the chance of faults begins.")
@click.option("--json", "as_json", is_flag=True, help="Print how to reach it as one JSON document.")
def serve(
    *,
    port: int,
    host: str,
    state: Path,
    org_type: OrgType | None,
    connected_app_creation: bool,
    tls: bool,
    faults: tuple[str, ...],
    fault_seed: int,
    as_json: bool,
) -> None:
    """Serve the local org in the foreground and print how other clients reach it, with commands to paste.

    The token and password that are printed are those of the local org alone; they are worth nothing elsewhere.
    """
    from toolkit.localorg.embedded import EmbeddedOrg
    from toolkit.localorg.reach import is_loopback, reach_of

    if not is_loopback(host):
        click.echo(_warning(host, tls=tls), err=True)
    served = EmbeddedOrg(
        state,
        org_type=org_type,
        connected_app_creation=connected_app_creation,
        host=host,
        port=port,
        tls=tls,
        faults=faults,
        fault_seed=fault_seed,
    )
    with served as local:
        reach = reach_of(local, secure=tls)
        with _until_stopped() as stopped:
            if as_json:
                click.echo(json.dumps(_document(reach), indent=2))
            else:
                _print(reach)
            sys.stdout.flush()
            _settle_down()
            stopped.wait()


def _settle_down() -> None:
    """Look after memory as a server does, which `sfmeta` at large does not: its other commands are over too soon.

    What is there now stays to the end and is not looked at again; what requests leave behind is looked for often.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(2_000, 10, 10)


def _warning(host: str, *, tls: bool) -> str:
    told = f"warning: everyone who can reach this machine at {host} can reach the local org"
    if tls:
        return f"{told}; only its token keeps them out"
    return f"{told}, and read its token and data on the way, for they are not encrypted (--tls does that)"


@contextmanager
def _until_stopped() -> Iterator[threading.Event]:
    """What is set by SIGTERM; Ctrl-C ends the block. Whoever has read how to reach the org may already end it."""
    stopped = threading.Event()
    before = signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    try:
        click.echo("Serving; Ctrl-C stops it.", err=True)
        yield stopped
    except KeyboardInterrupt:
        click.echo("Stopped.", err=True)
    finally:
        signal.signal(signal.SIGTERM, before)


def _facts(reach: Reach) -> dict[str, str]:
    facts = {
        "url": reach.url,
        "orgId": reach.org_id,
        "username": reach.username,
        "password": reach.password,
        "securityToken": reach.security_token,
        "accessToken": reach.access_token,
        "clientId": reach.client_id,
        "clientSecret": reach.client_secret,
        "jwtKeyFile": str(reach.jwt_key),
    }
    return facts | ({"caFile": str(reach.ca_file)} if reach.ca_file else {})


def _document(reach: Reach) -> dict[str, object]:
    return {"status": "serving", "commands": reach.commands(), **_facts(reach)}


def _print(reach: Reach) -> None:
    for name, value in _facts(reach).items():
        click.echo(f"{name:<14}{value}")
    for client, command in reach.commands().items():
        click.echo(f"\n# {client}\n{command}")
    if not reach.secure:
        click.echo("\n# CumulusCI, and auth URLs of the Salesforce CLI, want https: serve with --tls")
