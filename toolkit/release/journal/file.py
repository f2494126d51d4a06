"""The journal's file: lines of JSON that are only ever added, each on the disk before what it announces is done."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from toolkit.errors import ReleaseError
from toolkit.release.journal.entry import Content, Entry

NAME = "jobs.jsonl"
_LOCK = "jobs.lock"
_LONGEST = 64 * 1024 * 1024
"""Bytes at the end of a journal that are read; some 100,000 jobs."""

OWN_CLOCK = timedelta(minutes=5)
ORG_CLOCK = timedelta(minutes=1)
"""How far this machine's clock, and what an org told of its own, may be ahead of the time that jobs are made at."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Journal:
    """The journal in a folder, which is made when the first job is. Only its owner can read it (0600).

    A line that a dying process left half written is passed over. No line holds a secret.
    """

    folder: Path
    now: Callable[[], datetime] = _now
    _mark: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.mark()

    @property
    def path(self) -> Path:
        return self.folder / NAME

    def starting(
        self,
        *,
        org: str,
        user: str,
        content: Content,
        options: str,
        check_only: bool,
        org_time: datetime | None = None,
    ) -> Entry:
        """Announce a start. ReleaseError when that cannot be written down: then nothing may be sent."""
        at = org_time or self.now()
        since = at - (ORG_CLOCK if org_time is not None else OWN_CLOCK)
        entry = Entry(secrets.token_hex(8), at, since, org, user, content, options, check_only)
        self._add(
            event="starting",
            key=entry.key,
            at=at.isoformat(),
            askedSince=since.isoformat(),
            org=org,
            user=user,
            digest=content.digest,
            names=content.names,
            options=options,
            checkOnly=check_only,
        )
        return entry

    def started(self, key: str, job: str, *, inferred: bool = False) -> None:
        """The org has named the job; or, inferred, has one that alone can be it."""
        self._add(event="started", key=key, job=job, **({"inferred": True} if inferred else {}))

    def mistaken(self, key: str, job: str) -> None:
        """The job turned out to be another package's: whether the start reached the org is open again."""
        self._add(event="mistaken", key=key, job=job)

    def ended(self, key: str, how: str) -> None:
        """The job's last status, or why there never was a job."""
        self._add(event="ended", key=key, how=how)

    def entries(self) -> tuple[Entry, ...]:
        """Every start in the order of the file."""
        found: dict[str, Entry] = {}
        for place, row in self._rows():
            key = str(row.get("key"))
            event = row.get("event")
            if event == "starting":
                made = _entry(row, place)
                if made is not None:
                    found[key] = made
            elif key not in found:
                continue
            elif event == "started":
                inferred = row.get("inferred") is True
                found[key] = replace(found[key], job=str(row.get("job")), inferred=inferred, place=place)
            elif event == "mistaken":
                others = (*found[key].not_ours, str(row.get("job")))
                found[key] = replace(found[key], job=None, ended=None, inferred=False, not_ours=others)
            elif event == "ended":
                found[key] = replace(found[key], ended=str(row.get("how")), place=place)
        return tuple(found.values())

    def of_job(self, job: str) -> Entry | None:
        """The entry of a job by its id of 15 or 18 characters."""
        return next((entry for entry in reversed(self.entries()) if (entry.job or "")[:15] == job[:15]), None)

    def mark(self) -> None:
        """The org is being read now: what is written from here on is newer than what is seen there."""
        with contextlib.suppress(OSError):
            self._mark = self.path.stat().st_size

    def is_news(self, entry: Entry) -> bool:
        """Whether something was written of the entry since the mark."""
        return entry.place >= self._mark

    @contextlib.contextmanager
    def alone(self, say: Callable[[str], None]) -> Iterator[None]:
        """No other process of ours starts a job meanwhile; the system ends it when this process dies.

        say is told when there is one to wait for.
        """
        self._make_folder()
        try:
            import fcntl
        except ImportError:
            yield
            return
        handle = self._open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("another sfmeta of this folder is starting a job: waiting for it")
                fcntl.flock(handle, fcntl.LOCK_EX)
            except OSError as error:
                raise self._unusable("locked", error) from None
            yield
        finally:
            os.close(handle)

    def _rows(self) -> Iterator[tuple[int, dict[str, object]]]:
        try:
            with self.path.open("rb") as stream:
                place = max(0, os.fstat(stream.fileno()).st_size - _LONGEST)
                stream.seek(place)
                for line in stream:
                    row = _row(line)
                    if row is not None:
                        yield place, row
                    place += len(line)
        except FileNotFoundError:
            return
        except OSError as error:
            raise self._unusable("read", error) from None

    def _add(self, **row: object) -> None:
        self._make_folder()
        line = json.dumps(row, separators=(",", ":"), sort_keys=True).encode()
        new = not self.path.exists()
        handle = self._open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        try:
            # a newline on both sides: a half-written line of somebody who died stays a line of its own
            data = b"\n" + line + b"\n"
            while data:
                data = data[os.write(handle, data) :]
            os.fsync(handle)
            if new:
                self._sync_folder()
        except OSError as error:
            raise self._unusable("written", error) from None
        finally:
            os.close(handle)

    def _sync_folder(self) -> None:
        """Have the name of a new file on the disk, too, where folders can be synced."""
        if os.name != "posix":
            return
        handle = os.open(self.folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
        try:
            os.fsync(handle)
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


def _row(line: bytes) -> dict[str, object] | None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) else None


def _entry(row: dict[str, object], place: int) -> Entry | None:
    try:
        at = _moment(row["at"])
        names = row.get("names")
        return Entry(
            key=str(row["key"]),
            at=at,
            asked_since=_moment(row["askedSince"]) if "askedSince" in row else at - OWN_CLOCK,
            org=str(row["org"]),
            user=str(row["user"]),
            content=Content(str(row["digest"]), tuple(map(str, names)) if isinstance(names, list) else ()),
            options=str(row["options"]),
            check_only=row["checkOnly"] is True,
            place=place,
        )
    except (KeyError, ValueError, OverflowError):
        return None


def _moment(value: object) -> datetime:
    moment = datetime.fromisoformat(str(value))
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
