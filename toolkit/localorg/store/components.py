"""Metadata components as the org keeps them: canonical XML, the other files, and what each refers to."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

_COLUMNS = "type, full_name, id, owner, xml, digest, created_by, created, modified_by, modified"
_HEAD_COLUMNS = _COLUMNS.replace("xml, digest", "x'', x''")


@dataclass(frozen=True, slots=True)
class Stored:
    """One component. owner is the full name of the component it is part of, empty for a top-level one."""

    type: str
    full_name: str
    id: str
    owner: str
    xml: bytes
    digest: bytes
    created_by: str
    created: str
    modified_by: str
    modified: str


@dataclass(frozen=True, slots=True)
class Reference:
    """element of one component names another; holds says that the other cannot be deleted meanwhile."""

    element: str
    type: str
    name: str
    holds: bool


class Components:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def get(self, type_name: str, full_name: str) -> Stored | None:
        row = self._db.execute(
            f"SELECT {_COLUMNS} FROM component WHERE type = ? AND full_name = ?",  # noqa: S608  constant columns
            (type_name, full_name),
        ).fetchone()
        return None if row is None else Stored(*row)

    def has(self, type_name: str, full_name: str) -> bool:
        query = "SELECT 1 FROM component WHERE type = ? AND full_name = ?"
        return self._db.execute(query, (type_name, full_name)).fetchone() is not None

    def heads_of_type(self, type_name: str) -> Iterator[Stored]:
        """Every component of one type without its content (xml is empty), in the order of their names."""
        rows = self._db.execute(
            f"SELECT {_HEAD_COLUMNS} FROM component WHERE type = ? ORDER BY full_name",  # noqa: S608  constant columns
            (type_name,),
        ).fetchall()
        return (Stored(*row) for row in rows)

    def of_type(self, type_name: str) -> Iterator[Stored]:
        """Every component of one type, in the order of their names."""
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM component WHERE type = ? ORDER BY full_name",  # noqa: S608  constant columns
            (type_name,),
        ).fetchall()
        return (Stored(*row) for row in rows)

    def part_of(self, owner: str, types: Iterable[str]) -> Iterator[Stored]:
        """The components of these types that are part of owner, in the order of their types and names."""
        for type_name in sorted(types):
            rows = self._db.execute(
                f"SELECT {_COLUMNS} FROM component WHERE owner = ? AND type = ? "  # noqa: S608  constant columns
                "ORDER BY full_name",
                (owner, type_name),
            ).fetchall()
            yield from (Stored(*row) for row in rows)

    def put(self, stored: Stored, files: Mapping[str, bytes]) -> None:
        """Insert or replace a component with its files; a path is relative to the component's folder."""
        row = (
            stored.type, stored.full_name, stored.id, stored.owner, stored.xml, stored.digest,
            stored.created_by, stored.created, stored.modified_by, stored.modified,
        )  # fmt: skip
        self._db.execute("INSERT OR REPLACE INTO component VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        key = (stored.type, stored.full_name)
        self._db.execute("DELETE FROM component_file WHERE type = ? AND full_name = ?", key)
        self._db.executemany(
            "INSERT INTO component_file VALUES (?, ?, ?, ?)", ((*key, path, content) for path, content in files.items())
        )

    def files(self, type_name: str, full_name: str) -> dict[str, bytes]:
        rows = self._db.execute(
            "SELECT path, content FROM component_file WHERE type = ? AND full_name = ? ORDER BY path",
            (type_name, full_name),
        )
        return {str(path): bytes(content) for path, content in rows}

    def remove(self, type_name: str, full_name: str) -> None:
        for table in ("component", "component_file"):
            self._db.execute(f"DELETE FROM {table} WHERE type = ? AND full_name = ?", (type_name, full_name))  # noqa: S608
        self._db.execute("DELETE FROM reference WHERE from_type = ? AND from_name = ?", (type_name, full_name))

    def refer(self, type_name: str, full_name: str, references: Iterable[Reference]) -> None:
        """Replace what a component refers to."""
        self._db.execute("DELETE FROM reference WHERE from_type = ? AND from_name = ?", (type_name, full_name))
        self._db.executemany(
            "INSERT INTO reference VALUES (?, ?, ?, ?, ?, ?)",
            [(type_name, full_name, r.element, r.type, r.name, r.holds) for r in references],
        )

    def references_of(self, type_name: str, full_name: str) -> list[Reference]:
        rows = self._db.execute(
            "SELECT element, to_type, to_name, holds FROM reference WHERE from_type = ? AND from_name = ?",
            (type_name, full_name),
        )
        return [Reference(element, to_type, to_name, bool(holds)) for element, to_type, to_name, holds in rows]

    def referring_to(self, type_name: str, full_name: str, *, holding: bool) -> list[tuple[str, str]]:
        """Who names this component: (type, full name), sorted; holding: only who keeps it from being deleted."""
        rows = self._db.execute(
            "SELECT DISTINCT from_type, from_name FROM reference WHERE to_type = ? AND to_name = ? AND holds >= ? "
            "ORDER BY from_type, from_name",
            (type_name, full_name, int(holding)),
        )
        return [(str(from_type), str(from_name)) for from_type, from_name in rows]

    def all_references(self) -> Iterator[tuple[str, str, str, str]]:
        yield from self._db.execute(
            "SELECT DISTINCT from_type, from_name, to_type, to_name FROM reference ORDER BY 1, 2, 3, 4"
        )
