"""Signing in with a username and password, where an org still allows it."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import ClassVar
from urllib.parse import urlsplit

from toolkit.errors import AuthError
from toolkit.org.faults import translated
from toolkit.org.http import LOOPBACK, Redirected, origin_of, session_to
from toolkit.org.net import Net
from toolkit.org.signin import Signed, ask_for_token

_WRITTEN = "https://login.salesforce.com/"
"""What simple-salesforce writes into its request; it knows no host that ends otherwise."""

SOAP_LAST = 64.0
"""The last API version with SOAP login()."""


@dataclass(frozen=True, slots=True)
class Password:
    """OAuth 2.0 username-password flow of an app; the security token, if any, follows the password."""

    kind: ClassVar[str] = "password"
    login_url: str
    username: str
    password: str = field(repr=False)
    client_id: str
    client_secret: str = field(repr=False)
    security_token: str = field(default="", repr=False)

    def sign_in(self, net: Net) -> Signed:
        for secret in (self.password, self.client_secret, self.security_token):
            net.redact.learn(secret)
        form = {
            "grant_type": "password",
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "username": self.username,
            "password": self.password + self.security_token,
        }
        return ask_for_token(
            self.login_url,
            form,
            client_id=self.client_id,
            doing=f"sign in {self.username} by password",
            net=net,
        )


@dataclass(frozen=True, slots=True)
class SoapLogin:
    """SOAP login(), which needs no app. It ends with API version 64.0, and new orgs have it switched off."""

    kind: ClassVar[str] = "soap_password"
    login_url: str
    username: str
    password: str = field(repr=False)
    security_token: str = field(default="", repr=False)
    api_version: str | None = None

    def sign_in(self, net: Net) -> Signed:
        if self.api_version is not None and float(self.api_version) > SOAP_LAST:
            raise AuthError.of(
                f"SOAP login() does not exist in API version {self.api_version}: it ends with {SOAP_LAST:.1f}",
                mend="give the target a consumerKey and consumerSecret (OAuth), better kind jwt; "
                "or set its apiVersion to 64.0 or below while the org still has SOAP login()",
            )
        from simple_salesforce.login import SalesforceLogin

        net.redact.learn(self.password)
        net.redact.learn(self.security_token)
        origin = origin_of(self.login_url)
        parsed = urlsplit(origin)
        host = parsed.netloc
        session = session_to(origin, limits=net.limits, trace=net.trace)
        doing = f"sign in {self.username} by SOAP login"
        session.mount(_WRITTEN, Redirected(_WRITTEN, f"{origin}/"))
        with translated(doing, host=host, redact=net.redact), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            token, instance = SalesforceLogin(
                username=self.username,
                password=self.password,
                security_token=self.security_token,
                domain="login",
                sf_version=self.api_version or f"{SOAP_LAST:.1f}",
                session=session,
                client_id="sfmeta",
            )
        net.redact.learn(token)
        scheme = parsed.scheme if parsed.hostname in LOOPBACK else "https"
        return Signed(origin_of(f"{scheme}://{instance}"), token)
