"""What orgs.yaml can say: the orgs that commands may be pointed at, and how to sign in to each.

A further way to sign in is one class and one line in Target.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field

from toolkit.config.secrets import SecretRef
from toolkit.config.types import (
    MAX_ORG_NAME,
    ORG_NAME,
    ApiVersion,
    BaseUrl,
    CliOrg,
    ConsumerKey,
    FilePath,
    Host,
    Label,
    Model,
    OrgId,
    Username,
)
from toolkit.errors import ConfigError, Location, Problem

LOCAL = "local"
LOGIN = "https://login.salesforce.com"
Port = Annotated[int, Field(ge=1024, le=65535)]
OrgName = Annotated[str, Field(pattern=ORG_NAME, max_length=MAX_ORG_NAME)]


class Expect(Model):
    """What must be true of the org before anything is sent to it."""

    org_id: OrgId
    """The org's id, 15 or 18 characters, beginning with 00D."""


class OrgTarget(Model):
    """What every kind of target has."""

    label: Label | None = None
    """What people call this org."""
    protected: bool = False
    """Ask for the org's name before anything is changed in it, as for a production org."""
    expect: Expect | None = None
    """Refuse to work with any other org."""
    api_version: ApiVersion | None = None
    """API version of the calls; the newest that the org has when absent."""


class LocalTarget(OrgTarget):
    """The org that runs on this machine."""

    kind: Literal["local"]
    """local"""
    state: FilePath = ".sfmeta"
    """Folder that keeps the org's state, relative to the working directory."""
    type: Literal["developer", "production", "sandbox", "scratch"] = "developer"
    """The kind of org that it plays."""


class AccessTokenTarget(OrgTarget):
    """An access token (session id) that something else has got."""

    kind: Literal["access_token"]
    """access_token"""
    instance_url: BaseUrl
    """The org's address, such as https://acme.my.salesforce.com."""
    access_token: SecretRef
    """The token, as a reference."""


class SignInTarget(OrgTarget):
    """What every kind has that asks an address for a session."""

    login_url: BaseUrl | None = None
    """https://login.salesforce.com when neither this nor domain is given; https://test.salesforce.com for sandboxes."""
    domain: Host | None = None
    """The org's My Domain host instead of loginUrl, such as acme.my.salesforce.com."""

    @property
    def token_base(self) -> str:
        """The address that is asked: /services/oauth2/token is below it."""
        return f"https://{self.domain}" if self.domain else self.login_url or LOGIN


class AppTarget(SignInTarget):
    """What every kind has that signs in as a client of an app."""

    consumer_key: ConsumerKey
    """The app's consumer key (client id); not a secret."""


class SecretAppTarget(AppTarget):
    """What every kind has whose app may ask for its secret."""

    consumer_secret: SecretRef | None = None
    """The app's consumer secret, as a reference, when the app asks for it."""


class JwtTarget(AppTarget):
    """OAuth JWT bearer flow: a user who is pre-authorised for an app, and the app's private key. Best for CI."""

    kind: Literal["jwt"]
    """jwt"""
    username: Username
    """Who signs in."""
    private_key: SecretRef
    """The private key in PEM form, as a reference."""
    audience: BaseUrl | None = None
    """The `aud` claim; the login URL when absent."""


class ClientCredentialsTarget(AppTarget):
    """OAuth client credentials flow: the app's own user. Needs domain, or the org's own address as loginUrl: the flow
    does not work at login.salesforce.com."""

    kind: Literal["client_credentials"]
    """client_credentials"""
    consumer_secret: SecretRef
    """The app's consumer secret, as a reference."""


class RefreshTokenTarget(SecretAppTarget):
    """A refresh token of an app that a user has allowed."""

    kind: Literal["refresh_token"]
    """refresh_token"""
    refresh_token: SecretRef
    """The refresh token, as a reference."""


class AuthUrlTarget(OrgTarget):
    """An SFDX auth URL, force://clientId:clientSecret:refreshToken@host, as the Salesforce CLI prints it."""

    kind: Literal["sfdx_url"]
    """sfdx_url"""
    auth_url: SecretRef
    """The whole URL, as a reference; it is a secret."""


class SfCliTarget(OrgTarget):
    """An org that the Salesforce CLI of this machine is signed in to; its access token is borrowed."""

    kind: Literal["sf_cli"]
    """sf_cli"""
    cli_org: CliOrg
    """The alias or username that the CLI knows the org under."""


class WebTarget(SecretAppTarget):
    """A person who signs in with a browser: `sfmeta org login NAME` does it, and the refresh token is kept."""

    kind: Literal["web"]
    """web"""
    username: Username | None = None
    """Who has to sign in; anybody when absent. Set it when several orgs have the same address here."""
    port: Port = 1717
    """Port on this machine that the browser comes back to; the app's callback is http://localhost:1717/OauthRedirect."""

    @property
    def kept_as(self) -> str:
        """The name under which the refresh token is kept."""
        return " ".join(filter(None, (self.token_base, self.consumer_key, self.username)))


class PasswordTarget(SignInTarget):
    """A username and password, where the org still allows it; with an app by OAuth, without one by SOAP login()."""

    kind: Literal["password"]
    """password"""
    username: Username
    """Who signs in."""
    password: SecretRef
    """The password, as a reference."""
    security_token: SecretRef | None = None
    """The user's security token, as a reference, when the org wants it."""
    consumer_key: ConsumerKey | None = None
    """The app's consumer key. Without it SOAP login() is used, which ends with API version 64.0."""
    consumer_secret: SecretRef | None = None
    """The app's consumer secret, as a reference."""


Target = Annotated[
    LocalTarget
    | AccessTokenTarget
    | JwtTarget
    | ClientCredentialsTarget
    | RefreshTokenTarget
    | AuthUrlTarget
    | SfCliTarget
    | WebTarget
    | PasswordTarget,
    Field(discriminator="kind"),
]


class OrgsFile(Model):
    """orgs.yaml: the targets."""

    default: OrgName | None = None
    """The target of commands that are given no `--org`."""
    orgs: Annotated[dict[OrgName, Target], Field(default_factory=dict, max_length=500)]
    """The targets by name. `local` is always there, also when it is not listed."""


@dataclass(frozen=True, slots=True)
class Orgs:
    """The targets; sources maps a value's path ("orgs.prod.privateKey") to its place.

    unusable: targets that something describes which is not whole, with what is wrong; told when one is asked for.
    """

    default: str | None
    orgs: Mapping[str, Target]
    sources: Mapping[str, Location] = field(default_factory=dict)
    unusable: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)

    def target(self, name: str | None = None) -> tuple[str, Target]:
        """The target of this name, or the default one; ConfigError when there is none."""
        known = ", ".join(sorted(self.orgs))
        for described, problems in self.unusable.items():
            if name == described or (name is None and self.default is None):
                raise ConfigError(*problems)
        if name is None and self.default is None:
            raise ConfigError.of("no org is named", mend=f"give --org, or `default:` in orgs.yaml; it has {known}")
        chosen = name or self.default or LOCAL
        if chosen not in self.orgs:
            from toolkit.config.messages import nearest

            like = nearest(chosen, self.orgs)
            hint = f"did you mean {like}?" if like else f"the orgs are {known}"
            raise ConfigError.of(f"there is no org `{chosen}` in orgs.yaml", mend=hint)
        return chosen, self.orgs[chosen]

    def where(self, path: str) -> Location | None:
        """The place of a value or of the nearest parent that is written down."""
        while path and path not in self.sources:
            path = path.rpartition(".")[0]
        return self.sources.get(path)
