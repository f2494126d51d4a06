"""Which family takes care of which type; a type without one of its own is Generic."""

from __future__ import annotations

from functools import cache

from toolkit.localorg.families import (
    apex,
    apps,
    automation,
    certificate,
    connected_app,
    external_client_app,
    flexipage,
    flows,
    installed_package,
    labels,
    layout,
    lightning,
    mentions,
    object_parts,
    objects,
    pages,
    permission_sets,
    permissions,
    profiles,
    quick_actions,
    tabs,
)
from toolkit.localorg.families.base import Family
from toolkit.localorg.families.generic import Generic

FAMILIES: dict[str, type[Generic]] = {
    "ApexClass": apex.ApexClass,
    "ApexComponent": pages.ApexComponent,
    "ApexPage": pages.ApexPage,
    "ApexTrigger": apex.ApexTrigger,
    "ApprovalProcess": automation.ApprovalProcess,
    "AssignmentRule": mentions.AssignmentRule,
    "AuraDefinitionBundle": lightning.AuraDefinitionBundle,
    "AutoResponseRule": mentions.AssignmentRule,
    "Certificate": certificate.Certificate,
    "CompactLayout": object_parts.CompactLayout,
    "ConnectedApp": connected_app.ConnectedApp,
    "CustomApplication": apps.CustomApplication,
    "CustomField": objects.CustomField,
    "CustomLabel": labels.CustomLabel,
    "CustomLabels": labels.CustomLabels,
    "CustomMetadata": mentions.CustomMetadata,
    "CustomObject": objects.CustomObject,
    "CustomObjectTranslation": mentions.CustomObjectTranslation,
    "CustomPermission": permissions.CustomPermission,
    "CustomSite": mentions.CustomSite,
    "CustomTab": tabs.CustomTab,
    "EmailTemplate": mentions.EmailTemplate,
    "EscalationRule": mentions.EscalationRule,
    "ExternalClientApplication": external_client_app.Header,
    "ExtlClntAppConfigurablePolicies": external_client_app.Policies,
    "ExtlClntAppGlobalOauthSettings": external_client_app.GlobalOauthSettings,
    "ExtlClntAppOauthConfigurablePolicies": external_client_app.OauthPolicies,
    "ExtlClntAppOauthSettings": external_client_app.OauthSettings,
    "FieldSet": object_parts.FieldSet,
    "FlexiPage": flexipage.FlexiPage,
    "Flow": flows.Flow,
    "InstalledPackage": installed_package.InstalledPackage,
    "Layout": layout.Layout,
    "LightningComponentBundle": lightning.LightningComponentBundle,
    "ListView": object_parts.ListView,
    "MutingPermissionSet": permission_sets.MutingPermissionSet,
    "PermissionSet": permission_sets.PermissionSet,
    "PermissionSetGroup": permission_sets.PermissionSetGroup,
    "Profile": profiles.Profile,
    "QuickAction": quick_actions.QuickAction,
    "RecordType": object_parts.RecordType,
    "Role": mentions.Role,
    "Settings": Generic,
    "StaticResource": pages.StaticResource,
    "Translations": mentions.Translations,
    "ValidationRule": object_parts.ValidationRule,
    "WebLink": object_parts.WebLink,
    "WorkflowAlert": automation.WorkflowAlert,
    "WorkflowFieldUpdate": automation.WorkflowFieldUpdate,
    "WorkflowRule": automation.WorkflowRule,
}

# The order in which components are put into the org, and taken out the other way round: what others name comes first.
_EARLY = (
    "CustomLabels", "CustomLabel", "StaticResource", "GlobalValueSet", "StandardValueSet", "CustomObject",
    "CustomField",
    "CustomPermission", "Certificate", "ApexClass", "ApexTrigger", "ApexComponent", "ApexPage", "QuickAction",
    "FlexiPage", "CustomTab", "Layout", "CustomApplication", "ExternalClientApplication", "ExtlClntAppOauthSettings",
    "ExtlClntAppGlobalOauthSettings", "ExtlClntAppConfigurablePolicies",
)  # fmt: skip
_LATE = (
    "PermissionSet", "MutingPermissionSet", "PermissionSetGroup", "Profile", "ConnectedApp",
    "ExtlClntAppOauthConfigurablePolicies",
)  # fmt: skip
_RANK = {name: place for place, name in enumerate(_EARLY)} | {name: 1000 + place for place, name in enumerate(_LATE)}


@cache
def family_of(type_name: str) -> Family:
    """The family of a type."""
    return FAMILIES.get(type_name, Generic)(type_name)


def rank(type_name: str) -> int:
    """Where a type stands in the order of a deploy."""
    return _RANK.get(type_name, 500)
