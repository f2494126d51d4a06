"""Inspector: every file is read and parsed once, its facts are kept, its tree is dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from toolkit.errors import Location, MetadataError
from toolkit.validate import framework as fw
from toolkit.validate import ignore, schema
from toolkit.validate.document import Document
from toolkit.validate.facts import COLLECTORS, Fact, Mention, Spot
from toolkit.validate.finding import Finding, Severity
from toolkit.validate.known import custom_field, custom_object
from toolkit.validate.plan import Plan
from toolkit.validate.reference import Reference
from toolkit.validate.registry import Entry
from toolkit.validate.rule import Rule
from toolkit.validate.source import MAX_XML, UNREADABLE, SourceFile
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


class Inspected:
    """What one file gave."""

    __slots__ = ("facts", "findings", "ignores", "mentions", "unchecked")

    def __init__(self, findings: Iterable[Finding] = ()) -> None:
        self.findings = list(findings)
        self.facts: list[Fact] = []
        self.mentions: list[Mention] = []
        self.ignores: list[ignore.Ignore] = []
        self.unchecked: dict[str, int] = {}

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return bool(self.findings or self.facts or self.mentions or self.ignores or self.unchecked)


def guarded(
    rule: Rule, where: Location, check: Callable[[object], Iterable[Finding]], subject: object
) -> list[Finding]:
    """The findings of one rule; when it fails, that is one, too, and the others go on."""
    found: list[Finding] = []
    try:
        for finding in check(subject):
            found.append(finding)  # those before a failure count
    except Exception as error:  # noqa: BLE001  # whatever a rule does wrong must not hide what the others found
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        place = f" at {trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else ""
        message = f"the rule itself failed ({type(error).__name__}{place}); the other rules went on"
        mend = "report it, and switch the rule off in config/validate.yaml"
        found.append(Finding(rule.id, Severity.ERROR, message, where, mend))
    return found


class Inspector:
    """Reads, checks and forgets one file at a time."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.rules = {kind: _loaded(entries) for kind, entries in plan.content_rules.items()}
        self.raw = [(entry.rule, entry.check, entry.marks) for entry in plan.content_rules["raw"]]
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
        where = Location(document.file.path, 1, 1)
        for rule, check in self.documents.get(kind, ()):
            found.findings += guarded(rule, where, check, document)
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
        where = Location(file.path, 1, 1)
        if kind == "markup" and file.part == "content":
            from toolkit.validate import markup

            page = markup.read(file, data)
            found.facts += markup.facts(page, number)
            found.mentions += markup.mentions(page, number, self.plan)
            for rule, check in self.rules["markup"]:
                found.findings += guarded(rule, where, check, page)
        elif kind == "apex" and file.part == "content":
            from toolkit.validate import apex

            code = apex.read(file, data, self.plan.options.tuning.parameters)
            found.facts += apex.facts(code, number, words=self.plan.runs("N8004"))
            if self.plan.apex_calls:
                from toolkit.validate import script

                found.facts += script.methods(code)
            for rule, check in (*self.rules["code"], *self.rules["apex"]):
                found.findings += guarded(rule, where, check, code)
        elif file.type in _BUNDLES and (self.plan.apex_calls or self.plan.script_references):
            from toolkit.validate import script

            found.facts += script.facts(file, data, number)
            found.mentions += script.mentions(file, data, number, self.plan)

    def _raw(self, file: SourceFile, data: bytes, found: Inspected) -> None:
        """Most files hold none of the marks, which is all that a raw rule costs them."""
        for rule, check, marks in self.raw:
            for mark in marks:
                if mark in data:
                    from toolkit.validate.raw import Raw

                    found.findings += guarded(rule, Location(file.path, 1, 1), check, Raw(file, data))
                    break


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
