"""What a check says: SchemaFinding, its codes, and the same thing in the words an org uses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from toolkit.metadata.namespace import METADATA_NS

Severity = Literal["error", "warning", "note"]

CODES: dict[str, str] = {
    "xml-empty": "the file is empty",
    "xml-hidden": "an org hides the content, which belongs to a managed package",
    "xml-binary": "the file is binary",
    "xml-size": "the file is larger than the limit",
    "xml-unreadable": "the file cannot be read",
    "xml-syntax": "the file is not well-formed XML",
    "xml-encoding": "the bytes are not in the encoding that the file declares",
    "xml-depth": "elements are nested deeper than any metadata",
    "xml-doctype": "the file declares a document type",
    "root": "the root element does not fit the path",
    "namespace": "an element is not in the metadata namespace",
    "not-checked": "the schema does not know the type",
    "unknown-element": "an element that its parent's type does not have",
    "misplaced-element": "an element that belongs somewhere else in the file",
    "missing-element": "a required element is not there",
    "duplicate-element": "an element that may be there once is there again",
    "split-group": "repeated elements that do not stand together",
    "enum": "a value that the enumeration does not have",
    "boolean": "a value that is neither true nor false",
    "number": "a value that is not a number of the kind that belongs here",
    "date": "a value that is not a date or time of the kind that belongs here",
    "content": "elements where a value belongs",
    "text": "text where elements belong",
    "attribute": "an attribute that metadata does not have",
    "newer": "newer than the API version",
    "removed": "removed before the API version",
    "more": "findings beyond the limit of one file",
}
"""Every code a SchemaFinding can have, and what it stands for."""


class SchemaFinding(NamedTuple):
    """One thing that is wrong, or may be, in one file.

    line and column count from 1; 0 means that the place is not known. path names the element from the root, with
    an index where there are several: CustomObject/fields[3]/type. subject, type and value are the element (or the
    attribute), the type it stands in or has, and the offending text, for those that word the finding anew.
    """

    code: str
    severity: Severity
    message: str
    source: str
    line: int = 0
    column: int = 0
    mend: str | None = None
    path: str = ""
    subject: str = ""
    type: str = ""
    value: str = ""


def platform_message(finding: SchemaFinding, *, api_version: str = "") -> str:
    """The finding in an org's words, as public reports quote them, without the leading "Error parsing file: ".

    Line and column are not part of them: an org gives them beside its words, and the Salesforce CLI appends them.
    Falls back to our own message where no wording of an org is known.
    """
    wording = _PLATFORM.get(finding.code)
    if finding.code in {"newer", "removed"}:
        return f"Property '{finding.subject}' not valid in version {api_version}"
    return wording(finding) if wording else finding.message


def _invalid(finding: SchemaFinding) -> str:
    name = f"{{{METADATA_NS}}}{finding.subject}"
    return f"Element {name} invalid at this location in type {finding.type}"


def _duplicated(finding: SchemaFinding) -> str:
    return f"Element {finding.subject} is duplicated at this location in type {finding.type}"


def _enum(finding: SchemaFinding) -> str:
    return f"'{finding.value}' is not a valid value for the enum '{finding.type}'"


def _simple(finding: SchemaFinding) -> str:
    return f"'{finding.value}' is not a valid value for the type xsd:{finding.type}"


def _required(finding: SchemaFinding) -> str:
    return f"Required field is missing: {finding.subject}"


_PLATFORM: dict[str, Callable[[SchemaFinding], str]] = {
    "unknown-element": _invalid,
    "misplaced-element": _invalid,
    "duplicate-element": _duplicated,
    "split-group": _duplicated,
    "enum": _enum,
    "boolean": _simple,
    "number": _simple,
    "date": _simple,
    "missing-element": _required,
}
