"""Certificates: an empty .crt makes a key pair whose private key stays in the org (facts 3.5)."""

# ruff: noqa: ARG002  methods of one shape: not every one needs every argument

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from toolkit.localorg.clock import stamp
from toolkit.localorg.families import canonical, rows
from toolkit.localorg.families.base import Deploy, Fault, Incoming, Scope
from toolkit.localorg.families.generic import Generic
from toolkit.localorg.model.org import Work
from toolkit.localorg.store.components import Stored
from toolkit.localorg.tree import Node

if TYPE_CHECKING:
    from cryptography import x509

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
_FULL_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
_YEARS = {2048: 1, 4096: 2}


def _key_size(root: Node) -> int:
    text = root.value("keySize") or "2048"
    return int(text) if text.isdigit() else 0


def make(label: str, org_id: str, key_size: int, now: datetime, given: bytes = b"") -> tuple[bytes, bytes]:
    """A new private key (PEM) and its self-signed certificate (PEM), subject as the platform writes it.

    given is a certificate (PEM) that the new one takes its subject from: the platform copies the X.509 data of one that
    is uploaded and makes a new key pair, for private keys are never imported (facts 3.5).
    """
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.x509.oid import NameOID

    key = rsa.generate_private_key(public_exponent=65537, key_size=key_size)
    attributes = (
        (NameOID.COMMON_NAME, f"{label}_{now:%d%b%Y_%H%M%S}"[:64]),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, org_id),
        (NameOID.ORGANIZATION_NAME, "Salesforce.com"),
        (NameOID.LOCALITY_NAME, "San Francisco"),
        (NameOID.STATE_OR_PROVINCE_NAME, "CA"),
        (NameOID.COUNTRY_NAME, "US"),
    )
    own = x509.Name([x509.NameAttribute(kind, value) for kind, value in attributes])
    subject = _subject(given) if given else own
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=365 * _YEARS[key_size]))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private, certificate.public_bytes(serialization.Encoding.PEM)


def _subject(pem: bytes) -> x509.Name:
    """The subject of a certificate; countries of three letters, which are in real ones, are taken in silence."""
    from cryptography import x509

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return x509.load_pem_x509_certificate(pem).subject


def _readable(pem: bytes) -> bool:
    from cryptography import x509

    try:
        x509.load_pem_x509_certificate(pem)
    except ValueError:
        return False
    return True


def _expires(stored: Stored, work: Work) -> datetime:
    from cryptography import x509

    pem = next(iter(work.components.files(stored.type, stored.full_name).values()))
    return x509.load_pem_x509_certificate(pem).not_valid_after_utc


class Certificate(Generic):
    def check(self, incoming: Incoming, deploy: Deploy) -> Iterable[Fault]:
        root = incoming.root
        if not _NAME.match(incoming.full_name) or "__" in incoming.full_name or incoming.full_name.endswith("_"):
            yield Fault(
                "Unique Name: The Unique Name can only contain underscores and alphanumeric characters. It must be "
                "unique, begin "
                "with a letter, not include spaces, not end with an underscore, and not contain two consecutive "
                "underscores.",
                root.line, root.column,
            )  # fmt: skip
        label = root.child("masterLabel")
        if label is not None and len(label.text.strip()) > 64:
            yield Fault("Label: data value too large (max length=64)", label.line, label.column)
        size = root.child("keySize")
        if size is not None and _key_size(root) not in _YEARS:
            yield Fault(
                f"Key Size: bad value for restricted picklist field: {size.text.strip()}", size.line, size.column
            )
        expires = root.child("expirationDate")
        if expires is not None and not _FULL_TIME.match(expires.text.strip()):
            yield Fault(
                f"'{expires.text.strip()}' is not a valid value for the type xsd:dateTime", expires.line, expires.column
            )
        yield from self._check_content(incoming, deploy)

    def _check_content(self, incoming: Incoming, deploy: Deploy) -> Iterable[Fault]:
        body = next(iter(incoming.files.values()), b"").strip()
        if (
            incoming.root.flag("caSigned")
            and not body
            and deploy.work.components.get(self.type, incoming.full_name) is None
        ):
            yield Fault("A certificate signed by a certificate authority can't be created without its content")
        if body and not _readable(body):
            yield Fault("The certificate content is not a valid X.509 certificate in PEM format", 1, 1)

    def complete(self, root: Node, incoming: Incoming, old: Stored | None, deploy: Deploy) -> None:
        if old is not None:  # what the org has made stays: key size and dates belong to the key pair
            from toolkit.localorg import tree

            held = tree.parse(old.xml)
            for name in (
                "keySize",
                "caSigned",
                "encryptedWithPlatformEncryption",
                "privateKeyExportable",
                "expirationDate",
            ):
                root.drop(name)
                if (value := held.value(name)) is not None:
                    root.put(name, value)
            return
        for name, value in (
            ("keySize", "2048"),
            ("privateKeyExportable", "true"),
            ("encryptedWithPlatformEncryption", "false"),
        ):
            if not root.value(name):
                root.put(name, value)
        root.drop("expirationDate")  # the platform chooses it

    def content(self, incoming: Incoming, old: Stored | None, deploy: Deploy) -> Mapping[str, bytes]:
        work = deploy.work
        if old is not None:
            return work.components.files(self.type, incoming.full_name)
        label = incoming.root.value("masterLabel") or incoming.full_name
        now = work.org.clock().astimezone(UTC).replace(microsecond=0)
        given = next(iter(incoming.files.values()), b"").strip()
        private, public = make(label, work.org_id, _key_size(incoming.root), now, given)
        work.facts.put(f"private_key:{incoming.full_name}", private.decode())
        return {f"{incoming.full_name}.crt": public}

    def shown(self, stored: Stored, root: Node, work: Work, scope: Scope | None) -> Node:
        root.put("expirationDate", _expires(stored, work).strftime("%Y-%m-%dT%H:%M:%S.000Z"))
        return canonical.in_order(root, self.type)

    def settle(self, stored: Stored, root: Node, deploy: Deploy) -> None:
        expires = _expires(stored, deploy.work)
        rows.put(
            deploy.work, "Certificate", stored.id,
            DeveloperName=stored.full_name, MasterLabel=root.value("masterLabel"), Language="en_US",
            ExpirationDate=stamp(expires), KeySize=_key_size(root),
            OptionsIsPrivateKeyExportable=root.flag("privateKeyExportable"),
            OptionsIsCaSigned=root.flag("caSigned"), OptionsIsEncryptedWithPlatformEncryption=False,
        )  # fmt: skip

    def deleted(self, stored: Stored, work: Work) -> None:
        work.records.remove("Certificate", stored.id)
        work.facts.remove(f"private_key:{stored.full_name}")
