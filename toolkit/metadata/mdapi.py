"""Metadata API format: a folder with package.xml at its top, as deploy() takes it and retrieve() gives it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from toolkit.errors import Location, MetadataError, Problem
from toolkit.metadata.archive import bundle_files
from toolkit.metadata.assemble import Assembler
from toolkit.metadata.component import Bundle
from toolkit.metadata.manifest import (
    DESTRUCTIVE_FILES,
    PACKAGE_FILE,
    Manifest,
    destructive_of,
    differences,
    parse_package_xml,
)
from toolkit.metadata.output import write_files
from toolkit.metadata.project import DEFAULT_API_VERSION
from toolkit.metadata.reading import Reading
from toolkit.metadata.registry import standard
from toolkit.metadata.tree import Budget, Entry, Walk

_MANIFESTS = frozenset({PACKAGE_FILE, *DESTRUCTIVE_FILES.values()})


class MdapiReader:
    """Takes the files of a package one by one, then gives the reading."""

    def __init__(self) -> None:
        self.assembler = Assembler(standard(), source=False)
        self._manifests: dict[str, Entry] = {}

    def take(self, folder: tuple[str, ...], name: str, entry: Entry, denied: bool) -> None:  # noqa: FBT001  by position
        if not folder and name in _MANIFESTS:
            self._manifests[name] = entry
        else:
            self.assembler.take(folder, name, entry, denied)

    def reading(self, source: str, problems: Iterable[Problem] = (), *, check_manifest: bool = True) -> Reading:
        """The package; differences between package.xml and the files are problems unless not asked for."""
        found = list(problems)
        manifests: dict[str, Manifest] = {}
        for name, entry in sorted(self._manifests.items()):
            content = entry.load_bytes(Budget())
            if isinstance(content, Problem):
                found.append(content)
                continue
            try:
                manifests[name] = parse_package_xml(content, entry.origin)
            except MetadataError as error:
                found += error.problems
        package = manifests.get(PACKAGE_FILE)
        if PACKAGE_FILE not in self._manifests:
            mend = "add one; `sfmeta package` on the source writes it"
            found.append(Problem(f"there is no {PACKAGE_FILE}", Location(source), mend))
        version = (package and package.version) or DEFAULT_API_VERSION
        components = list(self.assembler.components())
        reading = Reading.of(
            components,
            [*found, *self.assembler.problems],
            api_version=version,
            destructive=destructive_of(manifests),
            left_out=self.assembler.left_out,
            notes=self.assembler.notes,
        )
        if package and check_manifest:
            return reading.with_problems(differences(package, reading.bundle))
        return reading


def read_mdapi(directory: Path, *, check_manifest: bool = True) -> Reading:
    """The package in a folder. A .forceignore does not count here: the manifest says what belongs to it."""
    reader = MdapiReader()
    walk = Walk(reader.take)
    shown = directory.as_posix()
    walk.below(str(directory), origin="" if shown == "." else shown, parts=(), relative="")
    return reader.reading(shown, walk.problems, check_manifest=check_manifest)


def write_mdapi(bundle: Bundle, directory: Path) -> list[Path]:
    """Write a bundle in Metadata API format, with package.xml and its destructive manifests; the files in order."""
    return write_files(directory, dict(bundle_files(bundle)))
