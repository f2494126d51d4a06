"""The public key of a certificate, as Cobrowse wants it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from toolkit.errors import ReleaseError


@dataclass(frozen=True, slots=True)
class PublicKey:
    """pem is byte for byte what `openssl x509 -pubkey -noout` prints; expires is in UTC."""

    pem: str
    bits: int
    expires: datetime
    subject: str


def public_key(certificate: bytes, source: str) -> PublicKey:
    """The public key of a certificate in PEM or DER form. ReleaseError when it is none, or not RSA."""
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    try:
        pem = b"-----BEGIN" in certificate
        parsed = x509.load_pem_x509_certificate(certificate) if pem else x509.load_der_x509_certificate(certificate)
        key = parsed.public_key()
    except Exception as error:  # noqa: BLE001  cryptography raises several kinds for a damaged certificate
        raise ReleaseError.of(
            f"{source} is not a certificate ({type(error).__name__})",
            mend="look at it in Certificate and Key Management",
        ) from None
    if not isinstance(key, RSAPublicKey):
        raise ReleaseError.of(f"{source} has no RSA key", mend="tokens are signed with RS256; use an RSA certificate")
    text = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")
    return PublicKey(text, key.key_size, parsed.not_valid_after_utc, parsed.subject.rfc4514_string())
