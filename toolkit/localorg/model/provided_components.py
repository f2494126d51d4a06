"""The metadata that an org has from the start: standard objects with their layouts, and profiles."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from toolkit.localorg import tree
from toolkit.localorg.model import known_objects, layouts
from toolkit.localorg.model.org import Work
from toolkit.localorg.model.profiles import PROFILES
from toolkit.localorg.model.standard import standard_objects
from toolkit.localorg.store.components import Stored
from toolkit.localorg.store.records import Record, Value
from toolkit.localorg.tree import Node

# the links that layouts of retrieved orgs name without anyone having made them
_WEB_LINKS = (
    *(("Account", name, url) for name, url in (
        ("Billing", "https://www.salesforce.com"), ("GoogleMaps", "https://maps.google.com?q={!Account.BillingCity}"),
        ("GoogleNews", "https://news.google.com/news?q={!Account.Name}"),
        ("GoogleSearch", "https://www.google.com/search?q={!Account.Name}"),
        ("HooversProfile", "https://www.hoovers.com"), ("YahooMaps", "https://maps.yahoo.com"),
    )),
    *((owner, name, url) for owner in ("Contact", "Lead") for name, url in (
        ("GoogleMaps", "https://maps.google.com"), ("GoogleNews", "https://news.google.com"),
        ("GoogleSearch", "https://www.google.com"), ("SendGmail", "https://mail.google.com"),
        ("YahooMaps", "https://maps.yahoo.com"), ("YahooWeather", "https://weather.yahoo.com"),
    )),
    ("Campaign", "ViewAllCampaignMembers", "/{!Campaign.Id}"),
    ("Campaign", "ViewCampaignInfluenceReport", "/{!Campaign.Id}"),
    ("Case", "UpsellCrosssellOpportunity", "/006/e"),
    ("Opportunity", "DeliveryStatus", "https://www.salesforce.com"),
)  # fmt: skip
_ACTIONS = ("Accept", "CancelEdit", "Clone", "Delete", "Edit", "List", "New", "SaveEdit", "Tab", "View")
_FORM_FACTORS = ("", "Large", "Small")


def default_overrides() -> list[Node]:
    """The actions of an object as long as nobody has overridden them."""
    found: list[Node] = []
    for action in _ACTIONS:
        for factor in _FORM_FACTORS:
            override = Node("actionOverrides")
            override.put("actionName", action)
            if factor:
                override.put("formFactor", factor)
            override.put("type", "Default")
            found.append(override)
    return found


def _object() -> Node:
    root = Node("CustomObject", children=default_overrides())
    root.put("enableFeeds", "false")
    return root


def untouched(work: Work, name: str) -> Stored | None:
    """A standard object that nothing has been said of, as the component it is; None when there is no such object."""
    if not known_objects.known(name):
        return None
    root = Node("CustomObject")
    root.put("enableFeeds", "false")
    by, at = work.facts.get("admin_id") or "", work.now
    return Stored("CustomObject", name, "", "", tree.dump(root), b"", by, at, by, at)


def _web_link(name: str, url: str) -> Node:
    root = Node("webLinks")  # as it stands in the file of an object, so that deploying that file changes nothing
    label = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    for element, value in (
        ("fullName", name), ("availability", "online"), ("displayType", "link"), ("encodingKey", "UTF-8"),
        ("hasMenubar", "false"),
        ("hasScrollbars", "true"), ("hasToolbar", "false"), ("height", "600"), ("isResizable", "true"),
        ("linkType", "url"), ("masterLabel", label), ("openType", "newWindow"), ("position", "none"),
        ("protected", "false"), ("showsLocation", "false"), ("showsStatus", "false"), ("url", url),
    ):  # fmt: skip
        root.put(element, value)
    return root


def _put(work: Work, type_name: str, full_name: str, record_id: str, root: Node) -> None:
    owner = full_name.partition(".")[0] if "." in full_name else ""
    xml = tree.dump(root)
    by = work.facts.get("admin_id") or ""
    digest = hashlib.sha256(xml).digest()
    work.components.put(Stored(type_name, full_name, record_id, owner, xml, digest, by, work.now, by, work.now), {})


def add(work: Work, profiles: Mapping[Value, str]) -> None:
    """Put them into a new org; profiles are the ids of the profile records by name."""
    for name, sobject in standard_objects().items():
        if sobject.open_fields:
            _put(work, "CustomObject", name, work.facts.next_id("01I"), _object())
    for owner, label, columns in layouts.STANDARD:
        layout_id = work.facts.next_id("00h")
        _put(work, "Layout", f"{owner}-{label}", layout_id, layouts.layout(f"{owner} Information", columns))
        row: Record = {
            "Id": layout_id,
            "Name": label,
            "TableEnumOrId": owner,
            "EntityDefinitionId": owner,
            "LayoutType": "Standard",
        }
        work.records.put("Layout", row)
    for owner, name, url in _WEB_LINKS:
        _put(work, "WebLink", f"{owner}.{name}", work.facts.next_id("00b"), _web_link(name, url))
    for name, metadata_name, licence, _permissions in PROFILES:
        root = Node("Profile")
        root.put("custom", "false")
        root.put("userLicense", licence)
        _put(work, "Profile", metadata_name, profiles[name], root)
