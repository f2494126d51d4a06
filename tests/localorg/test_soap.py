"""The Metadata API over SOAP in the dialects of real clients."""

from __future__ import annotations

import base64
import time
from typing import Any
from xml.etree import ElementTree

import pytest
import requests

NS = "http://soap.sforce.com/2006/04/metadata"


def deploy_body(kit: Any, files: dict[str, str], options: str) -> str:
    content = base64.b64encode(kit.packed(files)).decode()
    return f"<deploy><ZipFile>{content}</ZipFile><DeployOptions>{options}</DeployOptions></deploy>"


def wait(client: Any, kit: Any, job_id: str) -> ElementTree.Element:
    body = f"<checkDeployStatus><asyncProcessId>{job_id}</asyncProcessId><includeDetails>true</includeDetails>"
    for _ in range(1000):
        (result,) = client.operation(f"{body}</checkDeployStatus>")
        if kit.value(result, "done") == "true":
            return result
        time.sleep(0.01)
    raise AssertionError("the job does not end")


def test_deploy_and_its_status(client: Any, kit: Any) -> None:
    files = {"package.xml": kit.manifest({"ApexClass": ["Soapy"]}), **kit.apex_class("Soapy")}
    options = "<rollbackOnError>true</rollbackOnError><singlePackage>true</singlePackage>"
    (started,) = client.operation(deploy_body(kit, files, options))
    assert [child.tag.partition("}")[2] for child in started] == ["done", "id", "state"]
    result = wait(client, kit, kit.value(started, "id"))
    names = [child.tag.partition("}")[2] for child in result]
    assert names == sorted(names), "the members stand in the order of the WSDL"
    assert (kit.value(result, "status"), kit.value(result, "success")) == ("Succeeded", "true")
    entries = result.findall(f"{{{NS}}}details/{{{NS}}}componentSuccesses")
    assert [kit.value(entry, "fullName") for entry in entries] == ["package.xml", "Soapy"]
    assert all(kit.value(entry, "created") and kit.value(entry, "deleted") == "false" for entry in entries)
    plain = f"<checkDeployStatus><asyncProcessId>{kit.value(started, 'id')}</asyncProcessId></checkDeployStatus>"
    (short,) = client.operation(plain)
    assert list(short.find(f"{{{NS}}}details") or []) == []


def test_booleans_and_stray_text_of_simple_salesforce(client: Any, kit: Any) -> None:
    files = {"package.xml": kit.manifest({"ApexClass": ["Pythonic"]}), **kit.apex_class("Pythonic")}
    options = (
        "<checkOnly>True</checkOnly><purgeOnDelete>False</purgeOnDelete>None None<singlePackage>True</singlePackage>"
    )
    (started,) = client.operation(deploy_body(kit, files, options))
    result = wait(client, kit, kit.value(started, "id"))
    assert (kit.value(result, "status"), kit.value(result, "checkOnly")) == ("Succeeded", "true")


@pytest.mark.parametrize("suffix", ["", "/", "/00DLo0000000001", "/deployRequest", "/deployRequest/0Af", "//x//y/"])
def test_any_suffix_is_the_same_door(client: Any, suffix: str) -> None:
    answer = client.soap("<describeMetadata><asOfVersion>62.0</asOfVersion></describeMetadata>", path=suffix)
    assert answer.status_code == 200
    assert "<xmlName>ApexClass</xmlName>" in answer.text
    assert answer.headers["content-type"].startswith("text/xml")


def test_prefixes_make_no_difference(client: Any) -> None:
    body = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:m="http://soap.sforce.com/2006/04/metadata">'
        f"<s:Header><m:SessionHeader><m:sessionId>{client.token}</m:sessionId></m:SessionHeader><m:CallOptions>"
        "<m:client>x</m:client></m:CallOptions></s:Header><s:Body><m:listMetadata><m:queries><m:type>Profile</m:type>"
        "</m:queries></m:listMetadata></s:Body></s:Envelope>"
    )
    answer = requests.post(f"{client.org.url}//services//Soap/m/67.0", data=body, timeout=5)
    assert "<fullName>Admin</fullName>" in answer.text


def test_faults(client: Any) -> None:
    def fault(answer: requests.Response) -> tuple[int, str | None, str | None]:
        root = ElementTree.fromstring(answer.text)
        return answer.status_code, root.findtext(".//faultcode"), root.findtext(".//faultstring")

    assert fault(client.soap("<describeMetadata/>", token="wrong")) == (
        500, "sf:INVALID_SESSION_ID", "INVALID_SESSION_ID: Session expired or invalid",
    )  # fmt: skip
    assert fault(client.soap("<launchRocket/>")) == (
        500, "sf:INVALID_OPERATION",
        "INVALID_OPERATION: No operation available for request {http://soap.sforce.com/2006/04/metadata}launchRocket",
    )  # fmt: skip
    assert (
        fault(
            client.soap("<checkDeployStatus><asyncProcessId>0AfLo000000ZZZZKAA</asyncProcessId></checkDeployStatus>")
        )[1]
        == "sf:INVALID_CROSS_REFERENCE_KEY"
    )
    assert fault(client.soap("<checkDeployStatus/>"))[1] == "sf:INVALID_ID_FIELD"
    assert fault(client.soap("<listMetadata>" + "<queries><type>Layout</type></queries>" * 4 + "</listMetadata>"))[
        1
    ] == ("sf:LIMIT_EXCEEDED")
    assert (
        fault(client.soap("<listMetadata><queries><type>Rocket</type></queries></listMetadata>"))[1]
        == "sf:INVALID_TYPE"
    )
    assert fault(client.soap("<deploy><ZipFile>é</ZipFile></deploy>"))[0] == 500


HOSTILE = {
    "nothing": b"",
    "no xml": b"hello",
    "half": b"<a><b></a>",
    "no body": b'<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"/>',
    "entities": b'<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;">]><a>&c;</a>',
    "outside": b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
    "deep": b"<a>" * 5000,
    "bytes": bytes(range(256)),
    "utf-7": b'<?xml version="1.0" encoding="utf-7"?><a/>',
}


@pytest.mark.parametrize("case", HOSTILE)
@pytest.mark.parametrize("letter", ["m", "u", "c"])
def test_hostile_envelopes_are_faults(client: Any, case: str, letter: str) -> None:
    answer = requests.post(f"{client.org.url}/services/Soap/{letter}/60.0", data=HOSTILE[case], timeout=5)
    assert answer.status_code == 500
    assert b"Traceback" not in answer.content
    assert ElementTree.fromstring(answer.text).find(".//faultcode") is not None


def test_list_metadata(client: Any, kit: Any) -> None:
    files = {"package.xml": kit.manifest({"PermissionSet": ["Listed"]}), **kit.permission_set("Listed")}
    client.deployed(files)
    (found,) = client.operation("<listMetadata><queries><type>PermissionSet</type></queries></listMetadata>")
    names = [child.tag.partition("}")[2] for child in found]
    assert names == ["createdById", "createdByName", "createdDate", "fileName", "fullName", "id", "lastModifiedById",
                     "lastModifiedByName", "lastModifiedDate", "manageableState", "namespacePrefix",
                     "type"]  # fmt: skip
    assert (kit.value(found, "fileName"), kit.value(found, "id")[:3]) == ("permissionsets/Listed.permissionset", "0PS")
    layouts = client.operation("<listMetadata><queries><type>Layout</type></queries></listMetadata>")
    assert "Case-Case Layout" in [kit.value(layout, "fullName") for layout in layouts]
    assert client.operation("<listMetadata><queries><type>Report</type></queries></listMetadata>") == []


def test_retrieve_in_both_shapes_and_both_spellings(client: Any, kit: Any) -> None:
    files = {"package.xml": kit.manifest({"ApexClass": ["Back"]}), **kit.apex_class("Back")}
    client.deployed(files)
    single, messages = client.retrieve({"ApexClass": ["Back", "Nowhere"], "Rocket": ["x"]})
    assert sorted(single) == ["classes/Back.cls", "classes/Back.cls-meta.xml", "package.xml"]
    assert messages == [
        "Entity of type 'ApexClass' named 'Nowhere' cannot be found",
        "Entity type: 'Rocket' is unknown",
    ]
    nested, _ = client.retrieve({"ApexClass": ["Back"]}, single=False)
    assert sorted(nested) == [
        "unpackaged/classes/Back.cls",
        "unpackaged/classes/Back.cls-meta.xml",
        "unpackaged/package.xml",
    ]
    assert single["package.xml"] == (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Package xmlns="http://soap.sforce.com/2006/04/metadata">\n'
        "    <types>\n"
        "        <members>Back</members>\n        <name>ApexClass</name>\n    </types>\n    "
        "<version>62.0</version>\n</Package>\n"
    )
    (started,) = client.operation(
        "<retrieve><retrieveRequest><apiVersion>62.0</apiVersion><unpackaged><types><members>Back</members>"
        "<name>ApexClass</name></types><version>62.0</version></unpackaged></retrieveRequest></retrieve>"
    )
    job_id = kit.value(started, "id")
    for _ in range(1000):
        (old,) = client.operation(f"<checkStatus><asyncProcessId>{job_id}</asyncProcessId></checkStatus>")
        if kit.value(old, "done") == "true":
            break
        time.sleep(0.01)
    assert kit.value(old, "state") == "Completed"
    body = f"<checkRetrieveStatus><asyncProcessId>{job_id}</asyncProcessId><includeZip>false</includeZip>"
    (without,) = client.operation(f"{body}</checkRetrieveStatus>")
    assert kit.value(without, "zipFile") == ""
    names = [child.tag.partition("}")[2] for child in without if child.tag.partition("}")[2] != "fileProperties"]
    assert names == ["done", "id", "status", "success", "zipFile"]


def test_cancel_and_quick_deploy(client: Any, kit: Any) -> None:
    files = {"package.xml": kit.manifest({"ApexClass": ["Quick"]}), **kit.apex_class("Quick")}
    options = (
        "<checkOnly>true</checkOnly><rollbackOnError>true</rollbackOnError><singlePackage>true</singlePackage>"
        "<testLevel>RunLocalTests</testLevel>"
    )
    (started,) = client.operation(deploy_body(kit, files, options))
    job_id = kit.value(started, "id")
    wait(client, kit, job_id)
    (quick,) = client.operation(
        f"<deployRecentValidation><validationId>{job_id}</validationId></deployRecentValidation>"
    )
    assert (quick.text or "").startswith("0Af")
    assert kit.value(wait(client, kit, quick.text or ""), "status") == "Succeeded"
    for spelling in ("String", "id"):
        answer = client.soap(f"<cancelDeploy><{spelling}>{job_id}</{spelling}></cancelDeploy>")
        assert answer.status_code == 500
        assert f"Deployment already completed: {job_id}" in answer.text
