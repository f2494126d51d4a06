"""`sfmeta org`: the targets, and the local org for other clients."""

from __future__ import annotations

import json
import signal
import sys
import threading
from pathlib import Path

import click


@click.group(short_help="List the targets; serve the local org to other clients.")
def org() -> None:
    """List the targets; serve the local org to other clients."""


@org.command("list", short_help="List the targets of orgs.yaml.")
@click.option(
    "--config",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("config"),
    help="Folder of orgs.yaml; config when absent.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def list_targets(*, config: Path, as_json: bool) -> None:
    """List the orgs that --org takes. Nobody is signed in and nothing is resolved."""
    from toolkit.config.load import load_orgs  # noqa: PLC0415  --help is instant

    orgs = load_orgs(config)
    rows = [
        {
            "name": name,
            "kind": target.kind,
            "label": target.label,
            "default": name == orgs.default,
            "protected": target.protected,
            "expectedOrgId": target.expect.org_id if target.expect else None,
        }
        for name, target in sorted(orgs.orgs.items())
    ]
    if as_json:
        click.echo(json.dumps({"status": "ok", "default": orgs.default, "orgs": rows}, indent=2))
        return
    from toolkit.report.tables import table  # noqa: PLC0415

    marks = {
        (False, False): "",
        (True, False): "default",
        (False, True): "protected",
        (True, True): "default, protected",
    }
    cells = [
        (
            str(row["name"]),
            str(row["kind"]),
            marks[bool(row["default"]), bool(row["protected"])],
            str(row["label"] or ""),
        )
        for row in rows
    ]
    table(("Name", "Kind", "", "Label"), cells, sys.stdout)


@org.command(short_help="Serve the local org until it is interrupted.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port on loopback; any free one when absent.")
@click.option(
    "--state",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(".sfmeta"),
    help="Folder that keeps the org; .sfmeta when absent.",
)
@click.option("--json", "as_json", is_flag=True, help="Print how to reach it as one JSON document.")
def serve(*, port: int, state: Path, as_json: bool) -> None:
    """Serve the local org in the foreground and print how other clients reach it.

    The token and password that are printed are those of the local org alone; they are worth nothing elsewhere.
    """
    from toolkit.localorg.embedded import EmbeddedOrg  # noqa: PLC0415  --help is instant

    stopped = threading.Event()
    with EmbeddedOrg(state, port=port) as local:
        reach = {
            "url": local.url,
            "orgId": local.org_id,
            "username": local.username,
            "password": local.password,
            "accessToken": local.access_token,
            "clientId": local.client_id,
            "clientSecret": local.client_secret,
        }
        if as_json:
            click.echo(json.dumps({"status": "serving", **reach}, indent=2))
        else:
            for name, value in reach.items():
                click.echo(f"{name:<14}{value}")
            click.echo(
                f"SF_ACCESS_TOKEN='{local.access_token}' sf org login access-token --instance-url {local.url} "
                "--no-prompt --alias local"
            )
        sys.stdout.flush()
        click.echo("Serving; Ctrl-C stops it.", err=True)
        before = signal.signal(signal.SIGTERM, lambda *_: stopped.set())
        try:
            stopped.wait()
        except KeyboardInterrupt:
            click.echo("Stopped.", err=True)
        finally:
            signal.signal(signal.SIGTERM, before)
