"""Certificate: an empty .crt, for which the org makes the key pair; the private key never leaves it."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.generate.family import Context, with_meta
from toolkit.metadata.component import Component


def components(context: Context) -> Iterator[Component]:
    name = context.names.certificate
    meta = context.xml("certificate/certificate.crt-meta.xml.j2")
    yield with_meta("Certificate", name, f"certs/{name}.crt", b"", meta)
