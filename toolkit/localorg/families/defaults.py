"""What the org writes into a component that does not say it: seen in practically every retrieved file of its type.

Counted over the retrieved files of some 25 orgs' repositories; an element is here when nearly all files have it and
the schema does not ask for it. Families add what needs a second look.
"""

from __future__ import annotations

from collections.abc import Mapping

from toolkit.localorg.tree import Node

_ADDED: Mapping[str, Mapping[str, str]] = {
    "ApexPage": {"availableInTouch": "false", "confirmationTokenRequired": "false"},
    "CustomApplication": {"isNavAutoTempTabsDisabled": "false", "isNavPersonalizationDisabled": "false"},
    "CustomMetadata": {"protected": "false"},
    "GlobalValueSet": {"sorted": "false"},
    "Layout": {
        "showEmailCheckbox": "false",
        "showHighlightsPanel": "false",
        "showInteractionLogPanel": "false",
        "showRunAssignmentRulesCheckbox": "false",
        "showSubmitAndAttachButton": "false",
    },
    "QuickAction": {"optionsCreateFeedItem": "false"},
    "Queue": {"doesSendEmailToMembers": "false"},
    "RemoteSiteSetting": {"disableProtocolSecurity": "false"},
    "StandardValueSet": {"sorted": "false"},
}
CUSTOM_OBJECT: Mapping[str, str] = {
    "allowInChatterGroups": "false",
    "compactLayoutAssignment": "SYSTEM",
    "deploymentStatus": "Deployed",
    "enableActivities": "false",
    "enableBulkApi": "true",
    "enableFeeds": "false",
    "enableHistory": "false",
    "enableLicensing": "false",
    "enableReports": "false",
    "enableSharing": "true",
    "enableStreamingApi": "true",
    "visibility": "Public",
}
"""Of an object whose name ends in __c and that is no custom setting."""
_FIELDS: Mapping[str, Mapping[str, str]] = {
    "Checkbox": {"defaultValue": "false"},
    "Currency": {"required": "false"},
    "Date": {"required": "false"},
    "DateTime": {"required": "false"},
    "Email": {"externalId": "false", "required": "false", "unique": "false"},
    "Lookup": {"required": "false"},
    "MasterDetail": {
        "relationshipOrder": "0",
        "reparentableMasterDetail": "false",
        "trackTrending": "false",
        "writeRequiresMasterRead": "false",
    },
    "Number": {"externalId": "false", "required": "false", "unique": "false"},
    "Percent": {"required": "false"},
    "Phone": {"required": "false"},
    "Picklist": {"required": "false"},
    "Text": {"externalId": "false", "required": "false", "unique": "false"},
    "TextArea": {"required": "false"},
    "Time": {"required": "false"},
    "Url": {"required": "false"},
}
_BLANKS_COUNT = frozenset({"Currency", "Number", "Percent"})


def put_missing(root: Node, values: Mapping[str, str]) -> None:
    """Add the elements that are absent or empty."""
    for name, value in values.items():
        if not root.value(name):
            root.put(name, value)


def add(root: Node, type_name: str) -> None:
    """Add what the org adds to every component of a type; root is changed in place."""
    put_missing(root, _ADDED.get(type_name, {}))


def add_to_field(root: Node) -> None:
    """Add what the org adds to a custom field, which depends on the kind of field."""
    kind = root.value("type") or ""
    formula = root.child("formula") is not None
    added = dict(_FIELDS.get(kind, {}))
    if formula:
        added.pop("defaultValue", None)
        if kind in _BLANKS_COUNT:
            added["formulaTreatBlanksAs"] = "BlankAsZero"
    if root.flag("externalId"):
        added.pop("unique", None)
    if kind == "Lookup" and not formula and not root.flag("required") and root.child("lookupFilter") is None:
        added["deleteConstraint"] = "SetNull"
    put_missing(root, added)
