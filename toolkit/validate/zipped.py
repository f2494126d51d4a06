"""The files of a zip, from its directory alone; what hides something is a finding and is not read."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections import Counter
from pathlib import Path, PurePosixPath

from toolkit.errors import Location
from toolkit.metadata.paths import Classifier
from toolkit.metadata.zipfmt import MAX_ARCHIVE_BYTES, MAX_ENTRIES, MAX_RATIO, MAX_UNPACKED_BYTES, unsafe_path
from toolkit.validate import framework as fw
from toolkit.validate.discover import MANIFEST, version_in
from toolkit.validate.finding import Finding
from toolkit.validate.source import SourceFile, from_role, shown

_MAX_MANIFEST = 1 << 20


def search(path: Path, known: Classifier) -> tuple[list[SourceFile], list[Finding]]:
    """The metadata files in a zip, and what is wrong with it as a zip."""
    label = shown(path.as_posix())
    found = _Search(label, str(path), known)
    try:
        if path.stat().st_size > MAX_ARCHIVE_BYTES:
            found.refuse(label, f"larger than {MAX_ARCHIVE_BYTES >> 20} MB, which no deploy takes")
        else:
            with zipfile.ZipFile(path) as archive:
                found.members(archive)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError, RuntimeError, zlib.error) as error:
        damaged = isinstance(error, OSError) or not str(error)  # a directory that points beside the archive
        reason = "it is encrypted" if isinstance(error, RuntimeError) else str(error).lower()
        reason = "it is damaged" if damaged else reason
        found.refuse(label, f"not a readable zip: {reason}")
    return found.files, found.problems


class _Search:
    def __init__(self, label: str, container: str, known: Classifier) -> None:
        self.label, self.container, self.known = label, container, known
        self.files: list[SourceFile] = []
        self.problems: list[Finding] = []
        self.versions: dict[str, str] = {}
        """Folder of a package.xml -> its version."""

    def refuse(self, place: str, message: str) -> None:
        self.problems.append(fw.BAD_ZIP.finding(Location(place), message))

    def members(self, archive: zipfile.ZipFile) -> None:
        members = archive.infolist()
        if len(members) > MAX_ENTRIES:
            self.refuse(self.label, f"{len(members):,} members are more than any deploy")
            return
        kept = [member for member in members if self._fits(member)]
        for name, count in Counter(member.filename for member in kept).items():
            if count > 1:
                self.refuse(f"{self.label}!{shown(name)}", "the member is there twice")
        if sum(member.file_size for member in kept) > MAX_UNPACKED_BYTES:
            self.refuse(
                self.label, f"unpacked it is larger than the {MAX_UNPACKED_BYTES >> 20} MB that a deploy may be"
            )
            return
        for member in kept:
            posix = PurePosixPath(member.filename)
            if posix.name == "package.xml":
                with archive.open(member) as stream:
                    self.versions[str(posix.parent)] = version_in(stream.read(_MAX_MANIFEST))
        for member in kept:
            self._member(member)

    def _fits(self, member: zipfile.ZipInfo) -> bool:
        """Whether a member is a plain file whose name stays inside the archive; reports the ones that are not."""
        why = unsafe_path(member.orig_filename)
        if not why and stat.S_ISLNK(member.external_attr >> 16):
            why = "is a symbolic link"
        if not why and member.flag_bits & 0x1:
            why = "is encrypted"
        if not why and member.file_size > max(member.compress_size, 1) * MAX_RATIO + 64:
            why = "claims more bytes than its data can hold"
        if why:
            self.refuse(f"{self.label}!{shown(member.filename)}", f"the member {why}")
            return False
        return not member.is_dir()

    def _member(self, member: zipfile.ZipInfo) -> None:
        posix, name, size = PurePosixPath(member.filename), member.filename, member.file_size
        path = f"{self.label}!{shown(name)}"
        root = next((str(folder) for folder in posix.parents if str(folder) in self.versions), None)
        version = self.versions[root] if root is not None else ""
        role = self.known.role(posix.parts[:-1], posix.name)
        if MANIFEST.fullmatch(posix.name) and (role is None or role.part != "content"):
            self.files.append(
                SourceFile(
                    path, "Package", posix.name, "manifest",
                    size=size, folder="root", disk=name, container=self.container, version=version,
                )
            )  # fmt: skip
            return
        if role is not None:
            made = from_role(role, path, size=size, disk=name, container=self.container, version=version)
            self.files.append(made)
