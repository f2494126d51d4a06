"""A running local org, and a small client for it that shares nothing with toolkit.org."""

from __future__ import annotations

import base64
import io
import json
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pytest
import requests

from toolkit.localorg.embedded import EmbeddedOrg

NS = "http://soap.sforce.com/2006/04/metadata"


def document(root: str, inner: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{NS}">{inner}</{root}>\n'


def manifest(types: Mapping[str, list[str]], version: str = "62.0") -> str:
    parts = [
        f"<types>{''.join(f'<members>{escape(m)}</members>' for m in members)}<name>{name}</name></types>"
        for name, members in types.items()
    ]
    return document("Package", "".join(parts) + f"<version>{version}</version>")


def apex_class(name: str, body: str | None = None) -> dict[str, str]:
    return {
        f"classes/{name}.cls": body or f"public with sharing class {name} {{}}",
        f"classes/{name}.cls-meta.xml": document("ApexClass", "<apiVersion>62.0</apiVersion><status>Active</status>"),
    }


def page(name: str, markup: str) -> dict[str, str]:
    meta = f"<apiVersion>62.0</apiVersion><availableInTouch>true</availableInTouch><label>{name}</label>"
    return {f"pages/{name}.page": markup, f"pages/{name}.page-meta.xml": document("ApexPage", meta)}


def tab(name: str, visualforce: str) -> dict[str, str]:
    inner = f"<label>{name}</label><motif>Custom68: Globe</motif><page>{visualforce}</page>"
    return {f"tabs/{name}.tab": document("CustomTab", inner)}


def permission_set(name: str, inner: str = "") -> dict[str, str]:
    return {f"permissionsets/{name}.permissionset": document("PermissionSet", f"{inner}<label>{name}</label>")}


def setting(name: str, fields: str = "", more: str = "") -> dict[str, str]:
    head = "<customSettingsType>Hierarchy</customSettingsType><enableFeeds>false</enableFeeds>"
    inner = f"{head}{fields}<label>{name}</label>{more or '<visibility>Public</visibility>'}"
    return {f"objects/{name}.object": document("CustomObject", inner)}


def text_field(name: str, length: int = 80) -> str:
    return (
        f"<fields><fullName>{name}</fullName><label>{name}</label><length>{length}</length><type>Text</type></fields>"
    )


def packed(files: Mapping[str, str | bytes], prefix: str = "") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(prefix + path, content)
    return target.getvalue()


class Failure:
    """One componentFailures or warning entry, short enough to compare."""

    @staticmethod
    def of(entry: Mapping[str, Any]) -> tuple[str, str, str]:
        return entry["fileName"], entry["fullName"], entry.get("problem", "")


class Client:
    """Plain HTTP against the org."""

    def __init__(self, org: EmbeddedOrg, token: str | None = None, version: str = "62.0") -> None:
        self.org = org
        self.token = org.access_token if token is None else token
        self.data = f"{org.url}/services/data/v{version}"
        self.version = version
        self.http = requests.Session()
        self.http.headers["Authorization"] = f"Bearer {self.token}"

    def close(self) -> None:
        self.http.close()

    # data
    def query(self, soql: str, api: str = "") -> list[dict[str, Any]]:
        answer = self.http.get(f"{self.data}/{api}query", params={"q": soql}).json()
        assert isinstance(answer, dict), answer
        return [strip(row) for row in answer["records"]]

    def query_error(self, soql: str, api: str = "") -> tuple[str, str]:
        answer = self.http.get(f"{self.data}/{api}query", params={"q": soql})
        assert answer.status_code == 400, answer.text
        (error,) = answer.json()
        return error["errorCode"], error["message"]

    def create(self, sobject: str, **fields: Any) -> str:
        answer = self.http.post(f"{self.data}/sobjects/{sobject}", json=fields)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def refused(self, sobject: str, **fields: Any) -> tuple[str, str]:
        answer = self.http.post(f"{self.data}/sobjects/{sobject}", json=fields)
        assert answer.status_code >= 400, answer.text
        (error,) = answer.json()
        return error["errorCode"], error["message"]

    # deploys
    def start(self, files: Mapping[str, str | bytes] | bytes, *, prefix: str = "", **options: Any) -> requests.Response:
        chosen = {"singlePackage": not prefix, "rollbackOnError": True} | options
        entity = json.dumps({"deployOptions": chosen})
        content = files if isinstance(files, bytes) else packed(files, prefix)
        parts = [
            ("entity_content", (None, entity, "application/json")),
            ("file", ("deploy.zip", content, "application/zip")),
        ]
        return self.http.post(f"{self.data}/metadata/deployRequest", files=parts)

    def finished(self, job_id: str) -> dict[str, Any]:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            answer = self.http.get(f"{self.data}/metadata/deployRequest/{job_id}", params={"includeDetails": "true"})
            result = answer.json()["deployResult"]
            if result["done"]:
                return dict(result)
            time.sleep(0.01)
        raise AssertionError(f"{job_id} does not end")

    def deploy(self, files: Mapping[str, str | bytes] | bytes, *, prefix: str = "", **options: Any) -> dict[str, Any]:
        answer = self.start(files, prefix=prefix, **options)
        assert answer.status_code == 201, answer.text
        return self.finished(answer.json()["id"])

    def deployed(self, files: Mapping[str, str | bytes], **options: Any) -> dict[str, Any]:
        result = self.deploy(files, **options)
        assert result["status"] == "Succeeded", problems(result)
        return result

    # SOAP
    def soap(self, body: str, *, path: str = "", token: str | None = None) -> requests.Response:
        session = self.token if token is None else token
        envelope = (
            '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Header>'
            f'<SessionHeader xmlns="{NS}"><sessionId>{escape(session)}</sessionId></SessionHeader></soapenv:Header>'
            f'<soapenv:Body xmlns="{NS}">{body}</soapenv:Body></soapenv:Envelope>'
        )
        url = f"{self.org.url}/services/Soap/m/{self.version}{path}"
        headers = {"Content-Type": "text/xml", "SOAPAction": '""', "Authorization": ""}
        return requests.post(url, data=envelope.encode(), headers=headers, timeout=30)

    def operation(self, body: str) -> list[ElementTree.Element]:
        answer = self.soap(body)
        assert answer.status_code == 200, answer.text
        root = ElementTree.fromstring(answer.text)
        return root.findall(f".//{{{NS}}}result")

    def retrieve(self, types: Mapping[str, list[str]], *, single: bool = True) -> tuple[dict[str, str], list[str]]:
        """Files of the zip as text, and the messages."""
        inner = manifest(types).split(">", 2)[2].rpartition("</Package>")[0]
        flag = str(single).lower()
        body = f"<singlePackage>{flag}</singlePackage><unpackaged>{inner}</unpackaged>"
        (started,) = self.operation(f"<retrieve><request><apiVersion>62.0</apiVersion>{body}</request></retrieve>")
        job_id = value(started, "id")
        for _ in range(2000):
            (result,) = self.operation(
                f"<checkRetrieveStatus><asyncProcessId>{job_id}</asyncProcessId></checkRetrieveStatus>"
            )
            if value(result, "done") == "true":
                break
            time.sleep(0.01)
        content = base64.b64decode(value(result, "zipFile"))
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = {name: archive.read(name).decode() for name in archive.namelist()}
        return files, [value(message, "problem") for message in result.findall(f"{{{NS}}}messages")]


def value(element: ElementTree.Element, name: str) -> str:
    found = element.find(f"{{{NS}}}{name}")
    return "" if found is None or found.text is None else found.text


def strip(row: Any) -> Any:
    """A row without attributes."""
    if isinstance(row, dict):
        if "records" in row:
            return [strip(inner) for inner in row["records"]]
        return {key: strip(inner) for key, inner in row.items() if key != "attributes"}
    return row


def problems(result: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    return [Failure.of(entry) for entry in result["details"]["componentFailures"]]


def warnings_of(result: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    return [Failure.of(entry) for entry in result["details"]["componentSuccesses"] if entry.get("problem")]


class Kit:
    """The helpers above, for tests (test modules cannot import a conftest)."""

    document = staticmethod(document)
    manifest = staticmethod(manifest)
    apex_class = staticmethod(apex_class)
    page = staticmethod(page)
    tab = staticmethod(tab)
    permission_set = staticmethod(permission_set)
    setting = staticmethod(setting)
    text_field = staticmethod(text_field)
    packed = staticmethod(packed)
    problems = staticmethod(problems)
    warnings = staticmethod(warnings_of)
    value = staticmethod(value)
    strip = staticmethod(strip)


@pytest.fixture(scope="session")
def kit() -> type[Kit]:
    return Kit


@pytest.fixture(scope="module")
def org(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedOrg]:
    """One org for the tests of a module; they do not depend on each other's order."""
    with EmbeddedOrg(tmp_path_factory.mktemp("org")) as running:
        yield running


@pytest.fixture(scope="module")
def client(org: EmbeddedOrg) -> Iterator[Client]:
    connected = Client(org)
    yield connected
    connected.close()


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Callable[..., Client]]:
    """Make a client of an org of its own, with options."""
    orgs: list[tuple[EmbeddedOrg, Client]] = []

    def make(**options: Any) -> Client:
        running = EmbeddedOrg(tmp_path / f"org{len(orgs)}", **options)
        running.__enter__()
        connected = Client(running)
        orgs.append((running, connected))
        return connected

    yield make
    for running, connected in orgs:
        connected.close()
        running.__exit__(None, None, None)
