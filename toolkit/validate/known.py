"""What every org has, so that naming it is never an outside reference.

Names without a custom suffix are the platform's own: no table of standard objects could be complete (clouds and
industries add hundreds), and the schema of an org is not ours to guess. Sources: Object Reference, Metadata API
Developer Guide.
"""

from __future__ import annotations

import re

_CUSTOM = re.compile(
    r"__(?:c|mdt|e|x|b|kav|ka|pc|xo|dlm|dmo|dll|chn|hd|share|history|feed|tag|viewstat|votestat|latitude__s|longitude__s)\Z",
    re.IGNORECASE,
)
_OBJECT_CUSTOM = re.compile(r"__(?:c|mdt|e|x|b|kav|ka|xo|dlm|dmo|dll|chn)\Z", re.IGNORECASE)
_NAMESPACED = re.compile(r"([A-Za-z](?:[A-Za-z0-9]|_(?!_))*)__([A-Za-z].*)\Z")


def custom_object(name: str) -> bool:
    """Whether an object's API name says that somebody made it."""
    return bool(_OBJECT_CUSTOM.search(name))


def custom_field(name: str) -> bool:
    """Whether a field's API name (without its object) says that somebody made it."""
    return bool(_CUSTOM.search(name))


def namespace_of(name: str) -> str:
    """The package prefix of a name: "ns" of ns__Thing and ns__Thing__c, "" of Thing and Thing__c."""
    bare = _CUSTOM.sub("", name)
    match = _NAMESPACED.match(bare)
    return match[1] if match else ""


def without_namespace(name: str, namespace: str) -> str:
    """The name as the package's own source writes it."""
    prefix = namespace + "__"
    return name[len(prefix) :] if namespace and name.lower().startswith(prefix.lower()) else name
