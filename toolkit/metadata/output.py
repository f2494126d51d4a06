"""Writing files below a folder: every path is checked first, and no symbolic link leads a write elsewhere."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from toolkit.errors import Location, MetadataError, Problem
from toolkit.metadata.zipfmt import printable, unsafe_path


def write_files(directory: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write files by their POSIX path below a folder, which is made when it is missing.

    MetadataError, before anything is written, names every path that would leave the folder or differs from
    another only in the case of its letters. A file that is there already is replaced.
    """
    problems = [
        Problem(f"the path {why}", Location(printable(path)), "rename the component")
        for path in files
        if (why := unsafe_path(path))
    ]
    folded: dict[str, str] = {}
    for path in files:
        other = folded.setdefault(path.casefold(), path)
        if other != path:
            mend = "rename one: where the case of letters does not count, one file would replace the other"
            problems.append(Problem(f"the path differs from {other} only in case", Location(path), mend))
    MetadataError.raise_any(problems)
    top = Path(os.path.abspath(directory))  # noqa: PTH100  links in the folder's own path are the user's choice
    made: set[str] = set()
    written: list[Path] = []
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    for path in sorted(files):
        folder = path.rpartition("/")[0]
        if folder not in made:
            _make_folder(top, folder)
            made.add(folder)
        target = f"{top}/{path}"
        try:
            handle = os.open(target, flags, 0o644)
            with os.fdopen(handle, "wb") as stream:
                stream.write(files[path])
        except OSError as error:
            raise MetadataError.of(f"cannot be written: {error.strerror}", where=Location(target)) from None
        written.append(directory / path)
    return written


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
