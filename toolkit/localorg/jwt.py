"""JWT bearer assertions as clients really send them (exp in seconds, milliseconds or as text)."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass

_LOGIN_HOSTS = ("https://login.salesforce.com", "https://test.salesforce.com")
_SKEW = 180.0


class BadAssertionError(ValueError):
    """The assertion is refused; the message is the platform's error_description."""


def _decode(part: str) -> bytes:
    try:
        return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise BadAssertionError("invalid assertion") from None


@dataclass(frozen=True, slots=True)
class Claims:
    issuer: str
    subject: str
    audience: str
    expires: float
    signed: bytes
    signature: bytes

    def verify(self, certificate: str | None, *, now: float, audience: str) -> None:
        """BadAssertionError unless it is signed with the client's key, in time, and meant for this org."""
        if certificate is None:
            raise BadAssertionError("user hasn't approved this consumer")
        self._check_signature(certificate)
        if self.expires < now - _SKEW:
            raise BadAssertionError("assertion expired")
        if self.audience.rstrip("/") not in (*_LOGIN_HOSTS, audience.rstrip("/")):
            raise BadAssertionError("audience is invalid")

    def _check_signature(self, pem: str) -> None:
        from cryptography import x509
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import padding, rsa

        data = pem.encode()
        try:
            if b"BEGIN CERTIFICATE" in data:
                key = x509.load_pem_x509_certificate(data).public_key()
            else:
                key = serialization.load_pem_public_key(data)  # type: ignore[assignment]
            if not isinstance(key, rsa.RSAPublicKey):
                raise BadAssertionError("invalid assertion")
            key.verify(self.signature, self.signed, padding.PKCS1v15(), hashes.SHA256())
        except (InvalidSignature, ValueError):
            raise BadAssertionError("invalid assertion") from None


def read(assertion: str) -> Claims:
    """The claims of an assertion that is not verified yet; BadAssertionError when it is none."""
    pieces = assertion.split(".")
    if len(pieces) != 3 or len(assertion) > 20_000:
        raise BadAssertionError("invalid assertion")
    header, body, signature = pieces
    try:
        algorithm = json.loads(_decode(header))["alg"]
        claims = json.loads(_decode(body))
        expires = float(claims["exp"])
        issuer, subject, audience = str(claims["iss"]), str(claims["sub"]), str(claims["aud"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BadAssertionError("invalid assertion") from None
    if algorithm != "RS256":
        raise BadAssertionError("algorithm not supported")
    if expires > 1e11:  # the Salesforce CLI sends milliseconds
        expires /= 1000
    return Claims(issuer, subject, audience, expires, f"{header}.{body}".encode(), _decode(signature))
