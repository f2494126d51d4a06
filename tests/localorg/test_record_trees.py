"""composite/tree, limits and record counts; and what is absent says so in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from toolkit.localorg.services.absent import ABSENT


def _record(kind: str, reference: str, **more: Any) -> dict[str, Any]:
    return {"attributes": {"type": kind, "referenceId": reference}, **more}


def _tree(client: Any, *records: Any, sobject: str = "Account") -> tuple[int, Any]:
    answer = client.http.post(f"{client.data}/composite/tree/{sobject}", json={"records": list(records)})
    return answer.status_code, answer.json()


def test_records_and_those_below_them(fresh: Callable[..., Any]) -> None:
    client = fresh()
    contacts = {"records": [_record("Contact", "c1", LastName="Leaf"), _record("Contact", "c2", LastName="Bud")]}
    status, body = _tree(
        client, _record("Account", "a1", Name="One", Contacts=contacts), _record("Account", "a2", Name="Two")
    )
    assert (status, body["hasErrors"]) == (201, False)
    ids = {result["referenceId"]: result["id"] for result in body["results"]}
    assert list(ids) == ["a1", "a2", "c1", "c2"]  # level by level
    rows = client.query("SELECT Id, AccountId FROM Contact")
    assert {row["Id"]: row["AccountId"] for row in rows} == {ids["c1"]: ids["a1"], ids["c2"]: ids["a1"]}
    counts = client.http.get(f"{client.data}/limits/recordCount", params={"sObjects": "Contact,Lead,Nothing"}).json()
    assert counts == {"sObjects": [{"count": 2, "name": "Contact"}, {"count": 0, "name": "Lead"}]}
    every = client.http.get(f"{client.data}/limits/recordCount").json()["sObjects"]
    assert {"count": 2, "name": "Account"} in every
    assert all(entry["count"] for entry in every)


def test_nothing_stays_when_one_is_refused(fresh: Callable[..., Any]) -> None:
    client = fresh()
    contacts = {"records": [_record("Contact", "c1", FirstName="No last name")]}
    status, body = _tree(client, _record("Account", "a1", Name="One", Contacts=contacts))
    assert status == 400
    assert body == {
        "hasErrors": True,
        "results": [{
            "referenceId": "c1",
            "errors": [{"statusCode": "REQUIRED_FIELD_MISSING", "message": "Required fields are missing: [LastName]",
                        "fields": ["LastName"]}],
        }],
    }  # fmt: skip
    assert client.query("SELECT Id FROM Account") == []


def _deep(levels: int) -> dict[str, Any]:
    record = _record("Account", f"r{levels}", Name="x")
    return record if levels == 1 else record | {"ChildAccounts": {"records": [_deep(levels - 1)]}}


@pytest.mark.parametrize(
    ("records", "message"),
    [
        ([{"Name": "x"}], "Include a type and a referenceId in the attributes of each record"),
        (["x"], "Include a records array of objects"),
        ([_record("Contact", "c", LastName="x")], "Invalid type Contact: expected Account"),
        ([_record("Account", "a", Name="x")] * 2, "Duplicate ReferenceId provided in the request: a"),
        ([_deep(6)], "The request can't contain trees deeper than 5 levels"),
        ([_record("Account", str(n), Name="x") for n in range(201)], "The request can't contain more than 200 records"),
    ],
)  # fmt: skip
def test_trees_that_cannot_be(client: Any, records: list[Any], message: str) -> None:
    status, body = _tree(client, *records)
    assert (status, body) == (400, [{"message": message, "errorCode": "INVALID_INPUT"}])


def test_a_tree_of_nothing_known(client: Any) -> None:
    assert _tree(client, sobject="Nothing")[0] == 404


def test_limits(client: Any) -> None:
    limits = client.http.get(f"{client.data}/limits").json()
    assert limits["DailyApiRequests"] == {"Max": 15000, "Remaining": 15000}


PATHS = [(path, absent) for absent in ABSENT for path in absent.paths]


@pytest.mark.parametrize(("path", "absent"), PATHS, ids=[path for path, _ in PATHS])
def test_what_is_absent_says_so(client: Any, path: str, absent: Any) -> None:
    for name, value in (("version", "62.0"), ("rest*", "any/thing"), ("sobject", "Account"), ("id", "x")):
        path = path.replace(f"{{{name}}}", value)
    answer = client.http.request(absent.methods[-1], client.org.url + path, data=b"{}")
    assert "The local org" in answer.text or "the local org" in answer.text
    if absent.anonymous:
        assert (answer.status_code, "<faultcode>sf:FUNCTIONALITY_NOT_ENABLED" in answer.text) == (500, True)
    else:
        assert (answer.status_code, answer.json()[0]["errorCode"]) == (403, "FUNCTIONALITY_NOT_ENABLED")


def test_the_first_bulk_api_has_a_header_of_its_own_for_the_token(client: Any) -> None:
    url = f"{client.org.url}/services/async/62.0/job"
    answer = requests.post(url, data=b"{}", headers={"X-SFDC-Session": client.org.access_token})
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (403, "FUNCTIONALITY_NOT_ENABLED")
    assert requests.post(url, data=b"{}").status_code == 401


def test_nobody_views_records(client: Any) -> None:
    assert client.http.get(f"{client.data}/recent").json() == []


def test_nothing_was_logged_for_nothing_has_run(client: Any) -> None:
    """What `sf apex list log` asks."""
    asked = "Id, Application, Location, LogLength, LogUser.Name, Operation, Request, StartTime, Status"
    assert client.query(f"SELECT {asked} FROM ApexLog ORDER BY StartTime DESC", api="tooling/") == []
