"""From a target of orgs.yaml to the credentials that it means; one function a kind, listed in MAKERS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from toolkit.config.secrets import SecretRef
from toolkit.config.targets import AccessTokenTarget, ClientCredentialsTarget, JwtTarget, OrgTarget
from toolkit.errors import UsageError
from toolkit.org.signin import AccessToken, ClientCredentials, Credentials, JwtBearer

Reveal = Callable[[SecretRef, str], str]
"""The secret for a reference; the text is the key of the target that holds it ("accessToken")."""

Maker = Callable[[OrgTarget, Reveal], Credentials]


def _access_token(target: OrgTarget, reveal: Reveal) -> Credentials:
    assert isinstance(target, AccessTokenTarget)  # noqa: S101  MAKERS is keyed by the class
    return AccessToken(target.instance_url, reveal(target.access_token, "accessToken"))


def _jwt(target: OrgTarget, reveal: Reveal) -> Credentials:
    assert isinstance(target, JwtTarget)  # noqa: S101
    key = reveal(target.private_key, "privateKey")
    return JwtBearer(target.token_base, target.consumer_key, target.username, key, target.audience)


def _client_credentials(target: OrgTarget, reveal: Reveal) -> Credentials:
    assert isinstance(target, ClientCredentialsTarget)  # noqa: S101
    secret = reveal(target.consumer_secret, "consumerSecret")
    return ClientCredentials(target.token_base, target.consumer_key, secret)


MAKERS: Mapping[type[OrgTarget], Maker] = MappingProxyType(
    {AccessTokenTarget: _access_token, JwtTarget: _jwt, ClientCredentialsTarget: _client_credentials}
)


def credentials_of(target: OrgTarget, reveal: Reveal) -> Credentials:
    """The credentials of a target that is reached over the network; the local org's are its server's own."""
    maker = MAKERS.get(type(target))
    if maker is None:
        raise UsageError.of(f"no way to sign in to a target of kind {type(target).__name__}")
    return maker(target, reveal)
