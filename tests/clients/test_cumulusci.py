"""CumulusCI against the local org over https: its command line, one task after another."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from toolkit.localorg.embedded import EmbeddedOrg
from toolkit.localorg.model.records import insert, sobject_named

_PROJECT = """\
minimum_cumulusci_version: '4.0.0'
project:
  name: Visit
  package:
    name: Visit
    api_version: '62.0'
tasks:
  layout_fields:
    class_path: cumulusci.tasks.metadata_etl.layouts.AddFieldsToPageLayout
    options:
      api_names: Contact-Contact Layout
      fields:
        - api_name: Room__c
          position:
            - relative: bottom
              column: first
              section: 0
  permissions:
    class_path: cumulusci.tasks.metadata_etl.AddPermissionSetPermissions
    options:
      api_names: Tiny
      field_permissions:
        - field: Contact.Room__c
          readable: true
          editable: true
      class_accesses:
        - apexClass: Visited
          enabled: true
"""
_SETTINGS = """\
Widget__c:
  - location: org
    data:
      Key__c: for everyone
"""
Run = Callable[..., str]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, visit: Any) -> Path:
    folder = tmp_path_factory.mktemp("cci")
    (folder / "home").mkdir()
    (folder / "cumulusci.yml").write_text(_PROJECT)
    (folder / "settings.yml").write_text(_SETTINGS)
    visit.unpack(visit.files, folder / "src")
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    return folder


@pytest.fixture(scope="module")
def cci(secure: EmbeddedOrg, cci_command: str, project: Path) -> Run:
    """Run a task of cci against the org; what it printed."""
    with secure.org.read() as work:
        user = work.facts.get("admin_id")
    reach = {
        "instance_url": secure.url,
        "access_token": secure.access_token,
        "id": f"{secure.url}/id/{secure.org_id}/{user}",
        "org_id": secure.org_id,
        "username": secure.username,
        "org_type": "Developer Edition",
        "is_sandbox": False,
    }
    environment = {
        **os.environ,
        "HOME": str(project / "home"),
        "REQUESTS_CA_BUNDLE": str(secure.ca_file),
        "CUMULUSCI_KEY": "0123456789abcdef",
        "CUMULUSCI_DISABLE_REFRESH": "1",
        "CUMULUSCI_ORG_local": json.dumps(reach),
    }

    def run(task: str, *arguments: str) -> str:
        done = subprocess.run(
            [cci_command, "task", "run", task, "--org", "local", *arguments],
            cwd=project,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return done.stdout

    return run


@pytest.fixture(scope="module")
def deployed(cci: Run) -> str:
    return cci("deploy", "--path", "src")


def _rows(org: EmbeddedOrg, sobject: str) -> list[dict[str, Any]]:
    with org.org.read() as work:
        return [dict(row) for row in work.records.all(sobject)]


def test_deploy(deployed: str, secure: EmbeddedOrg) -> None:
    assert "[Success]" in deployed
    assert [row["Name"] for row in _rows(secure, "ApexClass")] == ["Visited"]


def test_retrieve_unpackaged(cci: Run, deployed: str, project: Path, visit: Any) -> None:
    (project / "out").mkdir()
    cci("retrieve_unpackaged", "--path", "out", "--package_xml", "src/package.xml")
    found = {str(path.relative_to(project / "out")) for path in (project / "out").rglob("*") if path.is_file()}
    assert found == set(visit.files)


def test_describe_metadatatypes(cci: Run, deployed: str) -> None:
    assert "Done" in cci("describe_metadatatypes")


def test_an_org_that_sf_knows_is_imported(
    cci_command: str, sf_command: str, secure: EmbeddedOrg, project: Path, tmp_path: Path
) -> None:
    """The other way to tell CumulusCI of an org: it asks the Salesforce CLI."""
    environment = {
        **os.environ, "HOME": str(tmp_path), "CUMULUSCI_KEY": "0123456789abcdef", "SF_DISABLE_TELEMETRY": "true",
        "REQUESTS_CA_BUNDLE": str(secure.ca_file), "NODE_EXTRA_CA_CERTS": str(secure.ca_file), "CI": "true",
        "SF_ACCESS_TOKEN": secure.access_token, "SF_USE_GENERIC_UNIX_KEYCHAIN": "true",
        "PATH": f"{Path(sf_command).parent}{os.pathsep}{os.environ['PATH']}",
    }  # fmt: skip
    login = [sf_command, "org", "login", "access-token", "--instance-url", secure.url, "--no-prompt", "--alias", "sim"]
    for command in (login, [cci_command, "org", "import", "sim", "sim"], [cci_command, "org", "info", "sim"]):
        done = subprocess.run(
            command, cwd=project, env=environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert secure.org_id in done.stdout


def test_load_custom_settings(cci: Run, deployed: str, secure: EmbeddedOrg) -> None:
    for _ in range(2):  # the second time it finds the row and changes it
        cci("load_custom_settings", "--settings_path", "settings.yml")
        assert [row["Key__c"] for row in _rows(secure, "Widget__c")] == ["for everyone"]


def test_assign_permission_sets(cci: Run, deployed: str, secure: EmbeddedOrg) -> None:
    before = len(_rows(secure, "PermissionSetAssignment"))
    for _ in range(2):  # the second time it is there already
        cci("assign_permission_sets", "--api_names", "Tiny")
        assert len(_rows(secure, "PermissionSetAssignment")) == before + 1


def test_add_page_layout_fields(cci: Run, deployed: str, secure: EmbeddedOrg) -> None:
    cci("layout_fields")
    with secure.org.read() as work:
        stored = work.components.get("Layout", "Contact-Contact Layout")
    assert stored is not None
    assert stored.xml.count(b"<field>Room__c</field>") == 1


def test_add_permission_set_perms(cci: Run, deployed: str, secure: EmbeddedOrg) -> None:
    cci("permissions")
    with secure.org.read() as work:
        stored = work.components.get("PermissionSet", "Tiny")
    assert stored is not None
    assert b"<apexClass>Visited</apexClass>" in stored.xml
    assert b"<field>Contact.Room__c</field>" in stored.xml


def test_records_out_and_in_again(cci: Run, secure: EmbeddedOrg, project: Path) -> None:
    with secure.org.write() as work:
        insert(work, sobject_named(work, "Account"), {"Name": "Kept"})
    (project / "mapping.yml").write_text("Accounts:\n  sf_object: Account\n  table: Account\n  fields: {Name: Name}\n")
    cci("extract_dataset", "--mapping", "mapping.yml", "--sql_path", "data.sql")
    assert "'Kept'" in (project / "data.sql").read_text()
    cci("load_dataset", "--mapping", "mapping.yml", "--sql_path", "data.sql")
    assert [row["Name"] for row in _rows(secure, "Account")] == ["Kept", "Kept"]


def test_what_was_deployed_is_taken_out(cci: Run, secure: EmbeddedOrg, project: Path, visit: Any) -> None:
    visit.unpack(
        {**visit.class_files("Passing"), "package.xml": visit.manifest({"ApexClass": ["Passing"]})}, project / "passing"
    )
    cci("deploy", "--path", "passing")
    assert "Passing" in [row["Name"] for row in _rows(secure, "ApexClass")]
    cci("uninstall_src", "--path", "passing")
    assert "Passing" not in [row["Name"] for row in _rows(secure, "ApexClass")]
