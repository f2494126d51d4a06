"""The zip of a deploy, read within bounds; its entries by path below the folder of package.xml."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from toolkit.localorg.options import Options

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


@dataclass(frozen=True, slots=True)
class Archive:
    """prefix is what stands before package.xml ("" or "unpackaged/"); messages begin with it."""

    prefix: str
    files: Mapping[str, bytes]


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


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    if entry.flag_bits & 1:
        raise BadArchiveError("INVALID_TYPE", f"{entry.filename[:200]} is encrypted")
    if entry.file_size > MAX_FILE:
        raise BadArchiveError("LIMIT_EXCEEDED", f"{entry.filename[:200]} is larger than {MAX_FILE} bytes")
    with archive.open(entry) as stream:
        content = stream.read(entry.file_size + 1)
    if len(content) > entry.file_size:
        raise BadArchiveError("INVALID_TYPE", f"{entry.filename[:200]} is larger than the zip says")
    return content


def _safe(name: str) -> str:
    parts = name.replace("\\", "/").split("/")
    if name.startswith("/") or ".." in parts or ":" in parts[0]:
        raise BadArchiveError("INVALID_TYPE", f"{name[:200]} is not a path inside the package")
    return "/".join(part for part in parts if part not in ("", "."))


def read(data: bytes, options: Options, *, single_package: bool) -> Archive:
    """The archive; BadArchiveError when it is no zip, hostile, or has no package.xml where it belongs."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = _entries(archive, len(data), options)
            files = {_safe(entry.filename): _read(archive, entry) for entry in entries}
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, RuntimeError, zlib.error):
        raise BadArchiveError("INVALID_TYPE", "Please upload a valid zip file.") from None
    prefix = "" if single_package else _top(files)
    inside = {path.removeprefix(prefix): content for path, content in files.items() if path.startswith(prefix)}
    return Archive(prefix, inside)


def _top(files: Mapping[str, bytes]) -> str:
    """The folder that holds package.xml: the first one at the top of the zip."""
    found = sorted(path for path in files if path.endswith("/" + PACKAGE) and path.count("/") == 1)
    if found:
        return found[0].removesuffix(PACKAGE)
    folders = sorted({path.partition("/")[0] for path in files if "/" in path})
    return f"{folders[0]}/" if folders else ""
