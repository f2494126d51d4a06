from __future__ import annotations

from collections.abc import Iterator

from toolkit.validate.document import Document
from toolkit.validate.finding import Finding
from toolkit.validate.rule import ERROR, Rule

RULE = Rule(
    id="E5008",
    severity=ERROR,
    title="A permission set without a label",
    why="The deploy fails: `Required field is missing: label`.",
    mend="add <label> with the name that administrators see",
    source="Metadata API WSDL v63, PermissionSet; the first versions did not require it",
    bad={"permissionsets/A.permissionset": "<PermissionSet><description>For agents</description></PermissionSet>"},
    good={"permissionsets/A.permissionset": "<PermissionSet><label>Agents</label></PermissionSet>"},
)
_SUFFIXES = (".permissionset", ".permissionset-meta.xml")
_SINCE = 51
"""The oldest WSDL at hand that requires it."""


def check(document: Document) -> Iterator[Finding]:
    """A set that is spread over several files says its label in the one that has the set's own suffix."""
    required = document.api_version >= _SINCE and document.file.path.endswith(_SUFFIXES)
    if required and not document.has("label"):
        yield document.finding(RULE, None, f"{document.name} has no <label>")
