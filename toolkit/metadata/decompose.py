"""A component in Metadata API format becomes its files in source format: children get files of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from toolkit.errors import Location, MetadataError, Problem
from toolkit.metadata import staticresource
from toolkit.metadata.component import Component, ComponentFile
from toolkit.metadata.compose import child_name, wanted_names
from toolkit.metadata.content import Content
from toolkit.metadata.cut import child_document, end_of_line
from toolkit.metadata.manifest import type_info
from toolkit.metadata.preset_layouts import LAYOUTS
from toolkit.metadata.registry import META_SUFFIX, Registry, TypeInfo
from toolkit.metadata.scan import Scan, local, scan
from toolkit.metadata.zipfmt import unsafe_path


def source_files(component: Component, registry: Registry) -> Iterator[tuple[str, Content]]:
    """The component's files in source format, as (path below main/default, content).

    registry says how the project that they go to lays its source out. MetadataError when the component's type
    is unknown, its document is broken, or a child has no name to be a file by.
    """
    info = registry.get(component.type) or type_info(component)
    if layout := LAYOUTS.get(info.transformer or ""):
        for file in component.files:
            yield from layout(component.full_name, file)
    elif info.decomposition:
        for file in component.files:
            yield from _decomposed(info, component, file)
    elif info.name == "StaticResource":
        yield from _static_resource(component)
    else:
        for file in component.files:
            yield _renamed(info, file.path), file.body


def _renamed(info: TypeInfo, path: str) -> str:
    """The source format's path of a file that keeps its content."""
    if info.folder_of:
        stem = path.removesuffix(META_SUFFIX)
        return path if "." in stem.rpartition("/")[2] else f"{stem}.{info.suffix}{META_SUFFIX}"
    if info.name == "Document" and path.endswith(META_SUFFIX):
        return f"{path.removesuffix(META_SUFFIX).rpartition('.')[0]}.{info.suffix}{META_SUFFIX}"
    return path + META_SUFFIX if info.kind == "file" else path


def _static_resource(component: Component) -> Iterator[tuple[str, Content]]:
    """An archive becomes a folder, when a folder can hold it; other content gets its type's extension."""
    meta = next((f for f in component.files if f.path.endswith(META_SUFFIX)), None)
    content = next((f for f in component.files if f is not meta), None)
    if meta is None or content is None:
        raise MetadataError.of(
            f"{component.key} needs a content file and a meta file", where=Location(component.origin)
        )
    yield meta.path, meta.content
    kind = staticresource.content_type(meta.content, meta.origin or meta.path)
    base = content.path.rpartition(".")[0]
    if kind in staticresource.ARCHIVE_TYPES and (files := staticresource.unpack(content.body, content.path)):
        for path, inner in files:
            yield f"{base}/{path}", inner
    else:
        yield f"{base}.{staticresource.extension(kind or '')}", content.body


def _decomposed(info: TypeInfo, component: Component, file: ComponentFile) -> Iterator[tuple[str, bytes]]:
    """The parent's own file and one file for each child; of one name that several have (list views of several zones),
    all stay in the parent's file."""
    name = component.full_name
    folder = f"{info.directory}/{name}"
    document = scan(file.content, file.origin or file.path, wanted_names(info))
    if document.root != info.name:
        raise MetadataError.of(
            f"{component.key}: the root element is <{document.root}>, not <{info.name}>",
            where=file.locate(document.body_line, 1),
            mend="mend the element or the file name",
        )
    rest: list[bytes] = []
    problems: list[Problem] = []
    at = document.body_start
    often = _repeated(info, document)
    for element in document.elements:
        child = info.child_by_element(local(element.tag))
        if child is None:
            continue
        found = child_name(element, child)
        where = file.locate(element.line, 1)
        if not found:
            problems.append(Problem(f"<{element.tag}> has no <{child.unique_id}>", where, "give it a name"))
            continue
        if (child.element, found) in often:
            continue
        target = f"{found}.{child.suffix}{META_SUFFIX}"
        if "/" in found or unsafe_path(target):
            problems.append(Problem(f"{child.name} {found!r} cannot be a file name", where, "rename it"))
            continue
        rest.append(document.data[at : element.start].rstrip(b" \t"))
        at = end_of_line(document.data, element.end)
        inside = f"{child.directory}/" if info.decomposition == "folderPerType" else ""
        yield f"{folder}/{inside}{target}", child_document(document, element, child.name)
    MetadataError.raise_any(problems)
    rest.append(document.data[at : document.body_end])
    head, tail = document.data[: document.body_start], document.data[document.body_end :]
    own = b"".join(rest)
    if not own.strip() and not head.endswith(b"/>"):
        head, own, tail = head[:-1] + b"/>", b"", b"\n"
    yield f"{folder}/{name}.{info.suffix}{META_SUFFIX}", head + own + tail


def _repeated(info: TypeInfo, document: Scan) -> frozenset[tuple[str, str]]:
    """(element, name) of the children that are there more than once."""
    names = Counter(
        (child.element, name)
        for element in document.elements
        if (child := info.child_by_element(local(element.tag))) and (name := child_name(element, child))
    )
    return frozenset(key for key, count in names.items() if count > 1)
