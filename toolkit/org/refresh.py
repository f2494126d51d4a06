"""Signing in with a refresh token, or with the SFDX auth URL that holds one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

from toolkit.errors import AuthError
from toolkit.org.net import Net
from toolkit.org.oauth import ask_for_tokens
from toolkit.org.signin import Signed


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """OAuth 2.0 refresh token of an app; rotated is told of the token that the org gives in place of this one.

    An app may let each refresh token be used once: the newest is the one that the next sign-in of this run uses.
    """

    kind: ClassVar[str] = "refresh_token"
    login_url: str
    client_id: str
    token: str = field(repr=False)
    client_secret: str | None = field(default=None, repr=False)
    rotated: Callable[[str], None] | None = field(default=None, repr=False, compare=False)
    _newest: list[str] = field(default_factory=list, init=False, repr=False, compare=False)

    def sign_in(self, net: Net) -> Signed:
        token = self._newest[-1] if self._newest else self.token
        net.redact.learn(token)
        form = {"grant_type": "refresh_token", "client_id": self.client_id, "refresh_token": token}
        if self.client_secret:
            net.redact.learn(self.client_secret)
            form["client_secret"] = self.client_secret
        given = ask_for_tokens(self.login_url, form, doing="sign in by refresh token", net=net)
        note = None
        if given.refresh and given.refresh != token:
            self._newest[:] = [given.refresh]
            if self.rotated is not None:
                self.rotated(given.refresh)
            else:
                note = _REPLACED
        return Signed(given.url, given.access, note)


_REPLACED = (
    "the org has replaced the refresh token, and the one that was given may not work again: switch off the rotation of "
    "refresh tokens in the app's settings, or sign in with kind web or jwt"
)


_PART = r"[A-Za-z0-9._-]+={0,2}"
_AUTH_URL = re.compile(
    rf"force://(?P<id>{_PART}):(?P<secret>(?:{_PART})?):(?P<token>{_PART})@(?P<host>[A-Za-z0-9.-]+(?::[0-9]{{1,5}})?)"
)


def of_auth_url(text: str) -> RefreshToken:
    """The credentials in an SFDX auth URL, force://<client id>:<secret>:<refresh token>@<host>; the secret may be
    empty, the host is reached by https. AuthError, which repeats nothing of it, when it is none."""
    found = _AUTH_URL.fullmatch(text.strip().removesuffix("/"))
    if found is None:
        raise AuthError.of(
            "the SFDX auth URL cannot be read",
            mend="it is force://<clientId>:<clientSecret>:<refreshToken>@<host>; print it with "
            "`sf org auth show-sfdx-auth-url` (`sf org display --verbose` before version 2.136)",
        )
    return RefreshToken(f"https://{found['host']}", found["id"], found["token"], found["secret"] or None)
