"""Plan: which rules have work on which files, so that the others are never imported."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from toolkit.metadata.registry import standard
from toolkit.validate.facts import COLLECTORS
from toolkit.validate.project import Components
from toolkit.validate.reference import Reference
from toolkit.validate.registry import RULES, Entry
from toolkit.validate.rule import Tuning
from toolkit.validate.source import SourceFile, Sources


class Options(NamedTuple):
    closed: bool = False
    tuning: Tuning = Tuning()
    workers: int = 1
    only: frozenset[str] | None = None
    """Run only these rules (tests)."""
    schema: bool = True
    notes: bool = True
    """Look for notes, too; without them and when the project is not closed, outside references cost nothing."""


class Plan:
    """Which rules have work on which types; rules without work are never imported."""

    def __init__(self, sources: Sources, options: Options) -> None:
        self.sources = sources
        self.options = options
        self.components = Components(sources.files, sources.namespace)
        present = _types_present(sources.files)
        self._contents = frozenset(file.type for file in sources.files if file.part == "content")
        self.document_rules: dict[str, list[Entry]] = {}
        self.content_rules: dict[str, list[Entry]] = {"markup": [], "apex": [], "code": [], "raw": []}
        self.references: dict[str, list[tuple[str, Reference]]] = {}
        self.markup_references: dict[str, str] = {}
        """Target type -> the rule that asks, for names found in Visualforce."""
        self.script_references: dict[str, tuple[str, tuple[str, ...]]] = {}
        """What a name in a Lightning component stands for -> the rule that asks and the target types."""
        self.project_rules: list[Entry] = []
        not_run: list[tuple[str, str]] = []
        for entry in RULES:
            if self._has_work(entry, present):
                self._place(entry, not_run)
        self.not_run = tuple(not_run)
        self.apex_calls = self.runs("E3151")
        self.children = {
            info.name: {child.element: child for child in info.children}
            for info in map(standard().get, sorted(present))
            if info is not None and info.children
        }

    def _has_work(self, entry: Entry, present: frozenset[str]) -> bool:
        tuning, options = self.options.tuning, self.options
        if options.only is not None and entry.id not in options.only:
            return False
        if entry.id in tuning.off or (entry.whole and not self.sources.whole):
            return False
        there = self._contents if entry.kind in ("markup", "code", "apex") else present
        if entry.on and not there.intersection(entry.on):
            return False
        if not self._grave(entry):
            return False
        return entry.id in tuning.on or options.only is not None or not entry.rule.off

    def _grave(self, entry: Entry) -> bool:
        """Whether a rule can say more than notes, or notes are wanted."""
        options = self.options
        if options.notes or entry.id in options.tuning.severities:
            return True
        return entry.id[0] != "N" and (entry.kind != "reference" or options.closed)

    def _place(self, entry: Entry, not_run: list[tuple[str, str]]) -> None:
        if entry.kind == "document":
            for type_name in entry.on:
                self.document_rules.setdefault(type_name, []).append(entry)
        elif entry.kind in self.content_rules:
            if entry.kind == "apex":
                from toolkit.validate import apex

                if not apex.available():
                    not_run.append((entry.id, "needs the Apex grammar: pip install 'sfmeta[apex]'"))
                    return
            self.content_rules[entry.kind].append(entry)
        else:
            self.project_rules.append(entry)
            if entry.kind == "reference":
                for reference in entry.references:
                    if reference.path == "*":
                        self.markup_references[reference.targets[0]] = entry.id
                    elif reference.path.startswith("@"):
                        self.script_references[reference.path] = (entry.id, reference.targets)
                    else:
                        self.references.setdefault(reference.source, []).append((entry.id, reference))

    def runs(self, id_: str) -> bool:
        """Whether a project rule has work."""
        return any(entry.id == id_ for entry in self.project_rules)

    def wants(self, type_name: str) -> bool:
        """Whether a document of this type needs a tree."""
        return type_name in self.document_rules or type_name in self.references or type_name in COLLECTORS


def _types_present(files: Iterable[SourceFile]) -> frozenset[str]:
    found = {file.type for file in files}
    for name in list(found):
        info = standard().get(name)
        if info:
            found.update(child.name for child in info.children)
    return frozenset(found)
