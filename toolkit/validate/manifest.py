"""package.xml against the files that stand below it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from toolkit.metadata.registry import standard
from toolkit.validate import known
from toolkit.validate.facts import ManifestFact
from toolkit.validate.project import Project
from toolkit.validate.source import SourceFile

# children whose declarations are remembered, so that a member of them can be looked up
_LOOKED_UP = {"CustomField", "RecordType", "CompactLayout", "FieldSet", "BusinessProcess", "WebLink", "CustomLabel"}
_STEM_ONLY = frozenset({"Document"})
_NO_FILE = "unfiled$public"
"""The folder of reports, dashboards, documents and templates that every org has; a retrieve lists it without a file."""


@dataclass(slots=True)
class Contents:
    """What stands below one package.xml: (manifest type, lower-case name) and the first file of each component."""

    names: set[tuple[str, str]] = field(default_factory=set)
    first: dict[tuple[str, str], str] = field(default_factory=dict)
    source_format: bool = False
    """Whether any file is in source format: then package.xml is a list to deploy or retrieve by, no package's own."""


def contents(project: Project) -> Iterator[tuple[ManifestFact, Contents]]:
    """Each package.xml that has components beside it, with these."""
    for fact in project.of(ManifestFact):
        if fact.destructive or not fact.in_root:
            continue
        found = _below(project, fact.root)
        if found.names:
            yield fact, found


def _below(project: Project, root: str) -> Contents:
    prefix = root + ("" if root.endswith("!") or not root else "/")
    nested = {f.root for f in project.of(ManifestFact) if not f.destructive and f.in_root and f.root != root}
    nested = {other + "/" for other in nested if other.startswith(prefix)}
    found = Contents()
    for file in project.sources.files:
        if file.part in ("", "manifest") or not file.path.startswith(prefix):
            continue
        if any(file.path.startswith(other) for other in nested):
            continue
        type_name, name = (file.type, file.name) if file.part != "child" else ("CustomObject", file.parent)
        info = standard().get(type_name)
        manifest_type = info.manifest_type if info else type_name
        found.names.add((manifest_type, plain(name)))
        found.source_format = found.source_format or _in_source_format(file)
        if file.folder and file.part != "child":
            found.first.setdefault((manifest_type, name), file.path)
    return found


def _in_source_format(file: SourceFile) -> bool:
    """Whether the file's name is one that only source format has; folders have "Sales-meta.xml" in both."""
    return file.part in ("self", "parent", "child") and file.base.endswith("-meta.xml") and "." in file.base[:-9]


def plain(name: str) -> str:
    """A name as it is compared: decoded and in lower case."""
    return unquote(name).lower()


def member_is_there(project: Project, found: Contents, type_name: str, name: str) -> bool | None:
    """Whether a member has its file; None when that cannot be told."""
    if name in ("*", _NO_FILE) or not standard().knows(type_name):
        return None
    bare = plain(name)
    if standard().get(type_name) is None:
        return _child_is_there(project, found, type_name, bare)
    if type_name in _STEM_ONLY or "/" in bare:
        stem = bare.rpartition(".")[0] or bare
        return (type_name, bare) in found.names or (type_name, stem) in found.names
    return (type_name, bare) in found.names


def _child_is_there(project: Project, found: Contents, type_name: str, bare: str) -> bool | None:
    if type_name not in _LOOKED_UP:
        return None
    parent, _, child = bare.rpartition(".")
    if type_name == "CustomField":
        there = (parent, child) in project.fields
    else:
        there = (type_name, parent, child) in project.children
    return True if there else None if _unread(project, found, type_name, parent) else False


def _unread(project: Project, found: Contents, type_name: str, parent: str) -> bool:
    """Whether the file that would hold a child is there and could not be read."""
    if type_name == "CustomLabel":
        return not any(kind == "CustomLabel" for kind, _, _ in project.children) and any(
            kind == "CustomLabels" for kind, _ in found.first
        )
    there = any(kind == "CustomObject" and plain(name) == parent for kind, name in found.first)
    return there and parent not in project.objects


def is_named(manifest: ManifestFact, type_name: str, name: str) -> bool:
    """Whether a manifest covers a component, by name, by wildcard or by one of its children."""
    named, bare = manifest.named, plain(name)
    if (type_name, bare) in named:
        return True
    if (type_name, "*") in named and (type_name != "CustomObject" or known.custom_object(name)):
        return True
    if type_name in _STEM_ONLY and any(t == type_name and n.rpartition(".")[0] == bare for t, n in named):
        return True
    info = standard().get(type_name)
    children = {child.name for child in info.children} if info else set()
    return any(t in children and (n == "*" or n.startswith(bare + ".") or "." not in n) for t, n in named)
