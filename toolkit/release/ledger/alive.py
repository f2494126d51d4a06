"""Whether the process that makes a release still lives.

While a release is made, its process holds a lock on a file beside the ledger. The system takes the lock off when the
process ends, however it ends, so a file that nobody holds a lock on is that of a release that was cut off.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path

from toolkit.errors import ReleaseError


class Life(Enum):
    """What is known of the process that makes a release without an end."""

    RUNS = "runs on this machine"
    CUT_OFF = "is gone"
    UNKNOWN = "cannot be seen from here"
    """It ran on another machine, or on a system without such locks."""


def _file(folder: Path, release: str) -> Path:
    return folder / f"running-{release}.lock"


@contextmanager
def alive(folder: Path, release: str) -> Iterator[None]:
    """Hold the lock of a release; its file goes when the block ends, and stays when an exception ends it.

    ReleaseError when the file cannot be made.
    """
    path = _file(folder, release)
    try:
        handle = _locked(path)
    except OSError as error:
        raise ReleaseError.of(
            f"{path} cannot be written: {error.strerror}", mend="make room, or mend the rights of its folder"
        ) from None
    try:
        yield
        path.unlink(missing_ok=True)
    finally:
        if handle is not None:
            os.close(handle)


def _locked(path: Path) -> int | None:
    """An open file that is locked and names this process; None on a system without such locks."""
    try:
        import fcntl
    except ImportError:
        return None
    handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.write(handle, json.dumps({"host": socket.gethostname(), "process": os.getpid()}).encode())
    except OSError:
        os.close(handle)
        raise
    return handle


def life_of(folder: Path, release: str) -> Life:
    """What is known of the process of a release that has no end."""
    try:
        import fcntl

        handle = os.open(_file(folder, release), os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except (ImportError, OSError):
        return Life.UNKNOWN
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return Life.RUNS
    else:
        return Life.CUT_OFF if _host(handle) == socket.gethostname() else Life.UNKNOWN
    finally:
        os.close(handle)


def _host(handle: int) -> str:
    try:
        found = json.loads(os.read(handle, 4096))
    except (OSError, ValueError):
        return ""
    return str(found.get("host")) if isinstance(found, dict) else ""
