"""https for clients that insist on it: a certificate for this machine alone, made on first use, kept with the org."""

from __future__ import annotations

import ipaddress
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography import x509

_DAYS = 397  # what browsers and most clients take at most
_RENEW_DAYS = 7


def _names(host: str) -> list[x509.GeneralName]:
    """What clients may call this machine: its loopback names, and the host it listens on."""
    from cryptography import x509

    found: list[x509.GeneralName] = [x509.DNSName("localhost")]
    addresses = ["127.0.0.1", "::1"]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        if host != "localhost":
            found.append(x509.DNSName(host))
    else:
        if str(address) not in addresses and not address.is_unspecified:
            addresses.append(str(address))
    return found + [x509.IPAddress(ipaddress.ip_address(ip)) for ip in addresses]


def _usable(path: Path, names: list[x509.GeneralName]) -> bool:
    from cryptography import x509

    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
        held = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, x509.ExtensionNotFound):
        return False
    fresh = certificate.not_valid_after_utc > datetime.now(UTC) + timedelta(days=_RENEW_DAYS)
    return fresh and set(names) <= set(held)


def write_private(path: Path, content: bytes) -> None:
    """Write a file that its owner alone can read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)


def ensure(state: Path, host: str = "localhost") -> tuple[Path, Path]:
    """The certificate and its key as PEM files in the state folder; the certificate is also what clients trust.

    host is the name or address that the org listens on; the loopback names are always in the certificate.
    """
    names = _names(host)
    certificate_path, key_path = state / "tls.crt", state / "tls.key"
    if key_path.exists() and _usable(certificate_path, names):
        return certificate_path, key_path
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sfmeta local org")])
    now = datetime.now(UTC).replace(microsecond=0)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=_DAYS))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    write_private(key_path, private)
    write_private(certificate_path, certificate.public_bytes(serialization.Encoding.PEM))
    return certificate_path, key_path
