"""package.xml and destructive manifests: what a bundle lists, reading one, and comparing one with the files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from toolkit.errors import Location, MetadataError, Problem
from toolkit.metadata.component import Bundle, Component, ComponentKey, Destructive
from toolkit.metadata.members import bundle_members, member_key
from toolkit.metadata.registry import Registry, TypeInfo, standard

if TYPE_CHECKING:
    from lxml import etree

PACKAGE_FILE = "package.xml"
DESTRUCTIVE_FILES = {
    "pre": "destructiveChangesPre.xml",
    "plain": "destructiveChanges.xml",
    "post": "destructiveChangesPost.xml",
}
WILDCARD = "*"
# standard folders exist in every org without a file of their own
_STANDARD_FOLDERS = frozenset({"unfiled$public", "unfiled$public/"})


@dataclass(frozen=True, slots=True)
class Member:
    """One entry of a manifest and the line it stands on."""

    type: str
    name: str
    line: int

    @property
    def key(self) -> ComponentKey:
        return ComponentKey(self.type, self.name)


@dataclass(frozen=True, slots=True)
class Manifest:
    """A package.xml or destructive manifest as read: version and package_name are None when it has none."""

    source: str
    version: str | None
    package_name: str | None
    members: tuple[Member, ...]

    def keys(self) -> tuple[ComponentKey, ...]:
        return tuple(dict.fromkeys(member.key for member in self.members))


def members_of(component: Component) -> tuple[ComponentKey, ...]:
    """The manifest entries that a component needs: itself, and its children as the Salesforce CLI lists them.

    MetadataError when its type is unknown or its document is not well-formed.
    """
    if component.members is not None:
        return component.members
    info = type_info(component)
    if not info.children or info.kind != "file" or not component.files:
        return bundle_members(info, component.full_name, component.files)
    from toolkit.metadata.compose import members_of_document

    file = component.files[0]
    return members_of_document(info, component.full_name, file.content, file.origin or file.path)


def type_info(component: Component) -> TypeInfo:
    """The component's type; MetadataError when there is none of that name."""
    info = standard().get(component.type)
    if info is None:
        raise MetadataError.of(
            f"{component.key}: no such metadata type",
            where=Location(component.origin),
            mend="mend the name of the type",
        )
    return info


def manifest_members(bundle: Bundle) -> Mapping[str, tuple[str, ...]]:
    """The manifest of a bundle: members by type, both in the order of their code points."""
    found: dict[str, set[str]] = {}
    problems: list[Problem] = []
    for component in bundle:
        try:
            for key in members_of(component):
                found.setdefault(key.type, set()).add(key.full_name)
        except MetadataError as error:
            problems += error.problems
    MetadataError.raise_any(problems)
    return {name: tuple(sorted(found[name])) for name in sorted(found)}


def package_xml(bundle: Bundle) -> bytes:
    """The package.xml of a bundle."""
    return _document(manifest_members(bundle), bundle.api_version)


def destructive_xml(keys: Iterable[ComponentKey]) -> bytes:
    """A destructive manifest; MetadataError for a wildcard, which the platform does not take there."""
    grouped: dict[str, set[str]] = {}
    problems: list[Problem] = []
    for key in keys:
        if WILDCARD in key.full_name:
            mend = "name the components one by one"
            problems.append(Problem(f"{key}: a wildcard cannot be deleted", mend=mend))
        grouped.setdefault(key.type, set()).add(key.full_name)
    MetadataError.raise_any(problems)
    return _document({name: tuple(sorted(grouped[name])) for name in sorted(grouped)}, None)


def manifest_files(bundle: Bundle) -> Iterable[tuple[str, bytes]]:
    """package.xml and the destructive manifests that the bundle needs, by file name."""
    yield PACKAGE_FILE, package_xml(bundle)
    parts = {"pre": bundle.destructive.pre, "plain": bundle.destructive.plain, "post": bundle.destructive.post}
    for part, keys in parts.items():
        if keys:
            yield DESTRUCTIVE_FILES[part], destructive_xml(keys)


def _document(members: Mapping[str, tuple[str, ...]], version: str | None) -> bytes:
    from lxml import etree

    from toolkit.metadata import xml

    root = etree.Element(f"{{{xml.METADATA_NS}}}Package", nsmap=cast("dict[str, str]", {None: xml.METADATA_NS}))

    def put(parent: etree._Element, tag: str, text: str) -> None:
        try:
            etree.SubElement(parent, f"{{{xml.METADATA_NS}}}{tag}").text = text
        except ValueError:
            message = f"{text!r} has a character that XML cannot hold"
            raise MetadataError.of(message, mend="rename the component") from None

    for name, names in members.items():
        types = etree.SubElement(root, f"{{{xml.METADATA_NS}}}types")
        for member in names:
            put(types, "members", member)
        put(types, "name", name)
    if version is not None:
        put(root, "version", version)
    return xml.serialise(root)


def parse_package_xml(data: bytes, source: str) -> Manifest:
    """A manifest with the lines of its entries; MetadataError with every element that does not belong."""
    from toolkit.metadata import xml

    root = xml.parse(data, source)
    if xml.local_name(root) != "Package":
        raise MetadataError.of(
            f"the root element is <{xml.local_name(root)}>, not <Package>", where=Location(source, _line(root))
        )
    problems: list[Problem] = []
    members: list[Member] = []
    texts: dict[str, str] = {}
    for element in root:
        name = xml.local_name(element)
        if name == "types":
            members += _types(element, source, problems)
        elif name:  # package settings (description, postInstallClass, ...) do not concern a deployment
            texts.setdefault(name, (element.text or "").strip())
    MetadataError.raise_any(problems)
    return Manifest(source, texts.get("version") or None, texts.get("fullName") or None, tuple(members))


def _line(element: etree._Element) -> int:
    return cast("int | None", element.sourceline) or 0


def _types(element: etree._Element, source: str, problems: list[Problem]) -> list[Member]:
    from toolkit.metadata import xml

    names: list[tuple[str, int]] = []
    type_name = ""
    for item in element:
        tag, text, line = xml.local_name(item), (item.text or "").strip(), _line(item)
        if tag == "members" and text:
            names.append((text, line))
        elif tag == "name" and text:
            type_name = text
        elif tag in ("members", "name"):
            problems.append(Problem(f"<{tag}> is empty", Location(source, line), "fill it in or remove it"))
        elif tag:
            problems.append(Problem(f"<{tag}> does not belong into <types>", Location(source, line), "remove it"))
    if not type_name:
        problems.append(Problem("<types> without <name>", Location(source, _line(element)), "name the type"))
    return [Member(type_name, name, line) for name, line in names]


def destructive_of(manifests: Mapping[str, Manifest]) -> Destructive:
    """The deletions of the manifests found, by file name."""

    def keys(part: str) -> tuple[ComponentKey, ...]:
        manifest = manifests.get(DESTRUCTIVE_FILES[part])
        return manifest.keys() if manifest else ()

    return Destructive(keys("pre"), keys("plain"), keys("post"))


def differences(manifest: Manifest, bundle: Bundle, registry: Registry | None = None) -> list[Problem]:
    """Every component without an entry in the manifest, and every entry without a component.

    A wildcard covers all components of its type, but of the objects only the custom ones. Names are compared
    with their percent escapes resolved, as orgs do.
    """
    registry = registry or standard()
    listed = {(m.type, _plain(m.type, m.name)) for m in manifest.members}
    wildcards = {m.type for m in manifest.members if m.name == WILDCARD}
    there: set[tuple[str, str]] = set()
    problems: list[Problem] = []
    for component in bundle:
        try:
            members = members_of(component)
        except MetadataError as error:
            problems += error.problems
            continue
        info = registry.get(component.type)
        own = member_key(info, component.full_name) if info else component.key
        names = {(k.type, _plain(k.type, k.full_name)) for k in (own, *members)}
        there |= names
        covered = names & listed or any(_covers(k.type, k.full_name, wildcards) for k in (own, *members))
        if not covered:
            mend = f"add it to {manifest.source}, or remove the file"
            problems.append(Problem(f"{component.key} has no entry in the manifest", Location(component.origin), mend))
    folders = {(type_name, name.rpartition("/")[0]) for type_name, name in there if "/" in name.rstrip("/")}
    for member in manifest.members:
        key = (member.type, _plain(member.type, member.name))
        if member.name == WILDCARD or key in there or key in folders or member.name in _STANDARD_FOLDERS:
            continue
        where = Location(manifest.source, member.line)
        mend = "remove the entry, or add the file"
        problems.append(Problem(f"{member.key} is in the manifest, but there is no file for it", where, mend))
    return problems


def _covers(type_name: str, name: str, wildcards: set[str]) -> bool:
    if type_name not in wildcards:
        return False
    return type_name != "CustomObject" or "__" in name


def _plain(type_name: str, name: str) -> str:
    """A member's name for comparing; an org lists documents with their extension, files are named without."""
    from urllib.parse import unquote

    name = unquote(name).rstrip("/") if "%" in name else name.rstrip("/")
    if type_name == "Document" and "." in name.rpartition("/")[2]:
        name = name.rpartition(".")[0]
    return name
