"""Zip archives: written so that the same entries give the same bytes, read so that a hostile one costs little.

Writing is done here and not with zipfile because its bytes vary with the Python version. Entries are stored,
not compressed, unless that is asked for: what deflate makes of the same input depends on the zlib at hand.
Large entries go through in pieces, both ways.
"""

from __future__ import annotations

import io
import stat
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from toolkit.errors import Location, MetadataError, Problem
from toolkit.metadata.content import (
    CHUNK,
    Content,
    Opener,
    Room,
    Shelf,
    Spool,
    Stored,
    Stretch,
    bytes_of,
    chunks_of,
    size_of,
)

if TYPE_CHECKING:
    import zipfile

MAX_ENTRIES = 60_000
MAX_UNPACKED_BYTES = 629_145_600  # what the Metadata API takes uncompressed
MAX_ARCHIVE_BYTES = MAX_UNPACKED_BYTES + 32 * 1024 * 1024  # so much, stored, and what stands around it
MAX_ENTRY_BYTES = 100 * 1024 * 1024
MAX_RATIO = 1032  # the most that deflate can reach; anything above lies about its size
_MAX_DIRECTORY_BYTES = 32 * 1024 * 1024
_MAX_WRITTEN = 65_535  # entries, without the zip64 extension
_DOS_EPOCH = (0, 0x21)  # 1980-01-01 00:00:00, the first time that a zip can hold
_DEFLATED = 8
_METHODS = (0, _DEFLATED)  # 0: stored
_UTF8 = 0x800
_FILE = (stat.S_IFREG | 0o644) << 16
_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")


def write(entries: Iterable[tuple[str, Content]], *, compress: bool = False) -> Iterator[bytes]:
    """The archive in chunks; entries come out in the given order.

    Times are the zip epoch, files are 0644, there are no directory entries and no comments.
    Raises MetadataError when there are more entries or bytes than a plain zip can hold, and when a content cannot be
    read any more.
    """
    directory = bytearray()
    offset = count = 0
    for name, content in entries:
        raw = name.encode("utf-8")
        method, body, crc = _packed(name, content, compress=compress)
        needs, flags = (20 if method else 10), (0 if name.isascii() else _UTF8)
        sizes = (crc, size_of(body), size_of(content))
        head = _LOCAL.pack(b"PK\3\4", needs, flags, method, *_DOS_EPOCH, *sizes, len(raw), 0) + raw
        # made by: Unix, so that the file mode counts
        directory += _CENTRAL.pack(
            b"PK\1\2", 3 << 8 | 20, needs, flags, method, *_DOS_EPOCH, *sizes, len(raw), 0, 0, 0, 0, _FILE, offset
        )
        directory += raw
        offset += len(head) + size_of(body)
        count += 1
        if count > _MAX_WRITTEN or offset > 0xFFFF_FFFE:
            raise MetadataError.of(
                f"more than {_MAX_WRITTEN} files or 4 GB do not fit into one package", mend="split the package"
            )
        yield head
        yield from chunks_of(body)
    yield bytes(directory)
    yield _END.pack(b"PK\5\6", 0, 0, count, count, len(directory), offset, 0)


def _packed(name: str, content: Content, *, compress: bool) -> tuple[int, Content, int]:
    """How an entry is kept, what stands in the archive for it, and the checksum of its content.

    What deflate would not make smaller is stored.
    """
    checksum = 0
    if not compress:
        for piece in chunks_of(content):
            checksum = zlib.crc32(piece, checksum)
        return 0, content, checksum
    packer, spool = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS), Spool(name)
    for piece in chunks_of(content):
        checksum = zlib.crc32(piece, checksum)
        spool.write(packer.compress(piece))
    spool.write(packer.flush())
    return (_DEFLATED, spool.content(), checksum) if spool.size < size_of(content) else (0, content, checksum)


def write_bytes(entries: Iterable[tuple[str, Content]], *, compress: bool = False) -> bytes:
    """The archive as one."""
    return b"".join(write(entries, compress=compress))


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading may cost."""

    archive: int = MAX_ARCHIVE_BYTES
    entries: int = MAX_ENTRIES
    unpacked: int = MAX_UNPACKED_BYTES
    entry: int = MAX_ENTRY_BYTES


def read(data: Content, source: str, limits: Limits = Limits()) -> list[tuple[str, Content]]:
    """The files of an archive in its own order, directories left out. Large ones stay in it, all have been checked.

    MetadataError names every entry that is absolute, leads outside, is a link, encrypted, there twice, not
    stored or deflated, or larger than it can be, and an archive that is broken or beyond the limits.
    """
    opener = _opener(data, source)
    room = Room()
    with opener.open() as file, _opened(file, source, limits) as archive:
        infos = archive.infolist()
        problems = [p for info in infos if (p := _refused(info, source, limits))]
        problems += _twice(infos, source)
        total = sum(info.file_size for info in infos)
        if total > limits.unpacked:
            problems.append(_too_large(source, f"unpacks to {total:,} bytes, more than {limits.unpacked:,}"))
        MetadataError.raise_any(problems)
        found: list[tuple[str, Content]] = []
        for info in infos:
            if info.is_dir():
                continue
            if room.takes(info.file_size):
                found.append((info.filename, b"".join(_unpacked(archive, info, source))))
            else:
                found.append((info.filename, _left_there(archive, file, info, source, opener)))
        return found


@dataclass(frozen=True, slots=True)
class _InMemory:
    """An archive that is held."""

    data: bytes

    @property
    def size(self) -> int:
        return len(self.data)

    def open(self) -> BinaryIO:
        return io.BytesIO(self.data)


def _opener(data: Content, source: str) -> Opener:
    """The archive as a file to find one's way in; one that is itself packed into another is unpacked first."""
    if isinstance(data, Stored) and not (isinstance(data, Stretch) and data.is_whole):
        data = Shelf().put(data.chunks(), source)
    return data.opener if isinstance(data, Stretch) else _InMemory(bytes_of(data))


def _opened(file: BinaryIO, source: str, limits: Limits) -> zipfile.ZipFile:
    file.seek(0, io.SEEK_END)
    size = file.tell()
    if size > limits.archive:
        raise MetadataError(_too_large(source, f"is {size:,} bytes, more than {limits.archive:,}"))
    file.seek(max(0, size - 22 - 0xFFFF))
    tail = file.read()
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) - at < _END.size:
        raise MetadataError.of("not a zip archive, or cut off at its end", where=Location(source))
    _, _, _, _, entries, length, _, _ = _END.unpack_from(tail, at)
    if entries == 0xFFFF or length == 0xFFFF_FFFF or entries > limits.entries or length > _MAX_DIRECTORY_BYTES:
        raise MetadataError(_too_large(source, f"holds more than {limits.entries:,} entries"))
    import zipfile

    file.seek(0)
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error) as error:
        raise MetadataError.of(f"a broken zip archive: {error}", where=Location(source)) from None
    if len(archive.filelist) > limits.entries:
        raise MetadataError(_too_large(source, f"holds more than {limits.entries:,} entries"))
    return archive


def _too_large(source: str, what: str) -> Problem:
    return Problem(f"the archive {what}", Location(source), "split it; the Metadata API would refuse it too")


def unsafe_path(name: str) -> str | None:
    """Why a path cannot be taken below a folder, None when it can."""
    parts = name.rstrip("/").split("/")
    if not name or "\\" in name or (len(name) > 1 and name[1] == ":") or name.startswith("/"):
        return "is not a relative path with forward slashes"
    if any(part in ("", ".", "..") for part in parts):
        return "leads outside its folder or has an empty part"
    if any(ord(character) < 32 or ord(character) == 127 for character in name):
        return "has a control character in its name"
    if any(len(part.encode("utf-8", "surrogatepass")) > 255 for part in parts) or len(parts) > 100:
        return "is too long for a file system"
    return None


def _refused(info: zipfile.ZipInfo, source: str, limits: Limits) -> Problem | None:
    where = Location(f"{source}!{printable(info.filename)}")
    # zipfile cuts names at NUL and turns the other separator round; orig_filename is what stands there
    why = unsafe_path(info.orig_filename)
    checks = (
        (why is not None, why or "", "make the archive again"),
        (stat.S_ISLNK(info.external_attr >> 16), "is a symbolic link", "put the file itself there"),
        (bool(info.flag_bits & 0x1), "is encrypted", "make the archive without a password"),
        (info.compress_type not in _METHODS, "is neither stored nor deflated", "make the archive with plain zip"),
        (
            info.file_size > max(info.compress_size, 1) * MAX_RATIO + 64,
            "claims more bytes than its data can hold",
            "make the archive again",
        ),
        (
            info.file_size > limits.entry,
            f"unpacks to {info.file_size:,} bytes, more than {limits.entry:,}",
            "leave it out; a deployment could not carry it",
        ),
    )
    return next((Problem(f"the entry {what}", where, mend) for failed, what, mend in checks if failed), None)


def _twice(infos: Iterable[zipfile.ZipInfo], source: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for info in infos:
        if info.filename in seen:
            where = Location(f"{source}!{printable(info.filename)}")
            yield Problem("the entry is there twice", where, "keep one")
        seen.add(info.filename)


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, source: str) -> Iterator[bytes]:
    """What an entry holds, in pieces; its length and checksum are what the archive says once the last one has come."""
    import zipfile

    where = Location(f"{source}!{printable(info.filename)}")
    left = info.file_size
    try:
        with archive.open(info) as stream:
            while piece := stream.read(CHUNK):
                left -= len(piece)
                yield piece
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise MetadataError.of(f"the entry cannot be unpacked: {error}", where=where) from None
    if left:
        raise MetadataError.of("the entry does not hold as many bytes as it says", where=where)


def _left_there(archive: zipfile.ZipFile, file: BinaryIO, info: zipfile.ZipInfo, source: str, opener: Opener) -> Stored:
    """An entry that stays in its archive, after it has been read once to see that it is what it says."""
    import hashlib

    total = hashlib.sha256()
    for piece in _unpacked(archive, info, source):
        total.update(piece)
    file.seek(info.header_offset)
    head = _LOCAL.unpack(file.read(_LOCAL.size))
    at = info.header_offset + _LOCAL.size + head[-2] + head[-1]
    name = f"{source}!{printable(info.filename)}"
    if info.compress_type == _DEFLATED:
        size, packed = info.file_size, info.compress_size
        return _Deflated(opener, at=at, packed=packed, size=size, source=name, digest=total.hexdigest())
    return Stretch(opener, info.file_size, name, offset=at, digest=total.hexdigest())


class _Deflated(Stored):
    """An entry in its archive: the packed bytes from an offset on."""

    __slots__ = ("_at", "_opener", "_packed")

    def __init__(self, opener: Opener, *, at: int, packed: int, size: int, source: str, digest: str) -> None:
        super().__init__(size, source, digest)
        self._opener = opener
        self._at = at
        self._packed = packed

    def _pieces(self) -> Iterator[bytes]:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        with self._opener.open() as file:
            file.seek(self._at)
            left = self._packed
            try:
                while left and (packed := file.read(min(CHUNK, left))):
                    left -= len(packed)
                    while piece := inflater.decompress(packed, CHUNK):
                        yield piece
                        packed = inflater.unconsumed_tail
            except zlib.error as error:
                raise OSError(str(error)) from None


def printable(path: str) -> str:
    """A path as one line of text: control characters and what is no text are shown escaped."""
    if path.isprintable():
        return path
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in path)
