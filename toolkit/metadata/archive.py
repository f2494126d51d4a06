"""The zip that a deployment sends: package.xml at its root, the same bytes for the same bundle everywhere."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

from toolkit.errors import Location, MetadataError, Problem
from toolkit.metadata import zipfmt
from toolkit.metadata.component import Bundle, Component
from toolkit.metadata.content import Content, Stretch, size_of
from toolkit.metadata.manifest import PACKAGE_FILE, manifest_files, members_of, type_info
from toolkit.metadata.paths import classifier
from toolkit.metadata.reading import Reading
from toolkit.metadata.registry import standard

MAX_DEPLOY_BYTES = 39 * 1024 * 1024
"""What a deployment may send: 50 MB of base64 in one request (Metadata API limits)."""


def bundle_files(bundle: Bundle) -> list[tuple[str, Content]]:
    """All files of a package, manifests included, in the order of their paths.

    MetadataError names every component without files, every file that does not belong to the component it came
    with (it would have no entry in the manifest), every unsafe path and every path that is there twice.
    """
    problems: list[Problem] = []
    files: dict[str, Content] = {}
    for component in bundle:
        try:
            problems += _misplaced(component)
        except MetadataError as error:
            problems += error.problems
        for file in component.files:
            if file.path in files:
                problems.append(Problem(f"{component.key}: {file.path} is there twice", Location(component.origin)))
            files[file.path] = file.body
    MetadataError.raise_any(problems)
    files |= dict(manifest_files(bundle))
    return sorted(files.items(), key=itemgetter(0))


def _misplaced(component: Component) -> Iterator[Problem]:
    """What keeps a component's manifest entry and its files from agreeing."""
    type_info(component)
    where = Location(component.origin)
    if not component.files:
        yield Problem(f"{component.key} has a manifest entry but no file", where, "give it its files")
    if not members_of(component):
        yield Problem(f"{component.key} has files but no manifest entry", where, "remove the empty component")
    roles = classifier(standard())
    for file in component.files:
        if why := zipfmt.unsafe_path(file.path):
            yield Problem(f"{component.key}: the path {file.path!r} {why}", where, "rename the component")
            continue
        *folder, name = file.path.split("/")
        role = roles.role(tuple(folder), name)
        if role is None or role.target not in ("", file.path):
            mend = "a file in Metadata API format stands in its type's folder, with its type's suffix"
            yield Problem(f"{component.key}: {file.path} has no entry in the manifest", where, mend)
        elif (role.type.name, role.full_name) != (component.type, component.full_name):
            other = f"{role.type.name} {role.full_name}"
            mend = f"it would belong to {other}"
            yield Problem(f"{component.key}: {file.path} has no entry in the manifest", where, mend)


def _too_large(files: list[tuple[str, Content]]) -> bool:
    """Whether the files, stored, pass what a deployment may send."""
    return sum(size_of(content) + 2 * len(name.encode()) + 98 for name, content in files) > MAX_DEPLOY_BYTES


def zip_chunks(bundle: Bundle, *, compress: bool | None = None) -> tuple[Iterator[bytes], bool]:
    """The package's zip, in pieces, and whether it is deflated: members sorted, fixed times, no folder entries.

    Entries are stored, so that the bytes depend on nothing but the bundle; only a package that would pass the
    size the Metadata API takes is deflated. compress decides it for certain. Raises MetadataError as
    bundle_files does.
    """
    files = bundle_files(bundle)
    deflated = _too_large(files) if compress is None else compress
    return zipfmt.write(files, compress=deflated), deflated


def write_zip(bundle: Bundle, *, compress: bool | None = None) -> bytes:
    """The zip of zip_chunks as one."""
    return b"".join(zip_chunks(bundle, compress=compress)[0])


@dataclass(frozen=True, slots=True)
class Written:
    """A zip that has been written."""

    path: Path
    size: int
    sha256: str
    compressed: bool


def write_zip_file(bundle: Bundle, path: Path, *, compress: bool | None = None) -> Written:
    """Write the zip of zip_chunks to a file, which appears whole or not at all; missing folders are made."""
    import hashlib
    import tempfile

    chunks, deflated = zip_chunks(bundle, compress=compress)
    digest = hashlib.sha256()
    size = 0
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as stream:
            try:
                for chunk in chunks:
                    digest.update(chunk)
                    size += len(chunk)
                    stream.write(chunk)
                stream.close()
                umask = os.umask(0)
                os.umask(umask)
                Path(stream.name).chmod(0o666 & ~umask)
                Path(stream.name).replace(path)
            except BaseException:
                Path(stream.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise MetadataError.of(f"cannot be written: {error.strerror}", where=Location(str(path))) from None
    return Written(path, size, digest.hexdigest(), deflated)


def read_zip(data: Content | Path, source: str | None = None, *, check_manifest: bool = True) -> Bundle:
    """The bundle in a zip in Metadata API format; MetadataError with everything that is wrong with it.

    package.xml stands at the root or in the one folder at the top. source is how messages call the zip.
    """
    return read_zip_lenient(data, source, check_manifest=check_manifest).checked()


def read_zip_lenient(data: Content | Path, source: str | None = None, *, check_manifest: bool = True) -> Reading:
    """What could be read of a zip, and the problems with the rest; MetadataError when it is no usable archive."""
    from toolkit.metadata.mdapi import MdapiReader
    from toolkit.metadata.tree import Entry

    name = source or (str(data) if isinstance(data, Path) else "package.zip")
    files = zipfmt.read(_on_disk(data, name) if isinstance(data, Path) else data, name)
    top = _top_folder([path for path, _ in files], name)
    reader = MdapiReader()
    for path, content in sorted(files, key=itemgetter(0)):
        if not path.startswith(top):
            reader.assembler.left_out.append(f"{name}!{path}")
            continue
        *folder, file = path[len(top) :].split("/")
        reader.take(tuple(folder), file, Entry(f"{name}!{path}", content=content), denied=False)
    return reader.reading(name, check_manifest=check_manifest)


def _on_disk(path: Path, name: str) -> Content:
    """The archive in a file."""
    try:
        return Stretch.of_file(str(path), name, path.stat())
    except OSError as error:
        raise MetadataError.of(f"cannot be read: {error.strerror}", where=Location(name)) from None


def _top_folder(paths: list[str], name: str) -> str:
    """The folder of package.xml with its slash, "" for the root."""
    if PACKAGE_FILE in paths:
        return ""
    tops = sorted(
        path[: -len(PACKAGE_FILE)] for path in paths if path.count("/") == 1 and path.endswith("/package.xml")
    )
    if len(tops) == 1:
        return tops[0]
    if tops:
        raise MetadataError.of(
            f"the archive holds several packages: {', '.join(t.rstrip('/') for t in tops)}",
            where=Location(name),
            mend="unpack it and give one of the folders",
        )
    raise MetadataError.of(
        f"there is no {PACKAGE_FILE} at the root of the archive",
        where=Location(name),
        mend="a package in Metadata API format has one",
    )
