"""Running the rules: every file is read and parsed once, its facts are kept, its tree is dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fnmatch import fnmatch
from typing import NamedTuple

from toolkit.errors import Location, MetadataError
from toolkit.metadata.registry import standard
from toolkit.validate import framework as fw
from toolkit.validate import ignore, schema
from toolkit.validate.document import Document
from toolkit.validate.facts import COLLECTORS, Fact, Mention, Spot
from toolkit.validate.finding import Finding, Severity, sort
from toolkit.validate.known import custom_field, custom_object
from toolkit.validate.project import Components, Project
from toolkit.validate.reference import Reference
from toolkit.validate.registry import RULES, Entry
from toolkit.validate.rule import Rule, Tuning
from toolkit.validate.source import MAX_XML, UNREADABLE, SourceFile, Sources, forget_archives
from toolkit.validate.tree import Element, Places, local, parse

_CONTENT_KINDS = {"ApexPage": "markup", "ApexComponent": "markup", "ApexClass": "apex", "ApexTrigger": "apex"}
_BUNDLES = frozenset({"LightningComponentBundle", "AuraDefinitionBundle"})
MAX_TEXT = 4 << 20
"""Content beyond this is not looked into; Apex and Visualforce end at 1 MB."""
_TEXT = (
    "app cer cfg cls cmp component crt csv design env evt html intf js json key md page pem properties trigger ts txt "
    "yaml yml"
)
_TEXT_SUFFIXES = frozenset(_TEXT.split())
_WORTH_TWO = 400
"""Files from which a second process pays for its start."""


class Options(NamedTuple):
    closed: bool = False
    tuning: Tuning = Tuning()
    workers: int = 1
    only: frozenset[str] | None = None
    """Run only these rules (tests)."""
    schema: bool = True
    notes: bool = True
    """Look for notes, too; without them and when the project is not closed, outside references cost nothing."""


class Result(NamedTuple):
    """findings in stable order; not_run are rules that had work but could not do it, with the reason."""

    findings: tuple[Finding, ...]
    files: int
    unchecked: dict[str, int]
    """Types that the schema does not know -> files."""
    not_run: tuple[tuple[str, str], ...] = ()


class Inspected:
    """What one file gave."""

    __slots__ = ("facts", "findings", "ignores", "mentions", "unchecked")

    def __init__(self, findings: Iterable[Finding] = ()) -> None:
        self.findings = list(findings)
        self.facts: list[Fact] = []
        self.mentions: list[Mention] = []
        self.ignores: list[ignore.Ignore] = []
        self.unchecked: dict[str, int] = {}


def validate(sources: Sources, options: Options | None = None) -> Result:
    """All findings about these files. Never raises for what is in them."""
    options = options or Options()
    forget_archives()
    plan = Plan(sources, options)
    total = Inspected(sources.problems)
    for part in _inspect_all(plan):
        total.findings += part.findings
        total.facts += part.facts
        total.mentions += part.mentions
        total.ignores += part.ignores
        for type_name, count in part.unchecked.items():
            total.unchecked[type_name] = total.unchecked.get(type_name, 0) + count
    project = Project(
        sources, plan.components, total.facts, total.mentions, closed=options.closed, options=options.tuning.parameters
    )
    for entry in plan.project_rules:
        total.findings += guarded(entry.rule, Location("."), entry.check, project)
    tuned = _tuned(total.findings, options.tuning)
    kept = ignore.apply(
        tuned, total.ignores, all_rules=sources.whole and options.notes and options.only is None and not plan.not_run
    )
    return Result(tuple(sort(kept)), len(sources.files), dict(sorted(total.unchecked.items())), plan.not_run)


def guarded(
    rule: Rule, where: Location, check: Callable[[object], Iterable[Finding]], subject: object
) -> Iterator[Finding]:
    """The findings of one rule; when it fails, that is its finding and the others go on."""
    try:
        yield from check(subject)
    except Exception as error:  # noqa: BLE001  # whatever a rule does wrong must not hide what the others found
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        place = f" at {trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else ""
        message = f"the rule itself failed ({type(error).__name__}{place}); the other rules went on"
        yield Finding(
            rule.id, Severity.ERROR, message, where, "report it, and switch the rule off in config/validate.yaml"
        )


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


def _inspect_all(plan: Plan) -> Iterator[Inspected]:
    files = plan.sources.files
    if plan.options.workers > 1 and len(files) >= _WORTH_TWO:
        from toolkit.validate import workers

        yield from workers.run(plan, plan.options.workers)
        return
    inspector = Inspector(plan)
    for number in range(len(files)):
        yield inspector.inspect(number)


class Inspector:
    """Reads, checks and forgets one file at a time."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.rules = {kind: _loaded(entries) for kind, entries in plan.content_rules.items()}
        self.documents = {name: _loaded(entries) for name, entries in plan.document_rules.items()}

    def inspect(self, number: int) -> Inspected:
        file = self.plan.sources.files[number]
        found = Inspected()
        if not file.part:
            found.findings.append(self._unknown(file))
        data = self._read(file, found)
        if data is None:
            return found
        found.ignores = ignore.read(file, data)
        if file.is_xml or file.part == "manifest":
            self._document(file, number, data, found)
        else:
            self._content(file, number, data, found)
        if self.rules["raw"]:
            self._raw(file, data, found)
        return found

    def _unknown(self, file: SourceFile) -> Finding:
        suffix = file.base.removesuffix("-meta.xml").rpartition(".")[2]
        return fw.UNKNOWN_TYPE.finding(
            Location(file.path), f"no metadata type has the suffix {suffix!r} in this folder"
        )

    def _read(self, file: SourceFile, found: Inspected) -> bytes | None:
        """The bytes, None when there is no reason to read them or no way."""
        xml = file.is_xml or file.part == "manifest"
        if not xml and not self._reads(file):
            return None
        if file.size > MAX_XML:
            size = f"{file.size >> 20:,} MB are more than the platform takes in a whole deploy"
            found.findings.append(fw.TOO_LARGE.finding(Location(file.path), size))
            return None
        try:
            return file.read()
        except UNREADABLE as error:
            message = f"cannot be read: {getattr(error, 'strerror', None) or str(error) or type(error).__name__}"
        found.findings.append(fw.UNREADABLE.finding(Location(file.path), message))
        return None

    def _reads(self, file: SourceFile) -> bool:
        return bool(file.part) and file.size <= MAX_TEXT and file.base.rpartition(".")[2] in _TEXT_SUFFIXES

    # --- metadata documents

    def _document(self, file: SourceFile, number: int, data: bytes, found: Inspected) -> None:
        version = file.version or self.plan.sources.api_version
        if self.plan.options.schema and file.part != "manifest":
            for finding in schema.findings(file, data, version):
                if finding.rule == schema.NOT_CHECKED:
                    found.unchecked[file.type] = found.unchecked.get(file.type, 0) + 1
                else:
                    found.findings.append(finding)
        children = self.plan.children.get(file.type, {})
        if not (self.plan.wants(file.type) or children):
            return
        try:
            root = parse(data, file.path)
        except MetadataError as error:
            if file.part == "manifest" or not self.plan.options.schema:
                found.findings += [schema.malformed(file, problem) for problem in error.problems]
            return
        document = Document(file, root, Places(data), _number(version), self.plan.options.tuning.parameters)
        self._visit(document, number, found)
        if children and file.part != "child":
            for element in root:
                child = children.get(local(element))
                if child is not None and self.plan.wants(child.name):
                    name = _child_name(element, document, child.unique_id)
                    self._visit(document.child(child.name, element, name), number, found)

    def _visit(self, document: Document, number: int, found: Inspected) -> None:
        kind = document.type
        for rule, check in self.documents.get(kind, ()):
            found.findings += guarded(rule, Location(document.file.path, 1, 1), check, document)
        collector = COLLECTORS.get(kind)
        if collector is not None:
            found.facts += collector(document, number)
        for rule_id, reference in self.plan.references.get(kind, ()):
            self._collect(document, number, rule_id, reference, found)

    def _collect(self, document: Document, number: int, rule_id: str, reference: Reference, found: Inspected) -> None:
        components = self.plan.components
        for element, name in reference.find(document):
            if not worth_resolving(reference.targets, name):
                continue
            if any(components.has(target, name) for target in reference.targets):
                continue
            text = (element.text or "").strip()
            spot = Spot(number, element.sourceline or 1, local(element), text or None)
            found.mentions.append(Mention(rule_id, name, spot))

    # --- content

    def _content(self, file: SourceFile, number: int, data: bytes, found: Inspected) -> None:
        kind = _CONTENT_KINDS.get(file.type)
        if kind == "markup" and file.part == "content":
            from toolkit.validate import markup

            page = markup.read(file, data)
            found.facts += markup.facts(page, number)
            found.mentions += markup.mentions(page, number, self.plan)
            for rule, check in self.rules["markup"]:
                found.findings += guarded(rule, Location(file.path, 1, 1), check, page)
        elif kind == "apex" and file.part == "content":
            from toolkit.validate import apex

            code = apex.read(file, data, self.plan.options.tuning.parameters)
            found.facts += apex.facts(code, number, words=self.plan.runs("N8004"))
            if self.plan.apex_calls:
                from toolkit.validate import script

                found.facts += script.methods(code)
            for rule, check in (*self.rules["code"], *self.rules["apex"]):
                found.findings += guarded(rule, Location(file.path, 1, 1), check, code)
        elif file.type in _BUNDLES and (self.plan.apex_calls or self.plan.script_references):
            from toolkit.validate import script

            found.facts += script.facts(file, data, number)
            found.mentions += script.mentions(file, data, number, self.plan)

    def _raw(self, file: SourceFile, data: bytes, found: Inspected) -> None:
        from toolkit.validate.raw import Raw

        raw = Raw(file, data)
        for rule, check in self.rules["raw"]:
            found.findings += guarded(rule, Location(file.path, 1, 1), check, raw)


def worth_resolving(targets: Sequence[str], name: str) -> bool:
    """Whether a name can be missing at all: what the platform brings is always there."""
    target = targets[0]
    if target == "CustomObject":
        return custom_object(name)
    if target == "CustomField":
        return custom_field(name.rpartition(".")[2])
    if target == "CustomTab":
        return not name.startswith("standard-")
    if target == "CustomApplication":
        return not name.startswith("standard__")
    return True


def _loaded(entries: Iterable[Entry]) -> list[tuple[Rule, Callable[[object], Iterator[Finding]]]]:
    return [(entry.rule, entry.check) for entry in entries]


def _child_name(element: Element, document: Document, unique_id: str) -> str:
    return document.value(element, unique_id)


def _number(version: str) -> float:
    try:
        return float(version)
    except ValueError:
        return 0.0


def _tuned(findings: Iterable[Finding], tuning: Tuning) -> Iterator[Finding]:
    """The findings as the configuration wants them."""
    for finding in findings:
        if finding.rule in tuning.off or _off_here(finding, tuning):
            continue
        severity = tuning.severities.get(finding.rule)
        if severity is not None and finding.severity is not severity:
            yield finding._replace(severity=severity)
        else:
            yield finding


def _off_here(finding: Finding, tuning: Tuning) -> bool:
    path = finding.where.file
    return any((not ids or finding.rule in ids) and fnmatch(path, glob) for glob, ids in tuning.paths_off)
