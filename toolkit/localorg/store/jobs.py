"""Deploy and retrieve jobs: what was asked, how far it is, what came out."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from toolkit.metadata.content import Content, Spool, Stored

_PRODUCTS_KEPT = 50
Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True)
class Job:
    """One job; request and result are JSON objects, without the zip that came (payload) or goes (product)."""

    id: str
    kind: str
    """"deploy" or "retrieve"."""
    status: str
    number: int
    """Its place in the queue of the org."""
    user_id: str
    created: str
    request: Mapping[str, Json]
    result: Mapping[str, Json] | None = None


_Row = tuple[str, str, str, int, str, str, str, str | None]


def _job(row: _Row) -> Job:
    job_id, kind, status, number, user_id, created, request, result = row
    held = json.loads(result) if result is not None else None
    return Job(job_id, kind, status, int(number), user_id, created, json.loads(request), held)


class Jobs:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def add(self, job: Job, payload: Content | None) -> None:
        row = (job.id, job.kind, job.status, job.number, job.user_id, job.created, json.dumps(job.request))
        held, parts = (b"", payload.chunks()) if isinstance(payload, Stored) else (payload, iter(()))
        self._db.execute("INSERT INTO job VALUES (?, ?, ?, ?, ?, ?, ?, NULL, ?, NULL)", (*row, held))
        self._db.executemany(
            "INSERT INTO payload_part VALUES (?, ?, ?)", ((job.id, number, part) for number, part in enumerate(parts))
        )

    def get(self, job_id: str) -> Job | None:
        return self._one("WHERE id = ?", (job_id,))

    def next(self) -> Job | None:
        """The oldest job that is not done, whoever had begun it."""
        return self._one("WHERE status IN ('Pending', 'InProgress', 'Canceling') ORDER BY number LIMIT 1", ())

    def _one(self, where: str, values: tuple[str, ...]) -> Job | None:
        row = self._db.execute(
            f"SELECT id, kind, status, number, user_id, created, request, result FROM job {where}",  # noqa: S608
            values,
        ).fetchone()
        return None if row is None else _job(row)

    def of_kind(self, kind: str) -> Iterator[Job]:
        """Every job of a kind in the order of the queue; a result comes without its details, which may be long."""
        for row in self._db.execute(
            "SELECT id, kind, status, number, user_id, created, request, json_remove(result, '$.details') "
            "FROM job WHERE kind = ? ORDER BY number",
            (kind,),
        ):
            yield _job(row)

    def deployed_since(self, job: Job) -> bool:
        """Whether a later deploy has changed the org."""
        row = self._db.execute(
            "SELECT 1 FROM job WHERE kind = 'deploy' AND number > ? AND status IN ('Succeeded', 'SucceededPartial') "
            "AND NOT json_extract(request, '$.checkOnly') LIMIT 1",
            (job.number,),
        ).fetchone()
        return row is not None

    def status(self, job_id: str) -> str | None:
        row = self._db.execute("SELECT status FROM job WHERE id = ?", (job_id,)).fetchone()
        return None if row is None else str(row[0])

    def set_status(self, job_id: str, status: str) -> None:
        self._db.execute("UPDATE job SET status = ? WHERE id = ?", (status, job_id))

    def finish(self, job_id: str, status: str, result: Mapping[str, Json], product: bytes | None = None) -> None:
        """Keep the result; of what came only the zips of validations are needed again, of what goes the last few."""
        self._db.execute(
            "UPDATE job SET status = ?, result = ?, product = ? WHERE id = ?",
            (status, json.dumps(result), product, job_id),
        )
        if not (status == "Succeeded" and result.get("checkOnly")):
            self._db.execute("UPDATE job SET payload = NULL WHERE id = ?", (job_id,))
            self._db.execute("DELETE FROM payload_part WHERE job_id = ?", (job_id,))
        self._db.execute(
            "UPDATE job SET product = NULL WHERE product IS NOT NULL AND number <= "
            "(SELECT number FROM job WHERE id = ?) - ?",
            (job_id, _PRODUCTS_KEPT),
        )

    def payload(self, job_id: str) -> Content:
        """The zip that came; a large one is on disk. Empty when there is none any more."""
        row = self._db.execute("SELECT payload FROM job WHERE id = ?", (job_id,)).fetchone()
        if row is None or row[0] is None:
            return b""
        spool = Spool(f"the zip of job {job_id}")
        spool.write(row[0])
        for (part,) in self._db.execute("SELECT data FROM payload_part WHERE job_id = ? ORDER BY number", (job_id,)):
            spool.write(part)
        return spool.content()

    def product(self, job_id: str) -> bytes | None:
        row = self._db.execute("SELECT product FROM job WHERE id = ?", (job_id,)).fetchone()
        return None if row is None or row[0] is None else bytes(row[0])
