"""Consumer keys, secrets and certificates of OAuth apps; the secret never leaves the org."""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from dataclasses import asdict, dataclass

from toolkit.localorg.families import rows
from toolkit.localorg.model.org import Work

SOBJECT = "OauthConsumer"
"""Not an sobject that anyone can query."""


def _pem(text: str | None) -> str | None:
    """A certificate given as PEM, or as base64 of a PEM file (both work on the platform, facts 3.7)."""
    if not text or "BEGIN CERTIFICATE" in text:
        return text or None
    try:
        decoded = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    if b"BEGIN CERTIFICATE" in decoded:
        return decoded.decode("ascii", "replace")
    body = base64.encodebytes(decoded).decode()
    return f"-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----\n"


@dataclass(frozen=True, slots=True)
class Consumer:
    key: str
    secret: str
    certificate: str | None

    @classmethod
    def make(cls, key: str | None, secret: str | None, certificate: str | None) -> Consumer:
        """A consumer, with what is not given made up."""
        return cls(key or "3MVG9" + secrets.token_hex(40), secret or secrets.token_hex(32).upper(), _pem(certificate))

    def dump(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def load(cls, text: str) -> Consumer:
        return cls(**json.loads(text))


def consumer_of(work: Work, app_name: str) -> Consumer | None:
    held = work.records.first(SOBJECT, AppName=app_name)
    if held is None:
        return None
    certificate = held.get("Certificate")
    return Consumer(str(held["Key"]), str(held["Secret"]), str(certificate) if certificate else None)


def key_taken(work: Work, key: str, *, by_other_than: str = "") -> bool:
    held = next((r for r in work.records.where(SOBJECT, Key=key)), None)
    return held is not None and held["AppName"] != by_other_than


def save_consumer(work: Work, app_id: str, app_name: str, consumer: Consumer, run_as: str | None) -> None:
    held = work.records.first(SOBJECT, AppName=app_name)
    record_id = str(held["Id"]) if held else work.facts.next_id("0CI")
    rows.put(
        work, SOBJECT, record_id,
        AppName=app_name, App=app_id, Key=consumer.key, Secret=consumer.secret, Certificate=consumer.certificate,
        RunAs=run_as,
    )  # fmt: skip


def remove_consumer(work: Work, app_name: str) -> None:
    rows.remove_where(work, SOBJECT, AppName=app_name)
