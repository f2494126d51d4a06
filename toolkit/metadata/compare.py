"""Whether a component and what an org has of it mean the same, and where they differ.

Order, whitespace and what the platform adds by itself are no differences; `platform_defaults` holds what is
known of the last. "ours" is what would be deployed, "theirs" what was retrieved: a part that a deploy of ours
would leave alone is no difference either.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from toolkit.metadata.component import Component, ComponentFile
from toolkit.metadata.content import Content, chunks_of, digest_of
from toolkit.metadata.forms import QUIET, Forms, Place, meaning
from toolkit.metadata.node import Node, node_of
from toolkit.metadata.platform_defaults import ANY, CONTENT_OF_THE_ORG, MERGED
from toolkit.metadata.registry import META_SUFFIX, standard

_SHOWN = 80
"""Characters of a line that are shown."""

_LINE_BY_LINE = 4 * 1024 * 1024
"""Bytes up to which contents are compared line by line; of larger ones a digest is told."""

_BLANKS = b" \t\r\n"
_OPENS, _CLOSES = b"<>"

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

_NAMING = frozenset(_KEYS)

_SINGLE_KEYS = _KEYS[: _KEYS.index("actionName")]
"""Those that name an entry even where a list has one entry only."""


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
            found.append(Difference(file.path, "", f"{file.size:,} bytes", None))
        elif file.body != other.body:
            found += _of_file(ours.type, file, other)
    found += [Difference(path, "", None, f"{file.size:,} bytes") for path, file in sorted(there.items())]
    return tuple(found)


def _of_file(type_name: str, ours: ComponentFile, theirs: ComponentFile) -> Iterator[Difference]:
    if is_xml(type_name, ours.path):
        if _same_but_for_layout(ours.content, theirs.content):
            return
        yield from _Walk.of(type_name, ours.path).compare(
            node_of(ours.content, ours.origin or ours.path), node_of(theirs.content, f"the org's {theirs.path}")
        )
        return
    if type_name in CONTENT_OF_THE_ORG and not ours.content.strip():
        return
    if max(ours.size, theirs.size) > _LINE_BY_LINE:
        if _lines_digest(ours.body) != _lines_digest(theirs.body):
            told = (f"{file.size:,} bytes, sha256 {digest_of(file.body)[:16]}" for file in (ours, theirs))
            yield Difference(ours.path, "content", *told)
        return
    mine, other = _lines(ours.content), _lines(theirs.content)
    if mine != other:
        at = next((n for n, (a, b) in enumerate(zip(mine, other, strict=False), 1) if a != b), None)
        line = at or min(len(mine), len(other)) + 1
        yield Difference(ours.path, f"line {line}", *_excerpts(_line(mine, line), _line(other, line)))


def _same_but_for_layout(ours: bytes, theirs: bytes) -> bool:
    """Whether indentation is all that differs: tells most equal documents at a fraction of the cost."""
    if ours.translate(None, _BLANKS) != theirs.translate(None, _BLANKS):
        return False
    mine = _lines_of_tags(ours)
    return mine is not None and mine == _lines_of_tags(theirs)


def _lines_of_tags(data: bytes) -> list[bytes] | None:
    """The lines without their indentation; None where one begins or ends in the middle of a text."""
    lines = [line for line in map(bytes.strip, data.split(b"\n")) if line]
    plain = all(line[0] == _OPENS and line[-1] == _CLOSES for line in lines) and b"<![CDATA[" not in data
    return lines if plain else None


def is_xml(type_name: str, path: str) -> bool:
    """Whether a file of a component is a metadata document rather than content."""
    if path.endswith(META_SUFFIX):
        return True
    info = standard().get(type_name)
    return info is not None and info.kind == "file"


def _lines_digest(content: Content) -> str:
    """SHA-256 of a content that does not count how lines end, nor newlines at the end."""
    total = hashlib.sha256()
    newlines, carried = 0, b""
    for piece in chunks_of(content):
        text = carried + piece
        carried = text[-1:] if text.endswith(b"\r") else b""  # the next piece may make a line's end of it
        text = text[: len(text) - len(carried)].replace(b"\r\n", b"\n")
        body = text.rstrip(b"\n")
        if body:
            total.update(b"\n" * newlines + body)
            newlines = 0
        newlines += len(text) - len(body)
    if carried:
        total.update(b"\n" * newlines + carried)
    return total.hexdigest()


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


@dataclass(frozen=True, slots=True)
class _Walk:
    """One comparison: goes down where the forms of the two sides differ."""

    file: str
    merged: bool
    mine: Forms
    other: Forms

    @classmethod
    def of(cls, type_name: str, file: str) -> _Walk:
        return cls(file, type_name in MERGED, Forms(type_name), Forms(type_name))

    def compare(self, ours: Node, theirs: Node) -> Iterator[Difference]:
        place = self.mine.place
        if ours.name != theirs.name:
            yield Difference(self.file, ours.name, ours.name, theirs.name)
        elif self.mine.of(ours, place).lstrip(QUIET) != self.other.of(theirs, place).lstrip(QUIET):
            yield from self._children(ours, theirs, place, "")

    def _children(self, ours: Node, theirs: Node, place: Place, shown: str) -> Iterator[Difference]:
        mine, other = _grouped(ours.children), _grouped(theirs.children)
        for name in sorted(mine.keys() | other.keys()):
            here, label = place.of(name), f"{shown}/{name}" if shown else name
            a, b = mine.get(name, []), other.get(name, [])
            left_alone = self.merged and not shown
            if left_alone and not a:
                continue
            if _is_list(a, b, keyed=left_alone):
                yield from self._lists(a, b, here, label, left_alone=left_alone)
            else:
                yield from self._pair(a[0] if a else None, b[0] if b else None, here, label)

    def _pair(self, ours: Node | None, theirs: Node | None, place: Place, shown: str) -> Iterator[Difference]:
        a = QUIET if ours is None else self.mine.of(ours, place)
        b = QUIET if theirs is None else self.other.of(theirs, place)
        if a == b or (a[0] == QUIET and b[0] == QUIET):
            return
        if ours is not None and theirs is not None:
            if ours.children and theirs.children:
                yield from self._children(ours, theirs, place, shown)
                return
            if not ours.children and not theirs.children and _same_text(ours, theirs):
                return
        if ours is not None or theirs is None or not _may_be_added(theirs, place):
            yield Difference(self.file, shown, _value(ours), _value(theirs))

    def _lists(
        self, ours: list[Node], theirs: list[Node], place: Place, shown: str, *, left_alone: bool
    ) -> Iterator[Difference]:
        """Entries that mean the same are set aside, the others matched by what names them.

        left_alone: entries that only theirs has stay in the org.
        """
        if place.ordered:
            if _said(self.mine, ours, place) == _said(self.other, theirs, place):
                return
        else:
            ours, theirs = self._differing(ours, theirs, place)
        named_a, named_b = [_naming(node) for node in ours], [_naming(node) for node in theirs]
        key = _key_of(named_a, named_b)
        mine = _by_name(ours, named_a, key) if key else _by_form(self.mine, ours, place)
        other = _by_name(theirs, named_b, key) if key else _by_form(self.other, theirs, place)
        for name, entry in mine.items():
            yield from self._pair(entry, other.get(name), place, f"{shown}[{_label(name, entry)}]")
        for name, entry in other.items():
            if name not in mine and not left_alone:
                yield from self._pair(None, entry, place, f"{shown}[{_label(name, entry)}]")
        if place.ordered:
            before = [name for name in other if name in mine]
            after = [name for name in mine if name in other]
            if before != after:
                told = [", ".join(_label(name, mine[name]) for name in names) for names in (after, before)]
                yield Difference(self.file, f"{shown} (order)", told[0], told[1])

    def _differing(self, ours: list[Node], theirs: list[Node], place: Place) -> tuple[list[Node], list[Node]]:
        """Both sides without the entries that mean the same, one against one."""
        a, b = [self.mine.of(node, place) for node in ours], [self.other.of(node, place) for node in theirs]
        common = Counter(a) & Counter(b)
        return _without(ours, a, common.copy()), _without(theirs, b, common)


def _without(nodes: list[Node], forms: list[str], common: Counter[str]) -> list[Node]:
    left: list[Node] = []
    for node, form in zip(nodes, forms, strict=True):
        if common[form]:
            common[form] -= 1
        else:
            left.append(node)
    return left


def _said(forms: Forms, nodes: list[Node], place: Place) -> list[str]:
    """The forms of the entries that say something, in their order."""
    return [form for form in (forms.of(node, place) for node in nodes) if form[0] != QUIET]


def _may_be_added(theirs: Node, place: Place) -> bool:
    """Whether the org may have put there what ours does not have."""
    return ANY in place.theirs or theirs.text in place.theirs


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


_Named = dict[str, str]
"""The texts of an entry that may name it, by element."""


def _naming(node: Node) -> _Named:
    """Of each of the naming elements the one child of this name, when that has no children itself."""
    while len(node.children) == 1 and node.children[0].children:
        node = node.children[0]  # past wrappers such as itemInstances/componentInstance
    found: _Named = {}
    again: set[str] = set()
    for child in node.children:
        if child.name in _NAMING:
            if child.name in found or child.children:
                again.add(child.name)
            found[child.name] = child.text
    for name in again:
        del found[name]
    return found


def _key_of(ours: list[_Named], theirs: list[_Named]) -> tuple[str, ...]:
    """The fewest naming elements that tell the entries of both sides apart; none when nothing does."""
    there = {name for side in (ours, theirs) for named in side for name in named}
    key: list[str] = []
    for name in _KEYS:
        if name not in there:
            continue
        key.append(name)
        if all(len({tuple(map(named.get, key)) for named in side}) == len(side) for side in (ours, theirs)):
            return tuple(key)
    return ()


_Name = tuple[str | None, ...] | tuple[str, int]


def _by_name(nodes: list[Node], named: list[_Named], key: tuple[str, ...]) -> dict[_Name, Node]:
    return {tuple(map(one.get, key)): node for node, one in zip(nodes, named, strict=True)}


def _by_form(forms: Forms, nodes: list[Node], place: Place) -> dict[_Name, Node]:
    """The entries by all that they say and how often they have said it."""
    found: dict[_Name, Node] = {}
    counts: Counter[str] = Counter()
    for node in nodes:
        form = forms.of(node, place)
        counts[form] += 1
        found[form, counts[form]] = node
    return found


def _label(name: _Name, node: Node) -> str:
    """What a person is told an entry is."""
    parts = () if isinstance(name[-1], int) else name
    return ", ".join(str(part) for part in parts if part is not None) or _value(node) or ""


def _same_text(ours: Node, theirs: Node) -> bool:
    if ours.kind and theirs.kind and ours.kind != theirs.kind:
        return False
    return meaning(ours.name, ours.text) == meaning(theirs.name, theirs.text)


def _value(node: Node | None) -> str | None:
    if node is None:
        return None
    if not node.children:
        return f"{node.kind} {node.text}" if node.kind else node.text
    return "{" + ", ".join(f"{child.name}: {_value(child)}" for child in node.children) + "}"
