"""Components of every type of the registry, and file trees written from dictionaries."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from toolkit.metadata.component import Component, ComponentFile
from toolkit.metadata.registry import META_SUFFIX, TypeInfo
from toolkit.metadata.staticresource import pack

NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def document(root: str, body: str = "") -> bytes:
    """A metadata document whose body is given line by line."""
    inner = "".join(f"    {line}\n" for line in body.splitlines())
    return f"{DECLARATION}<{root} {NS}>\n{inner}</{root}>\n".encode()


def write_tree(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files by their path below root and return root."""
    for path, content in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def read_tree(root: Path) -> dict[str, bytes]:
    """All files below root by their path."""
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


def whole_document(info: TypeInfo) -> bytes:
    """A document of the type, with one element of its own and one child of every kind it has."""
    children = sorted(info.children, key=lambda child: child.element)
    inner = "".join(
        f"<{child.element}>\n    <{child.unique_id}>One</{child.unique_id}>\n    <label>L</label>\n</{child.element}>\n"
        for child in children
    )
    return document(info.name, "<label>A &amp; B</label>\n" + inner)


def sample(info: TypeInfo, name: str = "Sample") -> Component:
    """A component of a type with all the files that the type needs."""
    full_name, files = _files(info, name)
    made = [ComponentFile(path, content) for path, content in sorted(files.items())]
    return Component(info.name, full_name, tuple(made))


def _files(info: TypeInfo, name: str) -> tuple[str, dict[str, bytes]]:
    folder = info.directory
    if info.folder_of:
        suffix = ".emailTemplateFolder" if info.name == "EmailTemplateFolder" else ""
        return f"{name}Folder", {f"{folder}/{name}Folder{suffix}{META_SUFFIX}": document(info.name)}
    if info.name == "StaticResource":
        header = document(info.name, "<cacheControl>Public</cacheControl>\n<contentType>application/zip</contentType>")
        archive = pack([("a/b.js", b"1"), ("lwc/x.css", b"2")])
        return name, {f"{folder}/{name}.resource": archive, f"{folder}/{name}.resource{META_SUFFIX}": header}
    if info.name == "ExperienceBundle":
        return name, {f"{folder}/{name}.site{META_SUFFIX}": document(info.name), f"{folder}/{name}/views/a.json": b"{}"}
    if info.kind == "mixed":
        inner = f"{folder}/Some/{name}.pdf"
        return f"Some/{name}", {inner: b"%PDF-", inner + META_SUFFIX: document(info.name)}
    if info.kind == "experience":
        base = f"{folder}/site/{name}"
        meta = f"{base}/{name}.{info.suffix}{META_SUFFIX}"
        return f"site/{name}", {meta: document(info.name), f"{base}/sfdc_cms__view/home/_meta.json": b"{}"}
    if info.kind == "bundle":
        ends = {"LightningComponentBundle": ".js", "UIBundle": ".uibundle"}
        meta = info.meta_file or f"{name}{ends.get(info.name, '.cmp')}{META_SUFFIX}"
        return name, {f"{folder}/{name}/{meta}": document(info.name), f"{folder}/{name}/deep/x.js": b"x"}
    inner = f"Some/{name}" if info.in_folder else name
    if info.folder_type and not info.in_folder:
        return _territory(info, name)
    path = f"{folder}/{inner}.{info.suffix}"
    if info.kind == "content":
        return inner, {path: b"content", path + META_SUFFIX: document(info.name)}
    full_name = info.name if info.own_name else inner
    if info.own_name:
        path = f"{folder}/{info.name}.{info.suffix}"
        return full_name, {path: document(info.name, "<labels>\n    <fullName>One</fullName>\n</labels>")}
    return full_name, {path: whole_document(info)}


def _territory(info: TypeInfo, name: str) -> tuple[str, dict[str, bytes]]:
    if info.folder_type == info.name:
        return name, {f"territory2Models/{name}/{name}.{info.suffix}": document(info.name)}
    path = f"territory2Models/Model/{info.directory}/{name}.{info.suffix}"
    return f"Model.{name}", {path: document(info.name)}
