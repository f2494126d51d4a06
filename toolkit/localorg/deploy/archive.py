"""The zip of a deploy, read within bounds; its entries by path below the folder of package.xml.

Large entries are unpacked to disk, so that a package of 600 MB takes hardly more memory than a small one.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from toolkit.localorg.options import Options
from toolkit.metadata.content import CHUNK, Content, Shelf, Stretch, bytes_of, size_of

MAX_FILE = 100 * 1024 * 1024
MAX_RATIO = 200
_RATIO_FROM = 20 * 1024 * 1024
PACKAGE = "package.xml"


class BadArchiveError(Exception):
    """The zip cannot be deployed: code and message are errorStatusCode and errorMessage of the result."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Files(Mapping[str, bytes]):
    """Contents by path. One on disk is read whenever it is asked for, and not kept."""

    def __init__(self, contents: Mapping[str, Content]) -> None:
        self.contents = contents

    def __getitem__(self, path: str) -> bytes:
        return bytes_of(self.contents[path])

    def __contains__(self, path: object) -> bool:
        return path in self.contents

    def __iter__(self) -> Iterator[str]:
        return iter(self.contents)

    def __len__(self) -> int:
        return len(self.contents)


@dataclass(frozen=True, slots=True)
class Archive:
    """prefix is what stands before package.xml ("" or "unpackaged/"); messages begin with it."""

    prefix: str
    files: Files


def _entries(archive: zipfile.ZipFile, size: int, options: Options) -> list[zipfile.ZipInfo]:
    entries = [entry for entry in archive.infolist() if entry.filename and not entry.is_dir()]
    if len(entries) > options.max_zip_entries:
        message = (
            f"Maximum number of files reached: {len(entries)} files, at most {options.max_zip_entries} are allowed"
        )
        raise BadArchiveError("LIMIT_EXCEEDED", message)
    total = sum(entry.file_size for entry in entries)
    if total > options.max_unzipped or (total > _RATIO_FROM and total > MAX_RATIO * size):
        raise BadArchiveError(
            "LIMIT_EXCEEDED", f"Maximum size of the uncompressed files reached: {options.max_unzipped} bytes"
        )
    return entries


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, shelf: Shelf) -> Content:
    if entry.flag_bits & 1:
        raise BadArchiveError("INVALID_TYPE", f"{entry.filename[:200]} is encrypted")
    if entry.file_size > MAX_FILE:
        raise BadArchiveError("LIMIT_EXCEEDED", f"{entry.filename[:200]} is larger than {MAX_FILE} bytes")
    with archive.open(entry) as stream:  # it gives as many bytes as the zip says, and checks them
        return shelf.put(iter(lambda: stream.read(CHUNK), b""), entry.filename[:200])


def _safe(name: str) -> str:
    parts = name.replace("\\", "/").split("/")
    if name.startswith("/") or ".." in parts or ":" in parts[0]:
        raise BadArchiveError("INVALID_TYPE", f"{name[:200]} is not a path inside the package")
    return "/".join(part for part in parts if part not in ("", "."))


def _opened(data: Content) -> BinaryIO:
    return data.opener.open() if isinstance(data, Stretch) and data.is_whole else io.BytesIO(bytes_of(data))


def read(data: Content, options: Options, *, single_package: bool) -> Archive:
    """The archive; BadArchiveError when it is no zip, hostile, or has no package.xml where it belongs."""
    try:
        with _opened(data) as file, zipfile.ZipFile(file) as archive:
            shelf, entries = Shelf(), _entries(archive, size_of(data), options)
            files = {_safe(entry.filename): _read(archive, entry, shelf) for entry in entries}
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, RuntimeError, zlib.error):
        raise BadArchiveError("INVALID_TYPE", "Please upload a valid zip file.") from None
    prefix = "" if single_package else _top(files)
    inside = {path.removeprefix(prefix): content for path, content in files.items() if path.startswith(prefix)}
    return Archive(prefix, Files(inside))


def _top(files: Mapping[str, Content]) -> str:
    """The folder that holds package.xml: the first one at the top of the zip."""
    found = sorted(path for path in files if path.endswith("/" + PACKAGE) and path.count("/") == 1)
    if found:
        return found[0].removesuffix(PACKAGE)
    folders = sorted({path.partition("/")[0] for path in files if "/" in path})
    return f"{folders[0]}/" if folders else ""
