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
    """OAuth 2.0 refresh token of an app; rotated is told of the token that the org gives in place of this one."""

    kind: ClassVar[str] = "refresh_token"
    login_url: str
    client_id: str
    token: str = field(repr=False)
    client_secret: str | None = field(default=None, repr=False)
    rotated: Callable[[str], None] | None = field(default=None, repr=False, compare=False)

    def sign_in(self, net: Net) -> Signed:
        net.redact.learn(self.token)
        form = {"grant_type": "refresh_token", "client_id": self.client_id, "refresh_token": self.token}
        if self.client_secret:
            net.redact.learn(self.client_secret)
            form["client_secret"] = self.client_secret
        given = ask_for_tokens(self.login_url, form, doing="sign in by refresh token", net=net)
        if given.refresh and given.refresh != self.token and self.rotated is not None:
            self.rotated(given.refresh)
        return Signed(given.url, given.access)


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
