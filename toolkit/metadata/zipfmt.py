"""Zip archives: written so that the same entries give the same bytes, read so that a hostile one costs little.

Writing is done here and not with zipfile because its bytes vary with the Python version. Entries are stored,
not compressed, unless that is asked for: what deflate makes of the same input depends on the zlib at hand.
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

if TYPE_CHECKING:
    import zipfile

MAX_ARCHIVE_BYTES = 250 * 1024 * 1024
MAX_ENTRIES = 60_000
MAX_UNPACKED_BYTES = 629_145_600  # what the Metadata API takes uncompressed
MAX_ENTRY_BYTES = 100 * 1024 * 1024
MAX_RATIO = 1032  # the most that deflate can reach; anything above lies about its size
_MAX_DIRECTORY_BYTES = 32 * 1024 * 1024
_MAX_WRITTEN = 65_535  # entries, without the zip64 extension
_DOS_EPOCH = (0, 0x21)  # 1980-01-01 00:00:00, the first time that a zip can hold
_METHODS = (0, 8)  # stored, deflated
_UTF8 = 0x800
_FILE = (stat.S_IFREG | 0o644) << 16
_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")


def write(entries: Iterable[tuple[str, bytes]], *, compress: bool = False) -> Iterator[bytes]:
    """The archive in chunks; entries come out in the given order.

    Times are the zip epoch, files are 0644, there are no directory entries and no comments.
    Raises MetadataError when there are more entries or bytes than a plain zip can hold.
    """
    directory = bytearray()
    offset = count = 0
    for name, content in entries:
        raw = name.encode("utf-8")
        method, body = 0, content
        if compress and content:
            packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
            packed = packer.compress(content) + packer.flush()
            if len(packed) < len(content):
                method, body = 8, packed
        needs, flags = (20 if method else 10), (0 if name.isascii() else _UTF8)
        crc = zlib.crc32(content)
        sizes = (crc, len(body), len(content))
        head = _LOCAL.pack(b"PK\3\4", needs, flags, method, *_DOS_EPOCH, *sizes, len(raw), 0) + raw
        # made by: Unix, so that the file mode counts
        directory += _CENTRAL.pack(
            b"PK\1\2", 3 << 8 | 20, needs, flags, method, *_DOS_EPOCH, *sizes, len(raw), 0, 0, 0, 0, _FILE, offset
        )
        directory += raw
        offset += len(head) + len(body)
        count += 1
        if count > _MAX_WRITTEN or offset > 0xFFFF_FFFE:
            raise MetadataError.of(
                f"more than {_MAX_WRITTEN} files or 4 GB do not fit into one package", mend="split the package"
            )
        yield head
        yield body
    yield bytes(directory)
    yield _END.pack(b"PK\5\6", 0, 0, count, count, len(directory), offset, 0)


def write_bytes(entries: Iterable[tuple[str, bytes]], *, compress: bool = False) -> bytes:
    """The archive as one."""
    return b"".join(write(entries, compress=compress))


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading may cost."""

    archive: int = MAX_ARCHIVE_BYTES
    entries: int = MAX_ENTRIES
    unpacked: int = MAX_UNPACKED_BYTES


def read(data: bytes, source: str, limits: Limits = Limits()) -> list[tuple[str, bytes]]:
    """The files of an archive in its own order, directories left out.

    MetadataError names every entry that is absolute, leads outside, is a link, encrypted, there twice, not
    stored or deflated, or larger than it can be, and an archive that is broken or beyond the limits.
    """
    file = io.BytesIO(data)
    with _opened(file, source, limits) as archive:
        infos = archive.infolist()
        problems = [p for info in infos if (p := _refused(info, source))]
        problems += _twice(infos, source)
        total = sum(info.file_size for info in infos)
        if total > limits.unpacked:
            problems.append(_too_large(source, f"unpacks to {total:,} bytes, more than {limits.unpacked:,}"))
        MetadataError.raise_any(problems)
        found: list[tuple[str, bytes]] = []
        for info in infos:
            if not info.is_dir():
                found.append((info.filename, _content(archive, info, source)))
        return found


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


def _refused(info: zipfile.ZipInfo, source: str) -> Problem | None:
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
            info.file_size > MAX_ENTRY_BYTES,
            f"unpacks to {info.file_size:,} bytes, more than {MAX_ENTRY_BYTES:,}",
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


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo, source: str) -> bytes:
    import zipfile

    try:
        with archive.open(info) as stream:
            content = stream.read(info.file_size + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        where = Location(f"{source}!{printable(info.filename)}")
        raise MetadataError.of(f"the entry cannot be unpacked: {error}", where=where) from None
    if len(content) != info.file_size:
        where = Location(f"{source}!{printable(info.filename)}")
        raise MetadataError.of("the entry does not hold as many bytes as it says", where=where)
    return content


def printable(path: str) -> str:
    """A path as one line of text: control characters and what is no text are shown escaped."""
    if path.isprintable():
        return path
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in path)
