"""Files of either format become Components: grouped by what they belong to, checked for their pairs, composed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.errors import Location, MetadataError, Problem
from toolkit.metadata import staticresource
from toolkit.metadata.component import Component, ComponentFile, ComponentKey
from toolkit.metadata.compose import ChildFile, SourceFile, compose, compose_labels, overridden
from toolkit.metadata.content import Content, Shelf, bytes_of
from toolkit.metadata.members import bundle_members, member_key
from toolkit.metadata.paths import FileRole, classifier
from toolkit.metadata.presets import compose_permission_set, compose_service
from toolkit.metadata.registry import META_SUFFIX, Registry, TypeInfo
from toolkit.metadata.scan import no_document
from toolkit.metadata.tree import Budget, Entry
from toolkit.metadata.zipfmt import printable

if TYPE_CHECKING:
    from toolkit.metadata.replacements import Replacer

# bundles that cannot do without their own meta file, by the end of its name
_NEEDED_META = {
    "LightningComponentBundle": ".js-meta.xml",
    "UIBundle": ".uibundle-meta.xml",
    "DigitalExperienceBundle": ".digitalExperience-meta.xml",
}


@dataclass(slots=True)
class _Group:
    """The files of one component by their part in it; denied are those that .forceignore excludes."""

    info: TypeInfo
    full_name: str
    files: list[tuple[FileRole, Entry]] = field(default_factory=list)
    metas: list[tuple[FileRole, Entry]] = field(default_factory=list)
    children: list[tuple[FileRole, Entry]] = field(default_factory=list)
    denied_metas: int = 0
    denied: list[Entry] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.info.name} {self.full_name}"


class _UnreadableError(Exception):
    """A problem has been noted; the component cannot be made."""


class Assembler:
    """Takes files one by one, then gives the components. Problems are collected, not raised.

    source: the files are those of a project in source format, not of a package in Metadata API format.
    replacer puts the project's replacements into what is loaded.
    """

    def __init__(self, registry: Registry, *, source: bool, replacer: Replacer | None = None) -> None:
        self.registry = registry
        self.problems: list[Problem] = []
        self.notes: list[Problem] = []
        self.left_out: list[str] = []
        self._classifier = classifier(registry)
        self._groups: dict[tuple[str, str], dict[str, _Group]] = {}
        self._budget = Budget()
        self._shelf = Shelf()
        self._source = source
        self._replacer = replacer

    def take(self, folder: tuple[str, ...], name: str, entry: Entry, denied: bool) -> None:  # noqa: FBT001  by position
        """Put a file where it belongs, by its folder's parts and its name."""
        role = self._classifier.role(folder, name)
        if role is None:
            if name.endswith(META_SUFFIX) and not denied:
                self.problems.append(self._unknown(name, entry))
            else:
                self.left_out.append(entry.origin)
            return
        if not name.isprintable():
            self._note("the file name has a character that is no text", entry, "rename the file")
            return
        groups = self._groups.setdefault((role.type.name, role.full_name), {})
        root = _root(role, entry)
        group = groups.get(root)
        if group is None:
            group = groups[root] = _Group(role.type, role.full_name)
        if denied:
            group.denied_metas += role.part == "meta"
            group.denied.append(entry)
            self.left_out.append(entry.origin)
        elif role.part == "child":
            group.children.append((role, entry))
        elif role.part == "meta" and role.type.kind != "bundle":
            group.metas.append((role, entry))
        else:
            group.files.append((role, entry))

    def role(self, folder: tuple[str, ...], name: str) -> FileRole | None:
        """What a file is, None when it is no metadata file."""
        return self._classifier.role(folder, name)

    def take_only(self, chosen: FileRole) -> Callable[[tuple[str, ...], str, Entry, bool], None]:
        """take, for the files of one component alone."""

        def taker(folder: tuple[str, ...], name: str, entry: Entry, denied: bool) -> None:  # noqa: FBT001  by position
            role = self._classifier.role(folder, name)
            if role and (role.type.name, role.full_name) == (chosen.type.name, chosen.full_name):
                self.take(folder, name, entry, denied)

        return taker

    def components(self) -> Iterator[Component]:
        """The components in the order of their keys; what cannot be made is in problems."""
        for key in sorted(self._groups):
            chosen: Component | None = None
            for group in self._groups.pop(key).values():
                try:
                    component = self._component(group)
                except _UnreadableError:
                    continue
                except MetadataError as error:
                    self.problems += error.problems
                    continue
                if component is not None:
                    chosen = self._later(chosen, component)
            if chosen is not None:
                yield chosen

    def _later(self, before: Component | None, after: Component) -> Component:
        """Of one component in two places the later one, as a later package directory builds on the earlier."""
        if before is not None and [(f.path, f.body) for f in before.files] != [(f.path, f.body) for f in after.files]:
            self.notes.append(overridden(str(after.key), Location(before.origin), Location(after.origin)))
        return after

    # -- one component --

    def _component(self, group: _Group) -> Component | None:
        info = group.info
        makers: dict[str, Callable[[_Group], Component | None]] = {
            "content": self._with_content,
            "mixed": self._mixed,
            "bundle": self._bundle,
            "experience": self._bundle,
        }
        if info.kind != "file":
            return makers[info.kind](group)
        if not group.files and not group.children:
            return None
        if info.own_name or (info.name == "CustomLabels" and group.children):
            return self._labels(group)
        if info.transformer == "decomposedPermissionSet":
            return self._permission_set(group)
        if info.decomposition and (group.children or len(group.files) > 1):
            return self._composed(group)
        role, entry = self._source_form(group)
        content = self._document(entry)
        if info.transformer == "decomposeExternalServiceRegistration":
            content = compose_service(bytes_of(content), entry.origin, lambda name: self._beside(entry, name))
        files = (ComponentFile(role.target, content, entry.origin),)
        # children inside a parent's file of source format go with the parent; see compose
        derived = info.children and not (info.decomposition and self._source)
        members = None if derived else (_own_key(group),)
        return Component(info.name, group.full_name, files, members)

    def _source_form(self, group: _Group) -> tuple[FileRole, Entry]:
        """The component's one file; beside its form in source format the one without -meta.xml does not count."""
        preferred = [(r, e) for r, e in group.files if e.origin.endswith(META_SUFFIX)]
        if len(preferred) == 1 and len(group.files) == 2:
            other = next(e for _, e in group.files if e is not preferred[0][1])
            self.notes.append(overridden(str(group), Location(other.origin), Location(preferred[0][1].origin)))
            return preferred[0]
        return self._only(group.files, group)

    def _with_content(self, group: _Group) -> Component | None:
        if not group.metas:
            self._without_meta(group)
            return None
        meta_role, meta = self._only(group.metas, group)
        if not group.files:
            hidden = ", which .forceignore leaves out" if group.denied else ""
            content_name = meta.origin.removesuffix(META_SUFFIX)
            mend = "leave out both or none" if hidden else "put the content beside it or remove it"
            self._note(f"{group} has no content file {content_name.rpartition('/')[2]}{hidden}", meta, mend)
            raise _UnreadableError
        role, content = self._only(group.files, group)
        files = (
            ComponentFile(role.target, self._content(content), content.origin),
            ComponentFile(meta_role.target, self._document(meta), meta.origin),
        )
        return Component(group.info.name, group.full_name, files, (_own_key(group),))

    def _without_meta(self, group: _Group) -> None:
        """A content file alone: an error when it stands in the type's folder and nobody hid its meta file."""
        placed = [entry for role, entry in group.files if role.placed]
        if not group.denied_metas and placed:
            meta = placed[0].origin.rpartition("/")[2] + META_SUFFIX
            self._note(f"{group} has no {meta} beside it", placed[0], "add the file, or leave out both")
            raise _UnreadableError
        self.left_out += [entry.origin for _, entry in group.files]

    def _mixed(self, group: _Group) -> Component | None:
        info = group.info
        self._drop_packed_form(group)
        spread = [(r, e) for r, e in group.files if r.inner]
        if not group.metas:
            if group.denied_metas or not spread:  # anything may lie beside resources and documents
                self.left_out += [entry.origin for _, entry in group.files]
                return None
            self._note(f"{group} has no meta file beside its folder", spread[0][1], "add it, or remove the folder")
            raise _UnreadableError
        meta_role, meta = self._only(group.metas, group)
        if not group.files:
            hidden = ", .forceignore leaves it out" if group.denied else ""
            self._note(f"{group} has no content beside its meta file{hidden}", meta, "add it, or leave out both")
            raise _UnreadableError
        if info.suffix is None:  # ExperienceBundle: the folder goes into the package as it is
            files = [ComponentFile(r.target, self._content(e), e.origin) for r, e in [*group.files, *group.metas]]
            return Component(info.name, group.full_name, _sorted(files), (_own_key(group),))
        header = self._document(meta)
        if info.name == "StaticResource" and spread:
            content = self._archive(group, bytes_of(header), meta, spread)
        else:
            role, entry = self._only(group.files, group)
            content = ComponentFile(role.target, self._content(entry), entry.origin)
        target = meta_role.target or content.path + META_SUFFIX
        files = [content, ComponentFile(target, header, meta.origin)]
        return Component(info.name, group.full_name, _sorted(files), (_own_key(group),))

    def _drop_packed_form(self, group: _Group) -> None:
        """Beside its content in source format, X.resource of the Metadata API format does not count."""
        if group.info.name != "StaticResource":
            return
        packed = [item for item in group.files if item[1].origin.endswith(".resource") and not item[0].inner]
        unpacked = [item for item in group.files if item not in packed]
        if packed and unpacked:
            group.files = unpacked
            self.notes += [
                overridden(str(group), Location(entry.origin), Location(unpacked[0][1].origin)) for _, entry in packed
            ]

    def _archive(
        self, group: _Group, header: bytes, meta: Entry, spread: Sequence[tuple[FileRole, Entry]]
    ) -> ComponentFile:
        """The archive of a static resource that is a folder in source format."""
        alone = [entry for role, entry in group.files if not role.inner]
        if alone:
            self._note(f"{group} has both a folder and a file as its content", alone[0], "keep one of them")
            raise _UnreadableError
        kind = staticresource.content_type(header, meta.origin)
        if kind not in staticresource.ARCHIVE_TYPES:
            mend = "set contentType to application/zip, or put the content in one file"
            self._note(f"{group} is a folder, but its content type is {kind}", meta, mend)
            raise _UnreadableError
        packed = staticresource.pack(((role.inner, self._content(entry)) for role, entry in spread), self._shelf)
        folder = spread[0][1].origin.removesuffix("/" + spread[0][0].inner)
        return ComponentFile(spread[0][0].target, packed, folder)

    def _bundle(self, group: _Group) -> Component | None:
        files = [*group.metas, *group.files]
        if not files:
            return None
        needed = _NEEDED_META.get(group.info.name)
        if needed and not any(role.target.endswith(needed) for role, _ in files) and not group.denied_metas:
            name = group.full_name.rpartition("/")[2] + needed
            self._note(f"{group} has no {name}", files[0][1], "add it, or leave the folder out with .forceignore")
            raise _UnreadableError
        seen: dict[str, Entry] = {}
        for role, entry in files:
            if role.target in seen:
                self._note(f"{group} is there twice", entry, f"remove one of it and {seen[role.target].origin}")
                raise _UnreadableError
            seen[role.target] = entry
        made = _sorted([ComponentFile(target, self._content(entry), entry.origin) for target, entry in seen.items()])
        return Component(group.info.name, group.full_name, made, bundle_members(group.info, group.full_name, made))

    def _labels(self, group: _Group) -> Component:
        wholes = [SourceFile(e.origin, self._load(e)) for _, e in group.files]
        if len(wholes) == 1 and not group.children and not self._source:
            target = group.files[0][0].target
            return Component(
                group.info.name, group.full_name, (ComponentFile(target, wholes[0].content, wholes[0].origin),)
            )
        target = (group.files or group.children)[0][0].target
        info = self.registry["CustomLabels"]
        file, members = compose_labels(_labels_info(info), target, wholes, self._children(group), self.notes)
        return Component(group.info.name, group.full_name, (file,), members)

    def _composed(self, group: _Group) -> Component:
        parents = [SourceFile(e.origin, self._load(e)) for _, e in group.files]
        target = (group.files or group.children)[0][0].target
        children = self._children(group)
        file, members = compose(group.info, group.full_name, target, parents, children, notes=self.notes)
        return Component(group.info.name, group.full_name, (file,), members)

    def _permission_set(self, group: _Group) -> Component:
        parts = [SourceFile(e.origin, self._load(e)) for _, e in (*group.children, *group.files)]
        target = (group.files or group.children)[0][0].target
        return Component(group.info.name, group.full_name, (compose_permission_set(target, parts),), (_own_key(group),))

    def _children(self, group: _Group) -> list[ChildFile]:
        """The children's files; of one that is there twice the later counts."""
        children: dict[tuple[str, str], ChildFile] = {}
        for role, entry in group.children:
            if role.child is None:
                continue
            child = ChildFile(role.child, role.child_name, SourceFile(entry.origin, self._load(entry)))
            before = children.get((role.child.name, role.child_name))
            if before and before.file.content != child.file.content:
                name = role.child_name if role.child.bare_name else f"{group.full_name}.{role.child_name}"
                what = f"{role.child.name} {name}"
                self.notes.append(overridden(what, Location(before.file.origin), Location(entry.origin)))
            children[role.child.name, role.child_name] = child
        return list(children.values())

    # -- small things --

    def _only(self, found: Sequence[tuple[FileRole, Entry]], group: _Group) -> tuple[FileRole, Entry]:
        """The one file of this part; more are a problem."""
        if len(found) > 1:
            mend = f"remove one of it and {printable(found[0][1].origin)}"
            for _, entry in found[1:]:
                self._note(f"{group} is there twice", entry, mend)
            raise _UnreadableError
        return found[0]

    def _content(self, entry: Entry) -> Content:
        """What goes into the package as it is; a large content stays where it is."""
        content = entry.load(self._budget)
        if isinstance(content, Problem):
            self.problems.append(content)
            raise _UnreadableError
        if self._replacer is not None:
            return self._replacer.apply(entry.path, entry.origin, content)
        return content

    def _load(self, entry: Entry) -> bytes:
        """What is read here, as a whole."""
        return bytes_of(self._content(entry))

    def _document(self, entry: Entry) -> Content:
        """A metadata document that goes into the package as it is; what is none at all is a problem."""
        content = self._content(entry)
        if why := no_document(bytes_of(content)):
            self._note(why, entry, "put the metadata document there, or remove the component")
            raise _UnreadableError
        return content

    def _beside(self, entry: Entry, name: str) -> bytes:
        """The content of another file in the same folder."""
        folder, slash, _ = entry.origin.rpartition("/")
        origin = f"{folder}{slash}{name}"
        if origin in self.left_out:
            self.left_out.remove(origin)
        return self._load(Entry(origin, entry.path.rpartition("/")[0] + "/" + name))

    def _note(self, message: str, entry: Entry, mend: str) -> None:
        self.problems.append(Problem(message, Location(printable(entry.origin)), mend))

    def _unknown(self, name: str, entry: Entry) -> Problem:
        suffix = name.removesuffix(META_SUFFIX).rpartition(".")[2]
        mend = "leave it out with .forceignore, or mend its name or folder"
        from difflib import get_close_matches

        if close := get_close_matches(suffix, self.registry.suffixes(), 1):
            mend = f"did you mean .{close[0]}{META_SUFFIX}? Otherwise {mend}"
        return Problem("no metadata type has files of this name here", Location(printable(entry.origin)), mend)


def _root(role: FileRole, entry: Entry) -> str:
    """What tells two copies of a component apart: the folder that its type's files stand in.

    Files of a component that source format spreads out belong together wherever they are.
    """
    info = role.type
    if info.decomposition or info.name == "CustomLabels":
        return ""
    if info.bundle or (info.kind == "mixed" and info.suffix is None and role.part == "content"):
        return entry.origin.removesuffix(role.target.partition("/")[2])
    if role.inner:
        return entry.origin.removesuffix(f"{role.full_name}/{role.inner}")
    return entry.origin.rpartition("/")[0] + "/"


def _labels_info(info: TypeInfo) -> TypeInfo:
    from toolkit.metadata.registry import standard

    return info if info.own_name else standard()["CustomLabels"]


def _own_key(group: _Group) -> ComponentKey:
    return member_key(group.info, group.full_name)


def _sorted(files: Sequence[ComponentFile]) -> tuple[ComponentFile, ...]:
    return tuple(sorted(files, key=lambda file: file.path))
