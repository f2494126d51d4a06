"""The root element: which type it stands for, whether its path and its namespace agree."""

from __future__ import annotations

from typing import NamedTuple

from lxml import etree

from toolkit.metadata.schema.model import Schema
from toolkit.metadata.schema.suggest import nearest
from toolkit.metadata.schema.walker import Raw
from toolkit.metadata.xml import METADATA_NS, local_name

TOOLING_NS = "urn:metadata.tooling.soap.sforce.com"

# Roots that real files have in the namespace of the Tooling API, where their parts are the same.
TOOLING_ROOTS = frozenset(
    {
        "ApexClass",
        "ApexComponent",
        "ApexPage",
        "ApexTrigger",
        "AuraDefinitionBundle",
        "LightningComponentBundle",
        "StaticResource",
    }
)

# The decomposition presets of the Salesforce CLI: files whose root is a part of the type that their path stands for.
# parent -> root -> type
_PARTS: dict[str, dict[str, str]] = {
    "PermissionSet": {
        "ApplicationVisibility": "PermissionSetApplicationVisibility",
        "ClassAccess": "PermissionSetApexClassAccess",
        "CustomMetadataTypeAccess": "PermissionSetCustomMetadataTypeAccess",
        "CustomPermission": "PermissionSetCustomPermissions",
        "CustomPermissions": "PermissionSetCustomPermissions",
        "CustomSettingAccess": "PermissionSetCustomSettingAccesses",
        "ExternalCredentialPrincipalAccess": "PermissionSetExternalCredentialPrincipalAccess",
        "ExternalDataSourceAccess": "PermissionSetExternalDataSourceAccess",
        "FieldPermission": "PermissionSetFieldPermissions",
        "FlowAccess": "PermissionSetFlowAccess",
        "ObjectPermission": "PermissionSetObjectPermissions",
        "PageAccess": "PermissionSetApexPageAccess",
        "RecordTypeVisibility": "PermissionSetRecordTypeVisibility",
        "TabSetting": "PermissionSetTabSetting",
        "UserPermission": "PermissionSetUserPermission",
    },
    "CustomLabels": {"CustomLabel": "CustomLabel"},
    "SharingRules": {
        "SharingCriteriaRule": "SharingCriteriaRule",
        "SharingGuestRule": "SharingGuestRule",
        "SharingOwnerRule": "SharingOwnerRule",
        "SharingTerritoryRule": "SharingTerritoryRule",
    },
    "Workflow": {
        "WorkflowAlert": "WorkflowAlert",
        "WorkflowFieldUpdate": "WorkflowFieldUpdate",
        "WorkflowFlowAction": "WorkflowFlowAction",
        "WorkflowKnowledgePublish": "WorkflowKnowledgePublish",
        "WorkflowOutboundMessage": "WorkflowOutboundMessage",
        "WorkflowRule": "WorkflowRule",
        "WorkflowSend": "WorkflowSend",
        "WorkflowTask": "WorkflowTask",
    },
}
# Roots that files of a type have although the model names the type otherwise: a released package has this one.
_ALIASES = {"InvocableActionExt": "InvocableActionExtension"}
_ANY_PARENT = {root: kind for parts in _PARTS.values() for root, kind in parts.items() if root != "CustomPermission"}


class Root(NamedTuple):
    """What a document is: the type to check it against (None: not known), its namespace, what is wrong at the root."""

    type: str | None
    namespace: str
    raws: tuple[Raw, ...]

    @property
    def stops(self) -> bool:
        """Whether nothing below the root can be judged."""
        return any(raw.code == "namespace" and raw.severity == "error" for raw in self.raws)


def judge(root: etree._Element, table: Schema, type_name: str | None) -> Root:
    """The root of a document whose path stands for type_name (None: the path says nothing)."""
    name, space = local_name(root), etree.QName(root).namespace or ""
    kind = _part(root, name, type_name)
    raws = _namespace(root, name, space)
    if kind is not None:
        return Root(kind, space, tuple(raws))
    known = table.complex_type(name) is not None
    kind = name if known else None
    if type_name is not None and name != type_name:
        message = f"the root is <{name}>, but the path is one of {type_name}"
        mend = f"write <{type_name}>, or move the file to the folder and suffix of {name}"
        raws.insert(0, Raw("root", "error", message, root, mend, name, type_name))
        kind = kind or (type_name if table.complex_type(type_name) else None)
    elif not known:
        raws.insert(0, _unknown(root, name, table, trusted=type_name is not None))
    return Root(kind, space, tuple(raws))


def plain(name: str, namespace: str, table: Schema) -> bool:
    """Whether a root of this name and namespace is that of a known type, with nothing to say about it."""
    return table.complex_type(name) is not None and _is_metadata(name, namespace)


def _is_metadata(name: str, namespace: str) -> bool:
    return namespace == METADATA_NS or (namespace == TOOLING_NS and name in TOOLING_ROOTS)


def _part(root: etree._Element, name: str, type_name: str | None) -> str | None:
    """The type of a file that a preset of the Salesforce CLI cut out of another, or whose root has another name."""
    if name in _ALIASES and type_name in {None, _ALIASES[name]}:
        return _ALIASES[name]
    if type_name is not None and type_name != name:
        return _PARTS.get(type_name, {}).get(name)
    if name == "CustomPermission" and type_name is None and any(local_name(c) == "enabled" for c in root):
        return "PermissionSetCustomPermissions"
    return _ANY_PARENT.get(name)


def _unknown(root: etree._Element, name: str, table: Schema, *, trusted: bool) -> Raw:
    near = None if trusted else nearest(name, table.roots, 0.92)
    if near:
        message = f"<{name}> is no metadata type that is known"
        return Raw("root", "warning", message, root, f"did you mean <{near}>?", name, near)
    return Raw("not-checked", "note", f"the schema does not know the type {name}", root, None, name, name)


def _namespace(root: etree._Element, name: str, space: str) -> list[Raw]:
    if _is_metadata(name, space):
        return []
    mend = f'write <{name} xmlns="{METADATA_NS}">'
    if not space:
        return [Raw("namespace", "warning", f"<{name}> has no namespace", root, mend, name)]
    message = f"<{name}> is in the namespace {space!r}, which is not the one of metadata"
    return [Raw("namespace", "error", message, root, mend, name, "", space)]
