"""`sfmeta org`: the targets, and the local org for other clients."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.cli import options
from toolkit.cli.org_serve import serve
from toolkit.cli.outputs import outputs
from toolkit.errors import AuthError, UsageError

if TYPE_CHECKING:
    from toolkit.config.targets import Orgs, WebTarget


@click.group(short_help="List the targets; serve the local org to other clients.")
def org() -> None:
    """List the targets; serve the local org to other clients."""


org.add_command(serve)


@org.command("list", short_help="List the targets of orgs.yaml.")
@options.config("orgs.yaml")
@options.as_json
def list_targets(*, config: Path, as_json: bool) -> None:
    """List the orgs that --org takes. Nobody is signed in and nothing is resolved."""
    from toolkit.config.load import load_orgs

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
    from toolkit.report.tables import table

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


@org.command(short_help="Sign in to a target and say who that is.")
@click.argument("name")
@options.config("orgs.yaml")
@options.allow_commands
@click.option("--no-browser", is_flag=True, help="Print the address to sign in at, and open nothing.")
@click.option("--forget", is_flag=True, help="Forget the refresh token that is kept for the target.")
@options.as_json
def login(*, name: str, config: Path, allow_commands: bool, no_browser: bool, forget: bool, as_json: bool) -> int:
    """Sign in to a target of orgs.yaml and say who is signed in, where.

    A target of kind web opens the browser, and its refresh token is kept: in the system's keyring where there is
    one, else in a file that its owner alone can read. Every other kind is signed in to once, which shows that it works.
    """
    from toolkit.config.load import load_orgs
    from toolkit.config.targets import WebTarget

    orgs = load_orgs(config)
    _, target = orgs.target(name)
    if isinstance(target, WebTarget):
        from toolkit.org.keep import default_keep

        if forget:
            known = default_keep().remove(target.kept_as)
            if as_json:
                click.echo(json.dumps({"status": "ok", "name": name, "forgotten": known}, indent=2))
            else:
                click.echo(f"Forgotten: the refresh token of {name}." if known else f"Nothing is kept for {name}.")
            return 0
        _sign_in_with_browser(name, target, orgs, config, allow_commands=allow_commands, no_browser=no_browser)
    elif forget:
        raise UsageError.of(f"nothing is kept for {name}: its kind is {target.kind}", mend="leave --forget out")
    return _show(name, config, allow_commands=allow_commands, as_json=as_json)


@org.command(short_help="Say which org a target is, and who is signed in.")
@click.argument("name")
@options.config("orgs.yaml")
@options.allow_commands
@options.as_json
def display(*, name: str, config: Path, allow_commands: bool, as_json: bool) -> int:
    """Sign in and show the org, the user, the API versions and the kind of token. Tokens are never shown."""
    return _show(name, config, allow_commands=allow_commands, as_json=as_json)


def _sign_in_with_browser(
    name: str, target: WebTarget, orgs: Orgs, config: Path, *, allow_commands: bool, no_browser: bool
) -> None:
    """Have a person sign in as the user that the target names, and keep the refresh token."""
    import os
    import webbrowser

    from toolkit.config.secrets import SecretResolver
    from toolkit.org.keep import default_keep
    from toolkit.org.org import connect
    from toolkit.org.signin import AccessToken
    from toolkit.org.weblogin import WebLogin, web_login

    net = outputs().net()
    secret = None
    if target.consumer_secret is not None:
        secrets = SecretResolver(os.environ, config, allow_commands=allow_commands)
        secret = secrets.resolve(target.consumer_secret, orgs.where(f"orgs.{name}.consumerSecret"))
        net.redact.learn(secret)

    def show(address: str) -> None:
        click.echo(f"Sign in at this address:\n{address}", err=True)
        if not no_browser:
            webbrowser.open(address)

    app = WebLogin(target.token_base, target.consumer_key, secret, target.port)
    tokens = web_login(app, show=show, net=net)
    if tokens.refresh is None:
        raise AuthError.of("the org gave no refresh token", mend="allow the scope refresh_token in the app's settings")
    username = connect(AccessToken(tokens.url, tokens.access), net=net).identity.username
    if target.username is not None and username.casefold() != target.username.casefold():
        raise AuthError.of(
            f"{username} has signed in, and orgs.yaml wants {target.username}", mend="sign out in the browser first"
        )
    keep = default_keep()
    keep.put(target.kept_as, tokens.refresh)
    click.echo(f"Kept in {keep.place}.", err=True)


def _show(name: str, config: Path, *, allow_commands: bool, as_json: bool) -> int:
    from toolkit.cli.against import against
    from toolkit.config.load import load_orgs
    from toolkit.org.signin import is_jwt

    orgs = load_orgs(config)
    target = orgs.target(name)[1]
    with against(name, orgs, config, api_version=None, allow_commands=allow_commands) as found:
        org = found.org
        record = org.organization
        row = {
            "name": name,
            "kind": target.kind,
            "url": org.url,
            "orgId": record.id,
            "orgName": record.name,
            "edition": record.kind,
            "production": record.is_production,
            "sandbox": record.is_sandbox,
            "username": org.identity.username,
            "apiVersion": org.api_version,
            "newestApiVersion": org.versions[-1],
            "tokenFormat": "jwt" if is_jwt(org.token) else "opaque",
        }
    if as_json:
        click.echo(json.dumps({"status": "ok", "org": row}, indent=2))
        return 0
    for key, value in row.items():
        text = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
        click.echo(org.redact(f"{key:<17}{text}"))
    if row["tokenFormat"] == "jwt":
        click.echo("The token has the JWT format: retrieve and other SOAP calls of the platform refuse it.", err=True)
    return 0
