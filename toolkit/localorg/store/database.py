"""One SQLite file in WAL mode, its schema, and two ways to hold a transaction."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from toolkit.errors import LocalOrgError, Location

SCHEMA_VERSION = 2
_BUSY_SECONDS = 60.0
_CACHE_KIB = 65_536  # a big deploy in one transaction must not spill; memory is taken only as it is needed
_MOST_IDLE = 4  # each keeps pages of its own, and a burst of requests opens dozens
_SCHEMA = """
CREATE TABLE fact (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE counter (prefix TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE session (
    token TEXT PRIMARY KEY, user_id TEXT NOT NULL, client TEXT NOT NULL, kind TEXT NOT NULL, expires REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE record (id TEXT PRIMARY KEY, sobject TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX record_sobject ON record (sobject, id);
CREATE INDEX record_parent ON record (sobject, lower(json_extract(body, '$.ParentId')), id);
CREATE TABLE component (
    type TEXT NOT NULL, full_name TEXT NOT NULL COLLATE NOCASE, id TEXT NOT NULL, owner TEXT NOT NULL COLLATE NOCASE,
    xml BLOB NOT NULL, digest BLOB NOT NULL,
    created_by TEXT NOT NULL, created TEXT NOT NULL, modified_by TEXT NOT NULL, modified TEXT NOT NULL,
    PRIMARY KEY (type, full_name)
);
CREATE INDEX component_owner ON component (owner, type);
CREATE TABLE component_file (
    type TEXT NOT NULL, full_name TEXT NOT NULL COLLATE NOCASE, path TEXT NOT NULL, content BLOB NOT NULL,
    PRIMARY KEY (type, full_name, path)
);
CREATE TABLE reference (
    from_type TEXT NOT NULL, from_name TEXT NOT NULL COLLATE NOCASE, element TEXT NOT NULL,
    to_type TEXT NOT NULL, to_name TEXT NOT NULL COLLATE NOCASE, holds INTEGER NOT NULL
);
CREATE INDEX reference_from ON reference (from_type, from_name);
CREATE INDEX reference_to ON reference (to_type, to_name);
CREATE TABLE job (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, status TEXT NOT NULL, number INTEGER NOT NULL, user_id TEXT NOT NULL,
    created TEXT NOT NULL, request TEXT NOT NULL, result TEXT, payload BLOB, product BLOB
);
CREATE INDEX job_status ON job (status, number);
"""


# A large zip, in parts: a row is written anew whenever a column of it changes. States of before have no such table.
_PAYLOAD_PARTS = """
CREATE TABLE IF NOT EXISTS payload_part (
    job_id TEXT NOT NULL, number INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (job_id, number)
)
"""


def _private_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise LocalOrgError.of(
            f"the folder of the local org cannot be made: {error.strerror}", where=Location(str(folder))
        ) from None


def _private_file(path: Path) -> None:
    """Make the file so that nobody else may read it; SQLite gives its -wal and -shm files the same mode."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


class Database:
    """A pool of connections to one file; safe for threads, and for several processes at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._idle: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        self._closed = False
        _private_folder(path.parent)
        try:
            _private_file(path)
            with self._connection() as connection:
                self._prepare(connection)
        except (OSError, sqlite3.DatabaseError) as error:
            self.close()
            raise LocalOrgError.of(
                f"the state of the local org cannot be opened: {error}",
                where=Location(str(path)),
                mend="remove the file to begin with a new org, or give another folder",
            ) from None

    def _prepare(self, connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("BEGIN IMMEDIATE")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            for statement in filter(str.strip, _SCHEMA.split(";")):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        if version in (0, SCHEMA_VERSION):
            connection.execute(_PAYLOAD_PARTS)
        connection.execute("COMMIT")
        if version not in (0, SCHEMA_VERSION):
            raise sqlite3.DatabaseError(f"it was written by another version of this toolkit (schema {version})")

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        return connection

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        with self._guard:
            connection = self._idle.pop() if self._idle else None
        connection = connection or self._open()
        try:
            yield connection
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            with self._guard:
                keep = not self._closed and len(self._idle) < _MOST_IDLE
                if keep:
                    self._idle.append(connection)
            if not keep:
                connection.close()

    @contextmanager
    def looking(self) -> Iterator[sqlite3.Connection]:
        """No snapshot: each statement sees the state of its own moment. For one that stands alone."""
        with self._connection() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One snapshot for as long as it is held; writers go on meanwhile."""
        with self._connection() as connection:
            connection.execute("BEGIN")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The only writer, among all processes, for as long as it is held; commits unless an exception leaves."""
        with self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            if connection.in_transaction:
                connection.execute("COMMIT")

    def close(self) -> None:
        with self._guard:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()
