"""From a target of orgs.yaml to the credentials that it means; one function a kind, listed in MAKERS.

What a kind needs beyond signin is loaded when a target of the kind is met: a command has one of eight.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from toolkit.config.environment import inherited
from toolkit.config.secrets import SecretRef
from toolkit.config.targets import (
    AccessTokenTarget,
    AuthUrlTarget,
    ClientCredentialsTarget,
    JwtTarget,
    OrgTarget,
    PasswordTarget,
    RefreshTokenTarget,
    SfCliTarget,
    WebTarget,
)
from toolkit.errors import AuthError, UsageError
from toolkit.org.signin import AccessToken, ClientCredentials, Credentials, JwtBearer

Reveal = Callable[[SecretRef, str], str]
"""The secret for a reference; the text is the key of the target that holds it ("accessToken")."""

Maker = Callable[[OrgTarget, Reveal], Credentials]


def _access_token(target: OrgTarget, reveal: Reveal) -> Credentials:
    assert isinstance(target, AccessTokenTarget)  # noqa: S101  MAKERS is keyed by the class
    return AccessToken(target.instance_url, reveal(target.access_token, "accessToken"))


def _jwt(target: OrgTarget, reveal: Reveal) -> Credentials:
    assert isinstance(target, JwtTarget)  # noqa: S101  as above
    key = reveal(target.private_key, "privateKey")
    return JwtBearer(target.token_base, target.consumer_key, target.username, key, target.audience)


def _client_credentials(target: OrgTarget, reveal: Reveal) -> Credentials:
    assert isinstance(target, ClientCredentialsTarget)  # noqa: S101  as above
    secret = reveal(target.consumer_secret, "consumerSecret")
    return ClientCredentials(target.token_base, target.consumer_key, secret)


def _refresh_token(target: OrgTarget, reveal: Reveal) -> Credentials:
    assert isinstance(target, RefreshTokenTarget)  # noqa: S101  as above
    from toolkit.org.refresh import RefreshToken

    token = reveal(target.refresh_token, "refreshToken")
    return RefreshToken(target.token_base, target.consumer_key, token, _optional(target.consumer_secret, reveal))


def _auth_url(target: OrgTarget, reveal: Reveal) -> Credentials:
    assert isinstance(target, AuthUrlTarget)  # noqa: S101  as above
    from toolkit.org.refresh import of_auth_url

    return of_auth_url(reveal(target.auth_url, "authUrl"))


def _sf_cli(target: OrgTarget, reveal: Reveal) -> Credentials:  # noqa: ARG001  the CLI has the secrets
    assert isinstance(target, SfCliTarget)  # noqa: S101  as above
    from toolkit.org.sfcli import SfCli

    return SfCli(target.cli_org, inherited())


def _web(target: OrgTarget, reveal: Reveal) -> Credentials:
    assert isinstance(target, WebTarget)  # noqa: S101  as above
    from toolkit.org.keep import default_keep
    from toolkit.org.refresh import RefreshToken

    keep = default_keep()
    token = keep.get(target.kept_as)
    if token is None:
        raise AuthError.of("nobody has signed in to this org yet", mend="run `sfmeta org login NAME`")
    return RefreshToken(
        target.token_base,
        target.consumer_key,
        token,
        _optional(target.consumer_secret, reveal),
        rotated=partial(keep.put, target.kept_as),
    )


def _password(target: OrgTarget, reveal: Reveal) -> Credentials:
    assert isinstance(target, PasswordTarget)  # noqa: S101  as above
    from toolkit.org.password import Password, SoapLogin

    password = reveal(target.password, "password")
    token = reveal(target.security_token, "securityToken") if target.security_token else ""
    if target.consumer_key is None:
        return SoapLogin(target.token_base, target.username, password, token, target.api_version)
    secret = _optional(target.consumer_secret, reveal) or ""
    return Password(target.token_base, target.username, password, target.consumer_key, secret, token)


def _optional(ref: SecretRef | None, reveal: Reveal) -> str | None:
    return reveal(ref, "consumerSecret") if ref is not None else None


MAKERS: Mapping[type[OrgTarget], Maker] = MappingProxyType(
    {
        AccessTokenTarget: _access_token,
        JwtTarget: _jwt,
        ClientCredentialsTarget: _client_credentials,
        RefreshTokenTarget: _refresh_token,
        AuthUrlTarget: _auth_url,
        SfCliTarget: _sf_cli,
        WebTarget: _web,
        PasswordTarget: _password,
    }
)


def credentials_of(target: OrgTarget, reveal: Reveal) -> Credentials:
    """The credentials of a target that is reached over the network; the local org's are its server's own."""
    maker = MAKERS.get(type(target))
    if maker is None:
        raise UsageError.of(f"no way to sign in to a target of kind {type(target).__name__}")
    return maker(target, reveal)
