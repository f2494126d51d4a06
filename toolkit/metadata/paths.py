"""From a file's path to the component it belongs to and the path it has in Metadata API format.

Only names are looked at, never the disk, so the same rules serve folders of both formats and zips.
They follow the Salesforce CLI's resolver, with two differences that docs/formats.md explains: a suffix has
to match whole, and of several type folders in a path the outermost bundle folder wins.
"""

from __future__ import annotations

from functools import cache
from typing import Literal, NamedTuple

from toolkit.metadata.registry import META_SUFFIX, ChildInfo, Registry, TypeInfo, standard

# self     the file is the whole component
# meta     the -meta.xml of a component with content
# content  a content file
# parent   the parent's own file of a component that source format spreads out (or a whole .object)
# child    one child of such a component
Part = Literal["self", "meta", "content", "parent", "child"]

_WRAPPED_LABELS = "decomposedLabels"
_BUNDLED = ("bundle", "mixed", "experience")


class FileRole(NamedTuple):
    """What a file is: its component, its part in it and its path in Metadata API format.

    target is "" for the meta file of a Document, whose name follows that of the content. placed tells
    whether the type's own folder is in the path; a content file elsewhere may be something else.
    """

    type: TypeInfo
    full_name: str
    part: Part
    target: str
    placed: bool = True
    child: ChildInfo | None = None
    child_name: str = ""
    inner: str = ""
    """Of a file inside a content folder: its path below that folder."""


class _Folder(NamedTuple):
    """What the folders above a file tell: type folders by the types they may belong to, as (type, index)."""

    parts: tuple[str, ...]
    bundle: tuple[TypeInfo, int] | None
    strict: tuple[tuple[TypeInfo, int], ...]


class _Name(NamedTuple):
    """What the name of one folder tells: components as folders, as files of this folder alone, as folders of others."""

    bundle: TypeInfo | None
    strict: tuple[TypeInfo, ...]
    foldered: TypeInfo | None


class Classifier:
    """Roles of files by path, for one registry; what a folder tells is worked out once."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self._folders: dict[tuple[str, ...], _Folder] = {}
        self._names: dict[str, _Name] = {}
        whole = standard()["CustomLabels"]
        self._labels = whole, whole.children[0]

    def role(self, folder: tuple[str, ...], name: str) -> FileRole | None:
        """The role of the file `name` in a folder given by its parts; None when it is no metadata file."""
        context = self._folders.get(folder)
        if context is None:
            context = self._folders[folder] = self._look(folder)
        if name.endswith(META_SUFFIX):
            stem, meta = name[: -len(META_SUFFIX)], True
        else:
            stem, meta = name, False
        base, dot, suffix = stem.rpartition(".")
        if meta and not dot and (found := self._plain_folder(context, stem)):
            return found
        if context.bundle and (found := self._in_bundle(*context.bundle, context, name, stem, meta=meta)):
            return found
        if not dot or not base:
            return None
        return self._in_strict(context, base, suffix, meta=meta) or self._by_suffix(context, base, suffix, meta=meta)

    def _look(self, parts: tuple[str, ...]) -> _Folder:
        start = 0
        for index in range(len(parts) - 1):
            if parts[index] == "main" and parts[index + 1] == "default":
                start = index + 2
                break
        bundle: tuple[TypeInfo, int] | None = None
        strict: list[tuple[TypeInfo, int]] = []
        for index in range(start, len(parts)):
            told = self._told(parts[index])
            if bundle is None and (info := told.bundle):
                if info.kind != "mixed":  # lwc/group/lwc/x is a component of the inner folder
                    index = len(parts) - 1 - parts[::-1].index(parts[index])  # noqa: PLW2901  the inner one
                bundle = (info, index)
            strict += [(info, index) for info in told.strict]
        return _Folder(parts, bundle, tuple(reversed(strict)))

    def _told(self, name: str) -> _Name:
        """What a folder of this name tells; only the types of that folder are made, so one file costs little."""
        told = self._names.get(name)
        if told is None:
            infos = self.registry.of_directory(name)
            bundles = [info for info in infos if info.kind in _BUNDLED]
            strict = tuple(info for info in infos if info.strict_directory and info.kind not in _BUNDLED)
            foldered = [info for info in infos if info.folder_of and not info.alias_of]
            told = self._names[name] = _Name(
                bundles[-1] if bundles else None, strict, foldered[-1] if foldered else None
            )
        return told

    def _plain_folder(self, context: _Folder, stem: str) -> FileRole | None:
        """A folder component as the Metadata API writes it: "reports/Sales-meta.xml"."""
        for index in range(len(context.parts) - 1, -1, -1):
            if info := self._told(context.parts[index]).foldered:
                inner = "/".join((*context.parts[index + 1 :], stem))
                return FileRole(info, inner, "self", f"{info.directory}/{inner}{META_SUFFIX}")
        return None

    def _in_bundle(
        self, info: TypeInfo, index: int, context: _Folder, name: str, stem: str, *, meta: bool
    ) -> FileRole | None:
        inner = (*context.parts[index + 1 :], name)
        whole = f"{info.directory}/{'/'.join(inner)}"
        if info.kind == "mixed":
            return self._mixed(info, inner, stem, whole, meta=meta)
        depth = 2 if info.kind == "experience" else 1
        if len(inner) <= depth:
            return None
        part: Part = "meta" if meta or name == info.meta_file else "content"
        return FileRole(info, "/".join(inner[:depth]), part, whole)

    def _mixed(self, info: TypeInfo, inner: tuple[str, ...], stem: str, whole: str, *, meta: bool) -> FileRole | None:
        if info.in_folder:
            return self._document(info, inner, stem, whole, meta=meta)
        if len(inner) > 1:
            target = f"{info.directory}/{inner[0]}.{info.suffix}" if info.suffix else whole
            return FileRole(info, inner[0], "content", target, inner="/".join(inner[1:]))
        base, dot, suffix = stem.rpartition(".")
        if meta:
            if not dot or (info.suffix and suffix != info.suffix):
                return None
            return FileRole(info, base, "meta", whole)
        if not info.suffix:
            return None
        base = stem.partition(".")[0]
        return FileRole(info, base, "content", f"{info.directory}/{base}.{info.suffix}") if base else None

    def _document(
        self, info: TypeInfo, inner: tuple[str, ...], stem: str, whole: str, *, meta: bool
    ) -> FileRole | None:
        base, _, suffix = stem.rpartition(".")
        folder_type = self.registry[info.folder_type or ""]
        if meta and suffix == folder_type.suffix:
            full_name = "/".join((*inner[:-1], base))
            return FileRole(folder_type, full_name, "self", f"{info.directory}/{full_name}{META_SUFFIX}")
        if len(inner) < 2:
            return None
        base = stem.partition(".")[0]
        full_name = "/".join((*inner[:-1], base))
        if not meta:
            return FileRole(info, full_name, "content", whole)
        return FileRole(info, full_name, "meta", "" if suffix == info.suffix else whole)

    def _in_strict(self, context: _Folder, base: str, suffix: str, *, meta: bool) -> FileRole | None:
        for info, index in context.strict:
            if suffix in (info.suffix, info.legacy_suffix):
                return self._of_type(info, context, base, suffix, meta=meta, placed=True)
            child = info.child_by_suffix(suffix) if meta and info.decomposition else None
            if child and index + 1 < len(context.parts):
                parent = context.parts[index + 1]
                target = f"{info.directory}/{parent}.{info.suffix}"
                return FileRole(info, parent, "child", target, child=child, child_name=base)
        return None

    def _by_suffix(self, context: _Folder, base: str, suffix: str, *, meta: bool) -> FileRole | None:
        info = self.registry.of_suffix(suffix)
        if info is None:
            return None
        placed = info.directory in context.parts or bool(info.folder_type and "territory2Models" in context.parts)
        if info.strict_directory and not placed:
            return None
        if info.alias_of:
            info = self.registry[info.alias_of]
        if info.transformer == _WRAPPED_LABELS and info.name == "CustomLabel":
            parent, child = self._labels
            return FileRole(parent, parent.name, "child", "labels/CustomLabels.labels", child=child, child_name=base)
        if not meta and not placed and info.kind != "content":
            return None
        return self._of_type(info, context, base, suffix, meta=meta, placed=placed)

    def _of_type(
        self, info: TypeInfo, context: _Folder, base: str, suffix: str, *, meta: bool, placed: bool
    ) -> FileRole:
        """The role of "base.suffix" or "base.suffix-meta.xml" once its type is known."""
        inner, full_name = self._name(info, context, base)
        path = f"{info.directory}/{inner}.{info.suffix}"
        if info.folder_of:
            kept = "" if suffix == info.suffix else f".{suffix}"
            return FileRole(info, full_name, "self", f"{info.directory}/{inner}{kept}{META_SUFFIX}", placed)
        if info.folder_type and not info.in_folder:
            path = self._nested_path(context, info, f"{base}.{info.suffix}")
        if info.kind == "content":
            part: Part = "meta" if meta else "content"
            return FileRole(info, full_name, part, path + META_SUFFIX if meta else path, placed)
        if info.decomposition or info.own_name:
            return FileRole(info, full_name, "parent", f"{info.directory}/{full_name}.{info.suffix}", placed)
        return FileRole(info, full_name, "self", path, placed)

    def _name(self, info: TypeInfo, context: _Folder, base: str) -> tuple[str, str]:
        """The path below the type's folder without suffix, and the full name."""
        if info.own_name:
            return info.name, info.name
        if info.in_folder or info.folder_of:
            parts = context.parts
            index = len(parts) - 1 - parts[::-1].index(info.directory) if info.directory in parts else len(parts)
            folders = parts[index + 1 :]
            inner = "/".join((*folders, base))
            return inner, "/".join((*folders, base.partition(".")[0]))
        if info.folder_type and info.folder_type != info.name:
            model = _after(context.parts, self.registry[info.folder_type].directory)
            return base, f"{model[0]}.{base}" if model else base
        return base, base

    def _nested_path(self, context: _Folder, info: TypeInfo, file: str) -> str:
        """Territory2 and its rules live below their model's folder."""
        root = self.registry[info.folder_type or info.name].directory
        return "/".join((root, *_after(context.parts, root), file))


def _after(parts: tuple[str, ...], directory: str) -> tuple[str, ...]:
    return parts[parts.index(directory) + 1 :] if directory in parts else ()


@cache
def classifier(registry: Registry) -> Classifier:
    """The one classifier of a registry."""
    return Classifier(registry)


def classify(path: str, registry: Registry | None = None) -> FileRole | None:
    """The role of one file by its POSIX path."""
    *folder, name = path.split("/")
    return classifier(registry or standard()).role(tuple(folder), name)
