"""Name a component in a package.xml, or no longer, without touching the rest of the file."""

from __future__ import annotations

from toolkit.metadata.edit import Document, Element, Markup, read


def add_member(data: bytes, metadata_type: str, member: str, *, source: str = "package.xml") -> bytes:
    """The manifest with the member; the same bytes when it is named or covered by a wildcard."""
    document = read(data, source, "Package")
    types = _types(document, metadata_type)
    new = Markup("members", member)
    if types is None:
        block = Markup("types", (new, Markup("name", metadata_type)))
        earlier = [child for child in document.root.children if child.name == "types"]
        return document.apply([document.insert(document.root, earlier[-1] if earlier else None, block)])
    names = {document.text(element) for element in types.all("members")}
    # The wildcard of CustomObject covers custom objects only.
    covered = "*" in names and (metadata_type != "CustomObject" or member.endswith("__c"))
    if member in names or covered:
        return data
    members = types.all("members")
    return document.apply([document.insert(types, members[-1] if members else None, new)])


def remove_member(data: bytes, metadata_type: str, member: str, *, source: str = "package.xml") -> bytes:
    """The manifest without the member, and without its type when that was the only one."""
    document = read(data, source, "Package")
    types = _types(document, metadata_type)
    members = types.all("members") if types is not None else []
    found = [element for element in members if document.text(element) == member]
    if types is None or not found:
        return data
    gone = [types] if len(members) == len(found) else found
    return document.apply([document.remove(element) for element in gone])


def api_version(data: bytes, *, source: str = "package.xml") -> str | None:
    """The version that the manifest says."""
    document = read(data, source, "Package")
    return document.child_text(document.root, "version")


def _types(document: Document, metadata_type: str) -> Element | None:
    return next(
        (t for t in document.root.all("types") if document.child_text(t, "name") == metadata_type),
        None,
    )
