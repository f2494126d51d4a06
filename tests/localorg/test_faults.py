"""Faults on demand, as a client meets them."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from toolkit.errors import LocalOrgError
from toolkit.localorg.embedded import EmbeddedOrg
from toolkit.localorg.faults import Faults, Request, parse, parse_all


def _codes(client: Any, count: int) -> list[int]:
    return [client.http.get(f"{client.data}/sobjects").status_code for _ in range(count)]


def test_a_status_on_the_nth_matching_request(fresh: Any) -> None:
    client = fresh(faults=["status:code=503,path=/services/data/*/sobjects,nth=2,times=2"])
    assert client.query("SELECT Id FROM Organization")
    assert _codes(client, 5) == [200, 503, 503, 200, 200]
    shown = client.http.get(f"{client.org.url}/__local__/faults").json()
    assert shown == {
        "seed": 0,
        "faults": [{"spec": "status:code=503,path=/services/data/*/sobjects,nth=2,times=2", "seen": 5, "struck": 2}],
    }


def test_the_same_seed_meets_the_same_faults(fresh: Any) -> None:
    client = fresh()

    def round_of(seed: int) -> list[int]:
        body = {"faults": ["status:code=500,rate=0.5,times=0"], "seed": seed}
        assert client.http.post(f"{client.org.url}/__local__/faults", json=body).status_code == 200
        return _codes(client, 20)

    first = round_of(7)
    assert {200, 500} == set(first)
    assert round_of(7) == first
    assert round_of(8) != first
    assert client.http.delete(f"{client.org.url}/__local__/faults").status_code == 204
    assert _codes(client, 2) == [200, 200]


def test_the_control_endpoint_wants_a_token_and_sense(fresh: Any) -> None:
    client = fresh()
    url = f"{client.org.url}/__local__/faults"
    assert requests.post(url, json={"faults": []}, timeout=5).status_code == 401
    answer = client.http.post(url, json={"faults": ["stauts:code=503", "status"]})
    assert answer.status_code == 400
    assert "there is no such fault" in answer.json()[0]["message"]
    assert "code is missing" in answer.json()[0]["message"]
    assert client.http.post(url, json={"faults": 3}).status_code == 400


def test_latency(fresh: Any) -> None:
    client = fresh(faults=["latency:seconds=0.3,method=GET,times=1"])
    started = time.monotonic()
    assert _codes(client, 1) == [200]
    assert time.monotonic() - started >= 0.3
    started = time.monotonic()
    assert _codes(client, 1) == [200]
    assert time.monotonic() - started < 0.3


@pytest.mark.parametrize("tls", [False, True])
def test_a_connection_that_breaks(tmp_path: Path, capfd: Any, tls: bool) -> None:
    with EmbeddedOrg(tmp_path / "org", tls=tls, faults=["drop:after=20", "drop:nth=3"]) as org:
        verify: Any = str(org.ca_file) if tls else True
        url = f"{org.url}/services/data"
        with pytest.raises(requests.exceptions.ChunkedEncodingError, match="20 bytes read"):
            requests.get(url, timeout=5, verify=verify)
        assert requests.get(url, timeout=5, verify=verify).status_code == 200
        with pytest.raises(requests.exceptions.ConnectionError):
            requests.get(url, timeout=5, verify=verify)
        assert requests.get(url, timeout=5, verify=verify).status_code == 200
    assert capfd.readouterr().err == ""


def test_a_session_that_is_over_stays_over(fresh: Any) -> None:
    client = fresh(faults=["expired:nth=2"])
    assert _codes(client, 3) == [200, 401, 401]
    answer = client.soap("<describeMetadata><asOfVersion>62.0</asOfVersion></describeMetadata>")
    assert answer.status_code == 500
    assert "<faultcode>sf:INVALID_SESSION_ID</faultcode>" in answer.text
    form = {
        "grant_type": "client_credentials",
        "client_id": client.org.client_id,
        "client_secret": client.org.client_secret,
    }
    token = requests.post(f"{client.org.url}/services/oauth2/token", data=form, timeout=5).json()["access_token"]
    client.http.headers["Authorization"] = f"Bearer {token}"
    assert _codes(client, 1) == [200]


def test_a_soap_operation_is_chosen_by_its_name(fresh: Any) -> None:
    client = fresh(faults=["status:code=502,operation=listMetadata"])
    body = "<describeMetadata><asOfVersion>62.0</asOfVersion></describeMetadata>"
    assert client.soap(body).status_code == 200
    listing = "<listMetadata><queries><type>ApexClass</type></queries></listMetadata>"
    assert client.soap(listing).status_code == 502
    assert client.soap(listing).status_code == 200


def test_a_locked_row(fresh: Any) -> None:
    client = fresh(faults=["lock:sobject=Account,nth=2"])
    client.create("Account", Name="a")
    client.create("Contact", LastName="c")
    assert client.refused("Account", Name="b") == (
        "UNABLE_TO_LOCK_ROW",
        "unable to obtain exclusive access to this record",
    )
    client.create("Account", Name="b")


def test_a_component_that_fails_by_name(fresh: Any, kit: Any) -> None:
    client = fresh(faults=["component:name=Bad,type=ApexClass,message=It was not meant to be"])
    files = kit.apex_class("Bad") | kit.apex_class("Good")
    result = client.deploy(files | {"package.xml": kit.manifest({"ApexClass": ["*"]})})
    assert result["status"] == "Failed"
    assert kit.problems(result) == [("classes/Bad.cls", "Bad", "It was not meant to be")]


def test_slow_jobs_and_a_broken_zip(fresh: Any, kit: Any) -> None:
    client = fresh(faults=["slow-job:seconds=0.6,job=deploy,times=1", "corrupt-zip"])
    files = kit.apex_class("Slow") | {"package.xml": kit.manifest({"ApexClass": ["Slow"]})}
    started = time.monotonic()
    job = client.start(files).json()["id"]
    time.sleep(0.2)
    now = client.http.get(f"{client.data}/metadata/deployRequest/{job}").json()["deployResult"]
    assert (now["status"], now["done"]) == ("InProgress", False)
    assert client.finished(job)["status"] == "Succeeded"
    assert time.monotonic() - started >= 0.6
    with pytest.raises(zipfile.BadZipFile):
        client.retrieve({"ApexClass": ["Slow"]})
    assert "classes/Slow.cls" in client.retrieve({"ApexClass": ["Slow"]})[0]


def test_a_slow_job_can_be_cancelled(fresh: Any, kit: Any) -> None:
    client = fresh(faults=["slow-job:seconds=60"])
    job = client.start(kit.apex_class("Long") | {"package.xml": kit.manifest({"ApexClass": ["Long"]})}).json()["id"]
    while client.http.get(f"{client.data}/metadata/deployRequest/{job}").json()["deployResult"]["status"] == "Pending":
        time.sleep(0.01)
    body = {"deployResult": {"status": "Canceling"}}
    assert client.http.patch(f"{client.data}/metadata/deployRequest/{job}", json=body).status_code == 202
    assert client.finished(job)["status"] == "Canceled"


def test_all_that_is_wrong_with_specs_is_said_at_once() -> None:
    with pytest.raises(LocalOrgError) as caught:
        parse_all(["status:code=200", "latency", "drop:after=x", "lock:row=1", "expired:nth=0", "status:code=503"])
    assert [problem.message for problem in caught.value.problems] == [
        "fault 'drop:after=x': after=x is no number",
        "fault 'expired:nth=0': nth=0 is out of range",
        "fault 'latency': seconds is missing",
        "fault 'lock:row=1': 'row=1' is not known here",
        "fault 'status:code=200': code=200 is out of range",
    ]


@given(st.text(max_size=60) | st.builds("status:code={},nth={}".format, st.text(max_size=5), st.text(max_size=5)))
def test_any_text_is_a_fault_or_a_problem(text: str) -> None:
    try:
        spec = parse(text)
    except LocalOrgError:
        return
    assert Faults([spec]).shown() == [(text.strip(), 0, 0)]


@given(st.binary(max_size=300))
def test_any_body_can_be_looked_at(body: bytes) -> None:
    found = Request.of("POST", "/services/Soap/m/62.0", b"<Body>" + body, None)
    assert isinstance(found.operation, str)


def test_a_broken_zip_is_the_same_broken_zip() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a", "a" * 100)
    whole = target.getvalue()
    broken = [Faults([parse("corrupt-zip")], seed).product(whole) for seed in (1, 1, 2)]
    assert broken[0] == broken[1] != broken[2]
