"""What has to be asked for beside a profile so that the org tells what the profile says of it.

A retrieve gives of a profile only the entries for components of the same request (widely documented; no sentence of
the Metadata API Developer Guide is known that limits it to some kinds of entries). A profile without its companions
would come back all but empty, and could be neither compared nor proved.
"""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.metadata.component import Component, ComponentKey
from toolkit.metadata.namespace import METADATA_NS
from toolkit.metadata.xml import parse

PROFILE = "Profile"
_NAMED = {
    "applicationVisibilities": ("application", "CustomApplication"),
    "classAccesses": ("apexClass", "ApexClass"),
    "customMetadataTypeAccesses": ("name", "CustomObject"),
    "customPermissions": ("name", "CustomPermission"),
    "customSettingAccesses": ("name", "CustomObject"),
    "externalDataSourceAccesses": ("externalDataSource", "ExternalDataSource"),
    "fieldPermissions": ("field", "CustomObject"),
    "flowAccesses": ("flow", "Flow"),
    "layoutAssignments": ("layout", "Layout"),
    "objectPermissions": ("object", "CustomObject"),
    "pageAccesses": ("apexPage", "ApexPage"),
    "recordTypeVisibilities": ("recordType", "CustomObject"),
    "tabVisibilities": ("tab", "CustomTab"),
}
"""Entry -> the element that names a component, and the component's type; of fields and record types their object."""


def companions(component: Component) -> Iterator[ComponentKey]:
    """The components that a profile names, some of them more than once; nothing for any other type."""
    if component.type != PROFILE:
        return
    for file in component.files:
        for entry in parse(file.content, file.origin or file.path):
            named = _NAMED.get(entry.tag.rpartition("}")[2]) if isinstance(entry.tag, str) else None
            name = (entry.findtext(f"{{{METADATA_NS}}}{named[0]}") or "").strip() if named else ""
            if named and name:
                yield ComponentKey(named[1], name.partition(".")[0] if named[1] == "CustomObject" else name)
