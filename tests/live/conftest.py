"""The org that the contract is held against: always the local one, and a real one when the environment names it.

    SFMETA_LIVE_URL       its instance URL
    SFMETA_LIVE_TOKEN     an access token of a user who may deploy (not one in JWT format: SOAP refuses those)
    SFMETA_LIVE_ORG_ID    its id, as a promise that this is the org you mean

Only a Developer Edition, sandbox or scratch org is taken. The tests make components whose names begin with SfmLive and
remove them. With CI set no real org is asked, whatever else the environment says.
"""

from __future__ import annotations

import base64
import io
import os
import secrets
import time
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pytest
import requests

from toolkit.localorg.embedded import EmbeddedOrg

# read now: no test sees the settings of whoever runs it
URL = os.environ.get("SFMETA_LIVE_URL", "").rstrip("/")
TOKEN = os.environ.get("SFMETA_LIVE_TOKEN", "")
ORG_ID = os.environ.get("SFMETA_LIVE_ORG_ID", "")
NAMED = bool(URL and TOKEN and ORG_ID) and not os.environ.get("CI")
VERSION = "62.0"
NS = "http://soap.sforce.com/2006/04/metadata"
PATIENCE = 300.0
Json = dict[str, Any]


def document(root: str, inner: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{NS}">\n{inner}\n</{root}>\n'


def manifest(types: Mapping[str, Sequence[str]]) -> str:
    parts = [
        f"<types>{''.join(f'<members>{escape(m)}</members>' for m in members)}<name>{name}</name></types>"
        for name, members in types.items()
    ]
    return document("Package", "".join(parts) + f"<version>{VERSION}</version>")


def packed(files: Mapping[str, str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return target.getvalue()


class Contract:
    """Plain calls to an org, local or real; tag is in every name that a test makes."""

    def __init__(self, url: str, token: str, *, local: EmbeddedOrg | None) -> None:
        self.url = url
        self.local = local
        self.tag = f"SfmLive{secrets.token_hex(3)}"
        self.data = f"{url}/services/data/v{VERSION}"
        self.token = token
        self.http = requests.Session()
        self.http.headers["Authorization"] = f"Bearer {token}"
        self._made: list[tuple[str, str]] = []

    # records
    def query(self, soql: str, api: str = "") -> list[Json]:
        answer = self.http.get(f"{self.data}/{api}query", params={"q": soql}, timeout=60)
        assert answer.ok, answer.text
        return list(answer.json()["records"])

    def query_error(self, soql: str) -> tuple[str, str]:
        answer = self.http.get(f"{self.data}/query", params={"q": soql}, timeout=60)
        assert answer.status_code == 400, answer.text
        (error,) = answer.json()
        return error["errorCode"], error["message"]

    def post(self, path: str, body: Json) -> tuple[int, Any]:
        answer = self.http.post(f"{self.data}/{path}", json=body, timeout=60)
        return answer.status_code, answer.json()

    def delete(self, sobject: str, record_id: str) -> None:
        self.http.delete(f"{self.data}/sobjects/{sobject}/{record_id}", timeout=60)

    # deploys
    def start(self, types: Mapping[str, Sequence[str]], files: Mapping[str, str], **options: Any) -> str:
        import json

        chosen = {"singlePackage": True, "rollbackOnError": True} | options
        parts = [
            ("entity_content", (None, json.dumps({"deployOptions": chosen}), "application/json")),
            ("file", ("deploy.zip", packed({"package.xml": manifest(types), **files}), "application/zip")),
        ]
        answer = self.http.post(f"{self.data}/metadata/deployRequest", files=parts, timeout=120)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def finished(self, job_id: str) -> Json:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            address = f"{self.data}/metadata/deployRequest/{job_id}"
            result = self.http.get(address, params={"includeDetails": "true"}, timeout=60).json()["deployResult"]
            if result["done"]:
                return dict(result)
            time.sleep(0.02 if self.local else 2)
        raise AssertionError(f"{job_id} does not end")

    def deploy(self, types: Mapping[str, Sequence[str]], files: Mapping[str, str], **options: Any) -> Json:
        result = self.finished(self.start(types, files, **options))
        if result["success"] and not result["checkOnly"]:
            self._made += [(kind, name) for kind, names in types.items() for name in names if name != "*"]
        return result

    def deployed(self, types: Mapping[str, Sequence[str]], files: Mapping[str, str], **options: Any) -> Json:
        result = self.deploy(types, files, **options)
        assert result["success"], problems(result)
        return result

    def refused(self, types: Mapping[str, Sequence[str]], files: Mapping[str, str]) -> list[str]:
        """The problems of a deploy that must fail; nothing of it stays."""
        result = self.deploy(types, files)
        assert not result["success"], "the org has taken it"
        return problems(result)

    def remove(self, types: Mapping[str, Sequence[str]]) -> Json:
        files = {"destructiveChanges.xml": manifest(types)}
        return self.finished(self.start({}, files, ignoreWarnings=True))

    def clean(self) -> None:
        """Take away what tests have left, users before what they use."""
        while self._made:
            kind, name = self._made.pop()
            self.remove({kind: [name]})

    # SOAP
    def soap(self, body: str) -> ElementTree.Element:
        envelope = (
            '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Header>'
            f'<SessionHeader xmlns="{NS}"><sessionId>{escape(self.token)}</sessionId></SessionHeader></soapenv:Header>'
            f'<soapenv:Body xmlns="{NS}">{body}</soapenv:Body></soapenv:Envelope>'
        )
        address = f"{self.url}/services/Soap/m/{VERSION}"
        headers = {"Content-Type": "text/xml", "SOAPAction": '""'}
        answer = requests.post(address, data=envelope.encode(), headers=headers, timeout=120)
        assert answer.status_code == 200, answer.text
        return ElementTree.fromstring(answer.text)

    def retrieve(self, types: Mapping[str, Sequence[str]]) -> tuple[dict[str, str], list[str]]:
        """Files of the zip as text, and the messages."""
        inner = manifest(types).split(">", 2)[2].rpartition("</Package>")[0]
        asked = f"<singlePackage>true</singlePackage><unpackaged>{inner}</unpackaged>"
        request = f"<retrieveRequest><apiVersion>{VERSION}</apiVersion>{asked}</retrieveRequest>"
        job = text(self.soap(f"<retrieve>{request}</retrieve>"), "id")
        check = f"<asyncProcessId>{job}</asyncProcessId><includeZip>true</includeZip>"
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            found = self.soap(f"<checkRetrieveStatus>{check}</checkRetrieveStatus>")
            if text(found, "done") == "true":
                break
            time.sleep(0.02 if self.local else 2)
        with zipfile.ZipFile(io.BytesIO(base64.b64decode(text(found, "zipFile")))) as archive:
            files = {name: archive.read(name).decode() for name in archive.namelist()}
        return files, [text(message, "problem") for message in found.iter(f"{{{NS}}}messages")]


def text(element: ElementTree.Element, name: str) -> str:
    found = element.find(f".//{{{NS}}}{name}")
    return "" if found is None or found.text is None else found.text


def problems(result: Mapping[str, Any]) -> list[str]:
    failures = result["details"]["componentFailures"]
    return [entry["problem"] for entry in (failures if isinstance(failures, list) else [failures])]


@pytest.fixture(autouse=True, scope="session")
def no_outside_sockets() -> None:
    """Here a real org may be asked; every other test keeps to this machine."""


@pytest.fixture(
    scope="module",
    params=["local", pytest.param("live", marks=pytest.mark.skipif(not NAMED, reason="no real org is named"))],
)
def org(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Contract]:
    if request.param == "local":
        with EmbeddedOrg(tmp_path_factory.mktemp("live")) as running:
            yield from _with(Contract(running.url, running.access_token, local=running))
        return
    contract = Contract(URL, TOKEN, local=None)
    (row,) = contract.query("SELECT Id, IsSandbox, OrganizationType FROM Organization")
    if row["Id"][:15] != ORG_ID[:15]:
        pytest.fail(f"the token is of the org {row['Id']}, and SFMETA_LIVE_ORG_ID says {ORG_ID}")
    if not row["IsSandbox"] and row["OrganizationType"] != "Developer Edition":
        pytest.fail(f"{row['Id']} is a production org; the contract is not tried there")
    yield from _with(contract)


def _with(contract: Contract) -> Iterator[Contract]:
    yield contract
    contract.clean()
    contract.http.close()


class Texts:
    """Helpers for files (test modules cannot import a conftest)."""

    document = staticmethod(document)
    manifest = staticmethod(manifest)
    problems = staticmethod(problems)
    value = staticmethod(text)

    @staticmethod
    def apex(name: str) -> dict[str, str]:
        meta = f"<apiVersion>{VERSION}</apiVersion><status>Active</status>"
        return {
            f"classes/{name}.cls": f"public with sharing class {name} {{}}",
            f"classes/{name}.cls-meta.xml": document("ApexClass", meta),
        }

    @staticmethod
    def page(name: str, markup: str) -> dict[str, str]:
        meta = f"<apiVersion>{VERSION}</apiVersion><availableInTouch>true</availableInTouch><label>{name}</label>"
        return {f"pages/{name}.page": markup, f"pages/{name}.page-meta.xml": document("ApexPage", meta)}

    @staticmethod
    def permission_set(name: str, inner: str = "") -> dict[str, str]:
        return {f"permissionsets/{name}.permissionset": document("PermissionSet", f"{inner}<label>{name}</label>")}


@pytest.fixture(scope="session")
def kit() -> type[Texts]:
    return Texts
