"""Every operation of the WSDL, asked by zeep in strict mode, each answer held to the XML Schema inside the WSDL.

The WSDL is the one that simple-salesforce ships (Metadata API 63.0).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import simple_salesforce
from lxml import etree
from zeep import Client as Zeep
from zeep import Settings, Transport
from zeep.exceptions import Fault

NS = "http://soap.sforce.com/2006/04/metadata"
WSDL = Path(simple_salesforce.__file__).with_name("metadata.wsdl")
PAGE = '<apex:page controller="No"/>'
OPTIONS = {
    "allowMissingFiles": False, "autoUpdatePackage": False, "checkOnly": True, "ignoreWarnings": False,
    "performRetrieve": False, "purgeOnDelete": False, "rollbackOnError": True, "singlePackage": True,
    "testLevel": "RunLocalTests",
}  # fmt: skip


class Listening(Transport):
    """Keeps the body of every answer."""

    def __init__(self, session: requests.Session) -> None:
        super().__init__(session=session)
        self.bodies: list[etree._Element] = []

    def post(self, address: str, message: bytes, headers: dict[str, str]) -> Any:
        answer = super().post(address, message, headers)
        body = etree.fromstring(answer.content).find("{http://schemas.xmlsoap.org/soap/envelope/}Body")
        self.bodies.extend(child for child in body if not child.tag.endswith("}Fault"))
        return answer


class Port:
    """The operations of the WSDL, with the session in the header; remembers which have been called."""

    def __init__(self, client: Any) -> None:
        self.session = requests.Session()
        self.transport = Listening(self.session)
        self.zeep = Zeep(str(WSDL), settings=Settings(strict=True), transport=self.transport)
        address = f"{client.org.url}/services/Soap/m/62.0"
        self.service = self.zeep.create_service(f"{{{NS}}}MetadataBinding", address)
        self.header = self.zeep.get_element(f"{{{NS}}}SessionHeader")(sessionId=client.token)
        self.called: set[str] = set()

    def __call__(self, operation: str, *arguments: Any) -> Any:
        self.called.add(operation)
        answer = getattr(self.service, operation)(*arguments, _soapheaders=[self.header])
        answer = getattr(answer, "body", answer)
        return getattr(answer, "result", answer)

    def type(self, name: str) -> Any:
        return self.zeep.get_type(f"{{{NS}}}{name}")

    def operations(self) -> set[str]:
        return {name for name in self.service._operations}  # noqa: C416  a mapping of zeep's own


@pytest.fixture(scope="module")
def port(client: Any) -> Iterator[Port]:
    made = Port(client)
    yield made
    made.session.close()


@pytest.fixture(scope="module")
def xsd() -> etree.XMLSchema:
    (schema,) = etree.parse(str(WSDL)).iter("{http://www.w3.org/2001/XMLSchema}schema")
    return etree.XMLSchema(etree.fromstring(etree.tostring(schema)))  # with the prefixes of the whole document


def until(check: Callable[[], Any]) -> Any:
    for _ in range(1000):
        result = check()
        if result.done:
            return result
        time.sleep(0.01)
    raise AssertionError("the job does not end")


def deploys(port: Port, kit: Any) -> None:
    bad = {"package.xml": kit.manifest({"ApexPage": ["Z"]}), **kit.page("Z", PAGE)}
    started = port("deploy", kit.packed(bad), OPTIONS)
    status = until(lambda: port("checkDeployStatus", started.id, True))
    assert [failure.problem for failure in status.details.componentFailures] == ["Apex class 'No' does not exist"]
    assert status.details.runTestResult.numTestsRun == 0
    assert port("checkDeployStatus", started.id, False).details is None  # an empty element
    good = {"package.xml": kit.manifest({"ApexClass": ["Wsdl"]}), **kit.apex_class("Wsdl")}
    checked = port("deploy", kit.packed(good), OPTIONS)
    until(lambda: port("checkDeployStatus", checked.id, True))
    quick = port("deployRecentValidation", checked.id)
    assert until(lambda: port("checkDeployStatus", quick, True)).status == "Succeeded"
    no_zip = port("deploy", b"no zip", OPTIONS)
    assert until(lambda: port("checkDeployStatus", no_zip.id, True)).errorStatusCode == "INVALID_TYPE"


def cancels(port: Port, kit: Any, client: Any) -> None:
    answer = client.http.post(f"{client.org.url}/__local__/faults", json={"faults": ["slow-job:seconds=30,times=1"]})
    assert answer.ok
    files = {"package.xml": kit.manifest({"ApexClass": ["Slow"]}), **kit.apex_class("Slow")}
    started = port("deploy", kit.packed(files), OPTIONS)
    assert port("checkDeployStatus", started.id, True).status in ("Pending", "InProgress")
    assert port("cancelDeploy", started.id).id == started.id
    assert until(lambda: port("checkDeployStatus", started.id, True)).status == "Canceled"
    client.http.delete(f"{client.org.url}/__local__/faults")


def retrieves(port: Port) -> None:
    unpackaged = {"types": [{"members": ["Admin", "No"], "name": "Profile"}], "version": "62.0"}
    job = port("retrieve", {"apiVersion": 62.0, "singlePackage": True, "unpackaged": unpackaged})
    result = until(lambda: port("checkRetrieveStatus", job.id, True))
    assert result.zipFile[:2] == b"PK"
    assert [message.problem for message in result.messages] == ["Entity of type 'Profile' named 'No' cannot be found"]


def lists(port: Port) -> None:
    assert "ApexClass" in [entry.xmlName for entry in port("describeMetadata", 62.0).metadataObjects]
    assert "Admin" in [entry.fullName for entry in port("listMetadata", [{"type": "Profile"}], 62.0)]
    assert port("listMetadata", [{"type": "Flow"}], 62.0) in (None, [])
    described = port("describeValueType", f"{{{NS}}}CustomTab")
    fields = {field.name: field for field in described.valueTypeFields}
    assert (described.apiCreatable, fields["fullName"].isNameField, fields["label"].soapType) == (True, True, "string")
    assert fields["page"].foreignKeyDomain == ["ApexPage"]
    assert port("describeValueType", f"{{{NS}}}CustomField").parentField.foreignKeyDomain == ["CustomObject"]
    deep = port("describeValueType", "Flow").valueTypeFields
    for name in ("screens", "fields", "inputParameters", "value", "elementReference"):
        (found,) = (field for field in deep if field.name == name)
        deep = found.fields
    with pytest.raises(Fault, match="INVALID_TYPE: Unknown type:Nothing"):
        port("describeValueType", "Nothing")


def writes(port: Port) -> None:
    permission = port.type("CustomPermission")
    one = permission(fullName="ByZeep", label="One", isLicensed=False)
    (saved,) = port("createMetadata", [one])
    assert (saved.fullName, saved.success) == ("ByZeep", True)
    (twice,) = port("createMetadata", [one])
    assert [error.statusCode for error in twice.errors] == ["DUPLICATE_DEVELOPER_NAME"]
    assert port("updateMetadata", [permission(fullName="ByZeep", label="Two", isLicensed=False)])[0].success
    (upserted,) = port("upsertMetadata", [permission(fullName="ByZeep", label="Three", isLicensed=False)])
    assert (upserted.created, upserted.success) == (False, True)
    assert port("renameMetadata", "CustomPermission", "ByZeep", "Renamed").fullName == "Renamed"
    (read,) = port("readMetadata", "CustomPermission", ["Renamed"])
    assert (read.fullName, read.label) == ("Renamed", "Three")
    for kind in ("Profile", "CustomObject", "Layout"):
        name = {"Profile": "Admin", "CustomObject": "Contact", "Layout": "Contact-Contact Layout"}[kind]
        (read,) = port("readMetadata", kind, [name])
        assert read.fullName == name
    assert port("deleteMetadata", "CustomPermission", ["Renamed"])[0].success
    (gone,) = port("deleteMetadata", "CustomPermission", ["Renamed"])
    assert gone.success is False


def test_every_operation_is_answered_as_the_wsdl_wants(client: Any, kit: Any, port: Port, xsd: etree.XMLSchema) -> None:
    deploys(port, kit)
    cancels(port, kit, client)
    retrieves(port)
    lists(port)
    writes(port)
    assert port.called == port.operations()
    assert len(port.transport.bodies) >= 25
    for body in port.transport.bodies:
        answer = etree.fromstring(etree.tostring(body))
        # A retrieve that still runs has a nil zipFile, as the platform's have, although its WSDL does not allow nil.
        for pending in answer.xpath("//*[local-name()='zipFile'][@*[local-name()='nil']]"):
            pending.attrib.clear()
        xsd.assertValid(answer)


REFUSED = (
    "faultcode>sf:INVALID_SESSION_ID",
    "faultstring>INVALID_SESSION_ID: Session expired or invalid",
    "sf:exceptionCode>INVALID_SESSION_ID",
    "sf:exceptionMessage>Session expired or invalid",
)


def test_every_operation_can_be_refused(client: Any, port: Port) -> None:
    """A fault is what zeep, jsforce (by pattern) and simple-salesforce (by prefixed names) read it as."""
    for operation in sorted(port.operations()):
        answer = client.soap(f"<{operation}/>", token="over!and.done")
        assert (answer.status_code, answer.headers["Content-Type"]) == (500, "text/xml; charset=utf-8")
        for told in REFUSED:
            assert answer.text.count(f"<{told}<") == 1, operation
        with pytest.raises(Fault, match="INVALID_SESSION_ID: Session expired or invalid") as raised:
            port.service._binding.process_error(etree.fromstring(answer.content), port.service._operations[operation])
        assert raised.value.code == "sf:INVALID_SESSION_ID"
