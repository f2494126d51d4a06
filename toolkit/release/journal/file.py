"""The journal's file: lines of JSON that are only ever added, each on the disk before what it announces is done."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from toolkit.errors import ReleaseError
from toolkit.release.journal.entry import Entry

NAME = "jobs.jsonl"
_LOCK = "jobs.lock"
_LONGEST = 64 * 1024 * 1024
"""Bytes of a journal; about 200,000 jobs."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Journal:
    """The journal in a folder, which is made when the first job is. Only its owner can read it (0600).

    A line that a dying process left half written is passed over. No line holds a secret.
    """

    folder: Path
    now: Callable[[], datetime] = _now

    @property
    def path(self) -> Path:
        return self.folder / NAME

    def starting(self, *, org: str, user: str, digest: str, options: str, check_only: bool) -> Entry:
        """Announce a start. ReleaseError when that cannot be written down: then nothing may be sent."""
        entry = Entry(secrets.token_hex(8), self.now(), org, user, digest, options, check_only)
        self._add(
            event="starting",
            key=entry.key,
            at=entry.at.isoformat(),
            org=org,
            user=user,
            digest=digest,
            options=options,
            checkOnly=check_only,
        )
        return entry

    def started(self, key: str, job: str) -> None:
        """The org has named the job."""
        self._add(event="started", key=key, job=job)

    def ended(self, key: str, how: str) -> None:
        """The job's last status, or why there never was a job."""
        self._add(event="ended", key=key, how=how)

    def entries(self) -> tuple[Entry, ...]:
        """Every start in the order of the file."""
        found: dict[str, Entry] = {}
        for row in self._rows():
            key = str(row.get("key"))
            if row.get("event") == "starting":
                made = _entry(row)
                if made is not None:
                    found[key] = made
            elif key in found and row.get("event") == "started":
                found[key] = replace(found[key], job=str(row.get("job")))
            elif key in found and row.get("event") == "ended":
                found[key] = replace(found[key], ended=str(row.get("how")))
        return tuple(found.values())

    def of_job(self, job: str) -> Entry | None:
        """The entry of a job by its id of 15 or 18 characters."""
        return next((entry for entry in reversed(self.entries()) if (entry.job or "")[:15] == job[:15]), None)

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """No other process of ours starts a job meanwhile; the system ends it when this process dies."""
        self._make_folder()
        try:
            import fcntl
        except ImportError:
            yield
            return
        handle = self._open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _rows(self) -> Iterator[dict[str, object]]:
        try:
            with self.path.open("rb") as stream:
                data = stream.read(_LONGEST)
        except FileNotFoundError:
            return
        except OSError as error:
            raise self._unusable("read", error) from None
        for line in data.split(b"\n"):
            try:
                row = json.loads(line)
            except ValueError:
                continue
            if isinstance(row, dict):
                yield row

    def _add(self, **row: object) -> None:
        self._make_folder()
        line = json.dumps(row, separators=(",", ":"), sort_keys=True).encode()
        handle = self._open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        try:
            # a newline on both sides: a half-written line of somebody who died stays a line of its own
            data = b"\n" + line + b"\n"
            while data:
                data = data[os.write(handle, data) :]
            os.fsync(handle)
        except OSError as error:
            raise self._unusable("written", error) from None
        finally:
            os.close(handle)

    def _make_folder(self) -> None:
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise self._unusable("written", error) from None

    def _open(self, path: Path, flags: int) -> int:
        try:
            return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0), 0o600)
        except OSError as error:
            raise self._unusable("written", error) from None

    def _unusable(self, verb: str, error: OSError) -> ReleaseError:
        return ReleaseError.of(
            f"the journal of jobs {self.path} cannot be {verb}: {error.strerror}",
            mend="make room or mend its rights; without the journal a job could be lost or sent twice",
        )


def _entry(row: dict[str, object]) -> Entry | None:
    try:
        at = datetime.fromisoformat(str(row["at"]))
        return Entry(
            key=str(row["key"]),
            at=at if at.tzinfo else at.replace(tzinfo=UTC),
            org=str(row["org"]),
            user=str(row["user"]),
            digest=str(row["digest"]),
            options=str(row["options"]),
            check_only=row["checkOnly"] is True,
        )
    except (KeyError, ValueError):
        return None
