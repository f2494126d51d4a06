"""The metadata that an org has from the start: standard objects with their layouts, and profiles."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from toolkit.localorg import tree
from toolkit.localorg.model.org import Work
from toolkit.localorg.model.profiles import PROFILES
from toolkit.localorg.model.standard import standard_objects
from toolkit.localorg.store.components import Stored
from toolkit.localorg.store.records import Record, Value
from toolkit.localorg.tree import Node

_ACTIONS = ("Accept", "CancelEdit", "Clone", "Delete", "Edit", "List", "New", "SaveEdit", "Tab", "View")
_FORM_FACTORS = ("", "Large", "Small")

# object, label of its layout, the sections as fields in two columns
_LAYOUTS: tuple[tuple[str, str, tuple[tuple[str, ...], tuple[str, ...]]], ...] = (
    ("Account", "Account Layout", (("OwnerId", "Name", "ParentId", "AccountNumber", "Site", "Type", "Industry"),
                                   ("Rating", "Phone", "Fax", "Website", "TickerSymbol", "Ownership",
                                    "NumberOfEmployees"))),
    ("Contact", "Contact Layout", (("OwnerId", "Name", "AccountId", "Title", "Department", "Birthdate", "ReportsToId"),
                                   ("Phone", "HomePhone", "MobilePhone", "OtherPhone", "Fax", "Email",
                                    "AssistantName"))),
    ("Case", "Case Layout", (("OwnerId", "CaseNumber", "ContactId", "AccountId", "Type", "Reason"),
                             ("Status", "Priority", "Origin", "Subject", "Description"))),
    ("Lead", "Lead Layout", (("OwnerId", "Name", "Company", "Title", "LeadSource", "Industry"),
                             ("Phone", "MobilePhone", "Email", "Website", "Status", "Rating"))),
    ("Opportunity", "Opportunity Layout", (("OwnerId", "Name", "AccountId", "Type", "LeadSource"),
                                           ("Amount", "CloseDate", "NextStep", "StageName", "Probability"))),
    ("Campaign", "Campaign Layout", (("OwnerId", "Name", "IsActive", "Type"), ("Status", "StartDate", "EndDate"))),
    ("Product2", "Product Layout", (("Name", "ProductCode"), ("IsActive", "Family"))),
    ("Contract", "Contract Layout", (("OwnerId", "AccountId"), ("Status", "StartDate", "ContractTerm"))),
    ("Order", "Order Layout", (("OwnerId", "AccountId"), ("Status", "EffectiveDate"))),
    ("Asset", "Asset Layout", (("Name", "AccountId"), ("ContactId", "Status"))),
    ("Task", "Task Layout", (("OwnerId", "Subject", "WhoId"), ("ActivityDate", "Status", "Priority"))),
    ("Event", "Event Layout", (("OwnerId", "Subject", "WhoId"), ("StartDateTime", "EndDateTime", "Location"))),
)  # fmt: skip
_REQUIRED = {"Name", "LastName", "Company", "Status", "StageName", "CloseDate"}
_READ_ONLY = {"CaseNumber"}


def _object() -> Node:
    root = Node("CustomObject")
    for action in _ACTIONS:
        for factor in _FORM_FACTORS:
            override = Node("actionOverrides")
            override.put("actionName", action)
            if factor:
                override.put("formFactor", factor)
            override.put("type", "Default")
            root.children.append(override)
    root.put("enableFeeds", "false")
    return root


def _item(field: str) -> Node:
    item = Node("layoutItems")
    behaviour = "Readonly" if field in _READ_ONLY else "Required" if field in _REQUIRED else "Edit"
    item.put("behavior", behaviour)
    item.put("field", field)
    return item


def _section(label: str, style: str, columns: tuple[tuple[str, ...], ...]) -> Node:
    section = Node("layoutSections")
    for name, value in (("customLabel", "false"), ("detailHeading", "true"), ("editHeading", "true"), ("label", label)):
        section.put(name, value)
    for fields in columns:
        section.children.append(Node("layoutColumns", children=[_item(field) for field in fields]))
    section.put("style", style)
    return section


def _layout(owner: str, columns: tuple[tuple[str, ...], tuple[str, ...]]) -> Node:
    root = Node("Layout")
    root.children.append(_section(f"{owner} Information", "TwoColumnsTopToBottom", columns))
    system = (("CreatedById",), ("LastModifiedById",))
    root.children.append(_section("System Information", "TwoColumnsTopToBottom", system))
    for item in root.children[-1].at("layoutColumns/layoutItems"):
        item.put("behavior", "Readonly")
    for name in ("showEmailCheckbox", "showHighlightsPanel", "showInteractionLogPanel",
                 "showRunAssignmentRulesCheckbox",
                 "showSubmitAndAttachButton"):  # fmt: skip
        root.put(name, "false")
    return root


def _put(work: Work, type_name: str, full_name: str, record_id: str, root: Node) -> None:
    xml = tree.dump(root)
    by = work.facts.get("admin_id") or ""
    digest = hashlib.sha256(xml).digest()
    work.components.put(Stored(type_name, full_name, record_id, "", xml, digest, by, work.now, by, work.now), {})


def add(work: Work, profiles: Mapping[Value, str]) -> None:
    """Put them into a new org; profiles are the ids of the profile records by name."""
    for name, sobject in standard_objects().items():
        if sobject.open_fields:
            _put(work, "CustomObject", name, work.facts.next_id("01I"), _object())
    for owner, label, columns in _LAYOUTS:
        layout_id = work.facts.next_id("00h")
        _put(work, "Layout", f"{owner}-{label}", layout_id, _layout(owner, columns))
        row: Record = {
            "Id": layout_id,
            "Name": label,
            "TableEnumOrId": owner,
            "EntityDefinitionId": owner,
            "LayoutType": "Standard",
        }
        work.records.put("Layout", row)
    for name, metadata_name, licence, _permissions in PROFILES:
        root = Node("Profile")
        root.put("custom", "false")
        root.put("userLicense", licence)
        _put(work, "Profile", metadata_name, profiles[name], root)
