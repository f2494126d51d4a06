"""The Salesforce CLI against the local org: its own steps, one after another in one project."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from toolkit.localorg.embedded import EmbeddedOrg
from toolkit.localorg.faults import parse_all

Run = Callable[..., Any]
_QUIET = {
    "SF_DISABLE_TELEMETRY": "true",
    "SF_AUTOUPDATE_DISABLE": "true",
    "SF_SKIP_NEW_VERSION_CHECK": "true",
    "SF_DISABLE_LOG_FILE": "true",
    "SF_USE_GENERIC_UNIX_KEYCHAIN": "true",
    "CI": "true",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, visit: Any) -> Path:
    folder = tmp_path_factory.mktemp("sf")
    (folder / "home").mkdir()
    visit.unpack(visit.class_files("FromSource"), folder / "force-app")
    visit.unpack(visit.files, folder / "src")
    (folder / "visit.zip").write_bytes(visit.zip_of(visit.files))
    entry = {"packageDirectories": [{"path": "force-app", "default": True}], "sourceApiVersion": "62.0"}
    (folder / "sfdx-project.json").write_text(json.dumps(entry))
    return folder


@pytest.fixture(scope="module")
def anyone(sf_command: str, project: Path) -> Run:
    """Run sf; the result in its JSON, or the whole JSON when it is to be refused."""

    def run(*arguments: str, refused: bool = False, **more: str) -> Any:
        done = subprocess.run(
            [sf_command, *arguments, "--json"],
            cwd=project,
            env={**os.environ, **_QUIET, "HOME": str(project / "home"), **more},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        answer = json.loads(done.stdout)
        if refused:
            assert (done.returncode, answer["status"]) == (1, 1), json.dumps(answer)[:3000]
            return answer
        assert answer["status"] == 0, json.dumps(answer)[:3000]
        return answer["result"]

    return run


@pytest.fixture(scope="module")
def sf(anyone: Run, plain: EmbeddedOrg) -> Run:
    """Run sf, signed in to the org."""
    login = ("org", "login", "access-token", "--instance-url", plain.url, "--no-prompt", "--alias", "local")
    signed_in = anyone(*login, SF_ACCESS_TOKEN=plain.access_token)
    assert signed_in["orgId"] == plain.org_id

    def run(*arguments: str, refused: bool = False, **more: str) -> Any:
        return anyone(*arguments, "--target-org", "local", refused=refused, **more)

    return run


@pytest.fixture(scope="module")
def deployed(sf: Run) -> Any:
    return sf("project", "deploy", "start", "--metadata-dir", "src")


def _names(result: Any) -> set[str]:
    return {entry["fullName"] for entry in result["details"]["componentSuccesses"]} - {"package.xml"}


_ALL = {"Visited", "Contact.Room__c", "Widget__c", "Widget__c.Key__c", "Tiny"}


def test_login_with_a_key(anyone: Run, plain: EmbeddedOrg, project: Path) -> None:
    (project / "jwt.key").write_bytes(plain.jwt_key())
    result = anyone(
        "org", "login", "jwt", "--client-id", plain.client_id, "--jwt-key-file", "jwt.key", "--username",
        plain.username, "--instance-url", plain.url, "--alias", "jwt",
    )  # fmt: skip
    assert result["orgId"] == plain.org_id
    assert anyone("org", "display", "--target-org", "jwt")["connectedStatus"] == "Connected"


def test_login_with_an_auth_url(anyone: Run, secure: EmbeddedOrg, project: Path) -> None:
    host = secure.url.removeprefix("https://").replace("127.0.0.1", "localhost")
    (project / "url.txt").write_text(f"force://PlatformCLI::{secure.refresh_token()}@{host}")
    trust = {"NODE_EXTRA_CA_CERTS": str(secure.ca_file)}
    login = ("org", "login", "sfdx-url", "--sfdx-url-file", "url.txt", "--alias", "tls")
    assert anyone(*login, **trust)["orgId"] == secure.org_id


def test_display(sf: Run, plain: EmbeddedOrg) -> None:
    shown = sf("org", "display")
    assert (shown["id"], shown["username"], shown["connectedStatus"]) == (plain.org_id, plain.username, "Connected")
    assert shown["apiVersion"] == "67.0"


def test_a_folder_is_deployed(deployed: Any) -> None:
    assert _names(deployed) == _ALL


SOAP_AND_REST = pytest.mark.parametrize("rest", ["false", "true"])


@SOAP_AND_REST
@pytest.mark.parametrize("what", ["src", "visit.zip"])
def test_folder_and_zip_are_deployed_again(sf: Run, deployed: Any, what: str, rest: str) -> None:
    single = ["--single-package"] if what.endswith(".zip") else []
    start = ("project", "deploy", "start", "--metadata-dir", what, *single)
    result = sf(*start, SF_ORG_METADATA_REST_DEPLOY=rest)
    assert _names(result) == _ALL
    assert not any(entry["changed"] for entry in result["details"]["componentSuccesses"])


@SOAP_AND_REST
def test_source_is_deployed(sf: Run, rest: str) -> None:
    result = sf("project", "deploy", "start", "--source-dir", "force-app", SF_ORG_METADATA_REST_DEPLOY=rest)
    assert {(file["fullName"], file["type"]) for file in result["files"]} == {("FromSource", "ApexClass")}


@SOAP_AND_REST
def test_validate_quick_and_report(sf: Run, deployed: Any, rest: str) -> None:
    way = {"SF_ORG_METADATA_REST_DEPLOY": rest}
    checked = sf("project", "deploy", "validate", "--metadata-dir", "src", "--test-level", "RunLocalTests", **way)
    assert checked["checkOnly"] is True
    quick = sf("project", "deploy", "quick", "--job-id", checked["id"], **way)
    assert (quick["status"], quick["id"] != checked["id"]) == ("Succeeded", True)
    assert sf("project", "deploy", "report", "--job-id", quick["id"], **way)["status"] == "Succeeded"
    assert sf("project", "deploy", "report", "--use-most-recent", **way)["status"] == "Succeeded"


@SOAP_AND_REST
def test_start_and_resume(sf: Run, anyone: Run, rest: str) -> None:
    way = {"SF_ORG_METADATA_REST_DEPLOY": rest}
    started = sf("project", "deploy", "start", "--source-dir", "force-app", "--async", **way)
    assert anyone("project", "deploy", "resume", "--job-id", started["id"], **way)["status"] == "Succeeded"


@SOAP_AND_REST
def test_cancel(sf: Run, anyone: Run, plain: EmbeddedOrg, rest: str) -> None:
    way = {"SF_ORG_METADATA_REST_DEPLOY": rest}
    plain.org.faults.arm(parse_all(["slow-job:seconds=60,job=deploy,times=1"]))
    started = sf("project", "deploy", "start", "--metadata-dir", "src", "--async", **way)
    canceled = anyone("project", "deploy", "cancel", "--job-id", started["id"], **way)
    assert (canceled["status"], canceled["done"], canceled["canceledByName"]) == ("Canceled", True, "Ada Admin")
    assert anyone("project", "deploy", "report", "--job-id", started["id"])["status"] == "Canceled"


def test_retrieve_by_name_and_by_manifest(sf: Run, deployed: Any, project: Path) -> None:
    sf("project", "retrieve", "start", "--metadata", "ApexClass:Visited")
    assert (project / "force-app/main/default/classes/Visited.cls").exists()
    sf("project", "retrieve", "start", "--manifest", "src/package.xml")
    assert (project / "force-app/main/default/objects/Contact/fields/Room__c.field-meta.xml").exists()


def test_listing(sf: Run, deployed: Any) -> None:
    listed = sf("org", "list", "metadata", "--metadata-type", "ApexClass")
    assert "Visited" in {entry["fullName"] for entry in listed}
    kinds = sf("org", "list", "metadata-types")["metadataObjects"]
    assert {"ApexClass", "CustomObject"} <= {entry["xmlName"] for entry in kinds}
    assert sf("org", "list", "metadata", "--metadata-type", "Report", "--folder", "Nothing") == []


def test_a_manifest_of_the_whole_org(anyone: Run, sf: Run, deployed: Any, project: Path) -> None:
    anyone("project", "generate", "manifest", "--from-org", "local", "--output-dir", ".", "--name", "all")
    text = (project / "all.xml").read_text()
    assert "<members>Visited</members>" in text
    assert "<members>Tiny</members>" in text


def test_records(sf: Run, deployed: Any) -> None:
    made = sf("data", "create", "record", "--sobject", "Contact", "--values", "LastName=Sf Room__c=R1")["id"]
    sf("data", "update", "record", "--sobject", "Contact", "--where", "LastName=Sf", "--values", "Room__c=R2")
    assert sf("data", "get", "record", "--sobject", "Contact", "--record-id", made)["Room__c"] == "R2"
    found = sf("data", "query", "--query", "SELECT Room__c FROM Contact WHERE LastName = 'Sf'")["records"]
    assert [row["Room__c"] for row in found] == ["R2"]
    sf("data", "delete", "record", "--sobject", "Contact", "--record-id", made)
    assert sf("data", "query", "--query", "SELECT Id FROM Contact")["totalSize"] == 0


def test_assigning_a_permission_set(sf: Run, deployed: Any, plain: EmbeddedOrg) -> None:
    result = sf("org", "assign", "permset", "--name", "Tiny")
    assert result["successes"] == [{"name": plain.username, "value": "Tiny"}]


@SOAP_AND_REST
def test_destructive_manifests_before_and_after(sf: Run, project: Path, visit: Any, rest: str) -> None:
    way = {"SF_ORG_METADATA_REST_DEPLOY": rest}
    visit.unpack(visit.class_files("Before") | visit.class_files("After"), project / "force-app")
    sf("project", "deploy", "start", "--metadata", "ApexClass:Before", "--metadata", "ApexClass:After", **way)
    for name in ("Before", "After"):
        (project / f"{name}.xml").write_text(visit.manifest({"ApexClass": [name]}))
    (project / "new.xml").write_text(visit.manifest({"ApexClass": ["FromSource"]}))
    result = sf(
        "project", "deploy", "start", "--manifest", "new.xml", "--pre-destructive-changes", "Before.xml",
        "--post-destructive-changes", "After.xml", **way,
    )  # fmt: skip
    deleted = [entry["fullName"] for entry in result["details"]["componentSuccesses"] if entry["deleted"]]
    assert sorted(deleted) == ["After", "Before"]
    for name in ("Before", "After"):
        (project / f"force-app/classes/{name}.cls").unlink()
        (project / f"force-app/classes/{name}.cls-meta.xml").unlink()


def test_a_dry_run_and_what_it_leaves(sf: Run, project: Path, visit: Any) -> None:
    visit.unpack(visit.class_files("Trial"), project / "force-app")
    asked = ("project", "deploy", "start", "--metadata", "ApexClass:Trial")
    tried = sf(*asked, "--dry-run", "--test-level", "RunLocalTests", "--ignore-conflicts")
    assert (tried["checkOnly"], tried["status"], tried["numberTestsTotal"]) == (True, "Succeeded", 0)
    listed = sf("org", "list", "metadata", "--metadata-type", "ApexClass")
    assert "Trial" not in {entry["fullName"] for entry in listed}
    sf(*asked)
    gone = sf("project", "delete", "source", "--metadata", "ApexClass:Trial", "--no-prompt")
    assert [entry["fullName"] for entry in gone["deletedSource"]] == ["Trial", "Trial"]
    assert not (project / "force-app/classes/Trial.cls").exists()


def test_a_failed_deploy(sf: Run, project: Path, visit: Any) -> None:
    inner = "<label>Broken</label><classAccesses><apexClass>Nowhere</apexClass><enabled>true</enabled></classAccesses>"
    files = {
        "permissionsets/Broken.permissionset": visit.xml("PermissionSet", inner),
        "package.xml": visit.manifest({"PermissionSet": ["Broken"]}),
    }
    visit.unpack(files, project / "broken")
    answer = sf("project", "deploy", "start", "--metadata-dir", "broken", refused=True)
    (failure,) = answer["result"]["details"]["componentFailures"]
    assert (answer["result"]["status"], failure["fullName"]) == ("Failed", "Broken")
    assert failure["problem"].startswith("In field: apexClass - no ApexClass named Nowhere found")


def test_a_whole_org_is_retrieved_and_deployed_again(
    anyone: Run, sf: Run, deployed: Any, visit: Any, tmp_path_factory: pytest.TempPathFactory, project: Path
) -> None:
    anyone("project", "generate", "manifest", "--from-org", "local", "--output-dir", ".", "--name", "whole")
    got = sf("project", "retrieve", "start", "--manifest", "whole.xml", "--target-metadata-dir", "whole", "--unzip")
    assert got["status"] == "Succeeded"
    assert (
        "<fullName>GoogleMaps</fullName>"
        in (project / "whole/unpackaged/unpackaged/objects/Account.object").read_text()
    )
    result = sf("project", "deploy", "start", "--metadata-dir", "whole/unpackaged/unpackaged")
    assert [entry["fullName"] for entry in result["details"]["componentSuccesses"] if entry["changed"]] == []


def test_a_standard_object_is_retrieved_in_source_format(sf: Run, project: Path) -> None:
    sf("project", "retrieve", "start", "--metadata", "CustomObject:Account")
    assert (project / "force-app/main/default/objects/Account/webLinks/Billing.webLink-meta.xml").exists()


def test_there_is_no_source_tracking(sf: Run) -> None:
    for command in ("deploy", "retrieve"):
        told = sf("project", command, "preview", refused=True)
        assert told["message"] == "This org does not have source tracking."


def test_trees_of_records(sf: Run, project: Path) -> None:
    leaf = {"attributes": {"type": "Contact", "referenceId": "c1"}, "LastName": "Leaf"}
    root = {"attributes": {"type": "Account", "referenceId": "a1"}, "Name": "Tree", "Contacts": {"records": [leaf]}}
    (project / "tree.json").write_text(json.dumps({"records": [root]}))
    made = sf("data", "import", "tree", "--files", "tree.json")
    assert [(entry["refId"], entry["type"]) for entry in made] == [("a1", "Account"), ("c1", "Contact")]
    query = "SELECT Name, (SELECT LastName FROM Contacts) FROM Account WHERE Name = 'Tree'"
    sf("data", "export", "tree", "--query", query, "--output-dir", "trees")
    (exported_to,) = (project / "trees").glob("*.json")
    exported = json.loads(exported_to.read_text())["records"]
    assert exported[0]["Contacts"]["records"][0]["LastName"] == "Leaf"


def test_tooling_queries_and_csv(sf: Run, deployed: Any) -> None:
    query = ("data", "query", "--query", "SELECT Name FROM ApexClass WHERE Name = 'Visited'")
    assert sf(*query, "--use-tooling-api")["totalSize"] == 1
    assert sf(*query, "--result-format", "csv")["records"][0]["Name"] == "Visited"


def test_who_and_how_much(sf: Run, plain: EmbeddedOrg) -> None:
    assert sf("org", "display", "user")["profileName"] == "System Administrator"
    assert plain.username in {entry["username"] for entry in sf("org", "list", "users")}
    assert {"name": "DailyApiRequests", "max": 15000, "remaining": 15000} in sf("org", "list", "limits")
    counts = sf("org", "list", "sobject", "record-counts", "--sobject", "User")
    assert counts == [{"count": 5, "name": "User"}]
    assert sf("sobject", "describe", "--sobject", "Contact")["name"] == "Contact"
    assert "Contact" in sf("sobject", "list", "--sobject", "all")
    assert sf("apex", "list", "log") == []


def test_what_the_org_does_not_do_it_says(sf: Run, project: Path) -> None:
    (project / "rows.csv").write_text("Name\nOne\n")
    (project / "run.apex").write_text("System.debug(1);")
    apex = "The local org keeps Apex but does not run it"
    refusals = {
        ("apex", "run", "test", "--tests", "Visited"): apex,
        ("apex", "run", "--file", "run.apex"): apex,
        ("data", "import", "bulk", "--sobject", "Account", "--file", "rows.csv"): "The local org has no Bulk API",
        ("data", "search", "--query", "FIND {A} RETURNING Account(Id)"): "The local org has no search",
        ("org", "open", "--url-only"): "The local org has no user interface",
    }
    for command, sentence in refusals.items():
        assert sentence in sf(*command, refused=True)["message"], command
