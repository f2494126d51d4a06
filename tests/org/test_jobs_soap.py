"""Deploy jobs over SOAP: what is sent and read, when they take REST's place, and the limit of 39 MB."""

from __future__ import annotations

import base64
import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from toolkit.errors import AuthError, DeployError, RefusedError, RequestError
from toolkit.localorg.embedded import EmbeddedOrg
from toolkit.org.jobs import DeployJobs, DeployOptions, Status, TestLevel, Wire
from toolkit.org.jobs.soap import _Envelope
from toolkit.org.net import Net
from toolkit.org.org import Org, connect
from toolkit.org.signin import AccessToken

MET = "http://soap.sforce.com/2006/04/metadata"
JOB = "0Af000000000001AAA"
JSON = "application/json;charset=UTF-8"


def reply(name: str, body: str) -> str:
    return (
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
        f'xmlns="{MET}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>'
        f"<{name}Response><result>{body}</result></{name}Response></soapenv:Body></soapenv:Envelope>"
    )


def fault(code: str, text: str = "no") -> str:
    return (
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><soapenv:Fault>'
        f"<faultcode>sf:{code}</faultcode><faultstring>{code}: {text}</faultstring></soapenv:Fault></soapenv:Body>"
        "</soapenv:Envelope>"
    )


def soap(scripted) -> DeployJobs:
    return DeployJobs(scripted.http(), "62.0", wire=Wire.SOAP)


@pytest.mark.parametrize("size", [0, 1, 2, 3, 200_000])
@pytest.mark.parametrize("as_file", [False, True])
def test_a_zip_goes_out_as_base64_with_its_options_in_the_order_of_the_wsdl(
    scripted, tmp_path: Path, size: int, as_file: bool
) -> None:
    scripted.xml(reply("deploy", f"<done>false</done><id>{JOB}</id><state>Queued</state>"))
    content = bytes(n % 251 for n in range(size))
    package: bytes | Path = content
    if as_file:
        package = tmp_path / "p.zip"
        package.write_bytes(content)
    options = DeployOptions(check_only=True, test_level=TestLevel.RUN_SPECIFIED_TESTS, run_tests=("ATest", "BTest"))
    assert soap(scripted).start(package, options) == JOB
    (asked,) = scripted.asked
    assert asked.path == "/services/Soap/m/62.0"
    assert "Authorization" not in asked.headers
    root = etree.fromstring(asked.body)
    assert base64.b64decode(root.findtext(f".//{{{MET}}}ZipFile") or "") == content
    chosen = root.find(f".//{{{MET}}}DeployOptions")
    assert [(etree.QName(e).localname, e.text) for e in chosen] == [
        ("allowMissingFiles", "false"),
        ("autoUpdatePackage", "false"),
        ("checkOnly", "true"),
        ("ignoreWarnings", "false"),
        ("performRetrieve", "false"),
        ("purgeOnDelete", "false"),
        ("rollbackOnError", "true"),
        ("runTests", "ATest"),
        ("runTests", "BTest"),
        ("singlePackage", "true"),
        ("testLevel", "RunSpecifiedTests"),
    ]


def test_a_result_is_read_as_the_rest_resource_would_give_it(scripted) -> None:
    scripted.xml(
        reply(
            "checkDeployStatus",
            f"<id>{JOB}</id><done>true</done><status>Failed</status><success>false</success>"
            "<numberComponentErrors>1</numberComponentErrors><details>"
            "<componentFailures><fullName>X</fullName><componentType>ApexClass</componentType><success>false</success>"
            "<problem>a &lt; b</problem><lineNumber>3</lineNumber></componentFailures>"
            "<componentSuccesses><fullName>A</fullName><success>true</success></componentSuccesses>"
            "<componentSuccesses><fullName>B</fullName><success>true</success></componentSuccesses>"
            "<runTestResult><flowCoverageWarnings><flowName>F</flowName><message>60 %</message></flowCoverageWarnings>"
            "</runTestResult></details><errorMessage xsi:nil='true'/>",
        )
    )
    result = soap(scripted).status(JOB)
    assert (result.status, result.done, result.component_errors) == (Status.FAILED, True, 1)
    assert [(m.full_name, m.problem, m.line) for m in result.failures] == [("X", "a < b", 3)]
    assert [m.full_name for m in result.successes] == ["A", "B"]
    assert [str(w) for w in result.coverage_warnings] == ["F: 60 %"]
    assert result.error_message is None
    assert result.page.startswith(f"{scripted.url}/lightning/setup/DeployStatus/page?address=%2Fchangemgmt%2F")


def test_quick_and_cancel(scripted) -> None:
    scripted.xml(reply("deployRecentValidation", JOB).replace(f"<result>{JOB}", f"<result>{JOB}"))
    assert soap(scripted).quick("0Af000000000009AAA") == JOB
    scripted.answers = []
    scripted.xml(reply("cancelDeploy", f"<done>false</done><id>{JOB}</id>"))
    soap(scripted).cancel(JOB)
    assert b"<validationId>0Af000000000009AAA</validationId>" in scripted.asked[0].body
    assert f'<cancelDeploy xmlns="{MET}"><id>{JOB}</id></cancelDeploy>'.encode() in scripted.asked[1].body


@pytest.mark.parametrize("status", [404, 405, 501])
def test_where_rest_is_not_there_soap_takes_its_place_and_says_so_once(scripted, status: int) -> None:
    scripted.json([{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}], status=status)
    scripted.xml(reply("deploy", f"<id>{JOB}</id>"))
    scripted.xml(reply("checkDeployStatus", f"<id>{JOB}</id><done>true</done><status>Succeeded</status>"))
    said: list[str] = []
    jobs = DeployJobs(scripted.http(), "40.0", say=said.append)
    assert jobs.start(b"PK", DeployOptions()) == JOB
    assert jobs.status(JOB).status is Status.SUCCEEDED
    assert [asked.path.split("?")[0] for asked in scripted.asked] == [
        "/services/data/v40.0/metadata/deployRequest",
        "/services/Soap/m/40.0",
        "/services/Soap/m/40.0",
    ]
    assert said == ["the org has no REST deployments in API version 40.0: SOAP is used"]
    assert base64.b64encode(b"PK") in scripted.asked[1].body


@pytest.mark.parametrize("status", [400, 401, 403, 500, 503])
def test_a_start_that_rest_refuses_otherwise_is_not_sent_over_soap(scripted, status: int) -> None:
    scripted.json([{"errorCode": "X", "message": "no"}], status=status)
    with pytest.raises((RefusedError, AuthError)):
        DeployJobs(scripted.http(), "62.0").start(b"PK", DeployOptions())
    assert len(scripted.asked) == 1


def test_a_job_that_neither_way_knows_is_told_as_rest_tells_it(scripted) -> None:
    scripted.json([{"errorCode": "NOT_FOUND", "message": "not there"}], status=404)
    scripted.xml(fault("INVALID_CROSS_REFERENCE_KEY"), status=500)
    with pytest.raises(RefusedError, match="NOT_FOUND: not there"):
        DeployJobs(scripted.http(), "62.0").status(JOB)


@pytest.mark.parametrize(("code", "status"), [("LIMIT_EXCEEDED", 400), ("UNKNOWN_EXCEPTION", 500)])
def test_a_fault_of_a_start_says_whether_it_is_settled(scripted, code: str, status: int) -> None:
    scripted.xml(fault(code), status=500)
    with pytest.raises(RefusedError) as caught:
        soap(scripted).start(b"PK", DeployOptions())
    assert (caught.value.status, len(scripted.asked)) == (status, 1)


def test_a_zip_that_is_too_large_for_soap_is_refused_before_anything_is_sent(scripted, tmp_path: Path) -> None:
    package = tmp_path / "large.zip"
    with package.open("wb") as stream:
        stream.truncate(39_500_000)
    with pytest.raises(DeployError) as caught:
        soap(scripted).start(package, DeployOptions())
    assert "the zip has 39,500,000 bytes" in str(caught.value)
    assert "deploy over REST" in str(caught.value)
    assert scripted.asked == []


def test_a_large_zip_is_encoded_while_it_is_read(tmp_path: Path) -> None:
    package = tmp_path / "large.zip"
    with package.open("wb") as stream:
        stream.truncate(60_000_000)
    with package.open("rb") as file:
        body = _Envelope(b"<a>", file, 60_000_000, b"</a>")
        tracemalloc.start()
        try:
            total = sum(len(piece) for piece in iter(lambda: body.read(65_536), b""))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert total == len(body) == 7 + 80_000_000
    assert peak < 1_000_000


def test_a_zip_that_becomes_shorter_is_no_whole_request(scripted) -> None:
    class Shrinking(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(size) if self.tell() < 10 else b""

    body = _Envelope(b"", Shrinking(b"x" * 100_000), 100_000, b"")
    with pytest.raises(OSError, match="became shorter"):
        body.read()


def test_an_answer_that_is_no_soap_is_an_error_and_is_not_sent_again(scripted) -> None:
    scripted.answers.append((200, "text/html", b"<html>maintenance"))
    with pytest.raises(RequestError, match="start the deployment"):
        soap(scripted).start(b"PK", DeployOptions())
    assert len(scripted.asked) == 1


# against the local org


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("soap-jobs") / "state"


def package() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr(
            "package.xml",
            f'<Package xmlns="{MET}"><types><members>Tiny</members><name>ApexClass</name></types>'
            "<version>62.0</version></Package>",
        )
        made.writestr("classes/Tiny.cls", "public class Tiny {}")
        made.writestr(
            "classes/Tiny.cls-meta.xml",
            f'<ApexClass xmlns="{MET}"><apiVersion>62.0</apiVersion><status>Active</status></ApexClass>',
        )
    return out.getvalue()


@pytest.fixture(params=["asked for", "without REST"])
def over_soap(request: pytest.FixtureRequest, state: Path) -> Iterator[Org]:
    without = request.param == "without REST"
    faults = ("status:code=404,path=/services/data/*/metadata/*",) if without else ()
    with EmbeddedOrg(state, faults=faults, job_delay=0.2) as local:
        here = AccessToken(local.url, local.access_token)
        yield connect(here, api_version="62.0", net=Net(), wire=Wire.AUTO if without else Wire.SOAP)


def test_a_job_runs_over_soap_from_its_start_to_its_end(over_soap: Org) -> None:
    seen = []
    job = over_soap.start_deploy(package(), DeployOptions(check_only=True))
    result = over_soap.follow_deploy(job, wait=20, seen=seen.append)
    assert (result.status, result.success, result.check_only) == (Status.SUCCEEDED, True, True)
    assert [m.full_name for m in result.successes if m.type] == ["Tiny"]
    assert {one.status for one in seen} <= {Status.PENDING, Status.IN_PROGRESS, Status.SUCCEEDED}


def test_a_job_is_canceled_over_soap(over_soap: Org) -> None:
    job = over_soap.start_deploy(package(), DeployOptions())
    over_soap.cancel_deploy(job)
    assert over_soap.follow_deploy(job, wait=20).status is Status.CANCELED
