"""Records over REST: one by one, in collections, and the rules of single objects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests


@pytest.fixture(scope="module")
def ids(client: Any) -> dict[str, str]:
    """Ids of the org and its users by username, and of profiles by name."""
    found = {row["Username"]: row["Id"] for row in client.query("SELECT Id, Username FROM User")}
    found |= {row["Name"]: row["Id"] for row in client.query("SELECT Id, Name FROM Profile")}
    return found | {"org": client.query("SELECT Id FROM Organization")[0]["Id"]}


@pytest.fixture(scope="module")
def setting(client: Any, kit: Any) -> Iterator[str]:
    """The name of a deployed hierarchy setting."""
    files = {"package.xml": kit.manifest({"CustomObject": ["Choice__c"]}),
             **kit.setting("Choice__c", kit.text_field("Key__c", 80) + kit.text_field("Long__c", 255))}  # fmt: skip
    client.deployed(files)
    return "Choice__c"


def test_a_record_from_its_making_to_its_end(client: Any) -> None:
    made = client.http.post(f"{client.data}/sobjects/Contact/", json={"lastname": "Doe", "Email": "jane@x.example"})
    assert (made.status_code, made.json()["success"], made.json()["errors"]) == (201, True, [])
    url = f"{client.data}/sobjects/Contact/{made.json()['id']}"
    assert client.http.patch(url, json={"FirstName": "Jane"}).status_code == 204
    record = client.http.get(url).json()
    assert record["attributes"] == {"type": "Contact", "url": url.removeprefix(client.org.url)}
    assert (record["Name"], record["Email"], record["IsDeleted"]) == ("Jane Doe", "jane@x.example", False)
    assert record["CreatedDate"].endswith("+0000")
    assert client.http.get(url + "?fields=Name,Email").json() == {
        "attributes": record["attributes"], "Name": "Jane Doe", "Email": "jane@x.example", "Id": record["Id"],
    }  # fmt: skip
    assert client.http.get(url[:-3]).json()["Id"] == record["Id"], "15 characters do as well"
    assert client.http.delete(url).status_code == 204
    gone = client.http.get(url)
    assert (gone.status_code, gone.json()) == (
        404, [{"message": "entity is deleted", "errorCode": "ENTITY_IS_DELETED"}],
    )  # fmt: skip


REFUSED = {
    "an unknown field": (
        "Contact", {"LastName": "x", "Foo": 1}, "INVALID_FIELD", "No such column 'Foo' on sobject of type Contact",
    ),
    "a missing field": (
        "Lead", {"LastName": "x"}, "REQUIRED_FIELD_MISSING", "Required fields are missing: [Company]",
    ),
    "a field of the platform": (
        "Contact", {"LastName": "x", "CreatedDate": "2020-01-01T00:00:00Z"}, "INVALID_FIELD_FOR_INSERT_UPDATE",
        "Unable to create/update fields: CreatedDate. Please check the security settings of this field and verify "
        "that it is "
        "read/write for your profile or permission set.",
    ),
    "too long a text": (
        "Contact", {"LastName": "x" * 81}, "STRING_TOO_LONG",
        f"Last Name: data value too large: {'x' * 81} (max length=80)",
    ),
    "no address": (
        "Contact", {"LastName": "x", "Email": "nobody"}, "INVALID_EMAIL_ADDRESS",
        "Email: invalid email address: nobody",
    ),
    "no id": (
        "Contact", {"LastName": "x", "AccountId": "nothing"}, "MALFORMED_ID",
        "Account ID: id value of incorrect type: nothing",
    ),
    "an id of something else": (
        "Contact", {"LastName": "x", "AccountId": "005Lo0000000001IAA"}, "FIELD_INTEGRITY_EXCEPTION",
        "Account ID: id value of incorrect type: 005Lo0000000001IAA",
    ),
    "an id of nothing": (
        "Contact", {"LastName": "x", "AccountId": "001Lo000000ZZZZKAA"}, "INVALID_CROSS_REFERENCE_KEY",
        "invalid cross reference id",
    ),
    "an object that is read-only": (
        "Profile", {"Name": "x"}, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "entity type Profile does not support create",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_does_not_fit_is_refused(client: Any, case: str) -> None:
    sobject, fields, code, message = REFUSED[case]
    assert client.refused(sobject, **fields) == (code, message)


def test_bodies_that_are_no_json_are_refused(client: Any) -> None:
    for body in (b"", b"{", b"[]", b"\xff", b"[" * 100_000, b'"x"'):
        answer = client.http.post(f"{client.data}/sobjects/Contact", data=body)
        assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "JSON_PARSER_ERROR")


def test_json_is_read_whatever_the_content_type_says(client: Any) -> None:
    headers = {"Content-Type": "text/xml", "SOAPAction": "deploy"}
    answer = client.http.post(f"{client.data}/sobjects/Contact", data=b'{"LastName": "Odd"}', headers=headers)
    assert answer.status_code == 201


def test_a_case_shows_its_contact(client: Any) -> None:
    contact = client.create("Contact", LastName="Shown", Email="shown@x.example", Phone="1")
    case = client.create("Case", ContactId=contact, Subject="s")
    (row,) = client.query(f"SELECT ContactEmail, ContactPhone, CaseNumber, IsClosed FROM Case WHERE Id = '{case}'")
    assert (row["ContactEmail"], row["ContactPhone"], row["IsClosed"]) == ("shown@x.example", "1", False)
    assert row["CaseNumber"].isdigit()
    client.http.patch(f"{client.data}/sobjects/Contact/{contact}", json={"Email": "new@x.example"})
    assert client.query(f"SELECT ContactEmail FROM Case WHERE Id = '{case}'") == [{"ContactEmail": "new@x.example"}]


def test_a_setting_has_one_row_an_owner(client: Any, setting: str, ids: dict[str, str]) -> None:
    owner = ids["org"]
    row = client.create(setting, SetupOwnerId=owner, Key__c="one")
    assert client.refused(setting, SetupOwnerId=owner, Key__c="two") == (
        "DUPLICATE_VALUE", f"duplicate value found: SetupOwnerId duplicates value on record with id: {row}",
    )  # fmt: skip
    client.create(setting, SetupOwnerId=ids["Standard User"], Key__c="profile")
    client.create(setting, SetupOwnerId=ids["agent@local.example"], Key__c="user")
    assert (
        client.refused(setting, SetupOwnerId=client.create("Contact", LastName="No"))[0] == "FIELD_INTEGRITY_EXCEPTION"
    )
    found = client.query(f"SELECT Key__c, SetupOwner.Name FROM {setting} ORDER BY Key__c")
    assert found == [
        {"Key__c": "one", "SetupOwner": {"Name": "Local Org"}},
        {"Key__c": "profile", "SetupOwner": {"Name": "Standard User"}},
        {"Key__c": "user", "SetupOwner": {"Name": "Alex Agent"}},
    ]
    moved = client.http.patch(f"{client.data}/sobjects/{setting}/{row}", json={"SetupOwnerId": ids["Read Only"]})
    assert moved.json()[0]["errorCode"] == "INVALID_FIELD_FOR_INSERT_UPDATE"
    assert client.refused(setting, SetupOwnerId=ids["Read Only"], Long__c="x" * 256)[0] == "STRING_TOO_LONG"


def test_assignments(client: Any, kit: Any, ids: dict[str, str]) -> None:
    files = {"package.xml": kit.manifest({"PermissionSet": ["Team"]}), **kit.permission_set("Team")}
    client.deployed(files)
    (team,) = client.query("SELECT Id FROM PermissionSet WHERE Name = 'Team' AND IsOwnedByProfile = false")
    agent = ids["agent@local.example"]
    client.create("PermissionSetAssignment", AssigneeId=agent, PermissionSetId=team["Id"])
    assert client.refused("PermissionSetAssignment", AssigneeId=agent, PermissionSetId=team["Id"]) == (
        "DUPLICATE_VALUE", f"Duplicate PermissionSetAssignment. Assignee: {agent}; Permission Set: {team['Id']}",
    )  # fmt: skip
    inactive = ids["inactive@local.example"]
    code, _ = client.refused("PermissionSetAssignment", AssigneeId=inactive, PermissionSetId=team["Id"])
    assert code == "INACTIVE_OWNER_OR_USER"
    (shadow,) = client.query(
        "SELECT Id FROM PermissionSet WHERE Profile.Name = 'Read Only' AND IsOwnedByProfile = true"
    )
    code, _ = client.refused("PermissionSetAssignment", AssigneeId=agent, PermissionSetId=shadow["Id"])
    assert code == "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY"
    found = client.query(
        f"SELECT Assignee.Username FROM PermissionSetAssignment WHERE PermissionSetId = '{team['Id']}'"
    )
    assert found == [{"Assignee": {"Username": "agent@local.example"}}]


def test_entity_access(client: Any, kit: Any) -> None:
    files = {"package.xml": kit.manifest({"PermissionSet": ["Doors"], "ApexClass": ["Door"]}),
             **kit.permission_set("Doors"), **kit.apex_class("Door")}  # fmt: skip
    client.deployed(files)
    (parent,) = client.query("SELECT Id FROM PermissionSet WHERE Name = 'Doors'")
    (door,) = client.query("SELECT Id FROM ApexClass WHERE Name = 'Door'")
    row = client.create("SetupEntityAccess", ParentId=parent["Id"], SetupEntityId=door["Id"])
    assert client.query(f"SELECT SetupEntityType FROM SetupEntityAccess WHERE Id = '{row}'") == [
        {"SetupEntityType": "ApexClass"}
    ]
    assert client.refused("SetupEntityAccess", ParentId=parent["Id"], SetupEntityId=door["Id"])[0] == "DUPLICATE_VALUE"
    retrieved, _ = client.retrieve({"PermissionSet": ["Doors"]})
    assert "<apexClass>Door</apexClass>" in retrieved["permissionsets/Doors.permissionset"]
    assert client.http.patch(f"{client.data}/sobjects/SetupEntityAccess/{row}", json={}).status_code == 400
    assert client.http.delete(f"{client.data}/sobjects/SetupEntityAccess/{row}").status_code == 204
    retrieved, _ = client.retrieve({"PermissionSet": ["Doors"]})
    assert "Door<" not in retrieved["permissionsets/Doors.permissionset"]


def test_collections(client: Any) -> None:
    url = f"{client.data}/composite/sobjects"
    kind = {"attributes": {"type": "Contact"}}
    rows = [kind | {"LastName": "C1"}, kind | {"LastName": "x" * 90}, kind | {"LastName": "C3"}]
    some = client.http.post(url, json={"allOrNone": False, "records": rows}).json()
    assert [result["success"] for result in some] == [True, False, True]
    assert some[1]["errors"] == [{
        "statusCode": "STRING_TOO_LONG", "message": f"Last Name: data value too large: {'x' * 90} (max length=80)",
        "fields": ["LastName"],
    }]  # fmt: skip
    none = client.http.post(url, json={"allOrNone": True, "records": rows}).json()
    assert [result["errors"][0]["statusCode"] for result in none] == [
        "ALL_OR_NONE_OPERATION_ROLLED_BACK", "STRING_TOO_LONG", "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    ]  # fmt: skip
    assert len(client.query("SELECT Id FROM Contact WHERE LastName LIKE 'C_'")) == 2
    made = [some[0]["id"], some[2]["id"]]
    changed = client.http.patch(url, json={"records": [kind | {"id": made[0], "FirstName": "F"}]}).json()
    assert changed == [{"id": made[0], "success": True, "errors": []}]
    read = client.http.post(f"{url}/Contact", json={"ids": [made[0], "003Lo00000ZZZZZKAA"], "fields": ["Name"]}).json()
    assert (read[0]["Name"], read[1]) == ("F C1", None)
    gone = client.http.delete(url, params={"ids": ",".join(made), "allOrNone": "true"}).json()
    assert [result["success"] for result in gone] == [True, True]
    many = client.http.post(url, json={"records": [kind | {"LastName": "x"}] * 201})
    assert (many.status_code, many.json()[0]["errorCode"]) == (400, "EXCEEDED_ID_LIMIT")


def test_upsert_by_external_id(client: Any, kit: Any) -> None:
    field = ("<fields><fullName>Key__c</fullName><externalId>true</externalId><label>Key</label><length>20</length>"
             "<type>Text</type><unique>true</unique></fields>")  # fmt: skip
    inner = (f"<deploymentStatus>Deployed</deploymentStatus>{field}<label>Thing</label><nameField><label>Name</label>"
             "<type>Text</type></nameField><pluralLabel>Things</pluralLabel>"
             "<sharingModel>ReadWrite</sharingModel>")  # fmt: skip
    client.deployed({"package.xml": kit.manifest({"CustomObject": ["Thing__c"]}),
                     "objects/Thing__c.object": kit.document("CustomObject", inner)})  # fmt: skip
    url = f"{client.data}/sobjects/Thing__c/Key__c/k1"
    first = client.http.patch(url, json={"Name": "one"})
    assert (first.status_code, first.json()["created"]) == (201, True)
    second = client.http.patch(url, json={"Name": "two"})
    assert (second.status_code, second.json()["created"], second.json()["id"]) == (200, False, first.json()["id"])
    assert client.http.get(url).json()["Name"] == "two"
    assert client.refused("Thing__c", Key__c="k1")[0] == "DUPLICATE_VALUE"
    bulk = client.http.patch(f"{client.data}/composite/sobjects/Thing__c/Key__c", json={
        "records": [{"attributes": {"type": "Thing__c"}, "Key__c": key} for key in ("k1", "k2")]}).json()  # fmt: skip
    assert [(row["success"], row["created"]) for row in bulk] == [(True, False), (True, True)]


def test_upsert_by_an_id_that_is_not_there_makes_nothing(client: Any) -> None:
    absent = "001000000000000AAA"
    answer = client.http.patch(f"{client.data}/sobjects/Account/Id/{absent}", json={"Name": "x"})
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (404, "NOT_FOUND")
    rows = [{"attributes": {"type": "Account"}, "Name": "x", **key} for key in ({"Id": absent}, {})]
    many = client.http.patch(f"{client.data}/composite/sobjects/Account/Id", json={"records": rows}).json()
    assert [row["success"] for row in many] == [False, True]
    assert many[0]["errors"][0]["statusCode"] == "INVALID_CROSS_REFERENCE_KEY"


def test_describe(client: Any, setting: str) -> None:
    every = client.http.get(f"{client.data}/sobjects/").json()["sobjects"]
    names = {row["name"]: row for row in every}
    assert {"Account", "Contact", "Case", "Lead", "User", "PermissionSet"} <= set(names)
    assert (names[setting]["custom"], names[setting]["customSetting"]) == (True, True)
    described = client.http.get(f"{client.data}/sobjects/Contact/describe").json()
    fields = {field["name"]: field for field in described["fields"]}
    assert (fields["Email"]["type"], fields["LastName"]["nillable"], fields["AccountId"]["referenceTo"]) == (
        "email", False, ["Account"],
    )  # fmt: skip
    assert fields["AccountId"]["relationshipName"] == "Account"
    assert "Cases" in {row["relationshipName"] for row in described["childRelationships"]}
    assert client.http.get(f"{client.data}/sobjects/Contact").json()["objectDescribe"]["keyPrefix"] == "003"
    assert client.http.get(f"{client.data}/sobjects/Nope/describe").status_code == 404


def test_columns_of_a_query(client: Any) -> None:
    soql = "SELECT Id, Account.Name, (SELECT Id FROM Cases) FROM Contact"
    answer = client.http.get(f"{client.data}/query", params={"q": soql, "columns": "true"}).json()
    assert answer["entityName"] == "Contact"
    shown = [(c["columnName"], [j["columnName"] for j in c["joinColumns"]]) for c in answer["columnMetadata"]]
    assert shown == [("Id", []), ("Account", ["Name"]), ("Cases", ["Id"])]


def test_long_answers_come_in_pages(client: Any) -> None:
    url = f"{client.data}/composite/sobjects"
    for _ in range(11):
        rows = [{"attributes": {"type": "Account"}, "Name": "paged"}] * 200
        assert client.http.post(url, json={"records": rows}).ok
    answer = client.http.get(f"{client.data}/query", params={"q": "SELECT Id FROM Account WHERE Name = 'paged'"}).json()
    assert (answer["totalSize"], answer["done"], len(answer["records"])) == (2200, False, 2000)
    rest = client.http.get(client.org.url + answer["nextRecordsUrl"]).json()
    assert (rest["done"], len(rest["records"])) == (True, 200)
    wrong = client.http.get(f"{client.data}/query/01gnothing-2000")
    assert (wrong.status_code, wrong.json()[0]["errorCode"]) == (400, "INVALID_QUERY_LOCATOR")


def test_users_and_their_profile(client: Any, ids: dict[str, str]) -> None:
    user = client.create("User", Username="new@local.example", LastName="New", Email="n@x.example", Alias="new",
                         ProfileId=ids["Read Only"])  # fmt: skip
    held = client.query(f"SELECT PermissionSet.Profile.Name FROM PermissionSetAssignment WHERE AssigneeId = '{user}'")
    assert held == [{"PermissionSet": {"Profile": {"Name": "Read Only"}}}]
    assert client.refused("User", Username="new@local.example", LastName="N", Email="n@x.example", Alias="n",
                          ProfileId=ids["Read Only"])[0] == "DUPLICATE_USERNAME"  # fmt: skip
    client.http.patch(f"{client.data}/sobjects/User/{user}", json={"ProfileId": ids["Standard User"]})
    held = client.query(f"SELECT PermissionSet.Profile.Name FROM PermissionSetAssignment WHERE AssigneeId = '{user}'")
    assert held == [{"PermissionSet": {"Profile": {"Name": "Standard User"}}}]


def test_what_is_there_from_the_start(fresh: Any) -> None:
    client = fresh()
    assert client.query("SELECT Username, Profile.Name, IsActive, UserType FROM User ORDER BY Username") == [
        {"Username": "admin@local.example", "Profile": {"Name": "System Administrator"}, "IsActive": True,
         "UserType": "Standard"},
        {"Username": "agent2@local.example", "Profile": {"Name": "Standard User"}, "IsActive": True,
         "UserType": "Standard"},
        {"Username": "agent@local.example", "Profile": {"Name": "Standard User"}, "IsActive": True,
         "UserType": "Standard"},
        {"Username": "autoproc@local.example", "Profile": {"Name": "Guest License User"}, "IsActive": True,
         "UserType": "AutomatedProcess"},
        {"Username": "inactive@local.example", "Profile": {"Name": "Standard User"}, "IsActive": False,
         "UserType": "Standard"},
    ]  # fmt: skip
    (organization,) = client.query("SELECT Id, IsSandbox, OrganizationType, TrialExpirationDate FROM Organization")
    assert organization == {"Id": client.org.org_id, "IsSandbox": False, "OrganizationType": "Developer Edition",
                            "TrialExpirationDate": None}  # fmt: skip
    assert client.query("SELECT COUNT(Id) n FROM PermissionSet WHERE IsOwnedByProfile = true") == [{"n": 12}]


def test_methods_and_places_that_do_not_exist(client: Any) -> None:
    put = client.http.put(f"{client.data}/sobjects/Contact")
    assert (put.status_code, put.json()[0]["errorCode"]) == (405, "METHOD_NOT_ALLOWED")
    for path in ("/services/data/v62.0/nothing", "/services/data/v99.0/query?q=x", "/", "/services/data/vX/sobjects"):
        answer = client.http.get(client.org.url + path)
        assert (answer.status_code, answer.json()[0]["errorCode"]) == (404, "NOT_FOUND"), path
    assert client.http.get(f"{client.org.url}/services/data/v20.0/sobjects").status_code == 410


def test_every_door_but_three_wants_a_token(client: Any) -> None:
    base = client.org.url
    for path in ("/services/data/v62.0/sobjects", "/services/oauth2/userinfo", "/services/data/v62.0/tooling/query?q=x",
                 "/services/data/v62.0/metadata/deployRequest/x", "/id/x/y"):  # fmt: skip
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic x"}):
            answer = requests.get(base + path, headers=headers, timeout=5)
            assert (answer.status_code, answer.json()) == (
                401, [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}],
            )  # fmt: skip
    assert requests.get(f"{base}//services//data//", timeout=5).status_code == 200


def test_permission_sets_tell_of_every_user_permission(client: Any, kit: Any) -> None:
    described = client.http.get(f"{client.data}/sobjects/PermissionSet/describe").json()["fields"]
    names = {field["name"] for field in described if field["name"].startswith("Permissions")}
    assert len(names) > 200
    assert {"PermissionsAuthorApex", "PermissionsRunFlow", "PermissionsLightningExperienceUser"} <= names
    granted = "<label>Runs</label><userPermissions><enabled>true</enabled><name>RunFlow</name></userPermissions>"
    files = {"permissionsets/Runs.permissionset": kit.document("PermissionSet", granted)}
    client.deployed({"package.xml": kit.manifest({"PermissionSet": ["Runs"]}), **files})
    soql = "SELECT PermissionsRunFlow, PermissionsAuthorApex FROM PermissionSet WHERE Name = 'Runs'"
    assert client.query(soql) == [{"PermissionsRunFlow": True, "PermissionsAuthorApex": False}]
    soql = "SELECT PermissionsRunFlow, PermissionsApiUserOnly FROM Profile WHERE Name = 'System Administrator'"
    assert client.query(soql) == [{"PermissionsRunFlow": True, "PermissionsApiUserOnly": False}]


def test_deleted_records_are_in_the_recycle_bin(client: Any) -> None:
    account = client.create("Account", Name="Binned")
    contact = client.create("Contact", LastName="Binned", AccountId=account)
    assert client.http.delete(f"{client.data}/sobjects/Account/{account}").status_code == 204
    assert client.query("SELECT Id FROM Account WHERE Name = 'Binned'") == []
    found = client.http.get(
        f"{client.data}/queryAll", params={"q": "SELECT Id, IsDeleted FROM Account WHERE Name = 'Binned'"}
    ).json()
    assert [client_row(row) for row in found["records"]] == [{"Id": account, "IsDeleted": True}]
    assert client.query("SELECT Id FROM Account WHERE IsDeleted = true AND Name = 'Binned' ALL ROWS") == [
        {"Id": account}
    ]
    assert client.query(f"SELECT AccountId FROM Contact WHERE Id = '{contact}'") == [{"AccountId": None}]
    for method in ("get", "delete"):
        answer = getattr(client.http, method)(f"{client.data}/sobjects/Account/{account}")
        assert (answer.status_code, answer.json()) == (
            404, [{"errorCode": "ENTITY_IS_DELETED", "message": "entity is deleted"}],
        )  # fmt: skip


def client_row(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "attributes"}


@pytest.mark.parametrize(("asked", "first"), [("batchSize=200", 200), ("batchSize=1", 200), ("", 250)])
def test_rows_come_in_batches_of_the_size_that_is_asked_for(client: Any, asked: str, first: int) -> None:
    if not client.query("SELECT Id FROM Lead LIMIT 1"):
        with client.org.org.write() as work:
            for number in range(250):
                work.records.put("Lead", {"Id": work.facts.next_id("00Q"), "LastName": f"L{number}"})
    headers = {"Sforce-Query-Options": asked}
    params = {"q": "SELECT LastName FROM Lead"}
    answer = client.http.get(f"{client.data}/query", params=params, headers=headers).json()
    names = [row["LastName"] for row in answer["records"]]
    assert (len(names), answer["totalSize"], answer["done"]) == (first, 250, first == 250)
    if not answer["done"]:
        rest = client.http.get(client.org.url + answer["nextRecordsUrl"], headers=headers).json()
        assert (rest["done"], rest["totalSize"]) == (True, 250)
        names += [row["LastName"] for row in rest["records"]]
    assert sorted(names) == sorted(f"L{number}" for number in range(250))
