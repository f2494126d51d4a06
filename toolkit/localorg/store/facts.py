"""Single values about the org, id counters and sessions."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from toolkit.localorg import ids


class Facts:
    """Named values of the org ("org_id", "schema_version", ...)."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def get(self, key: str) -> str | None:
        row = self._db.execute("SELECT value FROM fact WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def put(self, key: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (key, value))

    def remove(self, key: str) -> None:
        self._db.execute("DELETE FROM fact WHERE key = ?", (key,))

    def next_number(self, prefix: str) -> int:
        row = self._db.execute(
            "INSERT INTO counter VALUES (?, 1) ON CONFLICT (prefix) DO UPDATE SET last = last + 1 RETURNING last",
            (prefix,),
        ).fetchone()
        return int(row[0])

    def next_id(self, prefix: str) -> str:
        """A new 18-character id under this key prefix."""
        return ids.make(prefix, self.next_number(prefix))


@dataclass(frozen=True, slots=True)
class Session:
    token: str
    user_id: str
    client: str
    """The consumer key it was issued to; empty for the session of the org's own start."""
    kind: str
    """"access" or "refresh"."""
    expires: float
    """Seconds since the epoch; 0 never."""


class Sessions:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def put(self, session: Session) -> None:
        row = (session.token, session.user_id, session.client, session.kind, session.expires)
        self._db.execute("INSERT OR REPLACE INTO session VALUES (?, ?, ?, ?, ?)", row)

    def get(self, token: str, kind: str) -> Session | None:
        row = self._db.execute(
            "SELECT token, user_id, client, kind, expires FROM session WHERE token = ? AND kind = ?", (token, kind)
        ).fetchone()
        return None if row is None else Session(*row)

    def remove(self, token: str) -> bool:
        return self._db.execute("DELETE FROM session WHERE token = ?", (token,)).rowcount > 0
