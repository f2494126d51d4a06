"""The target `env`: an org that environment variables alone describe, for pipelines that keep no orgs.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from toolkit.config.targets import Target
from toolkit.errors import ConfigError, Problem

NAME = "env"


@dataclass(frozen=True, slots=True)
class Way:
    """One way to sign in: the kind, the variables it needs and may have, each with the key of orgs.yaml it stands for.

    A key with a `$` in front is a secret: the target holds a reference to the variable, never its value.
    """

    kind: str
    needs: Mapping[str, str]
    may: Mapping[str, str]


_ADDRESS = {"SFMETA_LOGIN_URL": "loginUrl", "SFMETA_DOMAIN": "domain"}

WAYS: tuple[Way, ...] = (
    Way("sfdx_url", {"SFMETA_AUTH_URL": "$authUrl"}, {}),
    Way("access_token", {"SFMETA_ACCESS_TOKEN": "$accessToken", "SFMETA_INSTANCE_URL": "instanceUrl"}, {}),
    Way(
        "jwt",
        {
            "SFMETA_PRIVATE_KEY": "$privateKey",
            "SFMETA_CONSUMER_KEY": "consumerKey",
            "SFMETA_USERNAME": "username",
        },
        {**_ADDRESS, "SFMETA_AUDIENCE": "audience"},
    ),
    Way(
        "refresh_token",
        {"SFMETA_REFRESH_TOKEN": "$refreshToken", "SFMETA_CONSUMER_KEY": "consumerKey"},
        {**_ADDRESS, "SFMETA_CONSUMER_SECRET": "$consumerSecret"},
    ),
    Way(
        "password",
        {"SFMETA_PASSWORD": "$password", "SFMETA_USERNAME": "username"},
        {
            **_ADDRESS,
            "SFMETA_SECURITY_TOKEN": "$securityToken",
            "SFMETA_CONSUMER_KEY": "consumerKey",
            "SFMETA_CONSUMER_SECRET": "$consumerSecret",
        },
    ),
    Way(
        "client_credentials",
        {"SFMETA_CONSUMER_SECRET": "$consumerSecret", "SFMETA_CONSUMER_KEY": "consumerKey"},
        _ADDRESS,
    ),
    Way("sf_cli", {"SFMETA_CLI_ORG": "cliOrg"}, {}),
)
"""In the order of their first variables, which say what is meant: the first one that is set chooses the way."""

_ALIASES = {
    "SFMETA_AUTH_URL": "SFDX_AUTH_URL",
    "SFMETA_ACCESS_TOKEN": "SF_ACCESS_TOKEN",
    "SFMETA_INSTANCE_URL": "SF_ORG_INSTANCE_URL",
}
"""What the Salesforce CLI and its pipelines call the same."""


def target_of(env: Mapping[str, str]) -> Target | None:
    """The target; None when no variable says how to sign in. ConfigError when something is missing or not valid."""
    set_ = {name: name for way in WAYS for name in (*way.needs, *way.may) if env.get(name)}
    set_ |= {name: alias for name, alias in _ALIASES.items() if name not in set_ and env.get(alias)}
    way = next((way for way in WAYS if next(iter(way.needs)) in set_), None)
    if way is None:
        return None
    missing = [name for name in way.needs if name not in set_]
    if missing:
        said = set_[next(iter(way.needs))]
        raise ConfigError(
            *(
                Problem(f"{said} is set, and {name} is not", mend=f"export {name}=... for a sign-in of kind {way.kind}")
                for name in missing
            )
        )
    row: dict[str, object] = {"kind": way.kind}
    for name, key in (*way.needs.items(), *way.may.items()):
        if name in set_:
            secret = key.startswith("$")
            row[key.removeprefix("$")] = f"${{env:{set_[name]}}}" if secret else env[set_[name]].strip()
    if env.get("SFMETA_ORG_ID"):
        row["expect"] = {"orgId": env["SFMETA_ORG_ID"].strip()}
    if env.get("SFMETA_API_VERSION"):
        row["apiVersion"] = env["SFMETA_API_VERSION"].strip()
    return _validated(row, way)


def _validated(row: dict[str, object], way: Way) -> Target:
    names = {key.removeprefix("$"): name for name, key in (*way.needs.items(), *way.may.items())}
    names |= {"expect": "SFMETA_ORG_ID", "apiVersion": "SFMETA_API_VERSION"}
    try:
        adapter: TypeAdapter[Target] = TypeAdapter(Target)
        return adapter.validate_python(row, strict=True)
    except ValidationError as error:
        problems = []
        for one in error.errors(include_url=False, include_input=False):
            key = next((str(part) for part in one["loc"] if str(part) in names), "")
            problems.append(Problem(f"{names.get(key, NAME)} is not valid: {one['msg']}", mend="see docs/sign-in.md"))
        raise ConfigError(*problems) from None
