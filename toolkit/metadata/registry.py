"""The metadata types: folders, suffixes, how their files are laid out, and which children they have.

The facts come from the npm package @salesforce/source-deploy-retrieve (Apache-2.0) by way of
scripts/build_registry.py. Loading reads one small JSON file; a TypeInfo is made when it is asked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

from toolkit.errors import MetadataError

# file        one XML document ("tabs/X.tab")
# content     a content file with a -meta.xml beside it ("classes/X.cls", "classes/X.cls-meta.xml")
# mixed       content of any name or folder with a -meta.xml beside it (StaticResource, Document, ExperienceBundle)
# bundle      a folder of files that belong together ("lwc/x/x.js", "aura/X/X.cmp", ...)
# experience  a folder two levels down ("digitalExperiences/site/X1/...")
Kind = Literal["file", "content", "mixed", "bundle", "experience"]
Decomposition = Literal["folderPerType", "topLevel"]

META_SUFFIX = "-meta.xml"
_DATA = Path(__file__).parent / "data" / "registry.json"


class ChildInfo(NamedTuple):
    """A type whose components stand inside a component of another type.

    element is the XML element of the parent that holds one child, unique_id the element of the child
    that names it. addressable: a manifest may name it. bare_name: its full name has no parent in front
    (CustomLabel). needs_parent: it cannot be deployed without the parent's own file.
    """

    name: str
    directory: str
    suffix: str
    element: str
    unique_id: str
    listed: bool
    addressable: bool = True
    bare_name: bool = False
    needs_parent: bool = False
    legacy_suffix: str | None = None


class TypeInfo(NamedTuple):
    """A top-level metadata type.

    in_folder: components stand in folders that are components themselves (Report in ReportFolder).
    strict_directory: files are recognised only below the folder `directory`.
    decomposition: source format spreads the children over files of their own.
    own_name: there is one component of the type and it is named as the type is (CustomLabels).
    meta_file: the file name that takes the place of a -meta.xml ("schema.json").
    """

    name: str
    directory: str
    suffix: str | None
    kind: Kind = "file"
    in_folder: bool = False
    strict_directory: bool = False
    decomposition: Decomposition | None = None
    transformer: str | None = None
    folder_type: str | None = None
    folder_of: str | None = None
    alias_of: str | None = None
    meta_file: str | None = None
    legacy_suffix: str | None = None
    own_name: bool = False
    partial_delete: bool = False
    wildcard_and_name: bool = False
    children: tuple[ChildInfo, ...] = ()

    @property
    def bundle(self) -> bool:
        """Whether a component is a folder of files."""
        return self.kind in ("bundle", "experience")

    @property
    def has_meta_file(self) -> bool:
        """Whether the Metadata API format has a -meta.xml beside a content file."""
        return self.kind in ("content", "mixed")

    @property
    def manifest_type(self) -> str:
        """The type name a manifest uses: folders are listed as what they hold, aliases as what they mean."""
        return self.folder_of or self.alias_of or self.name

    def child_by_suffix(self, suffix: str) -> ChildInfo | None:
        return next((c for c in self.children if suffix in (c.suffix, c.legacy_suffix)), None)

    def child_by_element(self, element: str) -> ChildInfo | None:
        return next((c for c in self.children if c.element == element), None)


def _child(record: Mapping[str, Any]) -> ChildInfo:
    return ChildInfo(
        name=record["name"],
        directory=record["directory"],
        suffix=record["suffix"],
        element=record["element"],
        unique_id=record.get("id", "fullName"),
        listed="id" in record,
        addressable=record.get("addressable", True),
        bare_name=record.get("bareName", False),
        needs_parent=record.get("needsParent", False),
        legacy_suffix=record.get("legacySuffix"),
    )


def _type(name: str, record: Mapping[str, Any]) -> TypeInfo:
    return TypeInfo(
        name=name,
        directory=record["directory"],
        suffix=record.get("suffix"),
        kind=record.get("kind", "file"),
        in_folder=record.get("inFolder", False),
        strict_directory=record.get("strict", False),
        decomposition=record.get("decomposition"),
        transformer=record.get("transformer"),
        folder_type=record.get("folderType"),
        folder_of=record.get("folderOf"),
        alias_of=record.get("aliasOf"),
        meta_file=record.get("metaFile"),
        legacy_suffix=record.get("legacySuffix"),
        own_name=record.get("ownName", False),
        partial_delete=record.get("partialDelete", False),
        wildcard_and_name=record.get("wildcardAndName", False),
        children=tuple(_child(c) for c in record.get("children", ())),
    )


class Registry:
    """All metadata types, with lookups by name, folder, suffix and path."""

    def __init__(self, records: Mapping[str, Mapping[str, Any]], suffix_owners: Mapping[str, str]) -> None:
        self._records = records
        self._made: dict[str, TypeInfo] = {}
        self._by_directory: dict[str, list[str]] = {}
        self._by_suffix: dict[str, str] = {}
        self._child_parents: dict[str, str] = {}
        for name, record in records.items():
            self._by_directory.setdefault(record["directory"], []).append(name)
            if (suffix := record.get("suffix")) and suffix_owners.get(suffix, name) == name:
                self._by_suffix.setdefault(suffix, name)
            if legacy := record.get("legacySuffix"):
                self._by_suffix.setdefault(legacy, name)
            for child in record.get("children", ()):
                self._child_parents[child["name"]] = name

    def __iter__(self) -> Iterator[TypeInfo]:
        return (self[name] for name in self._records)

    def __contains__(self, name: object) -> bool:
        return name in self._records

    def __len__(self) -> int:
        return len(self._records)

    def __getitem__(self, name: str) -> TypeInfo:
        """The top-level type of this name; KeyError when there is none."""
        found = self._made.get(name)
        if found is None:
            found = self._made[name] = _type(name, self._records[name])
        return found

    def get(self, name: str) -> TypeInfo | None:
        """The top-level type of this name, or None."""
        return self[name] if name in self._records else None

    def child(self, name: str) -> tuple[TypeInfo, ChildInfo] | None:
        """The parent type and the child of this child type's name ("CustomField"), or None."""
        parent = self._child_parents.get(name)
        if parent is None:
            return None
        info = self[parent]
        return info, next(c for c in info.children if c.name == name)

    def knows(self, name: str) -> bool:
        """Whether a manifest may name this type, top-level or child."""
        return name in self._records or name in self._child_parents

    def of_directory(self, directory: str) -> tuple[TypeInfo, ...]:
        """The types whose components stand below a folder of this name."""
        return tuple(self[name] for name in self._by_directory.get(directory, ()))

    def of_suffix(self, suffix: str) -> TypeInfo | None:
        """The type that owns a file suffix outside any folder that would tell more."""
        name = self._by_suffix.get(suffix)
        return self[name] if name else None

    def directories(self) -> Iterable[str]:
        return self._by_directory.keys()

    def suffixes(self) -> Iterable[str]:
        return self._by_suffix.keys()

    def names(self) -> Iterable[str]:
        """Names of all types a manifest may use, top-level and child."""
        yield from self._records
        yield from self._child_parents

    def type_of(self, path: str) -> tuple[TypeInfo, str] | None:
        """The type and full name of the component that a file of either format belongs to.

        path is POSIX and may start above the type's folder; a file of a decomposed child belongs to
        its parent. None when the path belongs to no known type.
        """
        from toolkit.metadata.paths import classify

        role = classify(path, self)
        return (role.type, role.full_name) if role else None

    def with_presets(self, presets: Iterable[str]) -> Registry:
        """This registry with the named presets of sfdx-project.json; MetadataError for an unknown one."""
        known = _data()["presets"]
        records = dict(self._records)
        for preset in presets:
            if preset not in known:
                mend = f"the known ones are {', '.join(sorted(known))}"
                raise MetadataError.of(f"unknown registry preset {preset!r}", mend=mend)
            records.update(known[preset])
        return Registry(records, _data()["suffixOwners"])


@cache
def _data() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(_DATA.read_bytes())
    return loaded


@cache
def standard() -> Registry:
    """The registry as Salesforce publishes it, without presets."""
    return Registry(_data()["types"], _data()["suffixOwners"])


def type_of(path: str) -> tuple[TypeInfo, str] | None:
    """Registry.type_of of the standard registry."""
    return standard().type_of(path)
