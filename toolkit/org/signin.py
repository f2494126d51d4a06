"""Ways to sign in: one frozen record of credentials a kind, each with `sign_in`; CREDENTIALS lists them.

A further kind is a record that satisfies the Protocol, and a line in the list.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import ClassVar, Protocol
from urllib.parse import urlsplit

from toolkit.errors import AuthError
from toolkit.org.faults import translated
from toolkit.org.http import Limits, origin_of, session_to
from toolkit.org.redact import Redactor


@dataclass(frozen=True, slots=True)
class Signed:
    """An open session: the instance's origin and the access token."""

    url: str
    token: str = field(repr=False)


class Credentials(Protocol):
    """What it takes to sign in, in one way."""

    kind: ClassVar[str]
    """The word for it in orgs.yaml."""

    def sign_in(self, redact: Redactor, limits: Limits) -> Signed:
        """Open a session; AuthError when the org refuses, RequestError when there is no way to it."""


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A token that somebody else obtained, and the org's own address. The local org signs in this way too."""

    kind: ClassVar[str] = "access_token"
    url: str
    token: str = field(repr=False)

    def sign_in(self, redact: Redactor, limits: Limits) -> Signed:  # noqa: ARG002  nothing is asked of the org
        token = self.token.strip()
        redact.learn(token)
        if not token or any(character.isspace() or not character.isprintable() for character in token):
            raise AuthError.of(
                "the access token is empty or holds blanks", mend="give the token alone, as it was issued"
            )
        return Signed(origin_of(self.url), token)


@dataclass(frozen=True, slots=True)
class JwtBearer:
    """OAuth 2.0 JWT bearer: a pre-authorised user, the app's consumer key, and the PEM of the app's private key."""

    kind: ClassVar[str] = "jwt"
    login_url: str
    client_id: str
    username: str
    private_key: str = field(repr=False)

    def sign_in(self, redact: Redactor, limits: Limits) -> Signed:
        redact.learn(self.private_key)
        return _through_simple_salesforce(
            self.login_url,
            doing=f"sign in {self.username} by JWT bearer",
            redact=redact,
            limits=limits,
            client_id=self.client_id,
            username=self.username,
            private_key=self.private_key,
        )


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """OAuth 2.0 client credentials of an app with a run-as user; the address must be the org's My Domain."""

    kind: ClassVar[str] = "client_credentials"
    login_url: str
    client_id: str
    client_secret: str = field(repr=False)

    def sign_in(self, redact: Redactor, limits: Limits) -> Signed:
        redact.learn(self.client_secret)
        if urlsplit(origin_of(self.login_url)).hostname in ("login.salesforce.com", "test.salesforce.com"):
            raise AuthError.of(
                "client credentials do not work at login.salesforce.com or test.salesforce.com",
                mend="set the org's My Domain address, https://<name>.my.salesforce.com",
            )
        return _through_simple_salesforce(
            self.login_url,
            doing="sign in by client credentials",
            redact=redact,
            limits=limits,
            client_id=self.client_id,
            client_secret=self.client_secret,
        )


CREDENTIALS: tuple[type[Credentials], ...] = (AccessToken, JwtBearer, ClientCredentials)

_SALESFORCE = ".salesforce.com"


def _through_simple_salesforce(
    login_url: str,
    *,
    doing: str,
    redact: Redactor,
    limits: Limits,
    client_id: str,
    client_secret: str | None = None,
    username: str | None = None,
    private_key: str | None = None,
) -> Signed:
    """Sign in with SalesforceLogin, which always writes https://{domain}.salesforce.com.

    A login address of another domain (government cloud, the local org) is reached by sending what is
    addressed to a stand-in domain there; the audience of a JWT then names login.salesforce.com.
    """
    from simple_salesforce.login import SalesforceLogin  # noqa: PLC0415  a quarter of a second

    origin = origin_of(login_url)
    host = urlsplit(origin).netloc
    own = origin == f"https://{host}" and host.endswith(_SALESFORCE)
    domain = host.removesuffix(_SALESFORCE) if own else ("login" if private_key else "other.my")
    session = session_to(origin, limits=limits, alias=f"https://{domain}{_SALESFORCE}")
    try:
        with translated(doing, host=host, redact=redact), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its advice on an unapproved user is in our mend for invalid_grant
            token, instance = SalesforceLogin(
                session=session,
                domain=domain,
                consumer_key=client_id,
                consumer_secret=client_secret,
                username=username,
                privatekey=private_key,
            )
    except ValueError as error:  # PyJWT and cryptography, for a key that is none
        raise AuthError.of(
            f"{doing}: the private key cannot be used: {redact(str(error))}", mend="give an RSA key in PEM form"
        ) from None
    if not token or not instance:
        raise AuthError.of(f"{doing}: the answer holds no token", mend="check the login address")
    scheme = urlsplit(origin).scheme if not own else "https"
    return Signed(origin_of(f"{scheme}://{instance}"), token)
