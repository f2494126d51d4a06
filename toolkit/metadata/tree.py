"""Files as a reader finds them: walking folders and loading content, with bounded cost.

Nothing here knows what metadata is. A walk never leaves a file out silently: what cannot be looked at is a
Problem, what .forceignore excludes is reported.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from errno import ELOOP

from toolkit.errors import Location, MetadataError, Problem
from toolkit.metadata.content import Content, Room, Stretch, bytes_of
from toolkit.metadata.forceignore import ForceIgnore
from toolkit.metadata.zipfmt import MAX_ENTRY_BYTES, MAX_UNPACKED_BYTES, printable

MAX_FILE_BYTES = MAX_ENTRY_BYTES
MAX_FILES = 500_000
_SKIPPED_FOLDERS = frozenset({".git", ".hg", ".svn", ".sf", ".sfdx", "node_modules"})


@dataclass(slots=True)
class Budget:
    """How many more bytes a reader may find, and how many of them it may hold in memory."""

    left: int = MAX_UNPACKED_BYTES
    room: Room = field(default_factory=Room)


@dataclass(frozen=True, slots=True)
class Entry:
    """A file that may belong to a component. content is None until it is loaded from path."""

    origin: str
    path: str = ""
    content: Content | None = None

    def load(self, budget: Budget) -> Content | Problem:
        """The content, or why it cannot be had. What is large, or beyond what may be held, is left where it is."""
        if self.content is not None:
            return self.content
        try:
            handle = os.open(self.path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        except OSError as error:
            return self._unreadable(error)
        try:
            return self._checked(handle, budget)
        except OSError as error:
            return self._unreadable(error)
        finally:
            os.close(handle)

    def load_bytes(self, budget: Budget) -> bytes | Problem:
        """The content in memory, for what is read as a whole, or why it cannot be had."""
        found = self.load(budget)
        if isinstance(found, Problem):
            return found
        try:
            return bytes_of(found)
        except MetadataError as error:
            return error.problems[0]

    def _checked(self, handle: int, budget: Budget) -> Content | Problem:
        """The content of an open file, when it is a plain one and not too large."""
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            return Problem("is not a regular file", Location(printable(self.origin)))
        if status.st_size > MAX_FILE_BYTES:
            return self._too_large(f"is {status.st_size:,} bytes, more than {MAX_FILE_BYTES:,}")
        budget.left -= status.st_size
        if budget.left < 0:
            return self._too_large(f"takes the whole above the {MAX_UNPACKED_BYTES:,} bytes of one deployment")
        if not budget.room.takes(status.st_size):
            return Stretch.of_file(self.path, printable(self.origin), status)
        return _read_all(handle, status.st_size)

    def _unreadable(self, error: OSError) -> Problem:
        return Problem(f"cannot be read: {error.strerror or error}", Location(printable(self.origin)))

    def _too_large(self, what: str) -> Problem:
        mend = "leave it out with .forceignore, or package the project in parts"
        return Problem(what, Location(printable(self.origin)), mend)


def _read_all(handle: int, size: int) -> bytes:
    data = os.read(handle, size + 1) if size else b""
    if len(data) == size:
        return data
    chunks = [data]
    while sum(map(len, chunks)) < size and (chunk := os.read(handle, size)):
        chunks.append(chunk)
    return b"".join(chunks)[:size]


@dataclass(slots=True)
class Walk:
    """One walk over folders. found is called with (folder parts, name, Entry, denied)."""

    found: Callable[[tuple[str, ...], str, Entry, bool], None]
    ignore: ForceIgnore | None = None
    problems: list[Problem] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    count: int = 0

    def below(self, top: str, *, origin: str, parts: tuple[str, ...], relative: str) -> None:
        """Report every file below a folder, in the order of names, folders after files.

        origin is the folder as a person writes it, parts the names that tell what is in it, relative its path
        from the folder of .forceignore ("" or ending with a slash).
        """
        start: tuple[str, str, tuple[str, ...], str, tuple[tuple[int, int], ...]] = (top, origin, parts, relative, ())
        waiting = [start] if self._open_way(relative) else []
        while waiting:
            path, shown, above, inside, links = waiting.pop()
            if self.count > MAX_FILES:
                self.problems.append(Problem(f"more than {MAX_FILES:,} files", Location(printable(shown))))
                return
            folders = [
                (f"{path}/{name}", _join(shown, name), (*above, name), f"{inside}{name}/", chain)
                for name, chain in self._folder(path, shown, above, inside, links)
            ]
            waiting += reversed(folders)

    def _open_way(self, relative: str) -> bool:
        """Whether no folder on the way down from .forceignore is denied."""
        if self.ignore is None:
            return True
        steps = [relative[: index + 1] for index, character in enumerate(relative) if character == "/"]
        return not any(self.ignore.denies(step) or self.ignore.denies(step[:-1]) for step in steps)

    def _folder(
        self, path: str, shown: str, above: tuple[str, ...], inside: str, links: tuple[tuple[int, int], ...]
    ) -> Iterator[tuple[str, tuple[tuple[int, int], ...]]]:
        """Report the files of one folder; its folders come out with the links that led to them."""
        try:
            with os.scandir(path) as scanned:
                entries = sorted(scanned, key=lambda e: e.name)
        except OSError as error:
            self.problems.append(Problem(f"cannot be read: {error.strerror}", Location(printable(shown))))
            return
        denies = self.ignore.denies if self.ignore else None
        for entry in entries:
            name = entry.name
            try:
                is_folder = entry.is_dir()
            except OSError as error:
                self._broken(error, _join(shown, name))
                continue
            if is_folder:
                if name in _SKIPPED_FOLDERS:
                    continue
                if denies and (denies(f"{inside}{name}/") or denies(f"{inside}{name}")):
                    self.left_out.append(_join(shown, name) + "/")
                    continue
                chain = self._followed(entry, path, _join(shown, name), links) if entry.is_symlink() else links
                if chain is not None:
                    yield name, chain
                continue
            self.count += 1
            denied = bool(denies and denies(f"{inside}{name}"))
            self.found(above, name, Entry(_join(shown, name), f"{path}/{name}"), denied)

    def _followed(
        self, entry: os.DirEntry[str], path: str, shown: str, links: tuple[tuple[int, int], ...]
    ) -> tuple[tuple[int, int], ...] | None:
        """The links followed so far with this one, None when it leads into a circle."""
        status = entry.stat()
        here = (status.st_dev, status.st_ino)
        above = os.path.realpath(path)
        target = os.path.realpath(entry.path)
        if here in links or above == target or above.startswith(target.rstrip("/") + "/"):
            self.problems.append(
                Problem("a symbolic link that leads back to a folder above it", Location(printable(shown)), "remove it")
            )
            return None
        return (*links, here)

    def _broken(self, error: OSError, shown: str) -> None:
        what = "a symbolic link that leads to itself" if error.errno == ELOOP else f"cannot be read: {error.strerror}"
        self.problems.append(Problem(what, Location(printable(shown))))


def _join(shown: str, name: str) -> str:
    return f"{shown}/{name}" if shown else name
