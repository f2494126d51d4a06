"""DeployRequest of the Tooling API: the org's own list of the deploys it has taken in."""

from __future__ import annotations

from typing import Any

FIELDS = "SELECT Id, Status, CheckOnly, CreatedById, CreatedBy.Name, StartDate, CompletedDate, ErrorMessage"


def test_it_tells_how_each_deploy_ended(fresh: Any, kit: Any) -> None:
    client = fresh()
    files = kit.apex_class("Seen") | {"package.xml": kit.manifest({"ApexClass": ["*"]})}
    good = client.deployed(files, checkOnly=True, testLevel="RunLocalTests")
    bad = client.deploy(b"no zip")
    (first, second) = client.query(f"{FIELDS} FROM DeployRequest ORDER BY CreatedDate, Id", "tooling/")
    assert (first["Id"], first["Status"], first["CheckOnly"]) == (good["id"], "Succeeded", True)
    assert first["CreatedById"] == good["createdBy"]
    assert first["CreatedBy"] == {"Name": "Ada Admin"}
    assert (first["CompletedDate"], first["ErrorMessage"]) == (good["completedDate"].replace("Z", "+0000"), None)
    assert (second["Id"], second["Status"], second["CheckOnly"]) == (bad["id"], "Failed", False)
    assert second["ErrorMessage"] == "INVALID_TYPE: Please upload a valid zip file."


def test_a_start_whose_answer_was_lost_is_found_by_user_and_time(fresh: Any, kit: Any) -> None:
    client = fresh(faults=["drop:path=*/metadata/deployRequest,method=POST"])
    files = kit.apex_class("Lost") | {"package.xml": kit.manifest({"ApexClass": ["*"]})}
    before = client.query("SELECT CreatedDate FROM Organization")[0]["CreatedDate"].replace("+0000", "Z")
    try:
        client.start(files)
    except OSError:
        pass
    else:
        raise AssertionError("the connection should have been dropped")
    user = client.query("SELECT Id FROM User WHERE Username = 'admin@local.example'")[0]["Id"]
    found = client.query(
        f"SELECT Id, CheckOnly FROM DeployRequest WHERE CreatedById = '{user}' AND CreatedDate >= {before} "
        "ORDER BY CreatedDate LIMIT 200",
        "tooling/",
    )
    assert len(found) == 1
    assert client.finished(found[0]["Id"])["status"] == "Succeeded"


def test_one_is_read_by_its_id_and_nothing_else_is(client: Any, kit: Any) -> None:
    files = kit.apex_class("Read") | {"package.xml": kit.manifest({"ApexClass": ["*"]})}
    result = client.deployed(files)
    answer = client.http.get(f"{client.data}/tooling/sobjects/DeployRequest/{result['id']}")
    assert answer.status_code == 200
    row = answer.json()
    assert (row["Id"], row["Status"], row["NumberComponentsDeployed"]) == (result["id"], "Succeeded", 1)
    assert row["RollbackOnError"] is True
    assert client.http.get(f"{client.data}/tooling/sobjects/DeployRequest/{result['id'][:14]}").status_code == 404
    assert client.query_error("SELECT Id FROM DeployRequest")[0] == "INVALID_TYPE"
