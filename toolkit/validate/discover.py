"""From what was named on the command line to the files that are to be validated.

Folders and single files in either format; zips are read by zipped.py. Nothing here reads more than
sfdx-project.json, .forceignore and package.xml; links that lead back are not followed, and only regular files count.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Sequence
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from toolkit.errors import Location, MetadataError, UsageError
from toolkit.metadata.paths import Classifier, classifier
from toolkit.metadata.registry import standard
from toolkit.validate import framework as fw
from toolkit.validate.finding import Finding
from toolkit.validate.source import SourceFile, Sources, from_role, shown

if TYPE_CHECKING:
    from toolkit.metadata.component import Bundle
    from toolkit.metadata.forceignore import ForceIgnore

PROJECT_FILE = "sfdx-project.json"
MANIFEST = re.compile(r"(package|destructiveChanges(Pre|Post)?)\.xml\Z")
ASSUMED_VERSION = "67.0"
"""Summer '26; used when neither the project nor the command line says a version."""
_SKIPPED = frozenset({".git", ".sfdx", ".sf", ".sfmeta", "node_modules", "__tests__", "__mocks__", ".localdevserver"})
_NEVER = frozenset(
    {"jsconfig.json", "tsconfig.json", ".eslintrc.json", "README.md", ".forceignore", "package-lock.json"}
)
_VERSION = re.compile(rb"<version>\s*([0-9]{1,3}(?:\.[0-9])?)\s*</version>")
_MAX_PROJECT_FILE = 1 << 20


class _Project:
    """What sfdx-project.json says; root is None when there is none."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = root
        self.version = ""
        self.namespace = ""
        self.folders: tuple[str, ...] = ()
        self.problems: list[Finding] = []
        self.missing: list[Finding] = []
        """Package directories that are not there: wrong for whoever takes the whole project."""


def from_bundle(bundle: Bundle, *, namespace: str = "") -> Sources:
    """The files of a bundle that exists in memory only (what generate would write)."""
    known = classifier(standard())
    files = []
    for part in bundle.files():
        *folder, name = part.path.split("/")
        role = known.role(tuple(folder), name)
        if role is not None:
            files.append(from_role(role, part.origin or part.path, size=len(part.content), data=part.content,
                                   version=bundle.api_version))  # fmt: skip
    files.sort(key=lambda file: file.path)
    return Sources(tuple(files), bundle.api_version, format="bundle", namespace=namespace)


def from_paths(paths: Sequence[str], *, api_version: str | None = None) -> Sources:
    """The files below these paths; UsageError when one does not exist. whole is false when all are single files."""
    run = _Run()
    for path in paths:
        run.add(path)
    version = api_version or run.project.version
    files = tuple(sorted({file.path: file for file in run.files}.values(), key=lambda file: file.path))
    if api_version:
        files = tuple(file._replace(version=api_version) for file in files)
    roots = {file.version for file in files if file.version}
    if not version and len(roots) == 1:
        version = roots.pop()
    return Sources(
        files,
        version or ASSUMED_VERSION,
        whole=run.whole,
        format="mdapi" if any(f.part == "manifest" and f.folder == "root" for f in files) else "source",
        namespace=run.project.namespace,
        stated_version=bool(version),
        problems=tuple(run.problems + run.project.problems),
    )


class _Folder(NamedTuple):
    """A folder to look through: where it is, the folders that tell what its files are, its path below the project,
    what holds there."""

    disk: str
    parts: tuple[str, ...]
    inner: str
    version: str
    ignore: ForceIgnore | None


class _Run:
    """One search; collects files and what is wrong with what it meets."""

    def __init__(self) -> None:
        self.files: list[SourceFile] = []
        self.problems: list[Finding] = []
        self.project = _Project()
        self.whole = False
        self.known: Classifier = classifier(standard())

    def add(self, text: str) -> None:
        path = Path(text)
        try:
            status = path.stat()
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "not a path"
            raise UsageError.of(f"cannot read {shown(text)}: {reason}", mend="name a folder, a file or a zip") from None
        if not self.project.root:
            self.project = read_project(path)
        if stat.S_ISDIR(status.st_mode):
            self.whole = True
            self._folder(path)
        elif not stat.S_ISREG(status.st_mode):
            raise UsageError.of(f"{shown(text)} is not a regular file", mend="name a folder, a file or a zip")
        elif path.suffix.lower() == ".zip":
            self.whole = True
            from toolkit.validate.zipped import search

            files, problems = search(path, self.known)
            self.files += files
            self.problems += problems
        else:
            version = self.project.version
            parts = _parts(path.parent)
            if self.project.root:
                parts = path.resolve().parent.parts[len(self.project.root.parts) :]
            self._file(str(path), parts, shown(path.as_posix()), status.st_size, version=version)

    # --- folders

    def _folder(self, path: Path) -> None:
        project = self.project
        ignore = self._ignore(project.root)
        if project.root is not None and path.resolve() == project.root.resolve():
            self.problems += project.missing
            for folder in project.folders:
                if (path / folder).is_dir():
                    self._walk(path / folder, project.root, ignore)
            if (path / "manifest").is_dir():
                self._walk(path / "manifest", project.root, ignore)
            return
        self._walk(path, project.root or path, ignore)

    def _ignore(self, root: Path | None) -> ForceIgnore | None:
        """The .forceignore that holds for a project; one that cannot be read is a finding."""
        from toolkit.metadata.forceignore import find, load

        folder = find(root) if root else None
        if folder is None:
            return None
        try:
            return load(folder)
        except MetadataError as error:
            for problem in error.problems:
                where = Location(shown(problem.where.file if problem.where else str(folder)))
                self.problems.append(fw.UNREADABLE.finding(where, problem.message))
            return None

    def _walk(self, top: Path, root: Path, ignore: ForceIgnore | None) -> None:
        seen: set[tuple[int, int]] = set()
        stack = [self._start(top, root, ignore)]
        while stack:
            folder = stack.pop()
            entries = self._entries(folder.disk, seen)
            names = {entry.name for entry in entries}
            if PROJECT_FILE in names and Path(folder.disk).resolve() != self.project.root:  # a project of its own
                nested = _load_project(Path(folder.disk) / PROJECT_FILE)
                self.problems += nested.problems + nested.missing
                version = nested.version or folder.version
                folder = folder._replace(inner="", parts=(), version=version, ignore=self._ignore(nested.root))
            manifest_here = "package.xml" in names and not self._is_content(folder.parts, "package.xml")
            if manifest_here:
                if any(standard().of_directory(entry.name) for entry in entries if _is_folder(entry)):
                    folder = folder._replace(parts=())  # a package: its own folders tell what a file is
                version = _manifest_version(Path(folder.disk) / "package.xml") or folder.version
                folder = folder._replace(version=version)
            stack += self._sorted_out(folder, entries, in_root=manifest_here)

    def _start(self, top: Path, root: Path, ignore: ForceIgnore | None) -> _Folder:
        """Where a walk begins.

        Below a project or package its own folders tell what the files are, not where somebody keeps it.
        """
        relative = os.path.relpath(top.resolve(), root.resolve()).replace(os.sep, "/")
        inner = "" if relative == "." else relative
        parts = _parts(top)
        if self.project.root or (top / "package.xml").is_file():
            parts = tuple(inner.split("/")) if inner else ()
        return _Folder(str(top), parts, inner, self.project.version, ignore)

    def _sorted_out(self, folder: _Folder, entries: list[os.DirEntry[str]], *, in_root: bool) -> Iterator[_Folder]:
        """Take the files of a folder, and give the folders in it; both without what is ignored."""
        above = folder.inner + "/" if folder.inner else ""
        ignore = folder.ignore
        for entry in entries:
            name = entry.name
            if name in _SKIPPED or name in _NEVER or name[0] == ".":
                continue
            is_folder = _is_folder(entry)
            if ignore is not None and ignore.denies(f"{above}{name}/" if is_folder else above + name):
                continue
            if not is_folder:
                self._entry(entry, folder.parts, folder.version, in_root=in_root)
            elif entry.is_symlink() and _leads_back(entry.path):
                self._refused(entry.path, "a symbolic link that leads back to a folder above it")
            else:
                yield _Folder(entry.path, (*folder.parts, name), above + name, folder.version, ignore)

    def _entry(self, entry: os.DirEntry[str], parts: tuple[str, ...], version: str, *, in_root: bool) -> None:
        try:
            if entry.is_file():
                path = shown(entry.path.replace(os.sep, "/").removeprefix("./"))
                self._file(entry.path, parts, path, entry.stat().st_size, version=version, in_root=in_root)
            elif self.known.role(parts, entry.name) is not None:
                entry.stat()  # a link to nowhere or to itself says so
                self._refused(entry.path, "is not a regular file")
        except OSError as error:
            self._unreadable(entry.path, error)

    def _entries(self, folder: str, seen: set[tuple[int, int]]) -> list[os.DirEntry[str]]:
        try:
            status = os.stat(folder)  # noqa: PTH116  # a Path for each of a thousand folders is felt
            if (status.st_dev, status.st_ino) in seen:
                return []
            seen.add((status.st_dev, status.st_ino))
            with os.scandir(folder) as entries:
                return sorted(entries, key=attrgetter("name"))
        except OSError as error:
            self._unreadable(folder, error)
            return []

    def _unreadable(self, path: str, error: OSError) -> None:
        self._refused(path, f"cannot be read: {error.strerror}")

    def _refused(self, path: str, message: str) -> None:
        where = Location(shown(path.replace(os.sep, "/").removeprefix("./")))
        self.problems.append(fw.UNREADABLE.finding(where, message))

    def _is_content(self, parts: tuple[str, ...], name: str) -> bool:
        """Whether a file is content of a component: of a static resource with an archive of its own, for example."""
        role = self.known.role(parts, name)
        return role is not None and role.part == "content"

    def _file(
        self, disk: str, parts: tuple[str, ...], path: str, size: int, *, version: str = "", in_root: bool = False
    ) -> None:
        """One file on disk; parts are the folders above it."""
        name = disk.rpartition(os.sep)[2]
        manifest = name.endswith(".xml") and (parts[-1:] == ("manifest",) or MANIFEST.fullmatch(name))
        if manifest and not self._is_content(parts, name):
            folder = "root" if in_root or name.startswith("destructive") else ""
            self.files.append(
                SourceFile(path, "Package", name, "manifest", size=size, folder=folder, disk=disk, version=version)
            )
            return
        role = self.known.role(parts, name)
        if role is not None:
            self.files.append(from_role(role, path, size=size, disk=disk, version=version))
        elif name.endswith("-meta.xml"):
            self.files.append(SourceFile(path, "", name, "", size=size, disk=disk, version=version))


def read_project(path: Path) -> _Project:
    """What the nearest sfdx-project.json at or above path says."""
    start = path.resolve()
    for folder in (start, *start.parents):
        file = folder / PROJECT_FILE
        if file.is_file():
            return _load_project(file)
    return _Project()


def _load_project(file: Path) -> _Project:
    import json

    label = shown(os.path.relpath(file).replace(os.sep, "/"))
    project = _Project(root=file.parent)
    try:
        if file.stat().st_size > _MAX_PROJECT_FILE:
            raise ValueError("larger than 1 MB")  # noqa: TRY301  # one place turns all reasons into the finding
        data = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        line, column = (error.lineno, error.colno) if isinstance(error, json.JSONDecodeError) else (0, 0)
        reason = error.msg if isinstance(error, json.JSONDecodeError) else "not UTF-8 JSON of a sensible size"
        project.problems.append(fw.BAD_PROJECT.finding(Location(label, line, column), f"not readable: {reason}"))
        return project
    if not isinstance(data, dict):
        project.problems.append(fw.BAD_PROJECT.finding(Location(label, 1, 1), "not a JSON object"))
        return project
    project.version = str(data.get("sourceApiVersion") or "")
    if project.version and not re.fullmatch(r"[0-9]{1,3}\.0", project.version):
        message = f"sourceApiVersion {project.version!r} is not of the form 62.0"
        project.problems.append(fw.BAD_PROJECT.finding(Location(label), message))
        project.version = ""
    project.namespace = str(data.get("namespace") or "")
    listed = data.get("packageDirectories")
    rows = listed if isinstance(listed, list) else []
    paths = [str(row["path"]).replace("\\", "/") for row in rows if isinstance(row, dict) and row.get("path")]
    for folder in dict.fromkeys(paths):
        if "\0" in folder or not (file.parent / folder).resolve().is_relative_to(file.parent.resolve()):
            message = f"the package directory '{shown(folder)}' is outside the project"
            project.problems.append(fw.BAD_PROJECT.finding(Location(label), message, mend="move it inside"))
            continue
        project.folders += (folder,)
        if not (file.parent / folder).is_dir():
            message = f"the package directory '{shown(folder)}' does not exist"
            mend = "make the folder, or take it out of packageDirectories"
            project.missing.append(fw.BAD_PROJECT.finding(Location(label), message, mend=mend))
    return project


def _parts(parent: Path) -> tuple[str, ...]:
    return parent.parts if parent.is_absolute() else parent.absolute().parts


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _leads_back(link: str) -> bool:
    """Whether a link to a folder leads to one that it stands in."""
    target = os.path.realpath(link)
    above = os.path.realpath(os.path.dirname(link))  # noqa: PTH120  # text, not files
    return above == target or above.startswith(target.rstrip(os.sep) + os.sep)


def _manifest_version(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return version_in(stream.read(_MAX_PROJECT_FILE))
    except OSError:
        return ""


def version_in(data: bytes) -> str:
    found = _VERSION.findall(data)
    if not found:
        return ""
    version = str(found[-1].decode())
    return version if "." in version else version + ".0"
