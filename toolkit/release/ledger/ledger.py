"""The ledger file: releases, their steps and jobs, and snapshots from before and after.

SQLite with a write-ahead log, readable by its owner only. What is kept of components is kept once, by its digest.
No secret is in it (see toolkit.release.seen).
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from toolkit.errors import Location, ReleaseError
from toolkit.release.ledger import document
from toolkit.release.seen import Seen

FILE = "ledger.db"
FORMAT = 2
"""2: a large content is kept in parts."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS release (
    id TEXT PRIMARY KEY, org_id TEXT NOT NULL, target TEXT NOT NULL, username TEXT NOT NULL, url TEXT NOT NULL,
    kind TEXT NOT NULL, scope TEXT NOT NULL, started TEXT NOT NULL, finished TEXT, status TEXT NOT NULL,
    tool_version TEXT NOT NULL, config_hash TEXT NOT NULL, os_user TEXT NOT NULL, api_version TEXT NOT NULL,
    undone_by TEXT);
CREATE TABLE IF NOT EXISTS step (
    release_id TEXT NOT NULL REFERENCES release(id), number INTEGER NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,
    title TEXT NOT NULL, outcome TEXT NOT NULL, changes TEXT NOT NULL, jobs TEXT NOT NULL, seconds REAL NOT NULL,
    before TEXT, after TEXT, PRIMARY KEY (release_id, number));
CREATE TABLE IF NOT EXISTS blob (digest TEXT PRIMARY KEY, data BLOB NOT NULL);
"""

_TRIED = 64 * 1024
"""Bytes that tell whether the rest can be compressed."""

_RELEASE = (
    "id, org_id, target, username, url, kind, scope, started, finished, status, tool_version, config_hash, "
    "os_user, api_version, undone_by"
)
_STEP = "release_id, number, name, kind, title, outcome, changes, jobs, seconds, before, after"


@dataclass(frozen=True, slots=True)
class Release:
    """One release. kind is deploy, rollback or uninstall; scope "integration" or the folder that was deployed.

    started and finished are in UTC, ISO 8601; undone_by is the release that took it back and stands itself.
    """

    id: str
    org_id: str
    target: str
    username: str
    url: str
    kind: str
    scope: str
    started: str
    finished: str | None
    status: str
    tool_version: str
    config_hash: str
    os_user: str
    api_version: str
    undone_by: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a release. kind names the step's class; before and after name snapshots."""

    release_id: str
    number: int
    name: str
    kind: str
    title: str
    outcome: str
    changes: Sequence[Mapping[str, Any]]
    jobs: Sequence[str]
    seconds: float
    before: str | None = None
    after: str | None = None


class Ledger:
    """An open ledger. ReleaseError when the file is none, or of a newer sfmeta."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=0o600)
        path.chmod(0o600)
        try:
            self._db = sqlite3.connect(path, timeout=30, isolation_level=None)
            self._db.execute("PRAGMA journal_mode = WAL")
            version = int(self._db.execute("PRAGMA user_version").fetchone()[0])
            if version > FORMAT:
                raise ReleaseError.of(
                    "the ledger is of a newer sfmeta", where=Location(str(path)), mend="update sfmeta"
                )
            self._db.executescript(_SCHEMA)
            self._db.execute(f"PRAGMA user_version = {FORMAT}")
        except sqlite3.DatabaseError as error:
            message = f"the ledger cannot be read: {error}"
            raise ReleaseError.of(message, where=Location(str(path)), mend="move the file away") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """All or nothing. ReleaseError when it cannot be written, as on a full disk."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # SQLite ends it by itself when there is no room
                    self._db.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise ReleaseError.of(
                f"the ledger cannot be written: {error}",
                where=Location(str(self.path)),
                mend="make room or mend its rights; without the ledger a release could not be taken back",
            ) from None

    # releases and steps

    def put(self, release: Release) -> None:
        values = [getattr(release, name.strip()) for name in _RELEASE.split(",")]
        marks = ", ".join("?" * len(values))
        self._db.execute(f"INSERT OR REPLACE INTO release ({_RELEASE}) VALUES ({marks})", values)  # noqa: S608  constants

    def put_step(self, step: Step) -> None:
        values = [getattr(step, name.strip()) for name in _STEP.split(",")]
        values[6], values[7] = json.dumps(list(step.changes)), json.dumps(list(step.jobs))
        marks = ", ".join("?" * len(values))
        self._db.execute(f"INSERT OR REPLACE INTO step ({_STEP}) VALUES ({marks})", values)  # noqa: S608  constants

    def undone(self, release_ids: Sequence[str], by: str) -> None:
        self._db.executemany("UPDATE release SET undone_by = ? WHERE id = ?", [(by, one) for one in release_ids])

    def releases(self, org_id: str) -> tuple[Release, ...]:
        """Those of one org, oldest first."""
        query = f"SELECT {_RELEASE} FROM release WHERE substr(org_id, 1, 15) = ? ORDER BY started, id"  # noqa: S608  constants
        return _as_it_stands([Release(*row) for row in self._db.execute(query, (org_id[:15],))])

    def all(self) -> tuple[Release, ...]:
        """Those of every org, oldest first."""
        return _as_it_stands(self.written())

    def written(self) -> tuple[Release, ...]:
        """All of them as they were written: undone_by also where that release was taken back itself."""
        return tuple(Release(*r) for r in self._db.execute(f"SELECT {_RELEASE} FROM release ORDER BY started, id"))  # noqa: S608  constants

    def steps(self, release_id: str) -> tuple[Step, ...]:
        query = f"SELECT {_STEP} FROM step WHERE release_id = ? ORDER BY number"  # noqa: S608  constants
        return tuple(_step(row) for row in self._db.execute(query, (release_id,)))

    # snapshots

    def keep(self, seen: Seen) -> str:
        """Keep a snapshot and return its name."""
        return document.kept(seen, self.keep_bytes)

    def keep_bytes(self, data: bytes) -> str:
        name = document.digest(data)
        known = self._db.execute("SELECT 1 FROM blob WHERE digest = ?", (name,)).fetchone()
        if known is None:
            self._db.execute("INSERT OR IGNORE INTO blob VALUES (?, ?)", (name, _packed(data)))
        return name

    def get(self, name: str) -> Seen:
        return document.read_back(name, self.get_bytes)

    def get_bytes(self, name: str) -> bytes:
        row = self._db.execute("SELECT data FROM blob WHERE digest = ?", (name,)).fetchone()
        data = zlib.decompress(row[0]) if row else b""
        if document.digest(data) != name:
            mend = "import the ledger of the machine that made the release"
            raise ReleaseError.of(
                f"the ledger lacks the snapshot {name[:12]}", where=Location(str(self.path)), mend=mend
            )
        return data


def _packed(data: bytes) -> bytes:
    """Compressed, unless its beginning shows that this would take long and give nothing."""
    tried = data[:_TRIED]
    return zlib.compress(data, 0 if len(data) > _TRIED and len(zlib.compress(tried, 1)) > 0.98 * _TRIED else 6)


def _as_it_stands(releases: Sequence[Release]) -> tuple[Release, ...]:
    """A release whose way back was taken back stands again."""
    stands: dict[str, bool] = {}
    for release in reversed(releases):  # a way back is later than what it takes back
        stands[release.id] = release.undone_by is None or not stands.get(release.undone_by, True)
    return tuple(replace(one, undone_by=None) if stands[one.id] else one for one in releases)


def _step(row: tuple[Any, ...]) -> Step:
    release_id, number, name, kind, title, outcome, changes, jobs, seconds, before, after = row
    return Step(
        release_id, number, name, kind, title, outcome, json.loads(changes), json.loads(jobs), seconds, before, after
    )
