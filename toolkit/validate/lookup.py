"""Whether a name of a child component (field, record type, label) is declared here or brought by the platform."""

from __future__ import annotations

from toolkit.validate import known
from toolkit.validate.project import Project

# custom fields of these are defined on another object
_ALSO = {
    "task": ("activity",),
    "event": ("activity",),
    "personaccount": ("account", "contact"),
    "caseclose": ("case",),  # the layout that closes a case
}


def field_is_known(project: Project, name: str) -> bool:
    """name: "Object.Field__c", either part with the project's own prefix or without."""
    object_, _, field = name.partition(".")
    if not known.custom_field(field):
        return True
    owner, bare = project.own(object_), project.own(field)
    owners = (owner, *_ALSO.get(owner, ()))
    if any((one, bare) in project.fields for one in owners):
        return True
    if bare.endswith("__pc"):  # a person account shows the contact's field under this name
        return ("contact", bare[:-4] + "__c") in project.fields
    return False


def record_type_is_known(project: Project, name: str) -> bool:
    """name: "Object.Record_Type"."""
    object_, _, record_type = name.partition(".")
    if not record_type:
        return False
    owner = project.own(object_)
    if owner == "personaccount":
        owner = "account"
    found = project.children
    if ("RecordType", owner, project.own(record_type)) in found:
        return True
    return record_type.lower() == "__master__" or name.lower() in _STANDARD_RECORD_TYPES


_STANDARD_RECORD_TYPES = frozenset(
    {"idea.internal ideas", "idea.internalideasideas", "metric.completion", "metric.progress"}
)


def schema_name_is_known(project: Project, name: str) -> bool:
    """name: "Object.Field__c"; an object alone is looked for among the components before."""
    return "." in name and field_is_known(project, name)


def label_is_known(project: Project, name: str) -> bool:
    return ("CustomLabel", "", project.own(name)) in project.children
