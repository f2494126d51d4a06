"""simple-salesforce against the local org over https: every login it has, records, and the Metadata API with zeep."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import zeep
from requests.adapters import HTTPAdapter
from simple_salesforce import Salesforce, SalesforceLogin
from simple_salesforce.exceptions import SalesforceAuthenticationFailed, SalesforceError

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


class ToLocal(HTTPAdapter):
    """Where the library insists on a host of salesforce.com: the request goes to the local org instead."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    def send(self, request: requests.PreparedRequest, *arguments: Any, **more: Any) -> requests.Response:
        assert request.url is not None
        request.url = self.url + request.url.partition(".salesforce.com")[2]
        return super().send(request, *arguments, **more)


LOGINS: dict[str, Callable[[EmbeddedOrg, Path], dict[str, Any]]] = {
    "security token": lambda org, _: {
        "username": org.username, "password": org.password, "security_token": org.security_token,
    },
    "no security token": lambda org, _: {"username": org.username, "password": org.password, "security_token": ""},
    "organization": lambda org, _: {
        "username": org.username, "password": org.password, "organizationId": org.org_id,
    },
    "password of a consumer": lambda org, _: {
        "username": org.username, "password": org.password, "consumer_key": org.client_id,
        "consumer_secret": org.client_secret,
    },
    "key file": lambda org, folder: {
        "username": org.username, "consumer_key": org.client_id, "privatekey_file": str(key_file(org, folder)),
    },
    "key": lambda org, _: {
        "username": org.username, "consumer_key": org.client_id, "privatekey": org.jwt_key().decode(),
    },
    "key at a My Domain": lambda org, _: {
        "username": org.username, "consumer_key": org.client_id, "privatekey": org.jwt_key().decode(),
        "instance_url": "acme.my",
    },
    "client credentials": lambda org, _: {
        "consumer_key": org.client_id, "consumer_secret": org.client_secret, "domain": "acme.my",
    },
    "session and address": lambda org, _: {"session_id": org.access_token, "instance_url": org.url},
    "session and host": lambda org, _: {
        "session_id": org.access_token, "instance": org.url.removeprefix("https://"),
    },
}  # fmt: skip


def key_file(org: EmbeddedOrg, folder: Path) -> Path:
    path = folder / "key.pem"
    path.write_bytes(org.jwt_key())
    return path


@pytest.mark.parametrize("how", LOGINS)
def test_every_login(how: str, secure: EmbeddedOrg, session: requests.Session, tmp_path: Path) -> None:
    for host in ("login", "acme.my"):
        session.mount(f"https://{host}.salesforce.com", ToLocal(secure.url))
    client = Salesforce(session=session, version="62.0", **LOGINS[how](secure, tmp_path))
    assert client.query("SELECT Id FROM Organization")["records"][0]["Id"] == secure.org_id
    assert client.sf_instance == secure.url.removeprefix("https://")


@pytest.mark.parametrize(
    ("how", "wrong", "said"),
    [
        ("security token", {"security_token": "x"}, "INVALID_LOGIN"),
        ("organization", {"password": "x"}, "INVALID_LOGIN"),
        ("password of a consumer", {"consumer_secret": "x"}, "invalid_client"),
        ("key", {"username": "nobody@local.example"}, "invalid_grant"),
        ("client credentials", {"consumer_key": "x"}, "invalid_client_id"),
    ],
)
def test_a_login_that_is_wrong(
    how: str, wrong: dict[str, str], said: str, secure: EmbeddedOrg, session: requests.Session, tmp_path: Path
) -> None:
    for host in ("login", "acme.my"):
        session.mount(f"https://{host}.salesforce.com", ToLocal(secure.url))
    with pytest.raises(SalesforceAuthenticationFailed) as refused:
        Salesforce(session=session, version="62.0", **LOGINS[how](secure, tmp_path) | wrong)
    assert refused.value.code == said


def test_records(client: Any) -> None:
    made = client.Contact.create({"LastName": "Simple"})["id"]
    assert client.Contact.get(made)["LastName"] == "Simple"
    assert client.Contact.update(made, {"LastName": "Simpler"}) == 204
    assert [row["LastName"] for row in client.query_all("SELECT LastName FROM Contact")["records"]] == ["Simpler"]
    assert "Contact" in [entry["name"] for entry in client.describe()["sobjects"]]
    assert client.Contact.delete(made) == 204
    assert client.query("SELECT COUNT() FROM Contact")["totalSize"] == 0


def test_what_else_it_asks(client: Any, secure: EmbeddedOrg) -> None:
    assert client.limits()["DailyApiRequests"]["Max"] == 15000
    assert client.restful("sobjects/Contact/describe")["name"] == "Contact"
    assert client.toolingexecute("query/?q=SELECT+Id+FROM+ApexLog")["records"] == []
    assert client.oauth2("userinfo")["organization_id"] == secure.org_id
    made = client.Account.create({"Name": "One"})["id"]
    assert client.Account.upsert(f"Id/{made}", {"Name": "Upserted"}) in (200, 204)
    assert client.Account.metadata()["objectDescribe"]["name"] == "Account"
    assert len(list(client.query_all_iter("SELECT Id FROM Account", include_deleted=True))) == 1


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (lambda client: client.search("FIND {A}"), "The local org has no search"),
        (lambda client: client.bulk.Contact.insert([{"LastName": "x"}]), "The local org has no Bulk API"),
        (lambda client: client.bulk2.Contact.insert(records=[{"LastName": "x"}]), "The local org has no Bulk API"),
        (lambda client: client.apexecute("x"), "The local org keeps Apex but does not run it"),
        (lambda client: client.Contact.describe_layout("012000000000000AAA"), "The local org has no user interface"),
    ],
    ids=["search", "bulk", "bulk2", "apexrest", "layout"],
)
def test_what_the_org_does_not_do_it_says(client: Any, ask: Callable[[Any], Any], sentence: str) -> None:
    with pytest.raises(SalesforceError, match=sentence):
        ask(client)


def test_metadata_that_is_refused(client: Any) -> None:
    """zeep in strict mode reads the refusals, too."""
    sets = client.mdapi.PermissionSet
    with pytest.raises(Exception, match="No PermissionSet named: Nowhere found"):
        sets.delete("Nowhere")
    assert sets.read("Nowhere").fullName is None
    query = client.mdapi.ListMetadataQuery(type="Nothing")
    with pytest.raises(zeep.exceptions.Fault, match="INVALID_TYPE: Unknown type:Nothing"):
        client.mdapi.list_metadata(query)


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
    sets.rename("BySimple", "Renamed")
    assert sets.read("Renamed").label == "Three"
    sets.rename("Renamed", "BySimple")
    query = client.mdapi.ListMetadataQuery(type="PermissionSet")
    assert "BySimple" in [entry["fullName"] for entry in client.mdapi.list_metadata(query)]
    sets.delete("BySimple")
    assert "BySimple" not in [entry["fullName"] for entry in client.mdapi.list_metadata(query)]
