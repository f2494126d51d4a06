"""composite/tree: records with the records below them, up to 200 in one request, all or none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from toolkit.localorg.http import Call, Reply
from toolkit.localorg.model import records
from toolkit.localorg.model.fields import Field, SObject
from toolkit.localorg.model.org import Work
from toolkit.localorg.refusals import RecordRefusal, Refusal
from toolkit.localorg.services import versions
from toolkit.localorg.services.collections import MAX_RECORDS
from toolkit.localorg.store.jobs import Json

MAX_LEVELS = 5
MAX_TYPES = 5


@dataclass(frozen=True, slots=True)
class _Row:
    """One record of a tree; parent is the reference of the record above it, empty at the top."""

    reference: str
    sobject: SObject
    fields: dict[str, Json]
    parent: str
    link: Field | None
    """The field that names the parent."""


@dataclass(frozen=True, slots=True)
class _Group:
    """Records of one sobject below one parent, as the request has them."""

    parent: str
    sobject: SObject
    link: Field | None
    records: Json


_Links = Mapping[tuple[str, str], tuple[SObject, Field]]


def _invalid(message: str) -> Refusal:
    return Refusal("INVALID_INPUT", message)


def _objects(value: Json) -> list[dict[str, Json]]:
    rows = value.get("records") if isinstance(value, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _invalid("Include a records array of objects")
    return [row for row in rows if isinstance(row, dict)]


def _links(work: Work) -> _Links:
    """What is below a sobject: by its name and that of the relationship, the sobject there and its field."""
    return {
        (parent, field.child_relationship.lower()): (child, field)
        for child in work.schema.by_name.values()
        for field in child.fields.values()
        if field.child_relationship
        for parent in field.references
    }


def _attributes(row: dict[str, Json]) -> tuple[str, str]:
    held = row.get("attributes")
    attributes = held if isinstance(held, dict) else {}
    kind, reference = attributes.get("type"), attributes.get("referenceId")
    if not isinstance(kind, str) or not isinstance(reference, str) or not reference:
        raise _invalid("Include a type and a referenceId in the attributes of each record")
    return kind, reference


def _level(links: _Links, groups: list[_Group]) -> Iterator[tuple[_Row, list[_Group]]]:
    """The records of one level, each with the groups of records below it."""
    for group in groups:
        for row in _objects(group.records):
            kind, reference = _attributes(row)
            if kind.lower() != group.sobject.name.lower():
                raise _invalid(f"Invalid type {kind}: expected {group.sobject.name}")
            fields: dict[str, Json] = {}
            below: list[_Group] = []
            for name, value in row.items():
                found = links.get((group.sobject.name, name.lower())) if isinstance(value, dict) else None
                if found is not None:
                    below.append(_Group(reference, *found, value))
                elif name != "attributes":
                    fields[name] = value
            yield _Row(reference, group.sobject, fields, group.parent, group.link), below


def _flat(work: Work, sobject: SObject, body: Json) -> list[_Row]:
    """Every record, those above before those below; Refusal when the tree is not as it may be."""
    found: list[_Row] = []
    links = _links(work)
    level = [_Group("", sobject, None, body)]
    levels = 0
    while level:
        levels += 1
        if levels > MAX_LEVELS:
            raise _invalid(f"The request can't contain trees deeper than {MAX_LEVELS} levels")
        deeper: list[_Group] = []
        for row, below in _level(links, level):
            found.append(row)
            deeper += below
            if len(found) > MAX_RECORDS:
                raise _invalid(f"The request can't contain more than {MAX_RECORDS} records")
        level = deeper
    if len({row.sobject.name for row in found}) > MAX_TYPES:
        raise _invalid(f"The request can't contain more than {MAX_TYPES} different types of records")
    references = [row.reference for row in found]
    twice = sorted({reference for reference in references if references.count(reference) > 1})
    if twice:
        raise _invalid(f"Duplicate ReferenceId provided in the request: {', '.join(twice)}")
    return found


def create(call: Call) -> Reply:
    """201 with an id for every record, or 400 with what is wrong with those that cannot be saved."""
    versions.check(call.version)
    ids: dict[str, str] = {}
    refused: list[Json] = []
    with call.org.write(call.user_id) as work, work.savepoint() as abandon:
        for row in _flat(work, records.sobject_named(work, call.params["sobject"]), call.json()):
            fields = dict(row.fields)
            if row.link is not None:
                if row.parent not in ids:
                    continue  # what it belongs to was refused, and is told of
                fields[row.link.name] = ids[row.parent]
            try:
                ids[row.reference] = records.insert(work, row.sobject, fields)
            except Refusal as refusal:
                refused.append(_refusal(row.reference, refusal))
        if refused:
            abandon()
    if refused:
        return Reply.of({"hasErrors": True, "results": refused}, 400)
    results: list[Json] = [{"referenceId": reference, "id": record_id} for reference, record_id in ids.items()]
    return Reply.of({"hasErrors": False, "results": results}, 201)


def _refusal(reference: str, refusal: Refusal) -> Json:
    fields: list[Json] = list(refusal.fields) if isinstance(refusal, RecordRefusal) else []
    error: Json = {"statusCode": refusal.code, "message": refusal.message, "fields": fields}
    return {"referenceId": reference, "errors": [error]}
