"""Whether a component and what an org has of it mean the same, and where they differ.

Order, whitespace and what the platform adds by itself are no differences; `platform_defaults` holds what is
known of the last. "ours" is what would be deployed, "theirs" what was retrieved: a part that a deploy of ours
would leave alone is no difference either.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from toolkit.metadata import xml
from toolkit.metadata.component import Component, ComponentFile
from toolkit.metadata.platform_defaults import (
    ADDED,
    ANY,
    CONTENT_OF_THE_ORG,
    FALSE_IS_ABSENT,
    MERGED,
    ORDERED,
    ORGS_OWN,
)
from toolkit.metadata.registry import META_SUFFIX, standard
from toolkit.metadata.xml import local_name

_TYPE_ATTRIBUTE = "{http://www.w3.org/2001/XMLSchema-instance}type"

_SHOWN = 80
"""Characters of a line that are shown."""

_BETWEEN_TAGS = re.compile(rb">\s+<")

_KEYS = (
    # what tells one entry of a list from another, the most telling first
    "fullName",
    "identifier",
    "apexClass",
    "apexPage",
    "application",
    "customPermission",
    "tab",
    "field",
    "object",
    "flow",
    "recordType",
    "layout",
    "actionName",
    "formFactor",
    "pageOrSobjectType",
    "profile",
    "name",
    "label",
    "type",
)

_SINGLE_KEYS = _KEYS[: _KEYS.index("actionName")]
"""Those that name an entry even where a list has one entry only."""


@dataclass(frozen=True, slots=True)
class Node:
    """An element: its name and either its text (children empty) or its children. No comments, no namespaces.

    kind is its xsi:type without the prefix ("double"), empty when it has none.
    """

    name: str
    text: str
    children: tuple[Node, ...] = ()
    kind: str = ""

    @property
    def idle(self) -> bool:
        """Says nothing that leaving it out would not say: empty, false, or only such children."""
        if self.children:
            return all(child.idle for child in self.children)
        return self.text in ("", "false")

    def child_text(self, name: str) -> str | None:
        """The text of the one child of this name; None when there are none or several, or it has children itself."""
        found = [child for child in self.children if child.name == name]
        return found[0].text if len(found) == 1 and not found[0].children else None


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where they differ: the file in the zip, the path in it, and both values (None: not there)."""

    file: str
    path: str
    ours: str | None
    theirs: str | None

    def __str__(self) -> str:
        if self.ours is None:
            return f"{self.path}: {self.theirs} would go"
        if self.theirs is None:
            return f"{self.path}: {self.ours} is new"
        return f"{self.path}: {self.theirs} -> {self.ours}"


def differences(ours: Component, theirs: Component) -> tuple[Difference, ...]:
    """Where the two differ, in the order of files and paths; empty when they mean the same."""
    found: list[Difference] = []
    there = {file.path: file for file in theirs.files}
    for file in ours.files:
        other = there.pop(file.path, None)
        if other is None:
            found.append(Difference(file.path, "", f"{len(file.content):,} bytes", None))
        elif file.content != other.content:
            found += _of_file(ours.type, file, other)
    found += [Difference(path, "", None, f"{len(file.content):,} bytes") for path, file in sorted(there.items())]
    return tuple(found)


def _of_file(type_name: str, ours: ComponentFile, theirs: ComponentFile) -> Iterator[Difference]:
    if is_xml(type_name, ours.path):
        if _same_but_for_layout(ours.content, theirs.content):
            return
        rules = _Rules.of(type_name, ours.path)
        yield from rules.compare(
            node_of(ours.content, ours.origin or ours.path), node_of(theirs.content, f"the org's {theirs.path}")
        )
        return
    if type_name in CONTENT_OF_THE_ORG and not ours.content.strip():
        return
    mine, other = _lines(ours.content), _lines(theirs.content)
    if mine != other:
        at = next((n for n, (a, b) in enumerate(zip(mine, other, strict=False), 1) if a != b), None)
        line = at or min(len(mine), len(other)) + 1
        yield Difference(ours.path, f"line {line}", *_excerpts(_line(mine, line), _line(other, line)))


def _same_but_for_layout(ours: bytes, theirs: bytes) -> bool:
    """Whether blanks between tags are all that differs: tells most equal documents at a tenth of the cost."""
    if b"<![CDATA[" in ours or b"<![CDATA[" in theirs:
        return False
    return _BETWEEN_TAGS.sub(b"><", ours) == _BETWEEN_TAGS.sub(b"><", theirs)


def is_xml(type_name: str, path: str) -> bool:
    """Whether a file of a component is a metadata document rather than content."""
    if path.endswith(META_SUFFIX):
        return True
    info = standard().get(type_name)
    return info is not None and info.kind == "file"


def _lines(content: bytes) -> list[bytes]:
    return content.replace(b"\r\n", b"\n").rstrip(b"\n").split(b"\n")


def _line(lines: list[bytes], number: int) -> str | None:
    return None if number > len(lines) else lines[number - 1].decode("utf-8", "replace")


def _excerpts(ours: str | None, theirs: str | None) -> tuple[str | None, str | None]:
    """Both lines, or of long ones the part around the first character that differs."""
    pairs = enumerate(zip(ours or "", theirs or "", strict=False))
    at = next((n for n, (a, b) in pairs if a != b), min(len(ours or ""), len(theirs or "")))
    start = max(0, at - _SHOWN // 2) if max(len(ours or ""), len(theirs or "")) > _SHOWN else 0

    def part(line: str | None) -> str | None:
        if line is None:
            return None
        end = start + _SHOWN
        return ("..." if start else "") + line[start:end].strip() + ("..." if len(line) > end else "")

    return part(ours), part(theirs)


def node_of(data: bytes, source: str) -> Node:
    """The document as a Node; MetadataError with the place when it cannot be read."""
    return _node(xml.parse(data, source))


def _node(element: etree._Element) -> Node:
    children = tuple(_node(child) for child in element if isinstance(child.tag, str))
    kind = (element.get(_TYPE_ATTRIBUTE) or "").rpartition(":")[2]
    return Node(local_name(element), "" if children else _text(element), children, kind)


def _text(element: etree._Element) -> str:
    """The element's own text, past comments, without blanks around it."""
    pieces = [element.text or "", *(child.tail or "" for child in element)]
    return "".join(pieces).strip()


def canonical(node: Node) -> Node:
    """The same with children in a fixed order, so that equal meanings are equal values."""
    if not node.children:
        return node
    children = sorted(map(canonical, node.children), key=_order)
    return Node(node.name, node.text, tuple(children), node.kind)


def _order(node: Node) -> tuple[str, str, str, str]:
    return (node.name, node.text, node.kind, repr(node.children) if node.children else "")


@dataclass(frozen=True, slots=True)
class _Rules:
    """What is known of one type, applied to one of its files."""

    file: str
    added: Mapping[str, frozenset[str]]
    orgs_own: frozenset[str]
    ordered: frozenset[str]
    merged: bool
    false_is_absent: bool

    @classmethod
    def of(cls, type_name: str, file: str) -> _Rules:
        return cls(
            file,
            ADDED.get(type_name, {}),
            ORGS_OWN.get(type_name, frozenset()),
            ORDERED.get(type_name, frozenset()),
            type_name in MERGED,
            type_name in FALSE_IS_ABSENT,
        )

    def compare(self, ours: Node, theirs: Node) -> Iterator[Difference]:
        if ours.name != theirs.name:
            yield Difference(self.file, ours.name, ours.name, theirs.name)
            return
        yield from self._children(ours, theirs, "", "")

    def _children(self, ours: Node, theirs: Node, path: str, shown: str) -> Iterator[Difference]:
        mine, other = _grouped(ours.children), _grouped(theirs.children)
        for name in sorted(mine.keys() | other.keys()):
            below, label = _join(path, name), _join(shown, name)
            a, b = mine.get(name, []), other.get(name, [])
            left_alone = self.merged and not path
            if left_alone and not a:
                continue
            if _is_list(a, b, keyed=left_alone):
                yield from self._lists(a, b, below, label, left_alone=left_alone)
            else:
                yield from self._pair(a[0] if a else None, b[0] if b else None, below, label)

    def _pair(self, ours: Node | None, theirs: Node | None, path: str, shown: str) -> Iterator[Difference]:
        if ours is None or theirs is None:
            if not self._silent(ours, theirs, path):
                yield Difference(self.file, shown, _value(ours), _value(theirs))
        elif ours.children and theirs.children:
            yield from self._children(ours, theirs, path, shown)
        elif path in self.orgs_own:
            return
        elif not (ours.idle and theirs.idle) and (ours.children or theirs.children or not _same_text(ours, theirs)):
            yield Difference(self.file, shown, _value(ours), _value(theirs))

    def _silent(self, ours: Node | None, theirs: Node | None, path: str) -> bool:
        """Whether an element that stands on one side alone says nothing."""
        there = ours or theirs
        if there is None or there.idle or path in self.orgs_own:
            return True
        if ours is not None:
            return self.false_is_absent and bool(ours.children) and _grants_nothing(ours)
        allowed = self.added.get(path, frozenset())
        return ANY in allowed or there.text in allowed

    def _lists(
        self, ours: list[Node], theirs: list[Node], path: str, shown: str, *, left_alone: bool
    ) -> Iterator[Difference]:
        """Entries are matched by what names them; left_alone: those that only theirs has stay in the org."""
        key = _key_of(ours, theirs)
        mine, other = _by_key(ours, key), _by_key(theirs, key)
        for name, entry in mine.items():
            yield from self._pair(entry, other.get(name), path, f"{shown}[{_label(entry, key)}]")
        for name, entry in other.items():
            if name not in mine and not left_alone:
                yield from self._pair(None, entry, path, f"{shown}[{_label(entry, key)}]")
        if path in self.ordered:
            before = [name for name in other if name in mine]
            after = [name for name in mine if name in other]
            if before != after:
                told = [", ".join(_label(mine[name], key) for name in names) for names in (after, before)]
                yield Difference(self.file, f"{shown} (order)", told[0], told[1])


def _grants_nothing(node: Node) -> bool:
    """All that is not a name in this entry is false."""
    flags = [child for child in node.children if child.text in ("true", "false")]
    return bool(flags) and all(child.text == "false" for child in flags)


def _grouped(children: Iterable[Node]) -> dict[str, list[Node]]:
    groups: dict[str, list[Node]] = {}
    for child in children:
        groups.setdefault(child.name, []).append(child)
    return groups


def _is_list(ours: list[Node], theirs: list[Node], *, keyed: bool) -> bool:
    """Whether these are entries of a list. One on each side are, when they are named and not by the same name."""
    if len(ours) > 1 or len(theirs) > 1:
        return True
    if not ours or not theirs:
        return False
    if keyed and ours[0].children:
        return True
    return any(
        (mine := ours[0].child_text(name)) is not None
        and (other := theirs[0].child_text(name)) is not None
        and mine != other
        for name in _SINGLE_KEYS
    )


Name = tuple[str | None, ...] | tuple[Node, int]


def _key_of(ours: list[Node], theirs: list[Node]) -> tuple[str, ...]:
    """The fewest naming children that tell the entries of both sides apart; none when nothing does."""
    key: list[str] = []
    for name in _KEYS:
        if not any(_core(node).child_text(name) is not None for side in (ours, theirs) for node in side):
            continue
        key.append(name)
        if all(len({_name(node, key) for node in side}) == len(side) for side in (ours, theirs)):
            return tuple(key)
    return ()


def _core(node: Node) -> Node:
    """The node that says something: past wrappers such as itemInstances/componentInstance."""
    while len(node.children) == 1 and node.children[0].children:
        node = node.children[0]
    return node


def _name(node: Node, key: Iterable[str]) -> tuple[str | None, ...]:
    core = _core(node)
    return tuple(core.child_text(name) for name in key)


def _label(node: Node, key: Iterable[str]) -> str:
    """What a person is told it is."""
    return ", ".join(text for text in _name(node, key) if text is not None) or _value(node) or ""


def _by_key(nodes: list[Node], key: tuple[str, ...]) -> dict[Name, Node]:
    """The entries by what names them; without a key, by all that they say and how often they have said it."""
    if key:
        return {_name(node, key): node for node in nodes}
    found: dict[Name, Node] = {}
    counts: dict[Node, int] = {}
    for node in nodes:
        all_of_it = canonical(node)
        counts[all_of_it] = counts.get(all_of_it, 0) + 1
        found[all_of_it, counts[all_of_it]] = node
    return found


def _same_text(ours: Node, theirs: Node) -> bool:
    if ours.kind and theirs.kind and ours.kind != theirs.kind:
        return False
    if ours.text == theirs.text:
        return True
    if ours.name == "apiVersion":
        return _number(ours.text) == _number(theirs.text) is not None
    if ours.name.startswith("commaSeparated"):
        return _parts(ours.text) == _parts(theirs.text)
    return False


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _parts(text: str) -> frozenset[str]:
    return frozenset(part.strip() for part in text.split(",") if part.strip())


def _value(node: Node | None) -> str | None:
    if node is None:
        return None
    if not node.children:
        return f"{node.kind} {node.text}" if node.kind else node.text
    return "{" + ", ".join(f"{child.name}: {_value(child)}" for child in node.children) + "}"


def _join(path: str, name: str) -> str:
    return f"{path}/{name}" if path else name
