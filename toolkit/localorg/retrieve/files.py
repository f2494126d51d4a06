"""A stored component as the files of a zip."""

from __future__ import annotations

from collections.abc import Iterable

from toolkit.localorg import tree
from toolkit.localorg.families import canonical
from toolkit.localorg.families.base import Scope
from toolkit.localorg.families.registry import family_of
from toolkit.localorg.model.org import Work
from toolkit.localorg.store.components import Stored
from toolkit.localorg.tree import Node
from toolkit.metadata.registry import META_SUFFIX, TypeInfo, standard


def _path_of_part(stored: Stored) -> str:
    parent = standard().child(stored.type)
    if parent is None:
        return stored.full_name
    if parent[0].kind == "experience":
        return f"{parent[0].directory}/{stored.full_name.replace('.', '/', 1)}"
    return f"{parent[0].directory}/{stored.owner}.{parent[0].suffix}"


def _nested(stored: Stored, info: TypeInfo, top: str) -> str:
    """A territory model in a folder of its own, and what belongs to it in folders below that."""
    model, _, name = stored.full_name.partition(".")
    return f"{top}/{model}/" + (f"{info.directory}/{name}.{info.suffix}" if name else f"{model}.{info.suffix}")


def path_of(stored: Stored) -> str:
    """The file of the zip that FileProperties name."""
    info = standard().get(stored.type)
    if info is None:
        return _path_of_part(stored)
    if info.folder_of:
        return f"{info.directory}/{stored.full_name}{META_SUFFIX}"
    if info.folder_type and not info.in_folder:
        return _nested(stored, info, standard()[info.folder_type].directory)
    if info.bundle or not info.suffix:
        return f"{info.directory}/{stored.full_name}"
    return f"{info.directory}/{stored.full_name}.{info.suffix}"


def shown(stored: Stored, work: Work, scope: Scope | None) -> Node:
    """The component's XML as the org hands it out."""
    return family_of(stored.type).shown(stored, tree.parse(stored.xml), work, scope)


def of(stored: Stored, work: Work, scope: Scope | None, children: Iterable[Stored] | None = None) -> dict[str, bytes]:
    """The files of a top-level component by path; children: only these of what it contains, all when None."""
    info = standard()[stored.type]
    content = {
        f"{info.directory}/{path}": data for path, data in work.components.files(stored.type, stored.full_name).items()
    }
    if info.kind == "experience":
        parts = children
        if parts is None:
            parts = work.components.part_of(stored.full_name, [child.name for child in info.children])
        return content | _contents(info, parts, work)
    if info.bundle:
        return content
    root = shown(stored, work, scope)
    if info.children:
        if children is None:
            children = work.components.part_of(stored.full_name, [child.name for child in info.children])
        root = composed(root, info, children, work, scope)
    document = tree.dump(root)
    if info.has_meta_file:
        if info.name == "ExperienceBundle":  # its document stands beside the folder, with a suffix of its own
            return {**content, f"{path_of(stored)}.site{META_SUFFIX}": document}
        main = next(iter(content), path_of(stored))
        return {**content, f"{main}{META_SUFFIX}": document}
    return {path_of(stored): document}


def _contents(info: TypeInfo, parts: Iterable[Stored], work: Work) -> dict[str, bytes]:
    """The files of what a site holds."""
    return {
        f"{info.directory}/{path}": data
        for part in parts
        for path, data in work.components.files(part.type, part.full_name).items()
    }


def composed(root: Node, info: TypeInfo, children: Iterable[Stored], work: Work, scope: Scope | None) -> Node:
    """The document of a type that holds others, with these in it."""
    elements = {child.name: child for child in info.children}
    for stored in sorted(children, key=lambda s: (s.type, s.full_name)):
        node = shown(stored, work, scope)
        node.name = elements[stored.type].element
        root.children.append(node)
    return canonical.in_order(root, info.name)


def partial(
    owner: str, info: TypeInfo, children: Iterable[Stored], work: Work, scope: Scope | None
) -> dict[str, bytes]:
    """The file of a component of which only some children are asked for."""
    if info.kind == "experience":
        return _contents(info, children, work)
    root = composed(Node(info.name), info, children, work, scope)
    return {f"{info.directory}/{owner}.{info.suffix}": tree.dump(root)}
