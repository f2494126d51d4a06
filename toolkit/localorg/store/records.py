"""Rows of sobjects, each one JSON document under its id."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator

Value = str | int | float | bool | None
Record = dict[str, Value]
_BIN = "deleted:"


class Records:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def put(self, sobject: str, record: Record) -> None:
        """Insert the record, or replace the one with its Id."""
        body = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
        self._db.execute("INSERT OR REPLACE INTO record VALUES (?, ?, ?)", (record["Id"], sobject, body))

    def get(self, sobject: str, record_id: str) -> Record | None:
        row = self._db.execute("SELECT body FROM record WHERE id = ? AND sobject = ?", (record_id, sobject)).fetchone()
        return None if row is None else dict(json.loads(row[0]))

    def all(self, sobject: str) -> Iterator[Record]:
        """Every record of one sobject, in the order of their ids."""
        for (body,) in self._db.execute("SELECT body FROM record WHERE sobject = ? ORDER BY id", (sobject,)):
            yield json.loads(body)

    def count(self, sobject: str) -> int:
        return int(self._db.execute("SELECT COUNT(*) FROM record WHERE sobject = ?", (sobject,)).fetchone()[0])

    def where(self, sobject: str, **equal: Value) -> Iterator[Record]:
        """The records whose fields have these values (text without regard to case)."""
        wanted = {name: _folded(value) for name, value in equal.items()}
        query, values = "SELECT body FROM record WHERE sobject = ?", [sobject]
        for name, value in wanted.items():
            if isinstance(value, str) and value.isascii() and name.isidentifier():
                query += f" AND lower(json_extract(body, '$.{name}')) = ?"  # as the index of the table has it
                values.append(value)
        for (body,) in self._db.execute(query + " ORDER BY id", values).fetchall():
            record: Record = json.loads(body)
            if all(_folded(record.get(name)) == value for name, value in wanted.items()):
                yield record

    def first(self, sobject: str, **equal: Value) -> Record | None:
        return next(self.where(sobject, **equal), None)

    def remove(self, sobject: str, record_id: str) -> bool:
        return self._db.execute("DELETE FROM record WHERE id = ? AND sobject = ?", (record_id, sobject)).rowcount > 0

    def bin(self, sobject: str, record: Record) -> None:
        """Put a record into the recycle bin, where nothing but binned finds it."""
        self.put(_BIN + sobject, {**record, "IsDeleted": True})

    def binned(self, sobject: str) -> Iterator[Record]:
        """The records of one sobject that are in the recycle bin, in the order of their ids."""
        return self.all(_BIN + sobject)

    def in_bin(self, sobject: str, record_id: str) -> bool:
        return self.get(_BIN + sobject, record_id) is not None

    def remove_all(self, sobject: str) -> None:
        """Remove every record of an sobject, those in the recycle bin too."""
        self._db.execute("DELETE FROM record WHERE sobject IN (?, ?)", (sobject, _BIN + sobject))

    def sobject_of(self, record_id: str) -> str | None:
        row = self._db.execute("SELECT sobject FROM record WHERE id = ?", (record_id,)).fetchone()
        return None if row is None else str(row[0])


def _folded(value: Value) -> Value:
    return value.casefold() if isinstance(value, str) else value
