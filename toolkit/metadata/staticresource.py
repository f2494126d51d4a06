"""Static resources: an archive is a folder in source format, any other content carries its own extension."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from operator import itemgetter
from pathlib import Path

from toolkit.errors import MetadataError
from toolkit.metadata import zipfmt
from toolkit.metadata.content import Content, Shelf, size_of
from toolkit.metadata.scan import local, scan

ARCHIVE_TYPES = frozenset({"application/zip", "application/x-zip-compressed", "application/jar"})
MAX_RESOURCE_BYTES = 5 * 1024 * 1024
_DATA = Path(__file__).parent / "data" / "extensions.json"
# what the Salesforce CLI adds to its MIME table
_MORE = {
    "text/javascript": "js",
    "application/x-javascript": "js",
    "application/x-zip-compressed": "zip",
    "text/x-haml": "haml",
    "image/x-png": "png",
    "text/xml": "xml",
}


@cache
def _extensions() -> dict[str, str]:
    found: dict[str, str] = json.loads(_DATA.read_bytes())["extensions"]
    return found


def extension(content_type: str) -> str:
    """The extension that content of a MIME type has in source format ("bin" when it has none of its own)."""
    plain = content_type.partition(";")[0].strip().lower()
    return _extensions().get(plain) or _MORE.get(content_type) or "bin"


def content_type(meta: bytes, source: str) -> str | None:
    """The contentType of a resource-meta.xml, None when it has none. Raises MetadataError on broken XML."""
    for element in scan(meta, source, frozenset({"contentType"})).elements:
        if local(element.tag) == "contentType":
            return element.names.get("contentType", "").strip() or None
    return None


def pack(files: Iterable[tuple[str, Content]], shelf: Shelf | None = None) -> Content:
    """The archive of a resource's folder, by path; it is put onto the shelf, when there is one for several.

    It is stored, so that its bytes are the same everywhere, unless it would then pass the 5 MB that a static
    resource may have.
    """
    entries = sorted(files, key=itemgetter(0))
    stored = sum(size_of(content) + 2 * len(name) + 128 for name, content in entries) <= MAX_RESOURCE_BYTES
    return (shelf or Shelf()).put(zipfmt.write(entries, compress=not stored), "the archive of a static resource")


def unpack(content: Content, source: str) -> list[tuple[str, Content]] | None:
    """The files of an archive, None when a folder could not hold it: broken, empty, or with unsafe paths."""
    try:
        files = zipfmt.read(content, source)
    except MetadataError:
        return None
    names = {name for name, _ in files}
    folders = {name[:index] for name in names for index, c in enumerate(name) if c == "/"}
    return files if files and not names & folders else None
