"""OAuth clients of the org: the one it is started with, the Salesforce CLI, and apps that were deployed."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.localorg.model.org import Work
from toolkit.localorg.model.seed import ADMIN
from toolkit.localorg.store.records import Record

BUILT_IN = "local.org.client"
CLI = "PlatformCLI"


@dataclass(frozen=True, slots=True)
class Client:
    """certificate is the PEM that assertions are checked with; run_as the username of client credentials."""

    key: str
    secret: str = ""
    certificate: str | None = None
    run_as: str | None = None
    app: str | None = None
    """The ExternalClientApplication or ConnectedApp it belongs to."""


def find(work: Work, key: str) -> Client | None:
    """The client with this consumer key."""
    if key == BUILT_IN:
        return Client(key, work.facts.get("consumer_secret") or "", work.facts.get("jwt_public_key"), ADMIN)
    if key == CLI:
        return Client(key)
    found = work.records.first("OauthConsumer", Key=key) if key else None
    if found is None:
        return None
    run_as = found.get("RunAs")
    certificate = found.get("Certificate")
    return Client(
        key, str(found.get("Secret") or ""), str(certificate) if certificate else None, str(run_as) if run_as else None,
        str(found["App"]),
    )  # fmt: skip


def approved(work: Work, client: Client, user: Record) -> bool:
    """Whether a user may use an app without having allowed it: by the app's list when admins approve."""
    if client.app is None:
        return True
    held = {
        assignment["PermissionSetId"]
        for assignment in work.records.where("PermissionSetAssignment", AssigneeId=user["Id"])
    }
    return any(
        access["ParentId"] in held for access in work.records.where("SetupEntityAccess", SetupEntityId=client.app)
    )


def jwt_key(work: Work) -> bytes | None:
    """The private key of the built-in client (PEM), None until make_jwt_key has been called."""
    held = work.facts.get("jwt_private_key")
    return held.encode() if held else None


def make_jwt_key(work: Work) -> bytes:
    """The private key of the built-in client, made on first use."""
    held = jwt_key(work)
    if held is not None:
        return held
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    work.facts.put("jwt_private_key", private.decode())
    work.facts.put("jwt_public_key", public.decode())
    return private
