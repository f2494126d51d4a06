"""What a file holds: its bytes where they are few, else where they stand on disk, read piece by piece whenever needed.

A package may have 600 MB. What is large stays in the file or archive that it came from, so that a deployment costs
disk and time for it, and hardly any memory.
"""

from __future__ import annotations

import hashlib
import io
import os
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol, TypeAlias

from toolkit.errors import Location, MetadataError

LARGE = 64 * 1024
"""Bytes from which on a content stays on disk."""

HELD = 32 * 1024 * 1024
"""Bytes of one reading that are held in memory at most; small contents after that stay on disk, too."""

CHUNK = 256 * 1024
"""Bytes of a piece."""


class Stored(ABC):
    """A content on disk. It is equal to whatever holds the same bytes.

    Reading it raises MetadataError when it cannot be had any more as it was when it was found.
    """

    __slots__ = ("_digest", "size", "source")

    def __init__(self, size: int, source: str, digest: str | None = None) -> None:
        """source is how messages call it; digest its SHA-256 where that is known already."""
        self.size = size
        self.source = source
        self._digest = digest

    @abstractmethod
    def _pieces(self) -> Iterator[bytes]:
        """The bytes from the first on; OSError when they cannot be read."""

    def chunks(self) -> Iterator[bytes]:
        """All of it, in pieces of at most CHUNK."""
        left = self.size
        try:
            for piece in self._pieces():
                left -= len(piece)
                if left < 0:
                    break
                yield piece
        except OSError as error:
            message = f"cannot be read: {error.strerror or error}"
            raise MetadataError.of(message, where=Location(self.source)) from None
        if left:
            raise _changed(self.source)

    def read(self) -> bytes:
        """All of it at once, for what has to be looked at as a whole."""
        return b"".join(self.chunks())

    @property
    def digest(self) -> str:
        """SHA-256, as hexadecimal digits."""
        if self._digest is None:
            total = hashlib.sha256()
            for piece in self.chunks():
                total.update(piece)
            self._digest = total.hexdigest()
        return self._digest

    def __eq__(self, other: object) -> bool:
        if isinstance(other, (bytes, Stored)):
            return self is other or (self.size == size_of(other) and self.digest == digest_of(other))
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]  # it would have to be that of the bytes

    def __repr__(self) -> str:
        return f"<{self.size:,} bytes of {self.source}>"


Content: TypeAlias = bytes | Stored


def size_of(content: Content) -> int:
    """Its length in bytes."""
    return len(content) if isinstance(content, bytes) else content.size


def chunks_of(content: Content) -> Iterator[bytes]:
    """All of it, in pieces of at most CHUNK; none when it is empty."""
    if isinstance(content, Stored):
        yield from content.chunks()
    elif len(content) > CHUNK:
        yield from (content[start : start + CHUNK] for start in range(0, len(content), CHUNK))
    elif content:
        yield content


def bytes_of(content: Content) -> bytes:
    """All of it at once."""
    return content if isinstance(content, bytes) else content.read()


def digest_of(content: Content) -> str:
    """SHA-256, as hexadecimal digits."""
    return hashlib.sha256(content).hexdigest() if isinstance(content, bytes) else content.digest


def _changed(source: str) -> MetadataError:
    return MetadataError.of(
        "has changed since it was first read", where=Location(source), mend="run it again when nobody writes to it"
    )


@dataclass(slots=True)
class Room:
    """How many more bytes one reading may hold in memory."""

    left: int = HELD

    def takes(self, size: int) -> bool:
        """Whether a content of this size is to be held; it is counted when it is."""
        if size >= LARGE or size > self.left:
            return False
        self.left -= size
        return True


class Opener(Protocol):
    """A file that can be read again and again, by several at once; size is its length in bytes."""

    @property
    def size(self) -> int: ...

    def open(self) -> BinaryIO:
        """It, from its first byte, with a place of its own to read at."""


@dataclass(frozen=True, slots=True)
class FileOpener:
    """A file of a person's, which must stay what it was when it was found."""

    path: str
    shown: str
    size: int
    changed: int
    """When it was last written, in nanoseconds."""

    def open(self) -> BinaryIO:
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)  # a pipe is not waited for
        try:
            file = os.fdopen(os.open(self.path, flags), "rb")
        except OSError as error:
            raise MetadataError.of(f"cannot be read: {error.strerror}", where=Location(self.shown)) from None
        status = os.fstat(file.fileno())
        if (status.st_size, status.st_mtime_ns) != (self.size, self.changed):
            file.close()
            raise _changed(self.shown)
        return file


class Stretch(Stored):
    """Bytes that stand in a file as they are."""

    __slots__ = ("offset", "opener")

    def __init__(self, opener: Opener, size: int, source: str, *, offset: int = 0, digest: str | None = None) -> None:
        super().__init__(size, source, digest)
        self.opener = opener
        self.offset = offset

    @classmethod
    def of_file(cls, path: str, shown: str, status: os.stat_result) -> Stretch:
        """All of a file, whose status is known; shown is how messages call it."""
        return cls(FileOpener(path, shown, status.st_size, status.st_mtime_ns), status.st_size, shown)

    @property
    def is_whole(self) -> bool:
        """Whether it is all of its file."""
        return self.size == self.opener.size

    def _pieces(self) -> Iterator[bytes]:
        with self.opener.open() as file:
            file.seek(self.offset)
            left = self.size
            while left and (piece := file.read(min(CHUNK, left))):
                left -= len(piece)
                yield piece


class Spool:
    """Bytes that are written piece by piece: held while they are few, then in a file without a name.

    That file is readable by its owner only and is gone when nobody refers to it any more, however the process ends.
    MetadataError when the disk has no room for it.
    """

    def __init__(self, source: str, *, most_held: int = LARGE) -> None:
        self.size = 0
        self._source = source
        self._most_held = most_held
        self._held = bytearray()
        self._file: _Nameless | None = None

    def write(self, data: bytes) -> None:
        self.size += len(data)
        self._held += data
        if len(self._held) >= (CHUNK if self._file else self._most_held):
            self._flush()

    def content(self) -> Content:
        """What has been written; nothing can be written afterwards."""
        if self._file is None:
            return bytes(self._held)
        self._flush()
        return Stretch(self._file, self.size, self._source)

    def _flush(self) -> None:
        self._file = self._file or _nameless(self._source)
        self._file.append(bytes(self._held), self._source)
        self._held.clear()


class Shelf:
    """Many contents: as many small ones as there is room for are held, the others stand in one file without a name.

    That is a file as a Spool has one. One for all of them, because a process may open a few hundred only.
    """

    def __init__(self) -> None:
        self._room = Room()
        self._file: _Nameless | None = None
        self._one_at_a_time = threading.Lock()

    def put(self, chunks: Iterable[bytes], source: str) -> Content:
        """What comes in pieces, as one content; source is how messages call it."""
        with self._one_at_a_time:
            size, held = 0, bytearray()
            begun: tuple[_Nameless, int] | None = None
            for piece in chunks:
                size += len(piece)
                held += piece
                if len(held) >= LARGE:
                    part = self._append(held, source)
                    begun = begun or part
            if begun is None and self._room.takes(size):
                return bytes(held)
            part = self._append(held, source)
            file, start = begun or part
            return Stretch(file, size, source, offset=start)

    def _append(self, held: bytearray, source: str) -> tuple[_Nameless, int]:
        """Move what is held to the file; the file, and where it begins there."""
        file = self._file = self._file or _nameless(source)
        start = file.size
        file.append(bytes(held), source)
        held.clear()
        return file, start


def _nameless(source: str) -> _Nameless:
    try:
        return _Nameless()
    except OSError as error:
        raise _no_room(source, error) from None


def _no_room(source: str, error: OSError) -> MetadataError:
    message = f"{source} cannot be kept on disk: {error.strerror}"
    return MetadataError.of(message, mend="make room, or point TMPDIR elsewhere")


class _Nameless:
    """A temporary file without a name; it is closed with the last reference to it."""

    def __init__(self) -> None:
        import tempfile
        import weakref

        with tempfile.TemporaryFile(prefix="sfmeta-") as file:
            self.handle = os.dup(file.fileno())
        self.size = 0
        self._lock = threading.Lock()
        weakref.finalize(self, os.close, self.handle)

    def append(self, data: bytes, source: str) -> None:
        """Add to the end; MetadataError, which calls it source, when there is no room."""
        view = memoryview(data)
        with self._lock:
            try:
                os.lseek(self.handle, self.size, os.SEEK_SET)
                while view:
                    written = os.write(self.handle, view)
                    self.size += written
                    view = view[written:]
            except OSError as error:
                raise _no_room(source, error) from None

    def read_at(self, offset: int, size: int) -> bytes:
        if hasattr(os, "pread"):
            return os.pread(self.handle, size, offset)
        with self._lock:  # where there is no pread, readers take turns
            os.lseek(self.handle, offset, os.SEEK_SET)
            return os.read(self.handle, size)

    def open(self) -> BinaryIO:
        return io.BufferedReader(_Reader(self), CHUNK)


class _Reader(io.RawIOBase):
    """One reader of a nameless file, which it keeps open."""

    def __init__(self, file: _Nameless) -> None:
        self._file = file
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._file.size}[whence]
        return self._at

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # what BufferedReader passes
        data = self._file.read_at(self._at, len(buffer))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)
