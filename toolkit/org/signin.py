"""What it takes to sign in, and the ways that simple-salesforce has: one frozen record a kind, each with `sign_in`.

A further kind is a record that satisfies the Protocol, and a line in `toolkit.org.targets.MAKERS`.
"""

from __future__ import annotations

import base64
import json
import time
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Protocol
from urllib.parse import urlsplit

from toolkit.errors import AuthError, Problem
from toolkit.org.faults import translated
from toolkit.org.http import LOOPBACK, origin_of, session_to
from toolkit.org.net import Net


@dataclass(frozen=True, slots=True)
class Signed:
    """An open session: the instance's origin and the access token; note is what the user should know of it."""

    url: str
    token: str = field(repr=False)
    note: str | None = None


def is_jwt(token: str) -> bool:
    """Whether an access token has the JWT format; the other kind, opaque, is "<org id>!<characters>"."""
    return token.startswith("eyJ") and token.count(".") == 2


class Credentials(Protocol):
    """What it takes to sign in, in one way."""

    kind: ClassVar[str]
    """The word for it in orgs.yaml."""

    def sign_in(self, net: Net) -> Signed:
        """Open a session; AuthError when the org refuses, RequestError when there is no way to it."""


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A token that somebody else obtained, and the org's own address. The local org signs in this way too."""

    kind: ClassVar[str] = "access_token"
    url: str
    token: str = field(repr=False)

    def sign_in(self, net: Net) -> Signed:
        token = self.token.strip()
        net.redact.learn(token)
        if not token or any(character.isspace() or not character.isprintable() for character in token):
            raise AuthError.of(
                "the access token is empty or holds blanks", mend="give the token alone, as it was issued"
            )
        return Signed(origin_of(self.url), token)


@dataclass(frozen=True, slots=True)
class JwtBearer:
    """OAuth 2.0 JWT bearer: a pre-authorised user, the app's consumer key, and the PEM of the app's private key.

    audience is the `aud` claim; the login address itself when None.
    """

    kind: ClassVar[str] = "jwt"
    login_url: str
    client_id: str
    username: str
    private_key: str = field(repr=False)
    audience: str | None = None

    def sign_in(self, net: Net) -> Signed:
        net.redact.learn(self.private_key)
        net.redact.learn(with_line_ends(self.private_key))
        assertion = bearer_assertion(self, now=int(time.time()))
        net.redact.learn(assertion)
        return ask_for_token(
            self.login_url,
            {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion},
            client_id=self.client_id,
            doing=f"sign in {self.username} by JWT bearer",
            net=net,
        )


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """OAuth 2.0 client credentials of an app with a run-as user; the address must be the org's My Domain."""

    kind: ClassVar[str] = "client_credentials"
    login_url: str
    client_id: str
    client_secret: str = field(repr=False)

    def sign_in(self, net: Net) -> Signed:
        net.redact.learn(self.client_secret)
        if urlsplit(origin_of(self.login_url)).hostname in ("login.salesforce.com", "test.salesforce.com"):
            raise AuthError.of(
                "client credentials do not work at login.salesforce.com or test.salesforce.com",
                mend="set the org's My Domain address, https://<name>.my.salesforce.com",
            )
        basic = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        net.redact.learn(basic)
        return ask_for_token(
            self.login_url,
            {"grant_type": "client_credentials"},
            headers={"Authorization": f"Basic {basic}"},
            client_id=self.client_id,
            doing="sign in by client credentials",
            net=net,
        )


_LIFETIME = 180
"""Seconds that an assertion is good for; the platform takes five minutes at most."""


def with_line_ends(pem: str) -> str:
    """A PEM whose line ends a variable of a pipeline may have turned into a backslash and an n."""
    return pem if "\n" in pem.strip() else pem.replace("\\r", "").replace("\\n", "\n")


def bearer_assertion(credentials: JwtBearer, *, now: int) -> str:
    """The signed JWT that stands for the user, made at `now` (epoch seconds). AuthError when the key is none."""
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    mend = "give the app's RSA private key in PEM form, without a passphrase"
    try:
        key = serialization.load_pem_private_key(with_line_ends(credentials.private_key).encode(), password=None)
    except (ValueError, TypeError):  # what cryptography says may quote the key
        raise AuthError.of("the private key cannot be read", mend=mend) from None
    if not isinstance(key, rsa.RSAPrivateKey):
        raise AuthError.of("the private key is not an RSA key", mend=mend)
    claims = {
        "iss": credentials.client_id,
        "sub": credentials.username,
        "aud": credentials.audience or origin_of(credentials.login_url),
        "exp": now + _LIFETIME,
    }
    signed = f"{_base64url(_json({'alg': 'RS256', 'typ': 'JWT'}))}.{_base64url(_json(claims))}"
    signature = key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{signed}.{_base64url(signature)}"


def _json(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


_CLOCKS_APART = timedelta(minutes=1)


def _wrong_clock(theirs: datetime | None) -> Problem | None:
    """What to say when this machine's clock is so far from the org's that an assertion is not good yet, or any more."""
    if theirs is None or abs(apart := datetime.now(UTC) - theirs) < _CLOCKS_APART:
        return None
    side = "ahead of" if apart > timedelta() else "behind"
    return Problem(
        f"this machine's clock is {abs(apart) // timedelta(minutes=1)} minutes {side} the org's",
        mend=f"set the clock: an assertion is good for {_LIFETIME // 60} minutes, by the org's clock",
    )


def ask_for_token(
    login_url: str,
    form: dict[str, str],
    *,
    client_id: str,
    doing: str,
    net: Net,
    headers: dict[str, str] | None = None,
) -> Signed:
    """Send a token request by simple-salesforce's token_login, over our own session."""
    from simple_salesforce.login import token_login

    origin = origin_of(login_url)
    parsed = urlsplit(origin)
    session = session_to(origin, limits=net.limits, trace=net.trace)
    host = parsed.netloc
    try:
        with translated(doing, host=host, redact=net.redact), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its advice on an unapproved user is in our mend for invalid_grant
            token, instance = token_login(
                f"{origin}/services/oauth2/token", form, host, client_id, headers, session.proxies, session
            )
    except AttributeError:  # token_login takes JSON of any shape for an object with an address in it
        raise AuthError.of(
            f"{doing}: the answer is not that of a token endpoint", mend="check the login address"
        ) from None
    except AuthError as error:
        wrong = _wrong_clock(session.time.now()) if "assertion" in form else None
        raise AuthError(*error.problems, *((wrong,) if wrong is not None else ())) from None
    if not isinstance(token, str) or not isinstance(instance, str) or not token or not instance:
        raise AuthError.of(f"{doing}: the answer holds no token", mend="check the login address")
    scheme = parsed.scheme if parsed.hostname in LOOPBACK else "https"  # token_login drops it
    net.redact.learn(token)
    return Signed(origin_of(f"{scheme}://{instance}"), token)
