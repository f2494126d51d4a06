"""Reading metadata from wherever it is: a project, a folder of either format, a zip, a single file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from toolkit.errors import Location, MetadataError, UsageError
from toolkit.metadata.archive import read_zip_lenient
from toolkit.metadata.component import Bundle
from toolkit.metadata.manifest import PACKAGE_FILE
from toolkit.metadata.project import FILE_NAME, VERSION, find_project
from toolkit.metadata.reading import Reading

# a retrieve unpacks into one of these
_UNPACKED = ("unpackaged", "unpackaged.pkg")


def read_bundle(
    path: Path,
    *,
    api_version: str | None = None,
    check_manifest: bool = True,
    environment: Mapping[str, str] | None = None,
) -> Bundle:
    """The components at a path, as one bundle; MetadataError names every component that cannot be read.

    path may be a Salesforce DX project (all its package directories), any folder or file in one, a folder with
    package.xml, a zip, or a loose folder in source format. api_version overrides what the project or the
    manifest says. check_manifest compares package.xml with the files, both ways. environment has the values for
    the replacements of sfdx-project.json, which are not applied without it.
    """
    return read_lenient(path, api_version=api_version, check_manifest=check_manifest, environment=environment).checked()


def read_lenient(
    path: Path,
    *,
    api_version: str | None = None,
    check_manifest: bool = True,
    environment: Mapping[str, str] | None = None,
) -> Reading:
    """What read_bundle reads, with the problems beside it instead of raised.

    MetadataError is left for a path that holds no metadata at all.
    """
    if api_version and not VERSION.fullmatch(api_version):
        raise UsageError.of(f"{api_version!r} is no API version", mend='write it as "62.0"')
    reading = _read(path, api_version, environment, check_manifest=check_manifest)
    if not len(reading.bundle) and not reading.problems and not reading.bundle.destructive:
        raise MetadataError.of(
            "no metadata here",
            where=Location(str(path)),
            mend="give a Salesforce DX project, a folder with package.xml, a zip, or a metadata file",
        )
    if api_version and api_version != reading.bundle.api_version:
        return Reading(reading.bundle.with_version(api_version), reading.problems, reading.notes)
    return reading


def _read(
    path: Path, api_version: str | None, environment: Mapping[str, str] | None, *, check_manifest: bool
) -> Reading:
    try:
        path.lstat()
        is_folder = path.is_dir()
        if not is_folder and not path.is_file():
            raise MetadataError.of("is neither a folder nor a regular file", where=Location(str(path)))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise MetadataError.of(f"cannot be read: {reason}", where=Location(str(path))) from None
    if not is_folder and path.name != PACKAGE_FILE and _is_zip(path):
        return read_zip_lenient(path, check_manifest=check_manifest)
    return _read_files(path, api_version, environment, is_folder=is_folder, check_manifest=check_manifest)


def _read_files(
    path: Path,
    api_version: str | None,
    environment: Mapping[str, str] | None,
    *,
    is_folder: bool,
    check_manifest: bool,
) -> Reading:
    # what a zip can do without is loaded for files alone
    from toolkit.metadata.mdapi import read_mdapi

    if not is_folder:
        if path.name == PACKAGE_FILE:
            return read_mdapi(path.parent, check_manifest=check_manifest)
    elif not (path / FILE_NAME).is_file():
        for folder in (path, *(path / name for name in _UNPACKED)):
            if (folder / PACKAGE_FILE).is_file():
                return read_mdapi(folder, check_manifest=check_manifest)

    from toolkit.metadata.source import read_source

    full = Path(os.path.abspath(path))  # noqa: PTH100  links in the path stay as the person wrote them
    project = find_project(full if is_folder else full.parent)
    if project and full == project.root:
        chosen = [path / directory.relative_to(project.root) for directory in project.directories]
        return read_source(_outermost(chosen), project, api_version=api_version, environment=environment)
    return read_source([path], project, api_version=api_version, environment=environment)


def _outermost(folders: list[Path]) -> list[Path]:
    """Each once, without those that stand inside another one."""
    return [f for f in dict.fromkeys(folders) if not any(f != other and f.is_relative_to(other) for other in folders)]


def _is_zip(path: Path) -> bool:
    if path.suffix.lower() == ".zip":
        return True
    try:
        with path.open("rb") as stream:
            return stream.read(4) in (b"PK\3\4", b"PK\5\6")
    except OSError as error:
        raise MetadataError.of(f"cannot be read: {error.strerror}", where=Location(str(path))) from None
