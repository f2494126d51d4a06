"""The CRUD calls of the Metadata API."""

from __future__ import annotations

from typing import Any

import pytest

XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


def record(kind: str, name: str, inner: str, prefix: str = "") -> str:
    return f'<metadata {XSI} xsi:type="{prefix}{kind}"><fullName>{name}</fullName>{inner}</metadata>'


def outcome(client: Any, kit: Any, operation: str, body: str) -> list[tuple[str, str, str]]:
    results = client.operation(f"<{operation}>{body}</{operation}>")
    found = []
    for result in results:
        error = result.find("{http://soap.sforce.com/2006/04/metadata}errors")
        message = "" if error is None else kit.value(error, "message")
        found.append((kit.value(result, "fullName"), kit.value(result, "success"), message))
    return found


@pytest.mark.parametrize("prefix", ["", "ns0:"])
def test_from_create_to_delete(client: Any, kit: Any, prefix: str) -> None:
    name = f"Crud{len(prefix)}"
    fine = "<isLicensed>false</isLicensed><label>One</label>"
    body = record("CustomPermission", name, fine, prefix)
    assert outcome(client, kit, "createMetadata", body) == [(name, "true", "")]
    assert outcome(client, kit, "createMetadata", body) == [
        (name, "false", f"There is already an item in the list with the name {name}.")
    ]
    changed = record("CustomPermission", name, fine.replace("One", "Two"))
    assert outcome(client, kit, "updateMetadata", changed) == [(name, "true", "")]
    read = f"<type>CustomPermission</type><fullNames>{name}</fullNames><fullNames>Nowhere</fullNames>"
    answer = client.soap(f"<readMetadata>{read}</readMetadata>").text
    assert f'<records xsi:type="CustomPermission"><fullName>{name}</fullName>' in answer
    assert "<label>Two</label>" in answer
    assert '<records xsi:nil="true"/>' in answer
    gone = f"<type>CustomPermission</type><fullNames>{name}</fullNames>"
    assert outcome(client, kit, "deleteMetadata", gone) == [(name, "true", "")]
    assert outcome(client, kit, "deleteMetadata", gone) == [(name, "false", f"No CustomPermission named: {name} found")]
    assert outcome(client, kit, "updateMetadata", changed) == [
        (name, "false", f"In field: fullName - no CustomPermission named {name} found")
    ]


def test_upsert_says_what_it_made(client: Any, kit: Any) -> None:
    body = record("CustomPermission", "Up", "<isLicensed>false</isLicensed><label>U</label>")
    (first,) = client.operation(f"<upsertMetadata>{body}</upsertMetadata>")
    (second,) = client.operation(f"<upsertMetadata>{body}</upsertMetadata>")
    assert [kit.value(first, "created"), kit.value(second, "created")] == ["true", "false"]


def test_objects_and_fields(client: Any, kit: Any) -> None:
    inner = (
        "<customSettingsType>Hierarchy</customSettingsType><label>Set</label><visibility>Public</visibility>"
        "<fields><fullName>A__c</fullName><label>A</label><length>10</length><type>Text</type></fields>"
    )
    assert outcome(client, kit, "createMetadata", record("CustomObject", "Cs__c", inner)) == [("Cs__c", "true", "")]
    field = "<label>B</label><length>20</length><type>Text</type>"
    assert outcome(client, kit, "createMetadata", record("CustomField", "Cs__c.B__c", field)) == [
        ("Cs__c.B__c", "true", "")
    ]
    client.create("Cs__c", A__c="a", B__c="b")
    assert client.query("SELECT A__c, B__c FROM Cs__c") == [{"A__c": "a", "B__c": "b"}]
    answer = client.soap("<readMetadata><type>CustomObject</type><fullNames>Cs__c</fullNames></readMetadata>").text
    assert answer.count("<fields>") == 2


def test_a_refused_record_changes_nothing(client: Any, kit: Any) -> None:
    tab = "<label>T</label><motif>Custom68: Globe</motif><page>Nowhere</page>"
    assert outcome(client, kit, "createMetadata", record("CustomTab", "Bad", tab)) == [
        ("Bad", "false", "In field: page - no ApexPage named Nowhere found")
    ]
    assert client.query("SELECT Id FROM CustomTab WHERE DeveloperName = 'Bad'", "tooling/") == []


def test_limits_and_nonsense(client: Any) -> None:
    many = "".join(record("CustomPermission", f"N{n}", "<label>x</label>") for n in range(11))
    assert "sf:LIMIT_EXCEEDED" in client.soap(f"<createMetadata>{many}</createMetadata>").text
    assert "sf:INVALID_TYPE" in client.soap("<createMetadata/>").text
    assert (
        "sf:INVALID_TYPE"
        in client.soap("<readMetadata><type>Rocket</type><fullNames>x</fullNames></readMetadata>").text
    )


def renamed(client: Any, kit: Any, kind: str, old: str, new: str) -> tuple[str, str, str]:
    body = f"<type>{kind}</type><oldFullName>{old}</oldFullName><newFullName>{new}</newFullName>"
    (found,) = outcome(client, kit, "renameMetadata", body)
    return found


def test_a_renamed_component_keeps_its_id_and_its_users(client: Any, kit: Any) -> None:
    grants = "<pageAccesses><apexPage>Before</apexPage><enabled>true</enabled></pageAccesses>"
    client.deployed({
        "package.xml": kit.manifest({"ApexPage": ["Before"], "PermissionSet": ["Uses"], "CustomTab": ["Shows"]}),
        **kit.page("Before", "<apex:page/>"), **kit.tab("Shows", "Before"), **kit.permission_set("Uses", grants),
    })  # fmt: skip
    (before,) = client.query("SELECT Id FROM ApexPage WHERE Name = 'Before'")
    assert renamed(client, kit, "ApexPage", "Before", "After") == ("After", "true", "")
    assert client.query("SELECT Id FROM ApexPage WHERE Name = 'After'") == [before]
    assert client.query("SELECT Id FROM ApexPage WHERE Name = 'Before'") == []
    files, messages = client.retrieve({"ApexPage": ["After"], "PermissionSet": ["Uses"], "CustomTab": ["Shows"]})
    assert messages == []
    assert files["pages/After.page"] == "<apex:page/>"
    assert "<apexPage>After</apexPage>" in files["permissionsets/Uses.permissionset"]
    assert "<page>After</page>" in files["tabs/Shows.tab"]


def test_what_cannot_be_renamed_is_refused(client: Any, kit: Any) -> None:
    client.deployed({
        "package.xml": kit.manifest({"ApexPage": ["Outer"], "ApexComponent": ["Inner"], "PermissionSet": ["A", "B"]}),
        "components/Inner.component": "<apex:component/>",
        "components/Inner.component-meta.xml": kit.document(
            "ApexComponent", "<apiVersion>62.0</apiVersion><label>Inner</label>"
        ),
        **kit.page("Outer", "<apex:page><c:Inner/></apex:page>"),
        **kit.permission_set("A"), **kit.permission_set("B"),
    })  # fmt: skip
    assert renamed(client, kit, "PermissionSet", "A", "B")[1:] == (
        "false", "There is already an item in the list with the name B.",
    )  # fmt: skip
    assert renamed(client, kit, "PermissionSet", "No", "C")[1:] == (
        "false", "In field: fullName - no PermissionSet named No found",
    )  # fmt: skip
    assert renamed(client, kit, "PermissionSet", "A", "2 words")[2].startswith("The name can only contain underscores")
    assert "Visualforce Page - Outer" in renamed(client, kit, "ApexComponent", "Inner", "Other")[2]
    assert renamed(client, kit, "Profile", "Admin", "Boss")[2].startswith("The local org does not rename")
    assert client.query("SELECT Name FROM PermissionSet WHERE Name IN ('A', 'B') ORDER BY Name") == [
        {"Name": "A"}, {"Name": "B"},
    ]  # fmt: skip


def test_a_field_is_renamed_with_what_records_hold_in_it(client: Any, kit: Any) -> None:
    fields = kit.text_field("Old__c") + (
        "<listViews><fullName>Mine</fullName><columns>Old__c</columns><filterScope>Everything</filterScope>"
        "<label>Mine</label></listViews>"
    )
    grant = (
        "<fieldPermissions><editable>true</editable><field>Contact.Old__c</field><readable>true</readable>"
        "</fieldPermissions>"
    )
    files = {"objects/Contact.object": kit.document("CustomObject", fields), **kit.permission_set("Sees", grant)}
    members = {"CustomObject": ["Contact"], "PermissionSet": ["Sees"]}
    client.deployed({"package.xml": kit.manifest(members), **files})
    contact = client.create("Contact", LastName="Held", Old__c="kept")

    def rename(old: str, new: str) -> Any:
        body = f"<type>CustomField</type><oldFullName>{old}</oldFullName><newFullName>{new}</newFullName>"
        (found,) = outcome(client, kit, "renameMetadata", body)
        return found

    assert rename("Contact.Old__c", "Account.Old__c")[1] == "false"
    assert rename("Contact.Old__c", "Contact.New__c")[1] == "true"
    assert client.query(f"SELECT New__c FROM Contact WHERE Id = '{contact}'") == [{"New__c": "kept"}]
    assert client.query_error("SELECT Old__c FROM Contact")[0] == "INVALID_FIELD"
    shown, _ = client.retrieve(members)
    assert "<columns>New__c</columns>" in shown["objects/Contact.object"]
    assert "<field>Contact.New__c</field>" in shown["permissionsets/Sees.permissionset"]
    assert "<fullName>New__c</fullName>" in shown["objects/Contact.object"]
    assert ">Old__c</fullName>" not in shown["objects/Contact.object"]
