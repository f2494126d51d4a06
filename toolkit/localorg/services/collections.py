"""composite/sobjects: up to 200 records in one request, together or each for itself."""

from __future__ import annotations

from collections.abc import Callable

from toolkit.localorg import ids
from toolkit.localorg.http import Call, Reply
from toolkit.localorg.model import records
from toolkit.localorg.model.org import Work
from toolkit.localorg.refusals import RecordRefusal, Refusal
from toolkit.localorg.services import versions
from toolkit.localorg.services.records import shape
from toolkit.localorg.store.jobs import Json

MAX_RECORDS = 200
Save = Callable[[Work, dict[str, Json]], tuple[str, bool | None]]


def _failure(refusal: Refusal) -> dict[str, Json]:
    fields = list(refusal.fields) if isinstance(refusal, RecordRefusal) else []
    return {
        "success": False,
        "errors": [{"statusCode": refusal.code, "message": refusal.message, "fields": list(fields)}],
    }


_ROLLED_BACK = Refusal(
    "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    "Record rolled back because not all records were valid and the request was using AllOrNone header",
)


def _one(work: Work, record: dict[str, Json], save: Save) -> dict[str, Json]:
    with work.savepoint() as abandon:
        try:
            record_id, created = save(work, record)
        except Refusal as refusal:
            abandon()
            return _failure(refusal)
    result: dict[str, Json] = {"id": record_id, "success": True, "errors": []}
    return result if created is None else result | {"created": created}


def run(call: Call, rows: list[dict[str, Json]], save: Save, *, all_or_none: bool) -> Reply:
    """Save every row; with all_or_none nothing stays when one fails."""
    if len(rows) > MAX_RECORDS:
        message = f"The request can not contain more than {MAX_RECORDS} records"
        raise Refusal("EXCEEDED_ID_LIMIT", message)
    with call.org.write(call.user_id) as work, work.savepoint() as abandon:
        results = [_one(work, row, save) for row in rows]
        if all_or_none and not all(result["success"] for result in results):
            abandon()
            results = [_failure(_ROLLED_BACK) if result["success"] else result for result in results]
    answer: list[Json] = list(results)
    return Reply.of(answer)


def _rows(call: Call) -> tuple[list[dict[str, Json]], bool]:
    body = call.json()
    rows = body.get("records")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Refusal("JSON_PARSER_ERROR", "records must be an array of objects")
    all_or_none = body.get("allOrNone", False)
    return [row for row in rows if isinstance(row, dict)], all_or_none is True


def _type_of(row: dict[str, Json]) -> str:
    attributes = row.get("attributes")
    name = attributes.get("type") if isinstance(attributes, dict) else None
    if not isinstance(name, str):
        raise RecordRefusal("INVALID_TYPE", "The record's attributes have no type")
    return name


def _insert(work: Work, row: dict[str, Json]) -> tuple[str, bool | None]:
    return records.insert(work, records.sobject_named(work, _type_of(row)), row), None


def _update(work: Work, row: dict[str, Json]) -> tuple[str, bool | None]:
    key = next((name for name in row if name.lower() == "id"), None)
    record_id = row.get(key) if key else None
    if not isinstance(record_id, str):
        raise RecordRefusal("MISSING_ARGUMENT", "Id not specified in an update call", ("Id",))
    rest = {name: value for name, value in row.items() if name != key}
    records.update(work, records.sobject_named(work, _type_of(row)), record_id, rest)
    return ids.canonical(record_id) or record_id, None


def create(call: Call) -> Reply:
    versions.check(call.version)
    rows, all_or_none = _rows(call)
    return run(call, rows, _insert, all_or_none=all_or_none)


def update(call: Call) -> Reply:
    versions.check(call.version)
    rows, all_or_none = _rows(call)
    return run(call, rows, _update, all_or_none=all_or_none)


def upsert(call: Call) -> Reply:
    """PATCH composite/sobjects/X/ExternalId."""
    versions.check(call.version)
    rows, all_or_none = _rows(call)
    key = call.params["field"]

    def save(work: Work, row: dict[str, Json]) -> tuple[str, bool | None]:
        sobject = records.sobject_named(work, _type_of(row))
        field = sobject.field(key)
        if field is None or not (field.external_id or field.name == "Id"):
            raise RecordRefusal(
                "INVALID_FIELD", f"Provided external ID field does not exist or is not accessible: {key}"
            )
        name = next((name for name in row if name.lower() == key.lower()), None)
        value = row.get(name) if name else None
        found = (
            work.records.first(sobject.name, **{field.name: value}) if isinstance(value, str | int | float) else None
        )
        if found is None:
            if field.name == "Id" and value:
                raise RecordRefusal("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
            return records.insert(work, sobject, row), True
        rest = {other: held for other, held in row.items() if other != name}
        records.update(work, sobject, str(found["Id"]), rest)
        return str(found["Id"]), False

    return run(call, rows, save, all_or_none=all_or_none)


def delete(call: Call) -> Reply:
    versions.check(call.version)
    wanted = [part.strip() for part in call.query.get("ids", "").split(",") if part.strip()]

    def remove(work: Work, row: dict[str, Json]) -> tuple[str, bool | None]:
        record_id = str(row["Id"])
        sobject = work.schema.of_id(record_id)
        if sobject is None or ids.canonical(record_id) is None:
            raise RecordRefusal("MALFORMED_ID", f"malformed id {record_id}")
        records.delete(work, sobject, record_id)
        return ids.canonical(record_id) or record_id, None

    rows: list[dict[str, Json]] = [{"Id": part} for part in wanted]
    return run(call, rows, remove, all_or_none=call.query.get("allOrNone", "").lower() == "true")


def read(call: Call) -> Reply:
    """POST composite/sobjects/X: many records by id; null for one that is not there."""
    versions.check(call.version)
    body = call.json() if call.method == "POST" else {}
    wanted = body.get("ids", call.query.get("ids", "").split(","))
    fields = body.get("fields", call.query.get("fields", "").split(","))
    if not isinstance(wanted, list) or not isinstance(fields, list) or len(wanted) > 2000:
        raise Refusal("JSON_PARSER_ERROR", "ids and fields must be arrays")
    found: list[Json] = []
    with call.org.read(call.user_id) as work:
        sobject = records.sobject_named(work, call.params["sobject"])
        names = {name.lower() for name in map(str, fields)} | {"id"}
        for record_id in map(str, wanted):
            canonical = ids.canonical(record_id)
            record = work.records.get(sobject.name, canonical) if canonical else None
            row = shape(sobject, record, call.version) if record is not None else None
            found.append(row and {k: v for k, v in row.items() if k == "attributes" or k.lower() in names})
    return Reply.of(found)
