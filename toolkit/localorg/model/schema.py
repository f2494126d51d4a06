"""The sobjects of the org: the standard tables, and what CustomObject and CustomField components add."""

from __future__ import annotations

from types import MappingProxyType

from toolkit.localorg import tree
from toolkit.localorg.model.fields import Field, SObject, by_name
from toolkit.localorg.model.org import Schema, Work
from toolkit.localorg.model.standard import audit_fields, standard_objects
from toolkit.localorg.tree import Node

# Metadata field type -> (describe type, default length)
_TYPES = {
    "AutoNumber": ("string", 30), "Lookup": ("reference", 18), "MasterDetail": ("reference", 18),
    "Hierarchy": ("reference", 18), "MetadataRelationship": ("reference", 18), "ExternalLookup": ("reference", 18),
    "IndirectLookup": ("reference", 18), "Checkbox": ("boolean", 0),
    "Currency": ("currency", 0), "Date": ("date", 0), "DateTime": ("datetime", 0), "Email": ("email", 80),
    "Location": ("location", 0), "Number": ("double", 0), "Percent": ("percent", 0), "Phone": ("phone", 40),
    "Picklist": ("picklist", 255), "MultiselectPicklist": ("multipicklist", 4099), "Text": ("string", 255),
    "EncryptedText": ("encryptedstring", 175), "TextArea": ("textarea", 255), "LongTextArea": ("textarea", 32768),
    "Html": ("textarea", 32768), "Url": ("url", 255), "Time": ("time", 0), "Summary": ("double", 0),
}  # fmt: skip


def custom_field(name: str, node: Node) -> Field:
    """The field that a CustomField component describes."""
    kind = node.value("type") or "Text"
    described, length = _TYPES.get(kind, ("string", 255))
    formula = node.child("formula") is not None or kind in {"Summary", "AutoNumber"}
    precision, scale = int(node.value("precision") or 18), int(node.value("scale") or 0)
    numeric = described in {"double", "currency", "percent"}
    referred = node.value("referenceTo")
    default: str | bool | None = None
    if described == "boolean":
        default = (node.value("defaultValue") or "false").lower() == "true"
    return Field(
        name=name,
        type=described,
        label=node.value("label") or name,
        length=0 if numeric or not length else int(node.value("length") or length),
        precision=precision if numeric else 0,
        scale=scale if numeric else 0,
        required=node.flag("required") and not formula and described != "boolean",
        createable=not formula,
        updateable=not formula,
        default=default,
        references=(referred,) if referred and described == "reference" else (),
        relationship=name.removesuffix("__c") + "__r" if described == "reference" else None,
        child_relationship=f"{node.value('relationshipName')}__r" if node.value("relationshipName") else None,
        unique=node.flag("unique"),
        external_id=node.flag("externalId"),
        cascade=kind == "MasterDetail",
    )


_SETTING_FIELDS = (
    Field("Name", "string", "Name", length=38),
    Field(
        "SetupOwnerId", "reference", "Location", length=18, updateable=False,
        references=("Organization", "Profile", "User"), relationship="SetupOwner",
    ),
    Field("IsDeleted", "boolean", "Deleted", createable=False, updateable=False, default=False),
)  # fmt: skip
_METADATA_FIELDS = (
    Field("DeveloperName", "string", "Name", length=40),
    Field("MasterLabel", "string", "Label", length=40),
    Field("Label", "string", "Label", length=40),
    Field("QualifiedApiName", "string", "Qualified API Name", length=70, createable=False, updateable=False),
    Field("NamespacePrefix", "string", "Namespace Prefix", length=15, createable=False, updateable=False),
)


def _name_field(node: Node) -> Field:
    described = node.child("nameField")
    label = (described.value("label") if described else None) or "Name"
    automatic = described is not None and described.value("type") == "AutoNumber"
    return Field("Name", "string", label, length=80, createable=not automatic, updateable=not automatic)


def _common(node: Node, name: str) -> tuple[Field, ...]:
    audit = audit_fields()
    if name.endswith("__mdt"):
        return (*audit, *_METADATA_FIELDS)
    if node.child("customSettingsType") is not None:
        return (*audit, *_SETTING_FIELDS)
    owner = Field("OwnerId", "reference", "Owner ID", length=18, references=("User", "Group"), relationship="Owner")
    deleted = Field("IsDeleted", "boolean", "Deleted", createable=False, updateable=False, default=False)
    return (*audit, _name_field(node), owner, deleted)


def _custom_object(name: str, prefix: str, node: Node, fields: tuple[Field, ...]) -> SObject:
    label = node.value("label") or name
    own = _common(node, name)
    if any(f.cascade for f in fields):
        own = tuple(f for f in own if f.name != "OwnerId")
    data_is_metadata = name.endswith("__mdt")
    return SObject(
        name=name,
        prefix=prefix,
        label=label,
        plural=node.value("pluralLabel") or label,
        fields=by_name((*own, *fields)),
        createable=not data_is_metadata,
        updateable=not data_is_metadata,
        deletable=not data_is_metadata,
        custom_setting=node.value("customSettingsType") or "",
    )


def build(work: Work) -> Schema:
    """All sobjects: standard ones with their custom fields, custom objects and settings."""
    fields: dict[str, list[Field]] = {}
    for stored in work.components.of_type("CustomField"):
        owner, _, name = stored.full_name.partition(".")
        if name.endswith("__c"):
            fields.setdefault(owner.lower(), []).append(custom_field(name, tree.parse(stored.xml)))
    found = {name.lower(): sobject.plus(*fields.get(name.lower(), ())) for name, sobject in standard_objects().items()}
    for stored in work.components.of_type("CustomObject"):
        name = stored.full_name
        if name.lower() not in found and "__" in name:
            prefix = work.facts.get(f"prefix:{name.lower()}") or ""
            own = tuple(fields.get(name.lower(), ()))
            found[name.lower()] = _custom_object(name, prefix, tree.parse(stored.xml), own)
    by_prefix = {sobject.prefix: sobject for sobject in found.values() if sobject.prefix}
    return Schema(MappingProxyType(found), MappingProxyType(by_prefix))
