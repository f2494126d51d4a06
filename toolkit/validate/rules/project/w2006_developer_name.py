from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.errors import Location
from toolkit.validate.finding import Finding
from toolkit.validate.project import Project
from toolkit.validate.rule import WARNING, Rule

TYPES = (
    "ApexClass ApexTrigger ApexPage ApexComponent PermissionSet PermissionSetGroup CustomPermission CustomApplication "
    "FlexiPage StaticResource Certificate Flow RemoteSiteSetting CspTrustedSite ConnectedApp NamedCredential "
    "ExternalClientApplication"
)
RULE = Rule(
    id="W2006",
    severity=WARNING,
    title="A component's name is not a name that Salesforce takes",
    why="The deploy fails: an API name begins with a letter, holds letters, digits and single underscores, and does not"
    " end with one.",
    mend="rename the file",
    source="Metadata API Developer Guide, Certificate",
    bad={"permissionsets/Agent-Set.permissionset": "<PermissionSet><label>Agent</label></PermissionSet>"},
    good={"permissionsets/Agent_Set.permissionset": "<PermissionSet><label>Agent</label></PermissionSet>"},
)
_NAME = re.compile(r"(?:[A-Za-z](?:_?[A-Za-z0-9]){0,14}__)?[A-Za-z](?:_?[A-Za-z0-9])*\Z")
_TYPES = frozenset(TYPES.split())
# these keep what people typed in old orgs, percent-encoded
_LOOSE = frozenset({"ConnectedApp", "Flow", "CustomApplication"})


def check(project: Project) -> Iterator[Finding]:
    for file in project.sources.files:
        if file.type not in _TYPES or file.part not in ("self", "meta") or _NAME.match(file.name):
            continue
        if file.type in _LOOSE and re.match(r"[A-Za-z0-9_%\- ]+\Z", file.name):
            continue
        yield RULE.finding(Location(file.path, 1, 1), f"{file.name!r} is not a name for a {file.type}")
