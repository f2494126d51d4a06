"""The files that are to be validated: where their bytes are, and which component each belongs to."""

from __future__ import annotations

import os
import zlib
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from toolkit.metadata.paths import FileRole
from toolkit.validate.finding import Finding

if TYPE_CHECKING:
    from zipfile import ZipFile

UNREADABLE = (OSError, EOFError, RuntimeError, ValueError, NotImplementedError, zlib.error)
"""What reading may raise, with BadZipFile, which read() turns into an OSError."""
_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0)
MAX_XML = 48 << 20
"""A metadata file beyond this is not parsed; the platform itself takes no request beyond 39 MB."""


def shown(path: str) -> str:
    """A path as it may be printed, on one line."""
    if path.isprintable():
        return path
    from toolkit.metadata.zipfmt import printable

    return printable(path)


def forget_archives() -> None:
    """Close what was kept open: the file may be another one by the next run."""
    _archive.cache_clear()


@lru_cache(maxsize=1)
def _archive(path: str) -> ZipFile:
    """The archive, opened once for all of its members; it is closed when another takes its place or at the end."""
    from zipfile import ZipFile

    return ZipFile(path)


def _member(path: str, name: str, size: int) -> bytes:
    import zlib
    from zipfile import BadZipFile

    try:
        with _archive(path).open(name) as member:
            return member.read(size)
    except (BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError, zlib.error) as error:
        raise OSError(str(error)) from None


class SourceFile(NamedTuple):
    """One file. path is what the user sees; type and name are those of the component, or of the child that
    has a file of its own in source format (type CustomField, parent Account, name Region__c).

    data is set for what was generated, container for a member of a zip; else the bytes are on disk.
    """

    path: str
    type: str
    name: str
    part: str
    """self, meta, content, parent, child; "manifest" for package.xml and its destructive kin; "" when no type fits."""
    parent: str = ""
    size: int = 0
    folder: str = ""
    """The type's own folder is there ("classes"), empty when the file stands elsewhere."""
    target: str = ""
    disk: str | None = None
    container: str | None = None
    data: bytes | None = None
    version: str = ""
    """API version that the command line, the package.xml above the file, or its project says; "" when nobody does."""

    @property
    def base(self) -> str:
        """The file's name without folders."""
        return self.path.rpartition("/")[2]

    @property
    def key(self) -> tuple[str, str]:
        return self.type, self.name

    def read(self) -> bytes:
        """The bytes; UNREADABLE when they cannot be had."""
        if self.data is not None:
            return self.data
        if self.container is not None:
            return _member(self.container, self.disk or "", self.size)
        handle = os.open(self.disk or self.path, _FLAGS)  # a third of the time that a file object takes
        try:
            return os.read(handle, self.size + 1)
        finally:
            os.close(handle)

    @property
    def is_xml(self) -> bool:
        """Whether the file is a metadata document and not content."""
        return self.part in ("self", "meta", "parent", "child") and not self.path.endswith(".json")


class Sources(NamedTuple):
    """All files of one run, in the order of their paths, with what is known about the project as a whole."""

    files: tuple[SourceFile, ...]
    api_version: str
    whole: bool = True
    """False when single files were named: nothing can be said about what is missing."""
    format: str = "source"
    """"source", or "mdapi" when a package.xml stands beside the files."""
    namespace: str = ""
    stated_version: bool = True
    """The API version was said by the project or the command line, not assumed."""
    problems: tuple[Finding, ...] = ()
    """What was found wrong while looking for files."""


def from_role(
    role: FileRole,
    path: str,
    *,
    size: int,
    disk: str | None = None,
    container: str | None = None,
    data: bytes | None = None,
    version: str = "",
) -> SourceFile:
    """A file whose place in its component is known."""
    child = role.child
    return SourceFile(
        path=path,
        type=child.name if child else role.type.name,
        name=role.child_name if child else role.full_name,
        part=role.part,
        parent=role.full_name if child else "",
        size=size,
        folder=role.type.directory if role.placed else "",
        target=role.target,
        disk=disk,
        container=container,
        data=data,
        version=version,
    )
