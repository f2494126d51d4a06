"""The schema check's findings as Findings, with ids of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.errors import Location, Problem
from toolkit.metadata.schema.check import check
from toolkit.metadata.schema.finding import CODES
from toolkit.metadata.schema.model import root_type
from toolkit.metadata.xml import METADATA_NS
from toolkit.validate.finding import Finding, Severity
from toolkit.validate.rule import Rule
from toolkit.validate.source import SourceFile

# One id a code, for good; a new code takes a new number. The letter is what the code usually means.
IDS: dict[str, str] = {
    "xml-empty": "E1101",
    "xml-binary": "E1102",
    "xml-size": "E1103",
    "xml-unreadable": "E1104",
    "xml-syntax": "E1105",
    "xml-encoding": "E1106",
    "xml-depth": "E1107",
    "xml-doctype": "E1108",
    "xml-hidden": "W1109",
    "root": "E1110",
    "namespace": "E1111",
    "not-checked": "N1112",
    "unknown-element": "E1113",
    "misplaced-element": "E1114",
    "missing-element": "E1115",
    "duplicate-element": "E1116",
    "split-group": "E1117",
    "enum": "E1118",
    "boolean": "E1119",
    "number": "E1120",
    "date": "E1121",
    "content": "E1122",
    "text": "E1123",
    "attribute": "E1124",
    "newer": "E1125",
    "removed": "E1126",
    "more": "N1127",
}
NOT_CHECKED = IDS["not-checked"]
_OTHER = "E1199"
# types whose files have another root in packages that are released and in what orgs retrieve
_OTHER_ROOTS = {
    "InvocableActionExtension": "InvocableActionExt",
    "EmailFolder": "EmailTemplateFolder",
    "DocumentFolder": "Document",  # a document without a suffix
}
# the root of these may be one of several
_ANY_ROOT = frozenset({"DigitalExperience", "ExperiencePropertyTypeBundle"})
# what orgs take and give back as it is in the text of a Lightning web component: a namespace that is no URI, TRUE
_KEPT_BY_ORGS = frozenset({f'write xmlns="{METADATA_NS}"', "write true", "write false"})
# these parts of a component the Salesforce CLI reads and writes anew, so that an org never sees their first lines
_PUT_TOGETHER = frozenset({"child", "parent"})
_LATE_DECLARATION = re.compile(rb"\s+(<\?xml\s[^>]*\?>)")


def findings(file: SourceFile, data: bytes, api_version: str) -> Iterator[Finding]:
    """What the type model says about one metadata file."""
    type_name = _expected(file)
    known = type_name is None or root_type(type_name) is not None
    if data[:1].isspace() and file.part in _PUT_TOGETHER and (late := _LATE_DECLARATION.match(data)):
        line, column = data.count(b"\n", 0, late.start(1)) + 1, late.start(1) - data.rfind(b"\n", 0, late.start(1))
        message = "blanks stand before the XML declaration, where XML allows nothing"
        mend = "remove them; the Salesforce CLI takes the file, other XML tools do not"
        yield Finding(IDS["xml-syntax"], Severity.WARNING, message, Location(file.path, line, column), mend)
        data = late[0][: late.start(1)] + b" " * len(late[1]) + data[late.end() :]
    for found in check(data, source=file.path, type_name=type_name, api_version=api_version):
        if found.code == "root" and (not known or found.subject == _OTHER_ROOTS.get(type_name or "")):
            continue  # the registry has the type's name only, or files of this type are known to have another root
        where = Location(file.path, found.line, found.column)
        mend = found.mend or "compare it with a file that the org has retrieved"
        severity = Severity(found.severity)
        if found.code == "xml-syntax" and found.message.endswith(" is not a valid URI"):
            mend = f'write xmlns="{METADATA_NS}"'
        if file.type == "LightningComponentBundle" and mend in _KEPT_BY_ORGS:
            severity = Severity.WARNING
        yield Finding(IDS.get(found.code, _OTHER), severity, found.message, where, mend)


def _expected(file: SourceFile) -> str | None:
    """The root that a file's path asks for; None when the path does not tell. Currency.settings: CurrencySettings."""
    if file.type == "Settings":
        root = f"{file.name.removesuffix('Settings')}Settings"
        return root if root_type(root) is not None else None
    return None if file.type in _ANY_ROOT or not file.type else file.type


def malformed(file: SourceFile, problem: Problem) -> Finding:
    """A file whose XML cannot be read, when the schema check has not said so."""
    where = problem.where or Location(file.path)
    return Finding(IDS["xml-syntax"], Severity.ERROR, problem.message, where, problem.mend or "mend the XML")


def rules() -> tuple[Rule, ...]:
    """The schema's codes as rules, for the page of rules."""
    return tuple(
        Rule(
            id_,
            {"E": Severity.ERROR, "W": Severity.WARNING, "N": Severity.NOTE}[id_[0]],
            CODES.get(code, code),
            "",
            "",
            "",
            {},
            {},
        )
        for code, id_ in IDS.items()
    )
