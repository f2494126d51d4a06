"""Every way to sign in to a local org: the target as orgs.yaml has it, and the secrets that it refers to."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.localorg.embedded import EmbeddedOrg


@dataclass(frozen=True, slots=True)
class WayIn:
    """secrets: values by the variable that the target names."""

    target: dict[str, object]
    secrets: dict[str, str]


def ways_in(local: EmbeddedOrg) -> dict[str, WayIn]:
    """By name. An auth URL is always https: it needs a local org that is served with tls."""
    at = {"loginUrl": local.url}
    app = {**at, "consumerKey": local.client_id}
    password = {"kind": "password", "username": local.username, "password": "${env:A_PASSWORD}",
                "securityToken": "${env:A_SECURITY_TOKEN}"}  # fmt: skip
    passwords = {"A_PASSWORD": local.password, "A_SECURITY_TOKEN": local.security_token}
    refresh = local.refresh_token()
    return {
        "token": WayIn(
            {"kind": "access_token", "instanceUrl": local.url, "accessToken": "${env:A_TOKEN}"},
            {"A_TOKEN": local.access_token},
        ),
        "jwt": WayIn(
            {"kind": "jwt", **app, "username": local.username, "privateKey": "${env:A_KEY}"},
            {"A_KEY": local.jwt_key().decode()},
        ),
        "refresh": WayIn(
            {"kind": "refresh_token", **at, "consumerKey": "PlatformCLI", "refreshToken": "${env:A_REFRESH}"},
            {"A_REFRESH": refresh},
        ),
        "client credentials": WayIn(
            {"kind": "client_credentials", **app, "consumerSecret": "${env:A_SECRET}"},
            {"A_SECRET": local.client_secret},
        ),
        "auth url": WayIn(
            {"kind": "sfdx_url", "authUrl": "${env:A_URL}"},
            {"A_URL": f"force://PlatformCLI::{refresh}@{local.url.partition('//')[2]}"},
        ),
        "password": WayIn(
            {**password, **app, "consumerSecret": "${env:A_SECRET}"}, {**passwords, "A_SECRET": local.client_secret}
        ),
        "soap": WayIn({**password, **at, "apiVersion": "64.0"}, passwords),
    }
