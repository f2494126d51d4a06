"""Saving and deleting records: what every sobject checks, then the rule of its own."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date, datetime

from toolkit.localorg import ids
from toolkit.localorg.clock import stamp
from toolkit.localorg.model import virtual
from toolkit.localorg.model.fields import Field, SObject
from toolkit.localorg.model.org import Work
from toolkit.localorg.refusals import RecordRefusal
from toolkit.localorg.rules.registry import rule_of
from toolkit.localorg.store.jobs import Json
from toolkit.localorg.store.records import Record, Value

Fields = Mapping[str, Json]
_TEXT = {"string", "textarea", "email", "phone", "url", "picklist", "multipicklist", "encryptedstring", "base64", "id"}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+\Z")
_AUDIT = {"Id", "CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById", "SystemModstamp"}


def sobject_named(work: Work, name: str) -> SObject:
    """The sobject of this name; NOT_FOUND as the REST resource says it."""
    found = work.schema.get(name)
    if found is None or "data" not in found.apis:
        raise RecordRefusal("NOT_FOUND", "The requested resource does not exist", status=404)
    return found


def get(work: Work, sobject: SObject, record_id: str) -> Record:
    """The record of this id; NOT_FOUND or MALFORMED_ID when there is none."""
    canonical = ids.canonical(record_id)
    found = virtual.find(work, sobject.name, canonical) if canonical else None
    if found is None:
        raise _gone(work, sobject, canonical)
    return found


def _gone(work: Work, sobject: SObject, canonical: str | None) -> RecordRefusal:
    """What is said of an id that no record has, or one that is in the recycle bin."""
    if canonical is not None and work.records.in_bin(sobject.name, canonical):
        return RecordRefusal("ENTITY_IS_DELETED", "entity is deleted", status=404)
    return RecordRefusal("NOT_FOUND", "The requested resource does not exist", status=404)


def _known_fields(sobject: SObject, fields: Fields) -> dict[Field, Json]:
    found: dict[Field, Json] = {}
    for name, value in fields.items():
        if name.lower() == "attributes":
            continue
        field = sobject.field(name)
        if field is None:
            raise RecordRefusal("INVALID_FIELD", f"No such column '{name}' on sobject of type {sobject.name}")
        found[field] = value
    return found


def _settable(fields: dict[Field, Json], *, insert: bool) -> None:
    blocked = [f.name for f in fields if not (f.createable if insert else f.updateable)]
    if blocked:
        message = (
            f"Unable to create/update fields: {', '.join(blocked)}. Please check the security settings of this field "
            "and verify "
            "that it is read/write for your profile or permission set."
        )
        raise RecordRefusal("INVALID_FIELD_FOR_INSERT_UPDATE", message, tuple(blocked))


def _number(field: Field, value: Json) -> Value:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise _bad_type(field, value)
    try:
        number = float(value)
    except ValueError:
        raise _bad_type(field, value) from None
    if not math.isfinite(number):
        raise _bad_type(field, value)
    if field.type == "int":
        return int(number)
    if field.precision and abs(number) >= 10 ** (field.precision - field.scale):
        message = f"{field.label}: value outside of valid range on numeric field: {value}"
        raise RecordRefusal("NUMBER_OUTSIDE_VALID_RANGE", message, (field.name,))
    return round(number, field.scale) if field.precision else number


def _bad_type(field: Field, value: Json) -> RecordRefusal:
    shown = str(value)[:100]
    return RecordRefusal(
        "JSON_PARSER_ERROR", f"Cannot deserialize instance of {field.type} from VALUE {shown} for field {field.name}"
    )


def _time(field: Field, value: Json) -> Value:
    if not isinstance(value, str):
        raise _bad_type(field, value)
    try:
        if field.type == "date":
            return date.fromisoformat(value[:10]).isoformat()
        if field.type == "datetime":
            moment = datetime.fromisoformat(value.replace("Z", "+00:00"))
            return stamp(moment if moment.tzinfo else datetime.fromisoformat(value + "+00:00"))
    except ValueError:
        raise _bad_type(field, value) from None
    return value


def _text(field: Field, value: Json) -> Value:
    if isinstance(value, bool | dict | list):
        raise _bad_type(field, value)
    text = str(value).strip() if field.type != "base64" else str(value)
    if not text:
        return None
    if field.length and len(text) > field.length and field.type != "base64":
        message = f"{field.label}: data value too large: {text} (max length={field.length})"
        raise RecordRefusal("STRING_TOO_LONG", message, (field.name,))
    if field.type == "email" and not _EMAIL.match(text):
        message = f"{field.label}: invalid email address: {text}"
        raise RecordRefusal("INVALID_EMAIL_ADDRESS", message, (field.name,))
    return text


def _reference(work: Work, field: Field, value: Json) -> Value:
    if value == "":
        return None
    canonical = ids.canonical(value) if isinstance(value, str) else None
    if canonical is None:
        message = f"{field.label}: id value of incorrect type: {str(value)[:100]}"
        raise RecordRefusal("MALFORMED_ID", message, (field.name,))
    if field.name == "SetupEntityId":
        return canonical
    sobject = work.schema.of_id(canonical)
    if sobject is None or (field.references and sobject.name not in field.references):
        message = f"{field.label}: id value of incorrect type: {value}"
        raise RecordRefusal("FIELD_INTEGRITY_EXCEPTION", message, (field.name,))
    if work.records.get(sobject.name, canonical) is None:
        raise RecordRefusal("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", (field.name,))
    return canonical


def _boolean(field: Field, value: Json) -> bool:
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if not isinstance(value, bool):
        raise _bad_type(field, value)
    return value


def _value(work: Work, field: Field, value: Json) -> Value:
    """The value as it is stored; RecordRefusal when it does not fit the field."""
    if value is None:
        return False if field.type == "boolean" else None
    if field.type == "boolean":
        return _boolean(field, value)
    if field.type == "reference":
        return _reference(work, field, value)
    if field.type in {"double", "currency", "percent", "int"}:
        return _number(field, value)
    if field.type in {"date", "datetime", "time"}:
        return _time(field, value)
    return _text(field, value)


def _required(sobject: SObject, record: Record) -> None:
    missing = [f.name for f in sobject.fields.values() if f.required and record.get(f.name) in (None, "")]
    if missing:
        message = f"Required fields are missing: [{', '.join(missing)}]"
        raise RecordRefusal("REQUIRED_FIELD_MISSING", message, tuple(missing))


def _unique(work: Work, sobject: SObject, record: Record) -> None:
    for field in sobject.fields.values():
        value = record.get(field.name)
        if not field.unique or value is None:
            continue
        for other in work.records.where(sobject.name, **{field.name: value}):
            if other["Id"] != record.get("Id"):
                message = f"duplicate value found: {field.name} duplicates value on record with id: {other['Id']}"
                raise RecordRefusal("DUPLICATE_VALUE", message, (field.name,))


def _lock(work: Work, sobject: SObject) -> None:
    """Someone else has the record, when a fault says so."""
    if work.org.faults.locks(sobject.name):
        raise RecordRefusal("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record")


def insert(work: Work, sobject: SObject, fields: Fields) -> str:
    """Save a new record and give its id; RecordRefusal when it is not to be."""
    _lock(work, sobject)
    if not sobject.createable:
        message = f"entity type {sobject.name} does not support create"
        raise RecordRefusal("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", message)
    given = _known_fields(sobject, fields)
    _settable(given, insert=True)
    record: Record = {f.name: f.default for f in sobject.fields.values()}
    record |= {field.name: _value(work, field, value) for field, value in given.items()}
    if record.get("OwnerId") is None and sobject.field("OwnerId"):
        record["OwnerId"] = work.user_id
    rule = rule_of(sobject)
    _required(sobject, record)
    rule.before(work, sobject, record, None)
    _unique(work, sobject, record)
    record["Id"] = work.facts.next_id(sobject.prefix)
    _number_it(work, sobject, record)
    record |= {"CreatedDate": work.now, "CreatedById": work.user_id}
    _touch(work, record)
    work.records.put(sobject.name, record)
    rule.after(work, sobject, record, None)
    return str(record["Id"])


def _number_it(work: Work, sobject: SObject, record: Record) -> None:
    """Fill fields that count up, and a Name that nobody has given."""
    for name in ("ContractNumber", "OrderNumber", "WorkOrderNumber", "SolutionNumber"):
        if sobject.field(name) and record.get(name) is None:
            record[name] = f"{work.facts.next_number(f'number:{sobject.name}'):08d}"
    if sobject.custom and sobject.field("Name") and not record.get("Name"):
        field = sobject.field("Name")
        counted = field is not None and not field.createable
        record["Name"] = f"{work.facts.next_number(f'number:{sobject.name}'):05d}" if counted else record["Id"]


def _touch(work: Work, record: Record) -> None:
    record |= {"LastModifiedDate": work.now, "LastModifiedById": work.user_id, "SystemModstamp": work.now}


def update(work: Work, sobject: SObject, record_id: str, fields: Fields) -> None:
    """Change fields of a record."""
    _lock(work, sobject)
    old = get(work, sobject, record_id)
    if not sobject.updateable:
        message = f"entity type {sobject.name} does not support update"
        raise RecordRefusal("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", message)
    given = {f: v for f, v in _known_fields(sobject, fields).items() if f.name != "Id"}
    if sobject.custom_setting:  # CumulusCI sends the owner of a setting again when it changes the row
        given = {f: v for f, v in given.items() if f.name != "SetupOwnerId" or v != old.get("SetupOwnerId")}
    _settable(given, insert=False)
    record = {**old, **{field.name: _value(work, field, value) for field, value in given.items()}}
    rule = rule_of(sobject)
    _required(sobject, record)
    rule.before(work, sobject, record, old)
    _unique(work, sobject, record)
    _touch(work, record)
    work.records.put(sobject.name, record)
    rule.after(work, sobject, record, old)


def delete(work: Work, sobject: SObject, record_id: str) -> None:
    """Delete a record, and what belongs to it: into the recycle bin, but for settings and grants."""
    _lock(work, sobject)
    if not sobject.deletable:
        message = f"entity type {sobject.name} does not support delete"
        raise RecordRefusal("INSUFFICIENT_ACCESS_OR_READONLY", message)
    canonical = ids.canonical(record_id)
    record = work.records.get(sobject.name, canonical) if canonical else None
    if record is None:
        raise _gone(work, sobject, canonical)
    rule_of(sobject).deleting(work, sobject, record)
    for child in work.schema.by_name.values():
        for field in child.fields.values():
            if sobject.name in field.references:
                _let_go(work, child, field, str(record["Id"]))
    _remove(work, sobject, record)


def _remove(work: Work, sobject: SObject, record: Record) -> None:
    work.records.remove(sobject.name, str(record["Id"]))
    if sobject.field("IsDeleted") is not None and not sobject.custom_setting:
        deleted = dict(record)
        _touch(work, deleted)
        work.records.bin(sobject.name, deleted)


def _let_go(work: Work, child: SObject, field: Field, parent_id: str) -> None:
    """Delete the details of a master, clear lookups to it."""
    for row in list(work.records.where(child.name, **{field.name: parent_id})):
        if field.cascade or (field.required and not field.custom):
            _remove(work, child, row)
        elif field.name not in _AUDIT:
            work.records.put(child.name, {**row, field.name: None})
