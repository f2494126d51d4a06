"""Writes generated files into a folder that may hold other things, as one change: all of it or nothing."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath

from toolkit.errors import Location, Problem, UsageError


@dataclass(frozen=True, slots=True)
class Written:
    """What happened to the files of a folder; all paths are POSIX, relative to it, in order."""

    folder: Path
    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    kept: tuple[str, ...]
    """Files that an earlier run wrote and this one would not, but that somebody has changed since."""


def is_recorded(folder: Path, path: str, record: Path) -> bool:
    """Whether a file of the folder is, byte for byte, what an earlier run wrote."""
    digest = _digest_of(folder / path)
    return digest is not None and _read_record(record).get(path) == digest


def write_folder(folder: Path, files: Mapping[str, bytes], *, record: Path, force: bool = False) -> Written:
    """Make the folder hold these files (POSIX path -> content) and remove what an earlier run wrote and this does not.

    record is the file, in the folder or beside it, that says which files are ours, in the form of `sha256sum`.
    Files that we did not write, or that somebody has changed since, are left alone; if one stands where a file has
    to go, UsageError names every one of them and nothing is written, unless force. When writing fails half-way, what
    was there is put back.
    """
    base = folder.resolve()
    plan = _Plan.of(base, folder, files, _read_record(record))
    problems = plan.blocked if force else [*plan.blocked, *plan.foreign]
    UsageError.raise_any(problems)
    try:
        with _stage(base) as stage:
            _apply(_moves(base, stage, record, plan, files), stage)
        _remove_empty_folders(base, plan.remove)
    except OSError as error:
        raise UsageError.of(
            f"cannot write: {error.strerror or type(error).__name__}",
            where=Location(str(error.filename or folder)),
            mend="files were put back as they were; check permissions and free space",
        ) from None
    return Written(folder, plan.write, plan.unchanged, plan.remove, plan.kept)


@dataclass(slots=True)
class _Plan:
    write: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    blocked: list[Problem] = field(default_factory=list)
    foreign: list[Problem] = field(default_factory=list)

    @classmethod
    def of(cls, base: Path, shown: Path, files: Mapping[str, bytes], record: Mapping[str, str]) -> _Plan:
        plan = cls()
        if base.exists() and not base.is_dir():
            plan.blocked.append(Problem("is a file, not a folder", Location(str(shown)), "name another folder"))
            return plan
        write, unchanged = [], []
        for path in sorted(files):
            target = base / path
            if _blocked(base, target):
                message = "a file or a link stands where a folder of the project has to be"
                plan.blocked.append(Problem(message, Location(str((shown / path).parent)), "move it away"))
            elif not os.path.lexists(target):
                write.append(path)
            elif not target.is_symlink() and target.is_dir():
                plan.blocked.append(
                    Problem("is a folder, where a file has to be", Location(str(shown / path)), "move it away")
                )
            elif _holds(target, files[path]):
                unchanged.append(path)
            else:
                write.append(path)
                if _digest_of(target) != record.get(path, ""):
                    mend = "move it away, or use --force to overwrite it"
                    plan.foreign.append(
                        Problem("was not written by sfmeta as it is now", Location(str(shown / path)), mend)
                    )
        plan.write, plan.unchanged = tuple(write), tuple(unchanged)
        plan._stale(base, files, record)
        return plan

    def _stale(self, base: Path, files: Mapping[str, bytes], record: Mapping[str, str]) -> None:
        stale = [path for path in sorted(record) if path not in files and not _blocked(base, base / path)]
        ours = {path for path in stale if _digest_of(base / path) == record[path]}
        self.remove = tuple(path for path in stale if path in ours)
        self.kept = tuple(path for path in stale if path not in ours and os.path.lexists(base / path))


def _blocked(base: Path, target: Path) -> bool:
    """Whether a parent between base and target is no folder of base: a file, or a link that may lead elsewhere."""
    parent = target.parent
    while parent != base:
        if os.path.lexists(parent) and (parent.is_symlink() or not parent.is_dir()):
            return True
        parent = parent.parent
    return False


def _holds(path: Path, content: bytes) -> bool:
    return (
        path.is_file()
        and not path.is_symlink()
        and path.stat().st_size == len(content)
        and path.read_bytes() == content
    )


def _digest_of(path: Path) -> str | None:
    """The SHA-256 of a regular file; None for anything else."""
    if path.is_symlink() or not path.is_file():
        return None
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _stage(base: Path) -> Iterator[Path]:
    base.parent.mkdir(parents=True, exist_ok=True)
    stage = Path(tempfile.mkdtemp(prefix=f".{base.name}.", dir=base.parent))
    try:
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _moves(
    base: Path, stage: Path, record: Path, plan: _Plan, files: Mapping[str, bytes]
) -> list[tuple[Path | None, Path]]:
    """What moves where; None takes away. All contents, and the record, are on the folder's file system by then."""
    contents = {base / path: files[path] for path in plan.write}
    lines = (f"{hashlib.sha256(files[path]).hexdigest()}  {path}\n" for path in sorted(files))
    ours = "".join(lines).encode()
    if not _holds(record, ours):
        contents[record] = ours
    moves: list[tuple[Path | None, Path]] = []
    for number, (target, content) in enumerate(contents.items()):
        fresh = stage / f"new{number}"
        fresh.write_bytes(content)
        moves.append((fresh, target))
    return [*((None, base / path) for path in plan.remove), *moves]


def _apply(moves: list[tuple[Path | None, Path]], stage: Path) -> None:
    """Renames only; whatever stops them, those that were done are undone."""
    undo: list[Callable[[], object]] = []
    try:
        for number, (fresh, target) in enumerate(moves):
            _make_parents(target, undo)
            if os.path.lexists(target):
                old = target.rename(stage / f"old{number}")
                undo.append(partial(old.replace, target))
            if fresh is not None:
                fresh.rename(target)
                undo.append(target.unlink)
    except BaseException:
        for action in reversed(undo):
            action()
        raise


def _make_parents(target: Path, undo: list[Callable[[], object]]) -> None:
    missing = []
    parent = target.parent
    while not parent.exists():
        missing.append(parent)
        parent = parent.parent
    for folder in reversed(missing):
        folder.mkdir()
        undo.append(folder.rmdir)


def _remove_empty_folders(base: Path, removed: tuple[str, ...]) -> None:
    """The folders that nothing is left in; an innermost one first."""
    parents = {parent for path in removed for parent in PurePosixPath(path).parents} - {PurePosixPath(".")}
    for parent in sorted(parents, key=lambda path: (-len(path.parts), path)):
        folder = base / parent
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def _read_record(file: Path) -> dict[str, str]:
    """Path -> SHA-256 of what an earlier run wrote. A line that is not of that form claims nothing."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    record = {}
    for line in lines:
        digest, separator, path = line.partition("  ")
        parts = PurePosixPath(path).parts
        if separator and parts and ".." not in parts and not path.startswith("/"):
            record[path] = digest
    return record
