"""simple-salesforce against the local org over https: every login it has, records, and the Metadata API with zeep."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from simple_salesforce import Salesforce, SalesforceLogin
from simple_salesforce.exceptions import SalesforceAuthenticationFailed

from toolkit.localorg.embedded import EmbeddedOrg


@pytest.fixture
def session(secure: EmbeddedOrg, monkeypatch: pytest.MonkeyPatch) -> Iterator[requests.Session]:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(secure.ca_file))
    with requests.Session() as running:
        yield running


@pytest.fixture
def client(secure: EmbeddedOrg, session: requests.Session) -> Any:
    host = secure.url.removeprefix("https://")
    return Salesforce(session_id=secure.access_token, instance=host, session=session, version="62.0")


def test_login_with_a_password(secure: EmbeddedOrg, session: requests.Session) -> None:
    who = {"username": secure.username, "security_token": "", "scratch_url": secure.url, "session": session}
    token, host = SalesforceLogin(password=secure.password, **who)
    assert host == secure.url.removeprefix("https://")
    with pytest.raises(SalesforceAuthenticationFailed, match=r"INVALID_LOGIN\): Invalid username, password"):
        SalesforceLogin(password="wrong", **who)
    client = Salesforce(session_id=token, instance=host, session=session)
    assert client.is_sandbox() is False


def test_records(client: Any) -> None:
    made = client.Contact.create({"LastName": "Simple"})["id"]
    assert client.Contact.get(made)["LastName"] == "Simple"
    assert client.Contact.update(made, {"LastName": "Simpler"}) == 204
    assert [row["LastName"] for row in client.query_all("SELECT LastName FROM Contact")["records"]] == ["Simpler"]
    assert "Contact" in [entry["name"] for entry in client.describe()["sobjects"]]
    assert client.Contact.delete(made) == 204
    assert client.query("SELECT COUNT() FROM Contact")["totalSize"] == 0


def _wait(check: Any) -> Any:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        state, *rest = check()
        if state not in ("Pending", "InProgress"):
            return (state, *rest)
        time.sleep(0.02)
    raise AssertionError("the job does not end")


def test_deploy_and_retrieve(client: Any, visit: Any, tmp_path: Path) -> None:
    archive = tmp_path / "visit.zip"
    archive.write_bytes(visit.zip_of(visit.files))
    job = client.deploy(str(archive), sandbox=False, allowMissingFiles=False, singlePackage=True)["asyncId"]
    status = _wait(lambda: _checked(client, job))
    assert status == ("Succeeded", "5", "0")
    assert client.query("SELECT COUNT() FROM ApexClass WHERE Name = 'Visited'")["totalSize"] == 1
    asked, _ = client.mdapi.retrieve("", single_package=True, unpackaged={"ApexClass": ["Visited"]})
    _wait(lambda: client.mdapi.check_retrieve_status(asked))
    state, _message, _messages, content = client.mdapi.retrieve_zip(asked)
    assert state == "Succeeded"
    with zipfile.ZipFile(io.BytesIO(content)) as got:
        assert got.read("classes/Visited.cls").decode() == visit.files["classes/Visited.cls"]


def _checked(client: Any, job: str) -> tuple[Any, ...]:
    status = client.checkDeployStatus(job)
    detail = status["deployment_detail"]
    return status["state"], detail["deployed_count"], detail["failed_count"]


def test_metadata_one_by_one(client: Any) -> None:
    """zeep reads every answer in strict mode."""
    kinds = client.mdapi.describe_metadata()["metadataObjects"]
    assert "PermissionSet" in [kind["xmlName"] for kind in kinds]
    sets = client.mdapi.PermissionSet
    sets.create(sets(fullName="BySimple", label="One", hasActivationRequired=False))
    assert sets.read("BySimple").label == "One"
    sets.update(sets(fullName="BySimple", label="Two", hasActivationRequired=False))
    sets.upsert(sets(fullName="BySimple", label="Three", hasActivationRequired=False))
    assert sets.read("BySimple").label == "Three"
    query = client.mdapi.ListMetadataQuery(type="PermissionSet")
    assert "BySimple" in [entry["fullName"] for entry in client.mdapi.list_metadata(query)]
    sets.delete("BySimple")
    assert "BySimple" not in [entry["fullName"] for entry in client.mdapi.list_metadata(query)]
