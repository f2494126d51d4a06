"""Which files a generated bundle becomes in a folder, in either format; and writing them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from toolkit.generate.output import Written, is_recorded, write_folder
from toolkit.metadata import xml
from toolkit.metadata.component import Bundle
from toolkit.metadata.content import bytes_of
from toolkit.metadata.decompose import source_files
from toolkit.metadata.project import FILE_NAME, SourceProject, load_project
from toolkit.metadata.registry import standard

_PACKAGE_DIRECTORY = "force-app"
_RECORD = ".sfmeta-generated"
_META = "-meta.xml"


def write_generated(
    bundle: Bundle, folder: Path, output_format: Literal["source", "mdapi"], *, force: bool = False
) -> Written:
    """Write the bundle into a folder as output.write_folder does.

    In source format the folder is a Salesforce DX project: a project that is there already keeps its
    sfdx-project.json and gets the components in its default package directory; otherwise both are made. In Metadata
    API format the folder is a package with package.xml.
    """
    if output_format == "mdapi":
        from toolkit.metadata.archive import bundle_files

        # The Salesforce CLI deploys every file of such a folder, so the record stands beside it.
        record = folder.resolve().parent / f".{folder.resolve().name}{_RECORD}"
        made = {path: bytes_of(content) for path, content in bundle_files(bundle)}
        return write_folder(folder, made, record=record, force=force)
    record = folder.resolve() / _RECORD
    theirs = _foreign_project(folder, record)
    files = _source(bundle, folder, theirs)
    if theirs is None:
        files[FILE_NAME] = _project_file(bundle.api_version)
    return write_folder(folder, files, record=record, force=force)


def _foreign_project(folder: Path, record: Path) -> SourceProject | None:
    if not (folder / FILE_NAME).is_file() or is_recorded(folder, FILE_NAME, record):
        return None
    return load_project(folder)


def _source(bundle: Bundle, folder: Path, theirs: SourceProject | None) -> dict[str, bytes]:
    registry = theirs.registry() if theirs else standard()
    package = theirs.directories[0].relative_to(folder) if theirs and theirs.directories else Path(_PACKAGE_DIRECTORY)
    base = (package / "main" / "default").as_posix()
    return {
        f"{base}/{path}": _indented(path, bytes_of(content))
        for component in bundle
        for path, content in source_files(component, registry)
    }


def _indented(path: str, content: bytes) -> bytes:
    """A field that becomes a file of its own keeps the blanks it had inside its object; here it begins anew."""
    return xml.serialise(xml.parse(content, path)) if path.endswith(_META) else content


def _project_file(api_version: str) -> bytes:
    data = {
        "packageDirectories": [{"path": _PACKAGE_DIRECTORY, "default": True}],
        "namespace": "",
        "sourceApiVersion": api_version,
    }
    return (json.dumps(data, indent=2) + "\n").encode()
