"""From the files of a zip to Incoming components: grouped, parsed, checked against the schema, taken apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from operator import itemgetter

from toolkit.localorg.deploy.archive import PACKAGE, Archive, Files
from toolkit.localorg.deploy.manifest import Manifest
from toolkit.localorg.families.base import Fault, Incoming
from toolkit.localorg.tree import NOWHERE, Node, TreeError, parse
from toolkit.metadata.content import Content, bytes_of
from toolkit.metadata.paths import FileRole, classify
from toolkit.metadata.registry import ChildInfo, TypeInfo, standard
from toolkit.metadata.schema.check import Checker
from toolkit.metadata.schema.finding import SchemaFinding, platform_message
from toolkit.metadata.schema.model import schema

_TAKEN = frozenset({"text"})  # stray text between elements is passed over: a public project that deploys has some
_OF_VALUES = frozenset({"enum", "boolean", "number", "date"})  # codes of findings about what an element holds
_CONTENT_DEPTH = 3  # {type}/{name}/{file} below a site

DESTRUCTIVE = {
    "destructiveChangesPre.xml": "pre",
    "destructiveChanges.xml": "plain",
    "destructiveChangesPost.xml": "post",
}


@dataclass(slots=True)
class Group:
    """The files of one component of the zip."""

    info: TypeInfo
    full_name: str
    files: dict[str, tuple[FileRole, Content]] = field(default_factory=dict)

    @property
    def main(self) -> str:
        """The file that messages name: the content if there is one, else the document."""
        for path, (role, _content) in sorted(self.files.items()):
            if role.part != "meta":
                return path
        return min(self.files)


def groups(archive: Archive) -> tuple[dict[tuple[str, str], Group], list[str]]:
    """The components of a zip by type and lower-case name, and the files that belong to none."""
    found: dict[tuple[str, str], Group] = {}
    strangers: list[str] = []
    for path, content in sorted(archive.files.contents.items(), key=itemgetter(0)):
        if path == PACKAGE or path in DESTRUCTIVE:
            continue
        role = classify(path)
        if role is None:
            strangers.append(path)
            continue
        key = role.type.name, role.full_name.lower()
        group = found.setdefault(key, Group(role.type, role.full_name))
        group.files[path] = (role, content)
    return found, strangers


class _Places:
    """Where the platform's parser is when it meets what a finding is about (as public reports of deploys show):
    behind the start tag of an element that cannot be there, behind the end tag of one whose value cannot be.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._lines: list[str] | None = None

    def of(self, finding: SchemaFinding) -> tuple[int, int]:
        """Line and column from 1; those of the finding where its tag ends on another line."""
        if self._lines is None:
            self._lines = self._data.decode("utf-8", "replace").split("\n")
        line, column = finding.line, finding.column
        if not 0 < line <= len(self._lines) or not column:
            return line, column
        text = self._lines[line - 1]
        end = text.find(">", column - 1) + 1
        if end and finding.code in _OF_VALUES:
            closing = text.find("</", column - 1)
            end = text.find(">", closing) + 1 if closing >= 0 else end
        return (line, end + 1) if end else (line, column)


class Intake:
    """Reads the groups of one deploy; the schema checker belongs to it alone."""

    def __init__(self, manifest: Manifest) -> None:
        self.manifest = manifest
        self._checker = Checker(schema())
        self._registry = standard()

    def read(self, group: Group) -> Iterator[Incoming]:
        """The component of a group, and those that stand in it."""
        document = self._document(group)
        content = Files(
            {
                _below(group.info, path): data
                for path, (role, data) in group.files.items()
                if group.info.bundle or (path != document and role.part != "meta")
            }
        )
        incoming = Incoming(
            group.info.name, group.full_name, group.main, Node(group.info.name, source=NOWHERE), content
        )
        if document is not None:
            self._parse(incoming, group, document)
        elif group.info.has_meta_file:
            incoming.faults.append(Fault(f"Required file is missing: {group.main}-meta.xml"))
        if group.info.has_meta_file and not content and group.info.name != "Document":
            incoming.faults.append(Fault(_absent(group.info.name, group.full_name)))
        if not group.info.children:
            yield incoming
        elif incoming.faults:
            incoming.named = self.names_part_of(group.info, group.full_name)
            yield incoming
        elif group.info.kind == "experience":
            yield from self._folders(incoming, group.info.children[0])
        else:
            yield from self._parts(incoming, group.info)

    @staticmethod
    def _document(group: Group) -> str | None:
        """The path of the component's own XML."""
        for path, (role, _content) in sorted(group.files.items()):
            if role.part in ("meta", "parent") or (role.part == "self" and not group.info.bundle):
                return path
        return None

    def _parse(self, incoming: Incoming, group: Group, path: str) -> None:
        data = bytes_of(group.files[path][1])
        if data.lstrip()[:1] != b"<" and group.info.bundle:
            return  # a bundle described by something else than XML
        try:
            incoming.root = parse(data)
        except TreeError as error:
            incoming.faults.append(Fault(f"Error parsing file: {error.message}", error.line, error.column))
            return
        version = f"{self.manifest.version:.1f}"
        where = _Places(data)
        type_name = group.info.name if schema().complex_type(group.info.name) else None
        for finding in self._checker.check(data, source=path, type_name=type_name, api_version=version):
            if finding.severity != "error" or finding.code in _TAKEN:
                continue
            if finding.code == "root" and _other_name(group.info.name, incoming.root.name):
                continue
            message = platform_message(finding, api_version=version)
            if finding.code not in ("missing-element", "newer", "removed"):
                message = f"Error parsing file: {message}"
            incoming.faults.append(Fault(message, *where.of(finding)))

    def _parts(self, incoming: Incoming, info: TypeInfo) -> Iterator[Incoming]:
        """The component without the components in it, and each of those."""
        rest: list[Node] = []
        parts: list[Incoming] = []
        whole = self.manifest.wants(info.name, incoming.full_name)
        for node in incoming.root.children:
            child = info.child_by_element(node.name)
            name = node.value(child.unique_id) if child is not None and child.addressable else None
            if child is None or not name:
                rest.append(node)
                continue
            full_name = name if child.bare_name else f"{incoming.full_name}.{name}"
            if whole or self.manifest.wants(child.name, full_name):
                parts.append(Incoming(child.name, full_name, incoming.file, node, owner=incoming.full_name))
        if whole or not parts:
            incoming.root.children = rest
            yield incoming
        yield from parts

    def _folders(self, incoming: Incoming, child: ChildInfo) -> Iterator[Incoming]:
        """A site and its contents: each folder `{type}/{name}` below it is a component `{site}.{type}/{name}`."""
        whole = self.manifest.wants(incoming.type, incoming.full_name)
        own: dict[str, bytes] = {}
        parts: dict[str, dict[str, bytes]] = {}
        for path, data in incoming.files.items():
            below = path.removeprefix(f"{incoming.full_name}/").split("/")
            if len(below) < _CONTENT_DEPTH:
                own[path] = data
            else:
                parts.setdefault(f"{incoming.full_name}.{below[0]}/{below[1]}", {})[path] = data
        named = {name: files for name, files in parts.items() if whole or self.manifest.wants(child.name, name)}
        if whole or not named:
            incoming.files = own
            yield incoming
        for name, files in named.items():
            file = f"digitalExperiences/{min(files)}"
            root = Node(child.name, source=NOWHERE)
            yield Incoming(child.name, name, file, root, files, owner=incoming.full_name)

    def names_part_of(self, info: TypeInfo, full_name: str) -> bool:
        """Whether the manifest names the component or anything that stands in its file."""
        if self.manifest.wants(info.name, full_name):
            return True
        children = {child.name: child.bare_name for child in info.children}
        return any(
            member.type in children
            and (children[member.type] or member.name == "*" or _owner(member.name) == full_name.lower())
            for member in self.manifest.members
        )


def _other_name(type_name: str, root: str) -> bool:
    """Whether a root is another name that a type has in files: a shorter one (InvocableActionExt), or a later one."""
    if (type_name, root) == ("EmailFolder", "EmailTemplateFolder"):
        return True  # so retrieved from orgs whose folders hold Lightning templates
    return len(root) > 3 and type_name.startswith(root) and root not in standard()


def _below(info: TypeInfo, path: str) -> str:
    return path.removeprefix(f"{info.directory}/")


def _absent(type_name: str, full_name: str) -> str:
    return (
        f"An object '{full_name}' of type {type_name} was named in package.xml, but was not found in zipped directory"
    )


def _owner(full_name: str) -> str:
    return full_name.partition(".")[0].lower()


def absent_members(manifest: Manifest, present: Mapping[tuple[str, str], Incoming]) -> Iterator[tuple[str, str, Fault]]:
    """Members of package.xml that the zip does not hold: (type, name, fault).

    What stands in a file that cannot be read is not missing: the file has its own message.
    """
    registry = standard()
    for member in manifest.members:
        if member.name == "*" or (member.type, member.name.lower()) in present:
            continue
        parent = registry.child(member.type) if registry.get(member.type) is None else None
        if parent is not None:
            owner = parent[0].name.lower() if parent[1].bare_name else _owner(member.name)
            holder = present.get((parent[0].name, owner))
            if holder is not None and holder.faults:
                continue
        yield member.type, member.name, Fault(_absent(member.type, member.name), 0, 0)
