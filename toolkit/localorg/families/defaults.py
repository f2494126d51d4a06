"""What the org writes into a component that does not say it: seen in practically every retrieved file of its type.

Counted over the retrieved files of some 25 orgs' repositories; an element is here when nearly all files have it and
the schema does not ask for it. Families add what needs a second look.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from toolkit.localorg.tree import Node
from toolkit.metadata.schema.model import schema

_ADDED: Mapping[str, Mapping[str, str]] = {
    "ApexPage": {"availableInTouch": "false", "confirmationTokenRequired": "false"},
    "ApprovalProcess": {
        "allowRecall": "false",
        "enableMobileDeviceAccess": "false",
        "finalApprovalRecordLock": "false",
        "finalRejectionRecordLock": "false",
        "showApprovalHistory": "false",
    },
    "CspTrustedSite": {"context": "All"},
    "CustomApplication": {"isNavAutoTempTabsDisabled": "false", "isNavPersonalizationDisabled": "false"},
    "CustomIndex": {"allowNullValues": "false"},
    "CustomMetadata": {"protected": "false"},
    "CustomSite": {
        "allowStandardAnswersPages": "false",
        "clickjackProtectionLevel": "SameOriginOnly",
        "enableAuraRequests": "true",
    },
    "Dashboard": {"dashboardType": "SpecifiedUser", "isGridLayout": "false"},
    "EmailServicesFunction": {
        "isAuthenticationRequired": "false",
        "isErrorRoutingEnabled": "false",
        "isTextAttachmentsAsBinary": "false",
        "isTlsRequired": "false",
    },
    "Flow": {"status": "Draft"},
    "FlowLoop": {"iterationOrder": "Asc"},
    "FlowRecordLookup": {"assignNullValuesIfNoRecordsFound": "false"},
    "FlowScreen": {
        "allowBack": "true",
        "allowFinish": "true",
        "allowPause": "true",
        "showFooter": "true",
        "showHeader": "true",
    },
    "FlowVariable": {"isCollection": "false", "isInput": "false", "isOutput": "false"},
    "Group": {"doesIncludeBosses": "true"},
    "Layout": {
        "showEmailCheckbox": "false",
        "showHighlightsPanel": "false",
        "showInteractionLogPanel": "false",
        "showRunAssignmentRulesCheckbox": "false",
        "showSubmitAndAttachButton": "false",
    },
    "LiveChatButton": {
        "optionsCustomRoutingIsEnabled": "false",
        "optionsHasInviteAfterAccept": "false",
        "optionsHasInviteAfterReject": "false",
        "optionsHasRerouteDeclinedRequest": "false",
        "optionsIsAutoAccept": "false",
        "optionsIsInviteAutoRemove": "false",
    },
    "NamedCredential": {"allowMergeFieldsInBody": "false", "allowMergeFieldsInHeader": "false"},
    "ProfilePasswordPolicy": {
        "forgotPasswordRedirect": "false",
        "minimumPasswordLifetime": "false",
        "obscure": "false",
    },
    "Queue": {"doesSendEmailToMembers": "false"},
    "Role": {
        "caseAccessLevel": "None",
        "contactAccessLevel": "None",
        "mayForecastManagerShare": "false",
        "opportunityAccessLevel": "None",
    },
    "WorkflowAlert": {"senderType": "CurrentUser"},
    "WorkflowOutboundMessage": {"useDeadLetterQueue": "false"},
}
"""By type, those that documents contain (FlowScreen) included."""
_ELSEWHERE = "Settings"
"""Documents of settings are about what they name, nothing else."""
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
    "enableSearch": "false",
    "enableSharing": "true",
    "enableStreamingApi": "true",
    "visibility": "Public",
}
"""Of an object whose name ends in __c and that is no custom setting."""
_FIELDS: Mapping[str, Mapping[str, str]] = {
    "AutoNumber": {"externalId": "false"},
    "Checkbox": {"defaultValue": "false"},
    "Currency": {"required": "false"},
    "Date": {"required": "false"},
    "DateTime": {"required": "false"},
    "Email": {"externalId": "false", "required": "false", "unique": "false"},
    "EncryptedText": {"required": "false"},
    "Location": {"required": "false"},
    "Lookup": {"required": "false"},
    "MasterDetail": {
        "relationshipOrder": "0",
        "reparentableMasterDetail": "false",
        "trackTrending": "false",
        "writeRequiresMasterRead": "false",
    },
    "MetadataRelationship": {"fieldManageability": "DeveloperControlled", "required": "false", "unique": "false"},
    "MultiselectPicklist": {"required": "false"},
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


@cache
def _written(type_name: str) -> tuple[Mapping[str, str], Mapping[str, str]] | None:
    """What is put into every element of a type, and the types of its children; None for a type without children.

    A boolean that the WSDL wants is there in every retrieved file, sent or not.
    """
    kind = schema().complex_type(type_name)
    if kind is None:
        return None
    wanted = (member for member in kind.members if member.required and not member.repeated)
    added = {m.name: "false" for m in wanted if m.type == "boolean"}
    return {**added, **_ADDED.get(type_name, {})}, {member.name: member.type for member in kind.members}


def add(root: Node, type_name: str) -> None:
    """Add what the org adds to a component of a type and to what it contains; root is changed in place."""
    if root.name.endswith(_ELSEWHERE):
        return
    written = _written(type_name)
    if written is None:
        return
    values, types = written
    if values:
        put_missing(root, values)
    for child in root.children:
        if child.children:
            add(child, types.get(child.name, ""))


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
