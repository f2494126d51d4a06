"""Several source files become the one file that the Metadata API knows: objects with their fields, labels, bots.

Bytes are joined, not re-written: what a person wrote arrives as it is, and every line of the result is
mapped to the file and line it came from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from toolkit.errors import Location, MetadataError, Problem
from toolkit.metadata import collate
from toolkit.metadata.component import ComponentFile, ComponentKey, Piece
from toolkit.metadata.namespace import METADATA_NS
from toolkit.metadata.registry import ChildInfo, TypeInfo
from toolkit.metadata.scan import Element, Scan, local, scan

DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
_XMLNS = f'xmlns="{METADATA_NS}"'.encode()
_DEFAULT_NAMESPACE = (b"xmlns", f'"{METADATA_NS}"'.encode())
_FALLBACK_NAMES = ("fullName", "name")
_OVERRIDE_NAMES = ("actionName", "formFactor")
"""What tells one actionOverrides of an object from another."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """Content with the path a person knows it by."""

    origin: str
    content: bytes


@dataclass(frozen=True, slots=True)
class ChildFile:
    """A child's own file; name is what its file is called."""

    info: ChildInfo
    name: str
    file: SourceFile


class _Text:
    """Bytes being put together, with the piece that every stretch of lines belongs to."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.line = 1
        self.pieces: list[Piece] = []

    def add(self, data: bytes) -> None:
        self.parts.append(data)
        self.line += data.count(b"\n")

    def mark(self, origin: str, origin_line: int) -> None:
        """Lines from the present one on came from origin_line of origin."""
        piece = Piece(self.line, origin, origin_line)
        if self.pieces and self.pieces[-1].line == self.line:
            self.pieces[-1] = piece
        else:
            self.pieces.append(piece)

    def fresh_line(self) -> None:
        """Begin a new line unless one has just begun."""
        if self.parts and not self.parts[-1].endswith(b"\n"):
            self.add(b"\n")

    def file(self, path: str, origin: str) -> ComponentFile:
        return ComponentFile(path, b"".join(self.parts), origin, tuple(self.pieces))


def wanted_names(info: TypeInfo) -> frozenset[str]:
    """Elements that may name a child of this type, or an entry that can be there once."""
    return frozenset({*_FALLBACK_NAMES, *_OVERRIDE_NAMES, *(c.unique_id for c in info.children)})


def child_name(element: Element, child: ChildInfo) -> str | None:
    """What names an element of the parent's document as a child, as the Salesforce CLI sees it."""
    return next((element.names[n] for n in (child.unique_id, *_FALLBACK_NAMES) if element.names.get(n)), None)


def child_key(full_name: str, child: ChildInfo, name: str) -> ComponentKey:
    """The manifest entry of a child."""
    return ComponentKey(child.name, name if child.bare_name else f"{full_name}.{name}")


def compose(
    info: TypeInfo,
    full_name: str,
    path: str,
    parents: Sequence[SourceFile],
    children: Sequence[ChildFile],
    *,
    notes: list[Problem],
) -> tuple[ComponentFile, tuple[ComponentKey, ...]]:
    """The file of a component that source format spreads out, and its manifest members.

    As the Salesforce CLI has it, children with a file of their own are listed, those inside the parent's file
    go with the parent, and a parent that says nothing is not listed beside its children.

    Children follow the parent's own elements, by element and then by name. When several package directories
    have a parent file, their own elements are put together; where two contradict each other the later file
    counts and a note is added. Raises MetadataError with every file that is not well-formed or holds something
    else than its name says.
    """
    problems: list[Problem] = []
    wanted = wanted_names(info)
    wholes = [(file, found) for file in reversed(parents) if (found := _scan_root(file, info.name, wanted, problems))]
    scans = [(child, found) for child in children if (found := _scan_child(child, wanted, problems))]
    MetadataError.raise_any(problems)
    text = _Text()
    members: dict[ComponentKey, None] = {}
    inside: set[ComponentKey] = set()
    if wholes:
        apart = {(child.info.element, _own_name(found, child)): child for child, found in scans}
        own = _own_elements(info, full_name, wholes, apart, notes)
        if any(found.elements for _, found in wholes) or not any(kind.addressable for kind in info.children):
            members[ComponentKey(info.manifest_type, full_name)] = None
        inside = _keys_inside(info, full_name, own)
        tail = _open_parent(text, wholes, own)
    else:
        text.add(DECLARATION + b"<" + info.name.encode() + b" " + _XMLNS + b">\n")
        tail = b"</" + info.name.encode() + b">\n"
    prefixed = bool(wholes) and b":" in _tag(wholes[0][1])
    for child, found in sorted(scans, key=lambda pair: (pair[0].info.element, collate.key(pair[0].name))):
        _add_child(text, child, found, prefixed=prefixed)
        if child.info.addressable:
            key = child_key(full_name, child.info, _own_name(found, child))
            if key in members or key in inside:
                problems.append(Problem(f"{key} is there twice", Location(child.file.origin), "rename one of them"))
            members[key] = None
    MetadataError.raise_any(problems)
    members = members or {ComponentKey(info.manifest_type, full_name): None}
    if wholes:
        parent, found = wholes[0]
        text.mark(parent.origin, found.body_line + found.body.count(b"\n"))
    text.add(tail)
    origin = parents[-1].origin if parents else children[0].file.origin
    return text.file(path, origin), tuple(members)


# an element of a parent's document, with the document and the file it is in
_Own = tuple[SourceFile, Scan, Element]


def _keys_inside(info: TypeInfo, full_name: str, own: Iterable[_Own]) -> set[ComponentKey]:
    """The children that stand inside the parents' files."""
    keys: set[ComponentKey] = set()
    for _, _, element in own:
        kind = info.child_by_element(local(element.tag))
        if kind and (name := child_name(element, kind)):
            keys.add(child_key(full_name, kind, name))
    return keys


def _own_elements(
    info: TypeInfo,
    full_name: str,
    wholes: Sequence[tuple[SourceFile, Scan]],
    apart: Mapping[tuple[str, str], ChildFile],
    notes: list[Problem],
) -> list[_Own]:
    """What the parents' files say themselves, the first file's first, elements of one name together.

    Equal elements are taken once, lists are joined; of what can be there only once the first file's counts, and
    a child that has a file of its own is taken from there.
    """
    first = wholes[0][0]
    found: list[_Own] = []
    there: set[bytes] = set()
    taken: dict[tuple[str, ...], Location] = {}
    for file, document in wholes:
        fresh: list[_Own] = []
        identities: dict[tuple[str, ...], Location] = {}
        for element in document.elements:
            tag = local(element.tag)
            where = Location(file.origin, element.line)
            child = info.child_by_element(tag)
            name = child_name(element, child) if child else None
            if child and name and (tag, name) in apart:
                other = Location(apart[tag, name].file.origin)
                notes.append(overridden(str(child_key(full_name, child, name)), where, other))
                continue
            squeezed = b" ".join(document.data[element.start : element.end].split())
            if file is not first and squeezed in there:
                continue
            identity = _identity(info, tag, name, element) if len(wholes) > 1 else ()
            if identity in taken:
                what = " ".join(filter(None, identity))
                message = f"<{what}> is not taken from here, because {taken[identity]} has another value"
                notes.append(Problem(message, where, "keep one of the two"))
                continue
            if identity:
                identities[identity] = where
            there.add(squeezed)
            fresh.append((file, document, element))
        taken |= identities
        for item in fresh if file is not first else ():
            same = [i for i, (_, _, other) in enumerate(found) if local(other.tag) == local(item[2].tag)]
            found.insert(same[-1] + 1 if same else len(found), item)
        if file is first:
            found = fresh
    return found


def _identity(info: TypeInfo, tag: str, name: str | None, element: Element) -> tuple[str, ...]:
    """What makes an element of one file the same thing as an element of another; () for entries of a list."""
    from toolkit.metadata.schema.model import root_type

    if name:
        return (tag, name)
    if tag == "actionOverrides":
        return (tag, element.names.get("actionName", ""), element.names.get("formFactor", ""))
    kind = root_type(info.name)
    member = kind.member(tag) if kind else None
    return () if member is None or member.repeated else (tag,)


def _open_parent(text: _Text, wholes: Sequence[tuple[SourceFile, Scan]], own: Sequence[_Own]) -> bytes:
    """Add the parent up to where its children go, and return what closes the document.

    A single parent that keeps all its elements is added as it stands.
    """
    parent, found = wholes[0]
    empty = found.body_end == found.body_start
    text.mark(parent.origin, 1)
    text.add(_opened(found))
    if len(own) == len(found.elements) and all(document is found for _, document, _ in own):
        text.add(found.body)
    else:
        for file, document, element in own:
            text.fresh_line()
            text.mark(file.origin, element.line)
            text.add(b"    " + document.data[element.start : element.end])
    text.fresh_line()
    return b"</" + _tag(found) + b">\n" if empty else found.data[found.body_end :]


def overridden(what: str, where: Location, winner: Location) -> Problem:
    """The note that something is there twice and which one counts."""
    return Problem(f"{what} is not taken from here, because {winner} has it too", where, "keep one of the two")


def _scan_root(
    file: SourceFile, expected: str, wanted: frozenset[str], problems: list[Problem], *, cut: bool = True
) -> Scan | None:
    """The file's cuts, None when a problem has been noted."""
    try:
        found = scan(file.content, file.origin, wanted, cut=cut)
    except MetadataError as error:
        problems += error.problems
        return None
    if found.root != expected:
        where = Location(file.origin, 1 + found.data.count(b"\n", 0, found.start), 1)
        problems.append(
            Problem(f"the root element is <{found.root}>, not <{expected}>", where, "mend the element or the file name")
        )
        return None
    return found


def _scan_child(child: ChildFile, wanted: frozenset[str], problems: list[Problem]) -> Scan | None:
    return _scan_root(child.file, child.info.name, wanted, problems, cut=False)


def _tag(found: Scan) -> bytes:
    return found.data[found.start + 1 : found.body_start].split(None, 1)[0].rstrip(b"/>")


def _opened(found: Scan) -> bytes:
    """Everything up to the body: a root that is one empty tag is opened, one without a namespace gets it."""
    head = found.data[: found.body_start]
    if head.endswith(b"/>"):
        head = head[:-2].rstrip() + b">"
    if b":" not in _tag(found) and not any(name == b"xmlns" for name, _ in found.attributes):
        at = found.start + 1 + len(_tag(found))
        head = head[:at] + b" " + _XMLNS + head[at:]
    return head


def _own_name(found: Scan, child: ChildFile) -> str:
    """The name inside the file, else the file's."""
    wanted = (child.info.unique_id, *_FALLBACK_NAMES)
    return next((found.names[name] for name in wanted if found.names.get(name)), child.name)


def _add_child(text: _Text, child: ChildFile, found: Scan, *, prefixed: bool) -> None:
    element = child.info.element.encode()
    kept = [a for a in found.attributes if a != _DEFAULT_NAMESPACE]
    if prefixed:
        kept.insert(0, _DEFAULT_NAMESPACE)
    text.add(b"    ")
    text.mark(child.file.origin, found.body_line)
    body = found.body
    text.add(b"<" + element + b"".join(b" " + n + b"=" + v for n, v in kept) + b">" + body)
    text.add((b"    </" if body.endswith(b"\n") else b"</") + element + b">\n")


def members_of_document(info: TypeInfo, full_name: str, data: bytes, source: str) -> tuple[ComponentKey, ...]:
    """Manifest entries of one whole document of a type with children, as if it stood in source format."""
    own = False
    children: dict[ComponentKey, None] = {}
    for element in scan(data, source, wanted_names(info)).elements:
        child = info.child_by_element(local(element.tag))
        if child is None:
            own = True
        elif child.addressable and (info.decomposition or child.listed) and (name := child_name(element, child)):
            children[child_key(full_name, child, name)] = None
    if own or not children or not info.decomposition:
        return (ComponentKey(info.manifest_type, full_name), *children)
    return tuple(children)


def compose_labels(
    info: TypeInfo,
    path: str,
    wholes: Sequence[SourceFile],
    singles: Sequence[ChildFile],
    notes: list[Problem],
) -> tuple[ComponentFile, tuple[ComponentKey, ...]]:
    """One CustomLabels file from all label files of a project, labels in the order of their names.

    wholes are CustomLabels documents, singles hold one CustomLabel each. Of a label that is there twice the
    later one counts, and a note is added when they differ.
    """
    problems: list[Problem] = []
    child = info.children[0]
    wanted = wanted_names(info)
    found: dict[str, tuple[bytes, str, int]] = {}

    def take(name: str | None, content: bytes, origin: str, line: int) -> None:
        if not name:
            problems.append(Problem("a label without <fullName>", Location(origin, line), "give it a name"))
        else:
            if name in found and found[name][0] != content:
                notes.append(overridden(f"{child.name} {name}", Location(*found[name][1:]), Location(origin, line)))
            found[name] = (content, origin, line)

    for file in wholes:
        whole = _scan_root(file, info.name, wanted, problems)
        at = whole.body_start if whole else 0
        for element in whole.elements if whole else ():
            lead = whole.data[at : element.start] if whole else b""
            comment = lead.strip() + b"\n    " if lead.strip() else b""
            line = element.line - comment.count(b"\n")
            content = whole.data[element.start : element.end] if whole else b""
            take(child_name(element, child), comment + content, file.origin, line)
            at = element.end
    for single in singles:
        one = _scan_child(single, wanted, problems)
        if one is not None:
            close = b"    </labels>" if one.body.endswith(b"\n") else b"</labels>"
            take(_own_name(one, single), b"<labels>" + one.body + close, single.file.origin, one.body_line)
    MetadataError.raise_any(problems)
    text = _Text()
    text.add(DECLARATION + b"<" + info.name.encode() + b" " + _XMLNS + b">\n")
    for name in sorted(found, key=collate.key):
        content, origin, line = found[name]
        text.mark(origin, line)
        text.add(b"    " + content + b"\n")
    text.add(b"</" + info.name.encode() + b">\n")
    whole_key = (ComponentKey(info.name, info.name),) if wholes else ()
    members = (*whole_key, *(ComponentKey(child.name, name) for name in sorted(found)))
    origins = [f.origin for f in wholes] + [s.file.origin for s in singles]
    return text.file(path, origins[0]), members
