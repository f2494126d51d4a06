"""What the names in a query mean: sobjects, field paths, relationships to parents and to children."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from toolkit.localorg.model.fields import Field, SObject, by_name
from toolkit.localorg.model.org import Work
from toolkit.localorg.refusals import Refusal
from toolkit.localorg.soql.functions import FUNCTIONS
from toolkit.localorg.soql.nodes import Call, Path, Query
from toolkit.localorg.soql.parser import malformed
from toolkit.localorg.store.records import Record, Value

Api = Literal["data", "tooling"]
Getter = Callable[[Record], Value]
MAX_HOPS = 5
_SEE = "Please reference your WSDL or the describe call for the appropriate names."


ANY_RECORD = SObject(
    "Name", "", "Name", "Names",
    by_name((
        Field("Id", "id", "ID", length=18), Field("Name", "string", "Name", length=255),
        Field("Type", "picklist", "Type", length=40), Field("FirstName", "string", "First Name", length=40),
        Field("LastName", "string", "Last Name", length=80), Field("Alias", "string", "Alias", length=8),
        Field("Username", "string", "Username", length=80), Field("Email", "email", "Email", length=80),
        Field("Phone", "phone", "Phone", length=40), Field("Title", "string", "Title", length=80),
        Field("IsActive", "boolean", "Active"),
        Field("ProfileId", "reference", "Profile ID", references=("Profile",), relationship="Profile"),
        Field("UserRoleId", "reference", "Role ID", references=("UserRole",), relationship="UserRole"),
        Field("RecordTypeId", "reference", "Record Type ID", references=("RecordType",), relationship="RecordType"),
    )),
)  # fmt: skip
"""What is known of the other end of a relationship that leads to several kinds of objects (Name, Object Reference)."""


@dataclass(frozen=True, slots=True)
class Target:
    """A field at the end of a path, how to get its value, and its canonical path."""

    field: Field
    get: Getter
    names: tuple[str, ...]


class Targets:
    """Finds what names mean, in one API and one transaction."""

    def __init__(self, work: Work, text: str, api: Api) -> None:
        """text is the query, which messages show."""
        self.work = work
        self.text = text
        self.api = api
        self._parents: dict[str, Record | None] = {}

    def source(self, query: Query) -> SObject:
        """The sobject a query reads; INVALID_TYPE when there is none of that name in this API."""
        found = self.work.schema.get(query.source)
        if found is None or self.api not in found.apis:
            what = (
                f"sObject type '{query.source}' is not supported. If you are attempting to use a custom object, be "
                f"sure to append the '__c' after the entity name. {_SEE}"
            )
            raise malformed(self.text, query.source_line, query.source_column, what, code="INVALID_TYPE")
        return found

    def target(self, sobject: SObject, path: Path, alias: str | None = None) -> Target:
        """Where a path leads from an sobject; INVALID_FIELD when it leads nowhere."""
        parts = path.parts
        heads = {sobject.name.lower(), (alias or "").lower()}
        if len(parts) > 1 and parts[0].lower() in heads and self.relationship(sobject, parts[0]) is None:
            parts = parts[1:]
        if len(parts) - 1 > MAX_HOPS:
            raise malformed(self.text, path.line, path.column, "Relationship path is too long", code="INVALID_FIELD")
        return self._follow(sobject, parts, path)

    def value(self, sobject: SObject, item: Path | Call, alias: str | None = None) -> Target:
        """What a field or a function of one is; functions over groups are none."""
        if isinstance(item, Path):
            return self.target(sobject, item, alias)
        function = FUNCTIONS.get(item.function.lower())
        if function is None or item.argument is None:
            raise malformed(self.text, item.line, item.column, f"Invalid function: {item.function}")
        inner = self.value(sobject, item.argument, alias)
        if function.takes and inner.field.type not in function.takes:
            what = f"field '{inner.field.name}' can not be used in function {item.function}"
            raise malformed(self.text, item.line, item.column, what, code="INVALID_FIELD")
        field = replace(inner.field, type=function.gives) if function.gives else inner.field
        of, get, taken = function.of, inner.get, inner.field
        return Target(field, lambda record: of(taken, get(record)), inner.names)

    @staticmethod
    def relationship(sobject: SObject, name: str) -> Field | None:
        """The reference field whose relationship has this name."""
        wanted = name.lower()
        return next((f for f in sobject.fields.values() if f.relationship and f.relationship.lower() == wanted), None)

    def _follow(self, sobject: SObject, parts: tuple[str, ...], path: Path) -> Target:
        if len(parts) == 1:
            return self._field(sobject, parts[0], path)
        link = self.relationship(sobject, parts[0])
        if link is None or link.relationship is None:
            what = (
                f"Didn't understand relationship '{parts[0]}' in field path. If you are attempting to use a custom "
                f"relationship, be sure to append the '__r' after the custom relationship name. {_SEE}"
            )
            raise malformed(self.text, path.line, path.column, what, code="INVALID_FIELD")
        inner = self._follow(self._parent_type(link), parts[1:], path)
        link_name, get = link.name, inner.get

        def through(record: Record) -> Value:
            found = self.parent(record.get(link_name))
            return None if found is None else get(found)

        return Target(inner.field, through, (link.relationship, *inner.names))

    def _field(self, sobject: SObject, name: str, path: Path) -> Target:
        field = sobject.field(name)
        if field is None:
            what = (
                f"No such column '{name}' on entity '{sobject.name}'. If you are attempting to use a custom field, be "
                f"sure to append the '__c' after the custom field name. {_SEE}"
            )
            raise malformed(self.text, path.line, path.column, what, code="INVALID_FIELD")
        canonical = field.name
        if sobject is ANY_RECORD and canonical == "Type":
            return Target(field, self._type_of, (canonical,))
        return Target(field, lambda record: record.get(canonical), (canonical,))

    def _type_of(self, record: Record) -> Value:
        sobject = self.work.schema.of_id(str(record.get("Id")))
        return sobject.name if sobject else None

    def _parent_type(self, link: Field) -> SObject:
        """What a relationship leads to; one that leads to several kinds of objects shows what every record has."""
        found = [sobject for name in link.references if (sobject := self.work.schema.get(name)) is not None]
        if not found:
            raise Refusal("INVALID_FIELD", f"Relationship {link.relationship} leads nowhere")
        return found[0] if len(link.references) == 1 else ANY_RECORD

    def parent(self, record_id: Value) -> Record | None:
        """The record of this id, whatever its type."""
        if not isinstance(record_id, str):
            return None
        if record_id not in self._parents:
            sobject = self.work.schema.of_id(record_id)
            found = self.work.records.get(sobject.name, record_id) if sobject else None
            self._parents[record_id] = found
        return self._parents[record_id]

    def children(self, query: Query, parent: SObject) -> tuple[SObject, Field]:
        """What a nested query reads, and the field that leads from there to the parent."""
        wanted = query.source.lower().split(".")[-1]
        for sobject in self.work.schema.by_name.values():
            for field in sobject.fields.values():
                name = field.child_relationship
                if name is not None and name.lower() == wanted and parent.name in field.references:
                    return sobject, field
        what = (
            f"Didn't understand relationship '{query.source}' in FROM part of query call. If you are attempting to use "
            f"a custom relationship, be sure to append the '__r' after the custom relationship name. {_SEE}"
        )
        raise malformed(self.text, query.source_line, query.source_column, what, code="INVALID_TYPE")
