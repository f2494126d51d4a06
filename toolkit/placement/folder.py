"""A project folder, source or Metadata API format: find its pages, layouts and objects, and write all or nothing."""

from __future__ import annotations

import json
import os
import re
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from toolkit.errors import Location, MetadataError
from toolkit.placement.manifest import api_version as manifest_version

_KINDS = {
    "flexipage": "FlexiPage",
    "layout": "Layout",
    "object": "CustomObject",
    "app": "CustomApplication",
    "page": "ApexPage",
    "profile": "Profile",
}
_NAME = re.compile(r"(?P<name>.+)\.(?P<suffix>flexipage|layout|object|app|page|profile)(?P<meta>-meta\.xml)?")
_SKIPPED = {"node_modules", "__pycache__"}
_VERSION = re.compile(r"\d{2}\.0")


@dataclass(frozen=True, slots=True)
class Found:
    """A metadata file of the folder; name is decoded (Contact-A (B) Layout)."""

    path: Path
    kind: str
    name: str


class Folder:
    """The files of a project with the edits that wait to be written; nothing is written before `write`."""

    def __init__(self, root: Path) -> None:
        if not root.is_dir():
            raise MetadataError.of("no such folder", where=Location(str(root)), mend="name the folder of the project")
        self.root = root
        self._original: dict[Path, bytes | None] = {}
        self._staged: dict[Path, bytes | None] = {}
        self.files = tuple(sorted(self._scan(), key=lambda f: f.path))

    def _scan(self) -> Iterator[Found]:
        for folder, inner, names in os.walk(self.root):
            inner[:] = sorted(n for n in inner if n not in _SKIPPED and not n.startswith("."))
            for name in names:
                match = _NAME.fullmatch(name)
                if match is None or (match["suffix"] == "page" and match["meta"]):
                    continue
                if match["suffix"] == "app" and Path(folder).name != "applications":
                    continue  # an Aura application has the same suffix
                yield Found(Path(folder, name), _KINDS[match["suffix"]], unquote(match["name"]))

    def of_kind(self, kind: str) -> list[Found]:
        return [found for found in self.files if found.kind == kind]

    def shown(self, path: Path) -> str:
        """The path as reports say it: relative to the folder, with slashes."""
        return path.relative_to(self.root).as_posix()

    def where(self, path: Path) -> str:
        """The path as errors say it: as given on the command line."""
        return str(path)

    def read(self, path: Path) -> bytes:
        """The bytes with the edits so far."""
        staged = self._staged.get(path)
        if staged is not None:
            return staged
        if path not in self._original:
            try:
                self._original[path] = path.read_bytes()
            except OSError as error:
                message = f"cannot be read: {error.strerror}"
                raise MetadataError.of(message, where=Location(self.where(path))) from None
        return self._original[path] or b""

    def exists(self, path: Path) -> bool:
        return self._staged[path] is not None if path in self._staged else path.exists()

    def stage(self, path: Path, data: bytes | None) -> None:
        """Remember new bytes for a file; None deletes it."""
        if path not in self._original:
            self._original[path] = path.read_bytes() if path.exists() else None
        self._staged[path] = data

    def changes(self) -> list[tuple[Path, bytes | None, bytes | None]]:
        """Each file that would change, with its bytes before and after."""
        pairs = ((path, self._original[path], after) for path, after in sorted(self._staged.items()))
        return [(path, before, after) for path, before, after in pairs if before != after]

    # The project around the files

    def _is_source_format(self, base: Path) -> bool:
        """Whether new files of a folder of metadata folders get the names of source format."""
        beside = [found.path.name.endswith("-meta.xml") for found in self.files if found.path.parent.parent == base]
        if beside:
            return any(beside)
        return not (base / "package.xml").is_file()

    def api_version(self, near: Path) -> str | None:
        """The version of a file, there or to come: that of its package.xml in Metadata API format, else of the project.

        None where it cannot be read: a hint is no reason to refuse, and a file that is to be edited is judged then.
        """
        try:
            return self._said_version(near)
        except MetadataError:
            return None

    def _said_version(self, near: Path) -> str | None:
        project = self.root / "sfdx-project.json"
        manifests = (self.root / "package.xml", self.root / "src" / "package.xml")
        own = self.manifest_of(near)
        manifest = own or next((path for path in manifests if path.is_file() and not project.is_file()), None)
        said: object = None
        if manifest is not None:
            said = manifest_version(self.read(manifest), source=self.where(manifest))
        elif project.is_file():
            try:
                said = json.loads(self.read(project)).get("sourceApiVersion")
            except (ValueError, AttributeError):
                raise MetadataError.of("not a project file: JSON is expected", where=Location(str(project))) from None
        return said if isinstance(said, str) and _VERSION.fullmatch(said) else None

    def base(self) -> Path:
        """The folder that new metadata folders (flexipages/, objects/) belong in."""
        for kind in ("FlexiPage", "Layout", "ApexPage"):
            for found in self.of_kind(kind):
                return found.path.parent.parent
        usual = self.root / "force-app" / "main" / "default"
        if usual.is_dir():
            return usual
        return self.root / "src" if (self.root / "src" / "package.xml").is_file() else self.root

    def path_for(self, kind: str, name: str) -> Path:
        """Where a new FlexiPage or CustomObject goes."""
        base = self.base()
        meta = "-meta.xml" if self._is_source_format(base) else ""
        if kind == "FlexiPage":
            return base / "flexipages" / f"{name}.flexipage{meta}"
        folder = base / "objects"
        return (folder / name if meta else folder) / f"{name}.object{meta}"

    def manifest_of(self, path: Path) -> Path | None:
        """The package.xml that must name a file of Metadata API format."""
        manifest = path.parent.parent / "package.xml"
        return manifest if not path.name.endswith("-meta.xml") and manifest.is_file() else None

    # Writing

    def write(self) -> None:
        """Put all changes on disk, or none: every file is written beside its place before the first is moved in.

        Raises MetadataError when a file has changed since it was read, or cannot be written.
        """
        changes = self.changes()
        for path, before, _ in changes:
            if (path.read_bytes() if path.exists() else None) != before:
                message = "the file has changed since it was read; nothing was written"
                raise MetadataError.of(message, where=Location(self.where(path)), mend="run again")
        done: list[tuple[Path, bytes | None]] = []
        waiting: dict[Path, Path] = {}
        try:
            for path, _, after in changes:
                if after is not None:
                    waiting[path] = _beside(path, after)
            for path, before, after in changes:
                done.append((path, before))
                if after is None:
                    path.unlink()
                    self._drop_empty(path.parent)
                else:
                    waiting[path].replace(path.resolve())
        except OSError as error:
            self._roll_back(done)
            message = f"cannot be written: {error.strerror}; nothing was changed"
            raise MetadataError.of(message, where=Location(str(error.filename or self.root))) from None
        finally:
            for temporary in waiting.values():
                temporary.unlink(missing_ok=True)

    def _drop_empty(self, folder: Path) -> None:
        while folder != self.root and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent

    @staticmethod
    def _roll_back(done: list[tuple[Path, bytes | None]]) -> None:
        for path, before in reversed(done):
            if before is None:
                path.unlink(missing_ok=True)
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(before)


def _beside(path: Path, data: bytes) -> Path:
    """A temporary file with the data and the mode of the file that it will replace, in the same folder."""
    target = path.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask()
    temporary = Path(name)
    temporary.chmod(mode)
    return temporary


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
