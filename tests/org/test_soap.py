"""Retrieve, list and describe over SOAP, against scripted answers."""

from __future__ import annotations

import base64

import pytest
from lxml import etree

from toolkit.errors import AuthError, RequestError
from toolkit.metadata import soap as messages
from toolkit.org.soap import MetadataSoap

MET = "http://soap.sforce.com/2006/04/metadata"
JOB = "09S000000000001AAA"


def reply(name: str, body: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
        f'xmlns="{MET}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>'
        f"<{name}>{body}</{name}></soapenv:Body></soapenv:Envelope>"
    )


def fault(code: str, text: str) -> str:
    return reply("x", "").replace(
        "<x></x>", f"<soapenv:Fault><faultcode>sf:{code}</faultcode><faultstring>{text}</faultstring></soapenv:Fault>"
    )


def status(body: str) -> str:
    return reply("checkRetrieveStatusResponse", f"<result>{body}</result>")


def retrieve(scripted, **more: float):
    return MetadataSoap(scripted.http(), "62.0").retrieve(
        {"ApexClass": ["B", "A&<", "B"]}, api_version="61.0", wait=more.get("wait", 5)
    )


def test_a_retrieve_is_asked_for_followed_and_unpacked(scripted) -> None:
    archive = bytes(range(256)) * 60_000  # 20 MB of base64: longer than a text of a metadata document may be
    scripted.xml(reply("retrieveResponse", f"<result><id>{JOB}</id><done>false</done></result>"))
    scripted.xml(status(f"<id>{JOB}</id><done>false</done><status>InProgress</status><success>false</success>"))
    scripted.xml(
        status(
            f"<id>{JOB}</id><done>true</done><status>Succeeded</status><success>true</success>"
            "<messages><fileName>unpackaged/package.xml</fileName>"
            "<problem>Entity of type 'ApexClass' named 'A&amp;&lt;' cannot be found</problem></messages>"
            f"<zipFile>{base64.encodebytes(archive).decode()}</zipFile>"
        )
    )
    found = retrieve(scripted)
    assert found.zip == archive
    assert [m.problem for m in found.messages] == ["Entity of type 'ApexClass' named 'A&<' cannot be found"]
    first = etree.fromstring(scripted.asked[0].body)
    assert [e.text for e in first.iter(f"{{{MET}}}members")] == ["A&<", "B"]
    assert [e.text for e in first.iter(f"{{{MET}}}apiVersion")] == ["61.0"]
    assert [e.text for e in first.iter(f"{{{MET}}}sessionId")] == ["00D000000000001!AQ.scripted_token"]
    assert scripted.asked[0].path == "/services/Soap/m/62.0"
    assert scripted.asked[0].headers["SOAPAction"] == '""'
    assert "Authorization" not in scripted.asked[0].headers
    assert etree.fromstring(scripted.asked[1].body).find(f".//{{{MET}}}asyncProcessId").text == JOB


def test_an_answer_that_is_done_at_once_without_its_zip_is_asked_for_again(scripted) -> None:
    scripted.xml(
        reply("retrieveResponse", f"<result><id>{JOB}</id><done>true</done><status>Succeeded</status></result>")
    )
    scripted.xml(
        status(
            f"<id>{JOB}</id><done>true</done><status>Succeeded</status><success>true</success><zipFile>UEs=</zipFile>"
        )
    )
    assert retrieve(scripted).zip == b"PK"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            "<done>true</done><status>Failed</status><errorStatusCode>LIMIT_EXCEEDED</errorStatusCode>"
            "<errorMessage>Too many files</errorMessage>",
            "retrieve metadata: LIMIT_EXCEEDED: Too many files",
        ),
        ("<done>true</done><status>Succeeded</status><success>true</success>", "holds no zip"),
        (
            "<done>true</done><status>Succeeded</status><success>true</success><zipFile>UEs*</zipFile>",
            "the zip in the reply is damaged (not base64)",
        ),
        (
            "<done>true</done><status>Succeeded</status><success>true</success><zipFile>UEsDB</zipFile>",
            "the zip in the reply is damaged (not base64)",
        ),
    ],
)
def test_retrieves_that_come_to_nothing(scripted, body: str, said: str) -> None:
    scripted.xml(reply("retrieveResponse", f"<result><id>{JOB}</id><done>false</done></result>"))
    scripted.xml(status(f"<id>{JOB}</id>{body}"))
    with pytest.raises(RequestError) as caught:
        retrieve(scripted)
    assert said in str(caught.value)


def test_a_retrieve_that_takes_too_long_names_its_job(scripted) -> None:
    scripted.xml(reply("retrieveResponse", f"<result><id>{JOB}</id><done>false</done></result>"))
    scripted.xml(status(f"<id>{JOB}</id><done>false</done>"))
    with pytest.raises(RequestError, match=rf"job {JOB} is still running after 0\.2 s"):
        retrieve(scripted, wait=0.2)


def test_a_session_that_is_no_longer_good_is_an_auth_error(scripted) -> None:
    text = "INVALID_SESSION_ID: Invalid Session ID found in SessionHeader: Illegal Session"
    scripted.xml(fault("INVALID_SESSION_ID", text), status=500)
    with pytest.raises(AuthError) as caught:
        retrieve(scripted)
    assert str(caught.value).startswith(f"retrieve metadata: {text} (sign in again")


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "text",
    [
        "<html><body>Log in</body></html>",
        "",
        "<a><b></a>",
        BOMB + "<x>&b;</x>",
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><x>&e;</x>',
        reply("retrieveResponse", ""),
    ],
    ids=["html", "empty", "broken", "bomb", "external entity", "no result"],
)
def test_replies_that_are_none(scripted, text: str) -> None:
    scripted.xml(text)
    with pytest.raises(RequestError) as caught:
        retrieve(scripted)
    assert str(caught.value).startswith("retrieve metadata: ")


def test_an_html_error_page(scripted) -> None:
    scripted.answers.append((500, "text/html", b"<html>"))
    with pytest.raises(RequestError, match=r"HTTP 500: the answer is not SOAP \(text/html\)"):
        retrieve(scripted)


def test_list_asks_for_three_types_a_call_and_sorts_what_comes(scripted) -> None:
    rows = "".join(
        f"<result><createdById>005</createdById><fileName>{t.lower()}/{n}</fileName><fullName>{n}</fullName>"
        f"<type>{t}</type><namespacePrefix>ns</namespacePrefix></result>"
        for t, n in (("Layout", "Case-Case Layout"), ("ApexClass", "B"), ("ApexClass", "A"))
    )
    scripted.xml(reply("listMetadataResponse", rows))
    scripted.xml(reply("listMetadataResponse", ""))
    soap = MetadataSoap(scripted.http(), "62.0")
    found = soap.list([("ApexClass", None), ("Layout", None), ("Report", "F"), ("ApexPage", None)], api_version="62.0")
    assert [(row.type, row.full_name, row.namespace) for row in found] == [
        ("ApexClass", "A", "ns"),
        ("ApexClass", "B", "ns"),
        ("Layout", "Case-Case Layout", "ns"),
    ]
    asked = [etree.fromstring(a.body) for a in scripted.asked]
    assert [[e.text for e in body.iter(f"{{{MET}}}type")] for body in asked] == [
        ["ApexClass", "Layout", "Report"],
        ["ApexPage"],
    ]
    assert [e.text for e in asked[0].iter(f"{{{MET}}}folder")] == ["F"]


def test_describe(scripted) -> None:
    scripted.xml(
        reply(
            "describeMetadataResponse",
            "<result><metadataObjects><childXmlNames>CustomField</childXmlNames><directoryName>objects</directoryName>"
            "<inFolder>false</inFolder><metaFile>false</metaFile><suffix>object</suffix><xmlName>CustomObject</xmlName>"
            "</metadataObjects><organizationNamespace></organizationNamespace></result>",
        )
    )
    (found,) = MetadataSoap(scripted.http(), "62.0").describe(api_version="62.0")
    assert found == messages.DescribedType("CustomObject", "objects", "object", False, False, ("CustomField",))
