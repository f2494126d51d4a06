"""Links of the certificate that signs the tokens."""

from __future__ import annotations

from datetime import timedelta

from toolkit.release.verify.facts import Facts
from toolkit.release.verify.links import Link, State
from toolkit.release.verify.mends import Mends

SOON = timedelta(days=30)
_RENEW = "give certificate.name a new name in package.yaml, then {deploy}, and paste the new public key at Cobrowse"


def certificate_link(facts: Facts, certificate: str, wanted_bits: int | None, mends: Mends) -> Link:
    """There, RSA, not expired. wanted_bits is None for one that the configuration does not make."""
    name = "certificate"
    renew = _RENEW.format(deploy=mends.deploy)
    fact = facts.certificates.get(certificate)
    if fact is None:
        mend = mends.deploy if wanted_bits else "name one that the org has in settings, or create it in Setup"
        return Link(name, certificate, State.MISSING, "the org does not return it", mend)
    key = fact.key
    if key is None:
        return Link(name, certificate, State.MISSING, fact.problem or "it has no key", renew)
    if key.expires <= facts.now:
        text = f"RSA {key.bits}, expired on {key.expires:%Y-%m-%d}"
        return Link(name, certificate, State.MISSING, text, renew)
    text = f"RSA {key.bits}, good until {key.expires:%Y-%m-%d}"
    if key.expires - facts.now < SOON:
        days = (key.expires - facts.now).days
        return Link(name, certificate, State.WARNING, f"{text}: it expires in {days} days", renew)
    if wanted_bits is not None and key.bits != wanted_bits:
        return Link(name, certificate, State.WARNING, f"{text}; {wanted_bits} bits are configured", renew)
    return Link(name, certificate, State.OK, text)
