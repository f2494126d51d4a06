"""Real clients, unmodified, against the local org: where they are installed, and what they deploy.

They are looked for in $SFMETA_TOOLS (or ~/.cache/sfmeta-tools); a test of one that is not there is skipped and says so.
"""

from __future__ import annotations

import io
import os
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from toolkit.localorg.embedded import EmbeddedOrg

# read now: no test sees the settings of whoever runs it
TOOLS = Path(os.environ.get("SFMETA_TOOLS") or Path.home() / ".cache" / "sfmeta-tools")
NS = "http://soap.sforce.com/2006/04/metadata"


def xml(root: str, inner: str) -> str:
    # lines as files have them: CumulusCI takes a manifest apart by its lines
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{NS}">\n{inner}\n</{root}>\n'


def manifest_of(types: Mapping[str, list[str]]) -> str:
    parts = [
        f"<types>{''.join(f'<members>{member}</members>' for member in members)}<name>{name}</name></types>"
        for name, members in types.items()
    ]
    return xml("Package", "".join(parts) + "<version>62.0</version>")


def class_files(name: str) -> dict[str, str]:
    return {
        f"classes/{name}.cls": f"public with sharing class {name} {{}}",
        f"classes/{name}.cls-meta.xml": xml("ApexClass", "<apiVersion>62.0</apiVersion><status>Active</status>"),
    }


SETTING = xml(
    "CustomObject",
    "<customSettingsType>Hierarchy</customSettingsType><enableFeeds>false</enableFeeds><fields><fullName>Key__c"
    "</fullName><label>Key</label><length>80</length><type>Text</type></fields><label>Widget</label>"
    "<visibility>Public</visibility>",
)
FIELD = xml(
    "CustomObject",
    "<fields><fullName>Room__c</fullName><label>Room</label><length>20</length><type>Text</type></fields>",
)
PERMISSION_SET = xml("PermissionSet", "<hasActivationRequired>false</hasActivationRequired><label>Tiny</label>")
FILES: dict[str, str] = {
    **class_files("Visited"),
    "objects/Widget__c.object": SETTING,
    "objects/Contact.object": FIELD,
    "permissionsets/Tiny.permissionset": PERMISSION_SET,
    "package.xml": manifest_of(
        {
            "ApexClass": ["Visited"],
            "CustomObject": ["Widget__c"],
            "CustomField": ["Contact.Room__c"],
            "PermissionSet": ["Tiny"],
        }
    ),
}


def zip_of(files: Mapping[str, str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return target.getvalue()


def unpack(files: Mapping[str, str], folder: Path) -> Path:
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content)
    return folder


class Visit:
    """The package that clients deploy, and helpers for its files (test modules cannot import a conftest)."""

    files = FILES
    xml = staticmethod(xml)
    manifest = staticmethod(manifest_of)
    class_files = staticmethod(class_files)
    zip_of = staticmethod(zip_of)
    unpack = staticmethod(unpack)


@pytest.fixture(scope="session")
def visit() -> type[Visit]:
    return Visit


@pytest.fixture(scope="session")
def node() -> str:
    found = shutil.which("node")
    if found is None:
        pytest.skip("node is not on PATH")
    return found


@pytest.fixture(scope="session")
def jsforce_modules() -> Path:
    """The node_modules folder that holds jsforce."""
    modules = TOOLS / "jsforce" / "node_modules"
    if not (modules / "jsforce").is_dir():
        pytest.skip("jsforce is not installed (make clients)")
    return modules


@pytest.fixture(scope="session")
def sf_command() -> str:
    own = TOOLS / "sf" / "node_modules" / ".bin" / "sf"
    found = str(own) if own.exists() else shutil.which("sf")
    if found is None:
        pytest.skip("the Salesforce CLI is not installed (make clients)")
    return found


@pytest.fixture(scope="session")
def cci_command() -> str:
    own = TOOLS / "cumulusci" / "bin" / "cci"
    found = str(own) if own.exists() else shutil.which("cci")
    if found is None:
        pytest.skip("CumulusCI is not installed (make clients)")
    return found


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedOrg]:
    """An org over http."""
    with EmbeddedOrg(tmp_path_factory.mktemp("org")) as running:
        yield running


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedOrg]:
    """An org over https, with a certificate of its own."""
    with EmbeddedOrg(tmp_path_factory.mktemp("org"), tls=True) as running:
        yield running
