"""Writing files below a folder: every path is checked first, and no symbolic link leads a write elsewhere."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from errno import ELOOP
from pathlib import Path
from typing import BinaryIO

from toolkit.errors import Location, MetadataError, Problem
from toolkit.metadata.content import Content, Stored
from toolkit.metadata.zipfmt import printable, unsafe_path


def write_files(directory: Path, files: Mapping[str, Content]) -> list[Path]:
    """Write files by their POSIX path below a folder, which is made when it is missing.

    MetadataError, before anything is written, names every path that would leave the folder and, where the file
    system does not count the case of letters, every path that would replace another. A file that is there
    already is replaced.
    """
    problems = [
        Problem(f"the path {why}", Location(printable(path)), "rename the component")
        for path in files
        if (why := unsafe_path(path))
    ]
    if not problems:
        problems += _colliding(directory, files)
    MetadataError.raise_any(problems)
    top = Path(os.path.abspath(directory))  # noqa: PTH100  links in the folder's own path are the user's choice
    made: set[str] = set()
    written: list[Path] = []
    for path in sorted(files):
        folder = path.rpartition("/")[0]
        if folder not in made:
            _make_folder(top, folder)
            made.add(folder)
        target = f"{top}/{path}"
        try:
            _write(target, files[path])
        except OSError as error:
            raise MetadataError.of(f"cannot be written: {error.strerror}", where=Location(target)) from None
        written.append(directory / path)
    return written


def _write(target: str, content: Content) -> None:
    """Write one file. A content on disk may stand in the very file that is written: that goes when the new is whole."""
    if isinstance(content, Stored):
        if Path(target).is_symlink():
            raise OSError(ELOOP, os.strerror(ELOOP))
        part = f"{target}.sfmeta-part"
        try:
            with _created(part) as stream:
                stream.writelines(content.chunks())
            Path(part).replace(target)
        except BaseException:
            Path(part).unlink(missing_ok=True)
            raise
        return
    with _created(target) as stream:
        stream.write(content)


def _created(path: str) -> BinaryIO:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags, 0o644), "wb")


def _colliding(directory: Path, files: Mapping[str, Content]) -> Iterator[Problem]:
    """Paths that would be one file on a file system that does not count the case of letters, if it is one."""
    first: dict[str, str] = {}
    pairs = [(path, first.setdefault(path.casefold(), path)) for path in files]
    pairs = [(path, other) for path, other in pairs if path != other]
    if pairs and folds_case(directory):
        for path, other in pairs:
            message = f"the path differs from {other} only in case, which this file system does not count"
            yield Problem(message, Location(path), "rename one of the two, or write to another file system")


def folds_case(directory: Path) -> bool:
    """Whether the file system that a folder is, or will be, on takes "a" and "A" for one file."""
    import tempfile

    there = next(folder for folder in (directory, *directory.absolute().parents) if folder.is_dir())
    try:
        with tempfile.NamedTemporaryFile(dir=there, prefix=".sfmeta-case-") as probe:
            return Path(probe.name).with_name(Path(probe.name).name.upper()).exists()
    except OSError:
        return False  # not writable; the write itself will say so


def _make_folder(top: Path, folder: str) -> None:
    """Make a folder below top; a link on the way is refused, because it may lead outside."""
    path = top
    try:
        path.mkdir(parents=True, exist_ok=True)
        for part in folder.split("/") if folder else ():
            path = path / part
            if path.is_symlink():
                raise MetadataError.of(
                    "a symbolic link stands where a folder would be made", where=Location(str(path)), mend="remove it"
                )
            path.mkdir(exist_ok=True)
    except OSError as error:
        raise MetadataError.of(f"cannot be made: {error.strerror}", where=Location(str(path))) from None
