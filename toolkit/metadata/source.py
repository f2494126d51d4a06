"""Source format: reading package directories, folders and single files, and writing a project."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import Location, MetadataError, Problem
from toolkit.metadata import forceignore
from toolkit.metadata.assemble import Assembler
from toolkit.metadata.component import Bundle, Component
from toolkit.metadata.content import Content
from toolkit.metadata.decompose import source_files
from toolkit.metadata.forceignore import ForceIgnore
from toolkit.metadata.output import write_files
from toolkit.metadata.project import DEFAULT_API_VERSION, FILE_NAME, SourceProject, load_project
from toolkit.metadata.reading import Reading
from toolkit.metadata.registry import META_SUFFIX, Registry, standard
from toolkit.metadata.tree import Entry, Walk

if TYPE_CHECKING:
    from toolkit.metadata.replacements import Replacer

_DEFAULT_DIRECTORY = "force-app"
_INSIDE = ("main", "default")


def read_source(
    paths: Sequence[Path],
    project: SourceProject | None,
    *,
    api_version: str | None = None,
    environment: Mapping[str, str] | None = None,
) -> Reading:
    """The components below folders of source format, or those that single files belong to.

    project is the one the paths are in, None for loose folders. environment has the values for its replacements;
    without it they are not applied, and a note says so. The reading holds every problem there is.
    """
    registry = project.registry() if project else standard()
    replacer = _replacer(project, environment)
    assembler = Assembler(registry, source=True, replacer=replacer)
    walk = Walk(assembler.take)
    ignores: dict[Path, ForceIgnore] = {}
    for path in paths:
        full = Path(os.path.abspath(path))  # noqa: PTH100  links in the path stay as the person wrote them
        top = full if full.is_dir() else full.parent
        found = forceignore.find(top)
        if found and found not in ignores:
            ignores[found] = forceignore.load(found)
        walk.ignore = ignores[found] if found else None
        parts = _telling_parts(top, project, registry)
        inside = top.relative_to(found).as_posix() if found else ""
        relative = "" if inside in ("", ".") else inside + "/"
        if full.is_dir():
            walk.below(str(full), origin=_shown(path), parts=parts, relative=relative)
        else:
            _take_one(walk, assembler, path, _Place(full, parts, relative))
    components = list(assembler.components())
    notes = [*_not_replaced(project, replacer), *assembler.notes, *(replacer.notes if replacer else ())]
    version = api_version or (project and project.api_version) or DEFAULT_API_VERSION
    return Reading.of(
        components,
        [*walk.problems, *assembler.problems, *(replacer.problems if replacer else ())],
        api_version=version,
        left_out=[*walk.left_out, *assembler.left_out],
        notes=notes,
    )


def _replacer(project: SourceProject | None, environment: Mapping[str, str] | None) -> Replacer | None:
    if project is None or environment is None or not project.replacements:
        return None
    from toolkit.metadata.replacements import Replacer

    return Replacer(Path(os.path.abspath(project.root)), project.replacements, environment)  # noqa: PTH100  as in read


def _not_replaced(project: SourceProject | None, replacer: Replacer | None) -> tuple[Problem, ...]:
    if project is None or replacer is not None or not project.replacements:
        return ()
    where = Location(str(project.root / FILE_NAME))
    mend = "`sfmeta package`, `plan` and `deploy` apply them, and `sfmeta convert --apply-replacements`"
    return (Problem("replacements are not applied; files are taken as they stand", where, mend),)


@dataclass(frozen=True, slots=True)
class _Place:
    """A file: its absolute path, what the folders above it tell, and its folder's path from .forceignore."""

    full: Path
    parts: tuple[str, ...]
    relative: str


def _take_one(walk: Walk, assembler: Assembler, path: Path, place: _Place) -> None:
    """The component that one file belongs to: of a bundle its folder, of a content file also its meta file."""
    full, parts, relative = place.full, place.parts, place.relative
    shown = _shown(path)
    role = assembler.role(parts, full.name)
    if role is None:
        mend = "give a file in a metadata folder, with the suffix of its type"
        assembler.problems.append(Problem("no metadata type has files of this name here", Location(shown), mend))
        return
    if role.type.kind in ("file", "content"):
        names = {full.name}
        if role.type.kind == "content":
            other = full.name.removesuffix(META_SUFFIX) if full.name.endswith(META_SUFFIX) else full.name + META_SUFFIX
            names |= {other} if full.with_name(other).exists() else set()
        for name in sorted(names):
            origin = shown[: len(shown) - len(full.name)] + name
            denied = bool(walk.ignore and walk.ignore.denies(relative + name))
            assembler.take(parts, name, Entry(origin, str(full.with_name(name))), denied)
        return
    # everything of the component stands below its type's folder; take that folder's files of this component
    top, shown_top, above = full.parent, shown.rpartition("/")[0], parts
    while above and role.type.directory in above and above[-1] != role.type.directory:
        top, shown_top, above = top.parent, shown_top.rpartition("/")[0], above[:-1]
    chosen = Walk(assembler.take_only(role), walk.ignore)
    trail = relative.split("/")[: -1 - (len(parts) - len(above)) or None] if relative else []
    inside = "/".join([p for p in trail if p] + [""]) if relative else ""
    chosen.below(str(top), origin=shown_top, parts=above, relative=inside)
    walk.problems += chosen.problems


def _telling_parts(folder: Path, project: SourceProject | None, registry: Registry) -> tuple[str, ...]:
    """The folder names that say what stands below: from the project's root, else from a metadata folder on."""
    if project:
        root = Path(os.path.abspath(project.root))  # noqa: PTH100  as in read
        if folder.is_relative_to(root):
            return folder.relative_to(root).parts
    parts = folder.parts[1:]
    known = set(registry.directories())
    last = next((i for i in range(len(parts) - 1, max(-1, len(parts) - 5), -1) if parts[i] in known), None)
    return parts[last:] if last is not None else ()


def _shown(path: Path) -> str:
    shown = path.as_posix()
    return "" if shown == "." else shown.removeprefix("./")


def write_source(bundle: Bundle, directory: Path, *, project: bool = True) -> list[Path]:
    """Write a bundle in source format below a folder and return the files, in order.

    With project the folder becomes a Salesforce DX project: the components go to its default package
    directory (force-app unless sfdx-project.json there says otherwise) below main/default, and an
    sfdx-project.json is written when there is none. Without it, directory itself is the package directory.
    Files of other components that are there already stay. Raises MetadataError before anything is written.
    """
    existing = load_project(directory) if project and (directory / FILE_NAME).is_file() else None
    registry = existing.registry() if existing else standard()
    package = existing.default if existing else directory / _DEFAULT_DIRECTORY if project else directory
    base = package.joinpath(*_INSIDE).relative_to(directory).as_posix()
    files: dict[str, Content] = {}
    problems: list[Problem] = []
    for component in bundle:
        try:
            _add(files, component, base, registry)
        except MetadataError as error:
            problems += error.problems
    MetadataError.raise_any(problems)
    if project and not existing:
        files[FILE_NAME] = _project_file(bundle.api_version)
    return write_files(directory, files)


def _add(files: dict[str, Content], component: Component, base: str, registry: Registry) -> None:
    for path, content in source_files(component, registry):
        target = f"{base}/{path}"
        if files.get(target, content) != content:
            raise MetadataError.of(f"{component.key}: {path} would be written twice", where=Location(component.origin))
        files[target] = content


def _project_file(api_version: str) -> bytes:
    """A minimal sfdx-project.json."""
    data = {
        "packageDirectories": [{"path": _DEFAULT_DIRECTORY, "default": True}],
        "namespace": "",
        "sourceApiVersion": api_version,
    }
    return (json.dumps(data, indent=2) + "\n").encode()
