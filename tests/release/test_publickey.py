"""The public key is what openssl prints, byte for byte."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from toolkit.errors import ReleaseError
from toolkit.release.publickey import public_key

OPENSSL = shutil.which("openssl")


def certificate(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "CobrowseIO_01Jan2026_010203")])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )


@pytest.mark.parametrize("bits", [2048, 4096])
@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER], ids=["pem", "der"])
def test_the_pem_is_what_openssl_prints(tmp_path: Path, bits: int, encoding: Encoding) -> None:
    key = rsa.generate_private_key(65537, bits)
    data = certificate(key).public_bytes(encoding)
    found = public_key(data, "C.crt")
    assert found.bits == bits
    assert found.expires == datetime(2027, 1, 1, tzinfo=UTC)
    assert found.pem == key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    if OPENSSL is not None:
        path = tmp_path / "C.crt"
        path.write_bytes(data)
        form = ["-inform", "der"] if encoding is Encoding.DER else []
        said = subprocess.run(
            [OPENSSL, "x509", "-pubkey", "-noout", *form, "-in", str(path)], capture_output=True, check=True
        )
        assert found.pem.encode() == said.stdout


@pytest.mark.parametrize("data", [b"", b"garbage", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_what_is_no_certificate(data: bytes) -> None:
    with pytest.raises(ReleaseError, match=r"^C\.crt is not a certificate \(ValueError\)"):
        public_key(data, "C.crt")


def test_a_key_that_cannot_sign_rs256() -> None:
    data = certificate(ec.generate_private_key(ec.SECP256R1())).public_bytes(Encoding.PEM)
    with pytest.raises(ReleaseError, match="has no RSA key"):
        public_key(data, "C.crt")
