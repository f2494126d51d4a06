"""sfdx-project.json: where a project's packages are, its API version and the layout of its source."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.errors import Location, MetadataError, Problem
from toolkit.metadata.registry import Registry, standard

if TYPE_CHECKING:
    from toolkit.metadata.replacements import Replacement

FILE_NAME = "sfdx-project.json"
DEFAULT_API_VERSION = "62.0"
"""When neither the project nor a manifest says one: the first shape that knows all types sfmeta generates."""
_MAX_BYTES = 1024 * 1024
VERSION = re.compile(r"\d{2,3}\.0")


@dataclass(frozen=True, slots=True)
class SourceProject:
    """A Salesforce DX project. directories are its package directories in the order of the file."""

    root: Path
    directories: tuple[Path, ...]
    default: Path
    api_version: str | None
    presets: tuple[str, ...]
    replacements: tuple[Replacement, ...] = ()
    """What a deployment puts into the files; see toolkit.metadata.replacements."""

    def registry(self) -> Registry:
        """The metadata types with the layout this project has chosen."""
        return standard().with_presets(self.presets) if self.presets else standard()


def find_project(start: Path) -> SourceProject | None:
    """The project that a folder is in, None when it is in none."""
    for folder in (start, *start.parents):
        if (folder / FILE_NAME).is_file():
            return load_project(folder, whole=folder == start)
    return None


def load_project(root: Path, *, whole: bool = True) -> SourceProject:
    """The project in a folder; MetadataError with everything in sfdx-project.json that cannot be meant.

    whole: all of it is wanted. For a part of it, a missing package directory is no error, as with the Salesforce CLI.
    """
    file = root / FILE_NAME
    data = _read(file)
    problems: list[Problem] = []
    where = Location(str(file))
    directories, default = _directories(data.get("packageDirectories"), root, problems, whole=whole)
    version = data.get("sourceApiVersion")
    if version is not None and not (isinstance(version, str) and VERSION.fullmatch(version)):
        problems.append(Problem(f"sourceApiVersion {version!r} is no API version", where, 'write it as "62.0"'))
    if data.get("registryCustomizations"):
        mend = "use sourceBehaviorOptions, or package with the Salesforce CLI"
        problems.append(Problem("registryCustomizations are not supported", where, mend))
    presets = _presets(data, where, problems)
    replacements: tuple[Replacement, ...] = ()
    if data.get("replacements"):
        from toolkit.metadata.replacements import parse

        replacements = parse(data["replacements"], root, where, problems)
    MetadataError.raise_any(problems)
    return SourceProject(root, tuple(directories), default or (*directories, root)[0], version, presets, replacements)


def _directories(
    packages: object, root: Path, problems: list[Problem], *, whole: bool
) -> tuple[list[Path], Path | None]:
    """The package directories that are there, and the default one of them."""
    where = Location(str(root / FILE_NAME))
    directories: list[Path] = []
    default: Path | None = None
    if not isinstance(packages, list) or not packages:
        problems.append(Problem("packageDirectories is missing or empty", where, 'add [{"path": "force-app"}]'))
        packages = []
    for package in packages:
        path = package.get("path") if isinstance(package, dict) else None
        if not isinstance(path, str) or not path.strip() or "\0" in path:
            problems.append(Problem("a package directory without a path", where, 'give it a "path"'))
            continue
        path = path.replace("\\", "/")  # as written on Windows; the Salesforce CLI takes it too
        folder = (root / path).resolve()
        if not folder.is_relative_to(root.resolve()):
            problems.append(Problem(f"package directory {path!r} is outside the project", where, "move it inside"))
        elif folder.is_dir():
            directories.append(root / path)
            if package.get("default") is True:
                default = root / path
        elif whole:
            problems.append(Problem(f"package directory {path!r} is missing", where, "make it or remove the entry"))
    return directories, default


def _presets(data: dict[str, Any], where: Location, problems: list[Problem]) -> tuple[str, ...]:
    found: list[str] = []
    for key in ("registryPresets", "sourceBehaviorOptions"):
        value = data.get(key, [])
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            found += value
        else:
            problems.append(Problem(f"{key} is not a list of names", where, "write a list of names"))
    return tuple(dict.fromkeys(found))


def _read(file: Path) -> dict[str, Any]:
    where = Location(str(file))
    try:
        if file.stat().st_size > _MAX_BYTES:
            raise MetadataError.of("is larger than 1 MB", where=where, mend="shorten it")
        data = json.loads(file.read_bytes())
    except json.JSONDecodeError as error:
        place = Location(str(file), error.lineno, error.colno)
        raise MetadataError.of(f"not JSON: {error.msg}", where=place, mend="mend the JSON") from None
    except (OSError, UnicodeDecodeError, RecursionError) as error:
        raise MetadataError.of(f"cannot be read: {error}", where=where) from None
    if not isinstance(data, dict):
        raise MetadataError.of("is not a JSON object", where=where, mend="mend the JSON")
    return data
