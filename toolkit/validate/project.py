"""Project: everything that is known about all files together, for rules that look across them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TypeVar

from toolkit.errors import Location
from toolkit.validate import known
from toolkit.validate.facts import (
    AppPart,
    ChildFact,
    ClassFact,
    Fact,
    FieldFact,
    InTouch,
    LwcFact,
    Mention,
    ObjectFact,
    PageFact,
    Placed,
    Spot,
)
from toolkit.validate.finding import Finding, Severity
from toolkit.validate.rule import Rule
from toolkit.validate.source import UNREADABLE, SourceFile, Sources
from toolkit.validate.tree import Places

F = TypeVar("F", bound=Fact)

# what a name may also stand for: bundles are two types, custom metadata types and settings are objects
_CHILD_TYPES = frozenset({"RecordType", "CompactLayout", "FieldSet", "BusinessProcess", "WebLink", "CustomLabel"})


class Components:
    """Which components there are, by type and lower-case name; names in metadata are not case-sensitive."""

    def __init__(self, files: Iterable[SourceFile], namespace: str) -> None:
        self.namespace = namespace
        self.by_type: dict[str, dict[str, SourceFile]] = defaultdict(dict)
        for file in files:
            if file.part and file.part != "manifest":
                self.by_type[file.type].setdefault(file.name.lower(), file)
                if file.part == "child":
                    self.by_type["CustomObject"].setdefault(file.parent.lower(), file)

    def has(self, type_name: str, name: str) -> bool:
        """Whether the component is among the files; a name with the project's own prefix is one without."""
        names = self.by_type.get(type_name)
        if not names:
            return False
        return name.lower() in names or known.without_namespace(name, self.namespace).lower() in names


class Project:
    """The index over one run: files, components, declarations, mentions. Names are compared in lower case."""

    def __init__(
        self,
        sources: Sources,
        components: Components,
        facts: Iterable[Fact],
        mentions: Iterable[Mention],
        *,
        closed: bool,
        options: Mapping[str, Mapping[str, int | str]],
    ) -> None:
        self.sources = sources
        self.components = components
        self.closed = closed
        self.options = options
        self._facts: dict[type, list[Fact]] = defaultdict(list)
        for fact in facts:
            self._facts[type(fact)].append(fact)
        self._last: tuple[int, Places] | None = None
        self._plain: dict[str, frozenset[str]] = {}
        self._mentions: dict[str, list[Mention]] = defaultdict(list)
        for mention in mentions:
            self._mentions[mention.rule].append(mention)

    def of(self, kind: type[F]) -> list[F]:
        """All facts of one kind, in the order of their files."""
        return self._facts.get(kind, [])  # type: ignore[return-value]  # filled by type(fact) above

    def mentions(self, rule: Rule) -> list[Mention]:
        return self._mentions.get(rule.id, [])

    @cached_property
    def fields(self) -> dict[tuple[str, str], FieldFact]:
        """(object, field) -> the field as it is defined here."""
        return {(fact.object.lower(), fact.name.lower()): fact for fact in self.of(FieldFact)}

    @cached_property
    def objects(self) -> dict[str, ObjectFact]:
        """Object -> its definition here, the full one if there is one."""
        found: dict[str, ObjectFact] = {}
        for fact in self.of(ObjectFact):
            if fact.full or fact.name.lower() not in found:
                found[fact.name.lower()] = fact
        return found

    @cached_property
    def children(self) -> dict[tuple[str, str, str], ChildFact]:
        return {(f.type, f.parent.lower(), f.name.lower()): f for f in self.of(ChildFact)}

    @cached_property
    def pages(self) -> dict[str, PageFact]:
        return {fact.name.lower(): fact for fact in self.of(PageFact)}

    @cached_property
    def touch(self) -> dict[str, InTouch]:
        return {fact.name.lower(): fact for fact in self.of(InTouch)}

    @cached_property
    def placed(self) -> list[Placed]:
        return self.of(Placed)

    @cached_property
    def lwc(self) -> dict[str, LwcFact]:
        return {fact.name.lower(): fact for fact in self.of(LwcFact)}

    @cached_property
    def apps(self) -> list[AppPart]:
        return self.of(AppPart)

    @cached_property
    def classes(self) -> list[ClassFact]:
        return self.of(ClassFact)

    def plain_properties(self, class_name: str) -> frozenset[str]:
        """Lower-case names of the properties of a class (lower-case name) whose type cannot hold a quote.

        The class is read once more: only the controllers of pages with something to ask are asked about.
        """
        found = self._plain.get(class_name)
        if found is None:
            found = self._plain[class_name] = self._read_plain(class_name)
        return found

    def _read_plain(self, class_name: str) -> frozenset[str]:
        from toolkit.validate import apex

        file = self._class_files.get(class_name)
        try:
            code = apex.read(file, file.read(), self.options) if file else None
        except UNREADABLE:
            return frozenset()  # it was a finding when it was first read
        return code.plain if code and not code.test else frozenset()

    @cached_property
    def _class_files(self) -> dict[str, SourceFile]:
        return {file.name.lower(): file for file in self.files_of("ApexClass") if file.part == "content"}

    @cached_property
    def reached_objects(self) -> frozenset[str]:
        """Objects that have any file here, and so may be judged by what is here."""
        return frozenset(self.components.by_type.get("CustomObject", {}))

    def own(self, name: str) -> str:
        """The name without the project's own namespace, in lower case."""
        return known.without_namespace(name, self.sources.namespace).lower()

    def foreign(self, name: str) -> bool:
        """Whether the name belongs to another package."""
        prefixes = {known.namespace_of(part).lower() for part in name.split(".")} - {"", self.sources.namespace.lower()}
        return bool(prefixes)

    def at(self, spot: Spot) -> Location:
        """The exact place of a spot; the file is read again, which only findings cost."""
        file = self.sources.files[spot.file]
        if not spot.tag:  # content: the column is known, and kept where an element's text would be
            return Location(file.path, spot.line, int(spot.value or 1))
        line, column = self._places(spot.file).find(spot.tag, spot.line, spot.value)
        return Location(file.path, line, column)

    def _places(self, number: int) -> Places:
        """The lines of a file; the last one is kept, because rules go through the files in their order."""
        if self._last is None or self._last[0] != number:
            try:
                data = self.sources.files[number].read()
            except UNREADABLE:
                data = b""  # it was there a moment ago; the line is still known
            self._last = (number, Places(data))
        return self._last[1]

    def file(self, spot: Spot) -> SourceFile:
        return self.sources.files[spot.file]

    def finding(
        self, rule: Rule, spot: Spot, message: str, *, mend: str = "", severity: Severity | None = None
    ) -> Finding:
        return rule.finding(self.at(spot), message, mend=mend, severity=severity)

    def outside(self, rule: Rule, mention: Mention, message: str, *, mend: str = "") -> Finding:
        """A finding about a name that is not here: a note, unless the project says that it is closed."""
        grave = self.closed and not self.foreign(mention.name)
        return self.finding(rule, mention.spot, message, mend=mend, severity=None if grave else Severity.NOTE)

    def option(self, rule: Rule, name: str) -> int:
        return int(self.options.get(rule.id, {}).get(name, rule.parameters[name]))

    def files_of(self, *types: str) -> Iterator[SourceFile]:
        wanted = frozenset(types)
        return (file for file in self.sources.files if file.type in wanted)
