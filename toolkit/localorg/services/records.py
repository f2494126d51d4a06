"""sobjects/X: one record at a time."""

from __future__ import annotations

from toolkit.localorg.http import Call, Reply
from toolkit.localorg.model import records
from toolkit.localorg.model.fields import SObject
from toolkit.localorg.model.org import Work
from toolkit.localorg.refusals import Refusal, not_found
from toolkit.localorg.services import versions
from toolkit.localorg.soql.values import shown
from toolkit.localorg.store.jobs import Json
from toolkit.localorg.store.records import Record


def shape(sobject: SObject, record: Record, version: str) -> dict[str, Json]:
    """A record as REST shows it."""
    row: dict[str, Json] = {
        "attributes": {"type": sobject.name, "url": f"/services/data/v{version}/sobjects/{sobject.name}/{record['Id']}"}
    }
    row |= {field.name: shown(field, record.get(field.name)) for field in sobject.fields.values()}
    return row


def create(call: Call) -> Reply:
    versions.check(call.version)
    fields = call.json()
    with call.org.write(call.user_id) as work:
        sobject = records.sobject_named(work, call.params["sobject"])
        record_id = records.insert(work, sobject, fields)
    return Reply.of({"id": record_id, "success": True, "errors": []}, 201)


def read(call: Call) -> Reply:
    versions.check(call.version)
    with call.org.read(call.user_id) as work:
        sobject = _readable(work, call)
        row = shape(sobject, records.get(work, sobject, call.params["id"]), call.version)
    wanted = call.query.get("fields")
    if wanted is not None:
        names = [name.strip() for name in wanted.split(",") if name.strip()]
        fields = [sobject.field(name) for name in names]
        if None in fields:
            unknown = names[fields.index(None)]
            raise Refusal("INVALID_FIELD", f"No such column '{unknown}' on entity '{sobject.name}'")
        row = (
            {"attributes": row["attributes"]}
            | {f.name: row[f.name] for f in fields if f is not None}
            | {"Id": row["Id"]}
        )
    return Reply.of(row)


def _readable(work: Work, call: Call) -> SObject:
    """The sobject of the URL; the Tooling API has some of its own."""
    if "/tooling/" not in call.path:
        return records.sobject_named(work, call.params["sobject"])
    found = work.schema.get(call.params["sobject"])
    if found is None or "tooling" not in found.apis:
        raise Refusal("NOT_FOUND", "The requested resource does not exist", status=404)
    return found


def update(call: Call) -> Reply:
    versions.check(call.version)
    fields = call.json()
    with call.org.write(call.user_id) as work:
        sobject = records.sobject_named(work, call.params["sobject"])
        records.update(work, sobject, call.params["id"], fields)
    return Reply(204)


def delete(call: Call) -> Reply:
    versions.check(call.version)
    with call.org.write(call.user_id) as work:
        records.delete(work, records.sobject_named(work, call.params["sobject"]), call.params["id"])
    return Reply(204)


def _by_key(work: Work, call: Call) -> tuple[SObject, str, str, Record | None]:
    """What sobjects/X/Field/value means; only external ids and Id can be such a field."""
    sobject = records.sobject_named(work, call.params["sobject"])
    field = sobject.field(call.params["field"])
    if field is None or not (field.external_id or field.name == "Id"):
        message = f"Provided external ID field does not exist or is not accessible: {call.params['field']}"
        raise Refusal("NOT_FOUND", message, status=404)
    value = call.params["value"]
    found = list(work.records.where(sobject.name, **{field.name: value}))
    if len(found) > 1:
        raise Refusal("DUPLICATE_VALUE", "More than one record has this key", status=300)
    return sobject, field.name, value, found[0] if found else None


def read_by_key(call: Call) -> Reply:
    versions.check(call.version)
    with call.org.read(call.user_id) as work:
        sobject, _field, _value, found = _by_key(work, call)
        if found is None:
            raise Refusal("NOT_FOUND", "The requested resource does not exist", status=404)
        return Reply.of(shape(sobject, found, call.version))


def upsert(call: Call) -> Reply:
    """Update the record with this external id, or create it."""
    versions.check(call.version)
    fields = call.json()
    with call.org.write(call.user_id) as work:
        sobject, field, value, found = _by_key(work, call)
        if found is not None:
            records.update(work, sobject, str(found["Id"]), fields)
            return Reply.of({"id": found["Id"], "success": True, "errors": [], "created": False})
        if field == "Id":
            raise not_found()
        record_id = records.insert(work, sobject, {**fields, field: value})
    return Reply.of({"id": record_id, "success": True, "errors": [], "created": True}, 201)
