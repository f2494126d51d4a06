"""Page layouts that nobody has written: those of a new org, and the one that comes with a custom object."""

from __future__ import annotations

import re

from toolkit.localorg.tree import Node

Columns = tuple[tuple[str, ...], ...]

# object, label of its layout, the fields in two columns; every retrieved org has these, whatever else it has
STANDARD: tuple[tuple[str, str, Columns], ...] = (
    ("Account", "Account Layout", (("OwnerId", "Name", "ParentId", "AccountNumber", "Site", "Type", "Industry"),
                                   ("Rating", "Phone", "Fax", "Website", "TickerSymbol", "Ownership",
                                    "NumberOfEmployees"))),
    ("Contact", "Contact Layout", (("OwnerId", "Name", "AccountId", "Title", "Department", "Birthdate", "ReportsToId"),
                                   ("Phone", "HomePhone", "MobilePhone", "OtherPhone", "Fax", "Email",
                                    "AssistantName"))),
    ("Case", "Case Layout", (("OwnerId", "CaseNumber", "ContactId", "AccountId", "Type", "Reason"),
                             ("Status", "Priority", "Origin", "Subject", "Description"))),
    ("CaseClose", "Close Case Layout", (("Status", "Reason"), ("Comments",))),
    ("CaseInteraction", "Case Feed Layout", (("OwnerId", "CaseNumber", "ContactId"), ("Status", "Priority"))),
    ("Lead", "Lead Layout", (("OwnerId", "Name", "Company", "Title", "LeadSource", "Industry"),
                             ("Phone", "MobilePhone", "Email", "Website", "Status", "Rating"))),
    ("Opportunity", "Opportunity Layout", (("OwnerId", "Name", "AccountId", "Type", "LeadSource"),
                                           ("Amount", "CloseDate", "NextStep", "StageName", "Probability"))),
    ("OpportunityLineItem", "Opportunity Product Layout", (("OpportunityId", "Product2Id"), ("Quantity", "UnitPrice"))),
    ("Campaign", "Campaign Layout", (("OwnerId", "Name", "IsActive", "Type"), ("Status", "StartDate", "EndDate"))),
    ("CampaignMember", "Campaign Member Page Layout", (("CampaignId", "Status"), ("LeadId", "ContactId"))),
    ("Product2", "Product Layout", (("Name", "ProductCode"), ("IsActive", "Family"))),
    ("Pricebook2", "Price Book Layout", (("Name",), ("IsActive",))),
    ("PricebookEntry", "Price Book Entry Layout", (("Product2Id", "Pricebook2Id"), ("UnitPrice", "IsActive"))),
    ("Contract", "Contract Layout", (("OwnerId", "AccountId"), ("Status", "StartDate", "ContractTerm"))),
    ("Order", "Order Layout", (("OwnerId", "AccountId"), ("Status", "EffectiveDate"))),
    ("OrderItem", "Order Product Layout", (("Product2Id", "OrderId"), ("Quantity", "UnitPrice"))),
    ("Asset", "Asset Layout", (("Name", "AccountId"), ("ContactId", "Status"))),
    ("Solution", "Solution Layout", (("SolutionName", "Status"), ("IsPublished",))),
    ("Task", "Task Layout", (("OwnerId", "Subject", "WhoId"), ("ActivityDate", "Status", "Priority"))),
    ("Event", "Event Layout", (("OwnerId", "Subject", "WhoId"), ("StartDateTime", "EndDateTime", "Location"))),
    ("User", "User Layout", (("Name", "Email"), ("Username", "IsActive"))),
    ("UserAlt", "User Profile Layout", (("Name", "Email"), ("Phone",))),
    *((owner, label, ()) for owner, label in (
        ("AssetRelationship", "Asset Relationship Layout"), ("CollaborationGroup", "Group Layout"),
        ("CommunityMemberLayout", "Community Member Layout"), ("ContentVersion", "General"),
        ("DuplicateRecordSet", "Duplicate Record Set Layout"), ("EmailMessage", "Email Message Layout"),
        ("FeedItem", "Feed Item Layout"), ("Global", "Global Layout"), ("Idea", "Idea Layout"),
        ("Individual", "Individual Layout"), ("Macro", "Macro Layout"), ("ProfileSkill", "Skill Layout"),
        ("ProfileSkillEndorsement", "Endorsement Layout"), ("ProfileSkillUser", "Skill User Layout"),
        ("QuickText", "Quick Text Layout"), ("Scorecard", "Scorecard Layout"),
        ("ScorecardAssociation", "Scorecard Association Layout"), ("ScorecardMetric", "Scorecard Metric Layout"),
        ("SocialPersona", "Social Persona Layout"), ("SocialPost", "Social Post Layout"),
        ("UserAppMenuItem", "Application Layout"), ("UserProvAccount", "User Provisioning Account Layout"),
        ("UserProvisioningLog", "User Provisioning Log Layout"),
        ("UserProvisioningRequest", "User Provisioning Request Layout"), ("WorkAccess", "Access Layout"),
        ("WorkBadge", "Badge Layout"), ("WorkBadgeDefinition", "Badge Definition Layout"),
        ("WorkThanks", "Thanks Layout"),
    )),
)  # fmt: skip
_REQUIRED = frozenset({"Name", "LastName", "Company", "Status", "StageName", "CloseDate"})
_RESERVED = re.compile(r"[^\w .-]")  # written as %XX in the names of layouts (retrieved files)
_READ_ONLY = frozenset({"CaseNumber", "CreatedById", "LastModifiedById"})
_FLAGS = (
    "showEmailCheckbox", "showHighlightsPanel", "showInteractionLogPanel", "showRunAssignmentRulesCheckbox",
    "showSubmitAndAttachButton",
)  # fmt: skip


def layout(label: str, columns: Columns) -> Node:
    """A layout with one section of fields and the one about who touched the record."""
    root = Node("Layout")
    if columns:
        root.children.append(_section(label, columns))
    root.children.append(_section("System Information", (("CreatedById",), ("LastModifiedById",))))
    for name in _FLAGS:
        root.put(name, "false")
    return root


def automatic(object_name: str, object_label: str, *, owned: bool) -> tuple[str, Node]:
    """The full name and content of the layout that the platform makes with an object; owned: records have owners."""
    columns: Columns = (("Name",), ("OwnerId",)) if owned else (("Name",), ())
    if object_name.endswith("__mdt"):
        columns = (("MasterLabel", "DeveloperName"), ("IsProtected", "NamespacePrefix"))
    name = _RESERVED.sub(lambda match: f"%{ord(match[0]):02X}", f"{object_label} Layout")
    return f"{object_name}-{name}", layout("Information", columns)


def _section(label: str, columns: Columns) -> Node:
    section = Node("layoutSections")
    for name, value in (("customLabel", "false"), ("detailHeading", "true"), ("editHeading", "true"), ("label", label)):
        section.put(name, value)
    for fields in columns:
        section.children.append(Node("layoutColumns", children=[_item(field) for field in fields]))
    section.put("style", "TwoColumnsTopToBottom")
    return section


def _item(field: str) -> Node:
    item = Node("layoutItems")
    behaviour = "Readonly" if field in _READ_ONLY else "Required" if field in _REQUIRED else "Edit"
    item.put("behavior", behaviour)
    item.put("field", field)
    return item
