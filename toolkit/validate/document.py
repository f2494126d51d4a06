"""Document: one parsed metadata file, or one child inside it, as rules see it while its tree is alive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from toolkit.errors import Location
from toolkit.validate.finding import Finding, Severity
from toolkit.validate.known import namespace_of
from toolkit.validate.rule import Rule
from toolkit.validate.source import SourceFile
from toolkit.validate.tree import Element, Places, local, namespace


def says_yes(text: str) -> bool:
    """Whether a boolean's text is true; orgs take any case (True, TRUE)."""
    return text.lower() in ("true", "1")


_FEW = 100
"""Children of a root that are looked up by name once they have been gone through: rules ask for the same ones often."""


class Entry:
    """A repeated element with its simple children as text: <classAccesses> -> {"apexClass": "X", ...}."""

    __slots__ = ("element", "values")

    def __init__(self, element: Element, values: dict[str, str]) -> None:
        self.element = element
        self.values = values

    def __getitem__(self, name: str) -> str:
        """The text of a child, "" when it is not there."""
        return self.values.get(name, "")

    def yes(self, name: str) -> bool:
        return says_yes(self.values.get(name, ""))


class Document:
    """type and name are those of the component or child; parent is the child's component ("Account").

    The tree lives only as long as the document: nothing a rule keeps may hold an element of it.
    """

    __slots__ = (
        "_entries",
        "_few",
        "_first",
        "api_version",
        "file",
        "name",
        "ns",
        "options",
        "parent",
        "places",
        "root",
        "type",
    )

    def __init__(
        self,
        file: SourceFile,
        root: Element,
        places: Places,
        api_version: float,
        options: Mapping[str, Mapping[str, int | str]],
        *,
        type_name: str = "",
        name: str = "",
        parent: str = "",
    ) -> None:
        self.file = file
        self.root = root
        self.places = places
        self.api_version = api_version
        self.options = options
        self.type = type_name or file.type
        self.name = name or file.name
        self.parent = parent or file.parent
        self.ns = namespace(root)
        self._entries: dict[str, list[Entry]] = {}
        self._few = len(root) <= _FEW
        self._first: dict[str, Element] | None = None

    def child(self, type_name: str, element: Element, name: str) -> Document:
        """A child that stands inside this file."""
        return Document(
            self.file, element, self.places, self.api_version, self.options,
            type_name=type_name, name=name, parent=self.name,
        )  # fmt: skip

    @property
    def made_here(self) -> bool:
        """A custom field or object that is not a package's: its definition is this project's to mend."""
        owner = self.name if self.type == "CustomObject" else self.parent
        return self.name.endswith("__c") and not (namespace_of(self.name) or namespace_of(owner))

    def text(self, *path: str) -> str:
        """The text of the first element at this path below the root, stripped; "" when there is none."""
        found = self.find(*path)
        return (found.text or "").strip() if found is not None else ""

    def yes(self, *path: str) -> bool:
        """Whether the first element at this path below the root is true."""
        return says_yes(self.text(*path))

    def find(self, *path: str) -> Element | None:
        """The first element at this path below the root."""
        if len(path) != 1 or not self._few:
            return self.root.find("/".join(self.ns + step for step in path))
        if self._first is None:
            self._first = {}
            for element in self.root:
                self._first.setdefault(element.tag, element)
        return self._first.get(self.ns + path[0])

    def has(self, *path: str) -> bool:
        return self.find(*path) is not None

    def all(self, tag: str, of: Element | None = None) -> Iterator[Element]:
        """The direct children of this name."""
        return (self.root if of is None else of).iterchildren(self.ns + tag)

    def deep(self, tag: str, of: Element | None = None) -> Iterator[Element]:
        """All elements of this name, at any depth."""
        return (self.root if of is None else of).iter(self.ns + tag)

    def value(self, element: Element, *path: str) -> str:
        """The text of the first element at this path below element, stripped."""
        found = element.findtext("/".join(self.ns + step for step in path)) if path else element.text
        return found.strip() if found else ""

    def entries(self, tag: str) -> list[Entry]:
        """The root's children of this name with their own children as text; read once, shared by all rules."""
        found = self._entries.get(tag)
        if found is None:
            cut = len(self.ns)
            found = self._entries[tag] = [
                Entry(element, {sub.tag[cut:]: (sub.text or "").strip() for sub in element if isinstance(sub.tag, str)})
                for element in self.all(tag)
            ]
        return found

    def at(self, element: Element | None = None, *path: str) -> Location:
        """Where an element begins; with a path, where the value of that element below it begins.

        When the inner element is not there the place is that of the outer one.
        """
        outer = self.root if element is None else element
        inner = outer.find("/".join(self.ns + step for step in path)) if path else None
        target = outer if inner is None else inner
        value = None if inner is None else (inner.text or "")
        line, column = self.places.find(
            local(target), target.sourceline or 1, value, nth=lambda: self._nth(target, value)
        )
        return Location(self.file.path, line, column)

    def _nth(self, target: Element, value: str | None) -> int:
        """How many equal elements stand before target on its line (files without line breaks)."""
        before = 0
        for other in self.root.iter(target.tag):
            if other is target:
                return before
            if other.sourceline == target.sourceline and (value is None or other.text == target.text):
                before += 1
        return 0

    def option(self, rule: Rule, name: str) -> int:
        """A number that the configuration may tune."""
        value = self.options.get(rule.id, {}).get(name, rule.parameters[name])
        return int(value)

    def words(self, rule: Rule, name: str) -> frozenset[str]:
        """A blank-separated list that the configuration may tune."""
        return frozenset(str(self.options.get(rule.id, {}).get(name, rule.parameters[name])).split())

    def finding(
        self,
        rule: Rule,
        element: Element | None,
        message: str,
        *path: str,
        mend: str = "",
        severity: Severity | None = None,
    ) -> Finding:
        """A finding at element, or at the value of the element at path below it."""
        return rule.finding(self.at(element, *path), message, mend=mend, severity=severity)
