"""Records that stand for components: made, changed and removed by a deploy."""

from __future__ import annotations

from toolkit.localorg.model.org import Work
from toolkit.localorg.model.standard import standard_objects
from toolkit.localorg.store.records import Record, Value


def put(work: Work, sobject: str, record_id: str, **values: Value) -> Record:
    """Make or change the record of this id; fields that are not given keep what they have."""
    described = standard_objects().get(sobject)
    record = work.records.get(sobject, record_id)
    if record is None:
        record = {field.name: field.default for field in described.fields.values()} if described else {}
        record |= {"Id": record_id, "CreatedDate": work.now, "CreatedById": work.user_id}
    changed = {**record, **values}
    if changed != record or "LastModifiedDate" not in record or record["LastModifiedDate"] is None:
        changed |= {"LastModifiedDate": work.now, "LastModifiedById": work.user_id, "SystemModstamp": work.now}
        work.records.put(sobject, changed)
    return changed


def new(work: Work, sobject: str, **values: Value) -> str:
    """A new record of an sobject with a key prefix of its own."""
    described = standard_objects().get(sobject)
    record_id = work.facts.next_id(described.prefix if described and described.prefix else "000")
    put(work, sobject, record_id, **values)
    return record_id


def remove_where(work: Work, sobject: str, **equal: Value) -> None:
    for record in list(work.records.where(sobject, **equal)):
        work.records.remove(sobject, str(record["Id"]))
