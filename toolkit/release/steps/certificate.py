"""Certificate: the key pair that signs the tokens. The org makes it, and keeps the private key for good.

A certificate that is there is never deployed again (what that does is not known, salesforce-facts 14.2);
a new key pair is a new name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from toolkit.metadata.component import Bundle, Component, ComponentKey
from toolkit.org import soql
from toolkit.org.jobs import DeployResult
from toolkit.release import jobs
from toolkit.release.publickey import PublicKey, public_key
from toolkit.release.seen import Seen
from toolkit.release.step import Back, Change, Context, Evidence, Kind
from toolkit.release.steps.restore_components import RestoreComponents

PUBLIC_KEY = "public key"
"""Subject of the evidence whose text is the PEM."""

SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class CertificateState:
    """The certificates of the bundle by name; key is None for one that the org does not have."""

    keys: dict[str, PublicKey | None]
    wanted_bits: int
    found: Mapping[ComponentKey, Component] = field(default_factory=dict)
    """As the org returns them."""


@dataclass(frozen=True, slots=True)
class CertificateStep:
    name: str = "certificate"
    title: str = "Certificate"
    check_only: bool = False

    def read(self, ctx: Context) -> CertificateState:
        wanted = ctx.bundle.only("Certificate")
        names = [component.full_name for component in wanted]
        there = self._names(ctx, names)
        found = jobs.retrieve(ctx, [c for c in wanted if c.full_name in there]) if there else {}
        keys = {
            key.full_name: public_key(file.content, f"certificate {key.full_name}")
            for key, component in found.items()
            for file in component.files
            if file.path.endswith(".crt")
        }
        bits = ctx.need_project().package.certificate.key_size
        return CertificateState({name: keys.get(name) for name in names}, bits, found)

    def _names(self, ctx: Context, names: list[str]) -> set[str]:
        if not names:
            return set()
        query = soql.select("DeveloperName", source="Certificate", where=soql.one_of("DeveloperName", names))
        return {row.need("DeveloperName") for row in ctx.org.tooling_query(query)}

    def diff(self, state: CertificateState) -> tuple[Change, ...]:
        return tuple(
            Change(Kind.UNCHANGED if key else Kind.CREATED, f"Certificate {name}") for name, key in state.keys.items()
        )

    def apply(self, ctx: Context, state: CertificateState) -> tuple[DeployResult, ...]:
        missing = [c for c in ctx.bundle.only("Certificate") if state.keys.get(c.full_name) is None]
        bundle = Bundle.of(missing, api_version=ctx.bundle.api_version)
        return (jobs.deploy(ctx, bundle, self.title),)

    def verify(self, ctx: Context, state: CertificateState) -> tuple[Evidence, ...]:  # noqa: ARG002  the Protocol's
        now = datetime.now(UTC)
        found: list[Evidence] = []
        for name, key in state.keys.items():
            found.append(self._certificate(name, key, state.wanted_bits, now))
            if key is not None:
                found.append(Evidence(self.name, PUBLIC_KEY, ok=True, text=key.pem))
        return tuple(found)

    def seen(self, ctx: Context, state: CertificateState) -> Seen:  # noqa: ARG002  the Protocol's
        absent = (ComponentKey("Certificate", name) for name, key in state.keys.items() if key is None)
        return Seen(tuple(state.found[key] for key in sorted(state.found)), tuple(absent))

    def revert(self, back: Back) -> tuple[RestoreComponents, ...]:
        """A key pair that is deleted is lost for good, so it only goes when that is asked for."""
        return (RestoreComponents(self.name, self.title, back),) if back.certificate else ()

    def _certificate(self, name: str, key: PublicKey | None, bits: int, now: datetime) -> Evidence:
        subject = f"Certificate {name}"
        if key is None:
            return Evidence(self.name, subject, ok=False, text="the org does not return it")
        text = f"RSA {key.bits}, good until {key.expires:%Y-%m-%d}"
        if key.expires <= now:
            return Evidence(
                self.name, subject, ok=False, text=f"{text}: it has expired; give certificate.name a new name"
            )
        if key.expires - now < SOON:
            text += ": it expires soon; give certificate.name a new name to make a new key pair"
        if key.bits != bits:
            text += f"; {bits} bits are configured: a new size needs a new name"
        return Evidence(self.name, subject, ok=True, text=text)
