"""Documents for an update: ours, with what the org's own one holds and ours must not take away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lxml import etree

from toolkit.metadata import xml
from toolkit.metadata.xml import METADATA_NS, local_name

# Metadata API WSDL v63, ConnectedApp, in its order: what stands behind the two lists
_AFTER_PERMISSION_SETS = ("plugin", "pluginExecutionUser", "profileName", "samlConfig", "sessionPolicy", "startUrl")
_AFTER_PROFILES = _AFTER_PERMISSION_SETS[3:]
_OAUTH_CONFIG_AFTER_APPROVED = (
    "isClientCredentialEnabled",
    "isCodeCredentialEnabled",
    "isCodeCredentialPostOnly",
    "isConsumerSecretOptional",
    "isIntrospectAllTokens",
    "isNamedUserJwtEnabled",
    "isPkceRequired",
    "isRefreshTokenRotationEnabled",
    "isSecretRequiredForRefreshToken",
    "isSecretRequiredForTokenExchange",
    "isTokenExchangeEnabled",
    "oauthClientCredentialUser",
    "scopes",
    "singleLogoutUrl",
)


def keeping(ours: bytes, theirs: bytes, source: str, names: frozenset[str] | None = None) -> bytes:
    """Ours with the elements below the root that theirs has and ours has not: those named, or all of them."""
    root, other = xml.parse(ours, source), xml.parse(theirs, f"the org's {source}")
    there = {local_name(child) for child in root}
    for child in other:
        name = local_name(child)
        if name and name not in there and (names is None or name in names):
            root.append(child)
    children = sorted((child for child in root if local_name(child)), key=local_name)  # repeated ones stay together
    for child in list(root):
        root.remove(child)
    root.extend(children)
    return xml.serialise(root)


def connected_app(
    theirs: bytes,
    source: str,
    *,
    admin_approved: bool,
    permission_sets: Sequence[str],
    profiles: Sequence[str],
    ip_relaxation: str,
    refresh_token: str,
) -> bytes:
    """The org's connected app with this policy, everything else as it is.

    The consumer key and secret are left out: an update that holds them is refused (salesforce-facts 3.6).
    """
    root = xml.parse(theirs, source)
    config = _only(root, "oauthConfig", before=("oauthPolicy", "permissionSetName", *_AFTER_PERMISSION_SETS))
    for child in list(config):
        if local_name(child) in ("consumerKey", "consumerSecret"):
            config.remove(child)
    _set(config, "isAdminApproved", ["true" if admin_approved else "false"], before=_OAUTH_CONFIG_AFTER_APPROVED)
    policy = _only(root, "oauthPolicy", before=("permissionSetName", *_AFTER_PERMISSION_SETS))
    _set(policy, "refreshTokenPolicy", [refresh_token], before=("singleLogoutUrl",))
    _set(policy, "ipRelaxation", [ip_relaxation], before=("isTokenExchangeFlowEnabled", "refreshTokenPolicy"))
    _set(root, "permissionSetName", permission_sets, before=_AFTER_PERMISSION_SETS)
    _set(root, "profileName", profiles, before=_AFTER_PROFILES)
    return xml.serialise(root)


def _only(parent: etree._Element, name: str, *, before: Iterable[str]) -> etree._Element:
    found = next((child for child in parent if local_name(child) == name), None)
    if found is None:
        found = etree.Element(f"{{{METADATA_NS}}}{name}")
        parent.insert(_place(parent, before), found)
    return found


def _set(parent: etree._Element, name: str, texts: Iterable[str], *, before: Iterable[str]) -> None:
    """Make the children of this name be exactly these texts, in front of the names that follow it."""
    for child in list(parent):
        if local_name(child) == name:
            parent.remove(child)
    at = _place(parent, before)
    for number, text in enumerate(texts):
        element = etree.Element(f"{{{METADATA_NS}}}{name}")
        element.text = text
        parent.insert(at + number, element)


def _place(parent: etree._Element, before: Iterable[str]) -> int:
    names = frozenset(before)
    return next((at for at, child in enumerate(parent) if local_name(child) in names), len(parent))
