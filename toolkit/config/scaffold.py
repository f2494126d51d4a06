"""Writes the shipped configuration into a folder, so that it can be made one's own."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from toolkit.errors import Location, Problem, UsageError
from toolkit.resources import shipped

FILES = (
    "package.yaml",
    "orgs.yaml",
    "overlays/local.yaml",
    "package.schema.json",
    "orgs.schema.json",
    "overlay.schema.json",
)
FOLDER = "config"


def write_configuration(folder: Path, *, overwrite: bool) -> list[Path]:
    """Write the shipped configuration to folder/config; returns the paths below folder.

    All or nothing: UsageError, and no file changed, when one is there already (unless overwrite) or cannot be written.
    """
    source = shipped(FOLDER)
    content = {Path(FOLDER, name): (source / name).read_bytes() for name in FILES}
    present = [path for path in content if (folder / path).is_symlink() or (folder / path).exists()]
    if present and not overwrite:
        mend = "use --force to overwrite it, or another folder"
        raise UsageError(*(Problem("is there already", Location(str(folder / path)), mend) for path in present))
    before = {path: _bytes_of(folder / path) for path in present}
    made: list[Path] = []
    done: list[Path] = []
    try:
        for path, data in content.items():
            _make_folder((folder / path).parent, made)
            done.append(path)
            _replace(folder / path, data)
    except OSError as error:
        _undo(folder, done, before, made)
        where = Location(str(folder / done[-1] if done else folder))
        raise UsageError.of(
            f"cannot be written: {error.strerror}; nothing has been changed",
            where=where,
            mend="check the folder's rights",
        ) from None
    return list(content)


def _bytes_of(path: Path) -> bytes:
    if not path.is_file() or path.is_symlink():
        raise UsageError.of("is not a plain file", where=Location(str(path)), mend="move it away")
    try:
        return path.read_bytes()
    except OSError as error:
        mend = "it is read so that it can be put back; check its rights"
        raise UsageError.of(f"cannot be read: {error.strerror}", where=Location(str(path)), mend=mend) from None


def _make_folder(folder: Path, made: list[Path]) -> None:
    """Make a folder with its parents, and note the new ones, outermost first."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        one.mkdir()
        made.append(one)


def _replace(path: Path, data: bytes) -> None:
    """Put data at path; whoever reads it meanwhile sees the old file or the new one."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def _umask() -> int:
    """The process's umask, which can only be read by setting it."""
    current = os.umask(0)
    os.umask(current)
    return current


def _undo(folder: Path, done: list[Path], before: dict[Path, bytes], made: list[Path]) -> None:
    """Put back what was there, as far as the failing disk lets us."""
    with contextlib.suppress(OSError):
        for path in done:
            if path in before:
                _replace(folder / path, before[path])
            else:
                (folder / path).unlink(missing_ok=True)
        for one in reversed(made):
            one.rmdir()
