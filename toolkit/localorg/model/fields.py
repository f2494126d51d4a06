"""What an sobject and its fields are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

MAX_FILTERED = 255


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an sobject; length is in characters, 0 where the type has none."""

    name: str
    type: str
    """A type name of describe: string, boolean, reference, datetime, ..."""
    label: str = ""
    length: int = 0
    precision: int = 0
    scale: int = 0
    required: bool = False
    createable: bool = True
    updateable: bool = True
    default: str | int | float | bool | None = None
    references: tuple[str, ...] = ()
    relationship: str | None = None
    """The name that leads to the referenced record in a query (Account for AccountId)."""
    child_relationship: str | None = None
    """The name that leads from the referenced record back to these (Contacts)."""
    unique: bool = False
    external_id: bool = False
    cascade: bool = False
    """The record goes when the referenced one does (master-detail)."""

    @property
    def custom(self) -> bool:
        return self.name.endswith("__c")

    @property
    def filterable(self) -> bool:
        """Whether a query may have a condition on it: not on long texts and content."""
        return self.type != "base64" and not (self.type == "textarea" and self.length > MAX_FILTERED)


@dataclass(frozen=True, slots=True)
class SObject:
    """An sobject: its name, key prefix, and fields by lower-case name."""

    name: str
    prefix: str
    label: str
    plural: str
    fields: Mapping[str, Field] = field(default_factory=lambda: MappingProxyType({}))
    createable: bool = True
    updateable: bool = True
    deletable: bool = True
    custom_setting: str = ""
    """"Hierarchy" or "List" for a custom setting."""
    apis: frozenset[str] = frozenset({"data"})
    """Which of "data" and "tooling" can query it."""
    open_fields: bool = False
    """True when the standard fields listed here are not all that the platform has."""

    def field(self, name: str) -> Field | None:
        return self.fields.get(name.lower())

    @property
    def custom(self) -> bool:
        return self.name.endswith(("__c", "__mdt", "__e", "__b", "__x"))

    @property
    def name_field(self) -> str:
        """The field that shows a record in a list."""
        for candidate in ("Name", "Subject", "CaseNumber", "Title", "DeveloperName", "MasterLabel"):
            if candidate.lower() in self.fields:
                return candidate
        return "Id"

    def plus(self, *fields: Field) -> SObject:
        """The same sobject with these fields added or replaced."""
        merged = {**self.fields, **{f.name.lower(): f for f in fields}}
        return replace(self, fields=MappingProxyType(merged))


def by_name(fields: tuple[Field, ...]) -> Mapping[str, Field]:
    return MappingProxyType({f.name.lower(): f for f in fields})
