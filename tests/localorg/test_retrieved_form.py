"""What retrieved files look like in their bytes, as those that public repositories hold do."""

from __future__ import annotations

import base64
import dataclasses
import io
import time
import zipfile
from typing import Any

import pytest

from toolkit.localorg import tree
from toolkit.localorg.families import canonical
from toolkit.localorg.families.namespaces import namespace_of


def written(kit: Any, type_name: str, inner: str) -> str:
    root = canonical.in_order(tree.parse(kit.document(type_name, inner).encode()), type_name)
    written = tree.dump(root)
    assert tree.dump(tree.parse(written)) == written
    return written.decode().partition(">\n")[2].partition(">\n")[2].rpartition("</")[0]


@pytest.mark.parametrize(
    ("type_name", "inner", "shown"),
    [
        (
            "Layout",
            "<layoutSections><layoutColumns></layoutColumns><layoutColumns/><style>CustomLinks</style></layoutSections>",
            "<layoutSections><layoutColumns/><layoutColumns/><style>CustomLinks</style></layoutSections>",
        ),
        ("Queue", "<name>Q</name><email/>", "<email></email><name>Q</name>"),
        ("CustomObject", "<searchLayouts></searchLayouts>", "<searchLayouts/>"),
        ("SharedTo", "<allInternalUsers/>", "<allInternalUsers></allInternalUsers>"),
        (
            "CustomObjectTranslation",
            "<fields><name>A__c</name><label><!-- To be said --></label></fields>",
            "<fields><label><!-- To be said --></label><name>A__c</name></fields>",
        ),
        (
            "Flow",
            "<variables><name>b</name></variables><variables><name>C</name></variables>"
            "<variables><name>a</name></variables>",
            "<variables><name>a</name></variables><variables><name>b</name></variables>"
            "<variables><name>C</name></variables>",
        ),
        (
            "PermissionSetGroup",
            "<permissionSets>a</permissionSets><permissionSets>B</permissionSets><permissionSets>A_c</permissionSets>",
            "<permissionSets>A_c</permissionSets><permissionSets>B</permissionSets><permissionSets>a</permissionSets>",
        ),
        ("Queue", "<name>Q<!-- why --></name><email><!-- none --></email>", "<email></email><name>Q</name>"),
    ],
)
def test_empty_elements_and_comments(kit: Any, type_name: str, inner: str, shown: str) -> None:
    assert "".join(line.strip() for line in written(kit, type_name, inner).splitlines()) == shown


@pytest.mark.parametrize(
    ("type_name", "name", "namespace"),
    [
        ("WorkflowRule", "Contact.Contact%2EPhone%5F%5Fc of Household", ""),
        ("WorkflowRule", "Contact.npe01__Phone of Household", "npe01"),
        ("Layout", "npsp__Fund__c-Fund %28new%29", "npsp"),
        ("CustomField", "Account.Fund__c", ""),
    ],
)
def test_the_namespace_of_a_name_is_what_is_not_escaped(type_name: str, name: str, namespace: str) -> None:
    assert namespace_of(type_name, name) == namespace


FLOW = (
    "<label>F</label><processType>Flow</processType><loops><name>L</name><label>L</label><locationX>1</locationX>"
    "<locationY>1</locationY><collectionReference>v</collectionReference></loops><recordLookups><name>R</name>"
    "<label>R</label><locationX>1</locationX><locationY>1</locationY><object>Account</object></recordLookups>"
    "<screens><name>S</name><label>S</label><locationX>1</locationX><locationY>1</locationY></screens>"
    "<variables><name>v</name><dataType>SObject</dataType><objectType>Account</objectType>"
    "<isCollection>true</isCollection></variables>"
)


@pytest.mark.parametrize(
    ("member", "path", "inner", "added"),
    [
        (
            ("Flow", "F"),
            "flows/F.flow",
            FLOW,
            [
                "<status>Draft</status>", "<iterationOrder>Asc</iterationOrder>", "<allowBack>true</allowBack>",
                "<assignNullValuesIfNoRecordsFound>false</assignNullValuesIfNoRecordsFound>",
                "<showFooter>true</showFooter>", "<isInput>false</isInput>", "<isOutput>false</isOutput>",
            ],
        ),
        (
            ("GlobalValueSet", "G"),
            "globalValueSets/G.globalValueSet",
            "<masterLabel>G</masterLabel><customValue><fullName>A</fullName><label>A</label></customValue>",
            ["<sorted>false</sorted>", "<default>false</default>"],
        ),
        (("Group", "G"), "groups/G.group", "<name>G</name>", ["<doesIncludeBosses>true</doesIncludeBosses>"]),
        (
            ("Role", "R"),
            "roles/R.role",
            "<name>R</name>",
            [
                "<caseAccessLevel>None</caseAccessLevel>", "<contactAccessLevel>None</contactAccessLevel>",
                "<mayForecastManagerShare>false</mayForecastManagerShare>",
                "<opportunityAccessLevel>None</opportunityAccessLevel>",
            ],
        ),
        (
            ("CustomApplication", "Classic"),
            "applications/Classic.app",
            "<label>Classic</label><tabs>standard-Account</tabs>",
            [
                "<defaultLandingTab>standard-home</defaultLandingTab>",
                "<isNavAutoTempTabsDisabled>false</isNavAutoTempTabsDisabled>",
            ],
        ),
        (
            ("PermissionSet", "P"),
            "permissionsets/P.permissionset",
            "<label>P</label><objectPermissions><object>Account</object><allowRead>true</allowRead></objectPermissions>",
            ["<allowCreate>false</allowCreate>", "<viewAllRecords>false</viewAllRecords>"],
        ),
    ],
)  # fmt: skip
def test_what_retrieved_files_always_say(
    client: Any, kit: Any, member: tuple[str, str], path: str, inner: str, added: list[str]
) -> None:
    kind, name = member
    files = {"package.xml": kit.manifest({kind: [name]}), path: kit.document(kind, inner)}
    client.deployed(files)
    text = client.retrieve({kind: [name]})[0][path]
    assert [text.count(line) for line in added] == [1] * len(added), text
    again = client.deployed(files)["details"]["componentSuccesses"]
    assert not any(entry["changed"] for entry in again if entry["fileName"] != "package.xml")


def test_grants_are_in_the_order_of_their_characters(client: Any, kit: Any) -> None:
    grants = "".join(
        f"<fieldPermissions><field>Account.{name}</field><readable>true</readable></fieldPermissions>"
        for name in ("Site", "Fax", "Sic", "Rating")
    )
    flags = "".join(
        f"<userPermissions><name>{name}</name><enabled>true</enabled></userPermissions>"
        for name in ("ViewSetup", "ApiEnabled")
    )
    files = kit.permission_set("Sorted", grants + flags)
    client.deployed({"package.xml": kit.manifest({"PermissionSet": ["Sorted"]}), **files})
    text = client.retrieve({"PermissionSet": ["Sorted"]})[0]["permissionsets/Sorted.permissionset"]
    places = [text.index(f">{name}<") for name in ("Account.Fax", "Account.Rating", "Account.Sic", "Account.Site")]
    assert places == sorted(places)
    assert text.index("ApiEnabled") < text.index("ViewSetup")


def test_a_classic_app_does_not_say_of_which_kind_it_is(client: Any, kit: Any) -> None:
    files = {"applications/Old.app": kit.document("CustomApplication", "<label>Old</label>")}
    client.deployed({"package.xml": kit.manifest({"CustomApplication": ["Old"]}), **files})
    assert "uiType" not in client.retrieve({"CustomApplication": ["Old"]})[0]["applications/Old.app"]
    (row,) = client.query("SELECT UiType FROM AppDefinition WHERE DeveloperName = 'Old'")
    assert row["UiType"] == "Aloha"


def test_the_classes_that_come_with_sites_have_their_tests(client: Any, kit: Any) -> None:
    accesses = "".join(
        f"<classAccesses><apexClass>{name}</apexClass><enabled>true</enabled></classAccesses>"
        for name in ("SiteLoginController", "SiteLoginControllerTest")
    )
    members = {"PermissionSet": ["Sites"]}
    client.deployed({"package.xml": kit.manifest(members), **kit.permission_set("Sites", accesses)})


def test_a_profile_shows_its_access_to_the_pages_of_sites(client: Any, kit: Any) -> None:
    access = "<pageAccesses><apexPage>FileNotFound</apexPage><enabled>true</enabled></pageAccesses>"
    profile = kit.document("Profile", f"<custom>true</custom>{access}<userLicense>Salesforce</userLicense>")
    client.deployed({"package.xml": kit.manifest({"Profile": ["Guest"]}), "profiles/Guest.profile": profile})
    alone, _ = client.retrieve({"Profile": ["Guest"]})
    assert "FileNotFound" not in alone["profiles/Guest.profile"]
    beside, _ = client.retrieve({"Profile": ["Guest"], "ApexPage": ["FileNotFound"]})
    assert "<apexPage>FileNotFound</apexPage>" in beside["profiles/Guest.profile"]


def retrieved(client: Any, kit: Any, inner: str) -> Any:
    """The RetrieveResult of a request."""
    (started,) = client.operation(f"<retrieve><request><apiVersion>62.0</apiVersion>{inner}</request></retrieve>")
    asked = f"<asyncProcessId>{kit.value(started, 'id')}</asyncProcessId>"
    for _ in range(500):
        (result,) = client.operation(f"<checkRetrieveStatus>{asked}</checkRetrieveStatus>")
        if kit.value(result, "done") == "true":
            break
        time.sleep(0.01)
    return result


def entries(kit: Any, result: Any) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(kit.value(result, "zipFile")))) as archive:
        return sorted(archive.namelist())


def types(kind: str, *members: str) -> str:
    listed = "".join(f"<members>{member}</members>" for member in members)
    return f"<unpackaged><types>{listed}<name>{kind}</name></types><version>62.0</version></unpackaged>"


@pytest.mark.parametrize(
    ("inner", "code", "message"),
    [
        (
            "<packageNames>Nobody</packageNames>",
            "INVALID_CROSS_REFERENCE_KEY",
            "INVALID_CROSS_REFERENCE_KEY: No package named 'Nobody' found",
        ),
        ("", "INVALID_CROSS_REFERENCE_KEY", "INVALID_CROSS_REFERENCE_KEY: No packages or unpackaged specified"),
    ],
)
def test_a_retrieve_that_fails_as_a_whole(client: Any, kit: Any, inner: str, code: str, message: str) -> None:
    result = retrieved(client, kit, f"<singlePackage>true</singlePackage>{inner}")
    told = [kit.value(result, name) for name in ("status", "success", "errorStatusCode", "errorMessage", "zipFile")]
    assert told == ["Failed", "false", code, message, ""]


def test_more_files_than_a_retrieve_may_hold(fresh: Any, kit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    client = fresh()
    names = ["Many0", "Many1", "Many2", "Many3"]
    files = {path: text for name in names for path, text in kit.apex_class(name).items()}
    client.deployed({"package.xml": kit.manifest({"ApexClass": names}), **files})
    model = client.org.org
    monkeypatch.setattr(model, "options", dataclasses.replace(model.options, max_zip_entries=6))
    result = retrieved(client, kit, types("ApexClass", "*"))
    assert kit.value(result, "errorMessage") == "LIMIT_EXCEEDED: Too many files in retrieve call, limit is: 6"
    assert kit.value(result, "errorStatusCode") == "LIMIT_EXCEEDED"
    fewer = retrieved(client, kit, types("ApexClass", *names[:3]))
    assert kit.value(fewer, "status") == "Succeeded"


def test_specific_files_and_packages_beside_what_is_unpackaged(client: Any, kit: Any) -> None:
    package = kit.document("InstalledPackage", "<versionNumber>1.2</versionNumber><activateRSS>false</activateRSS>")
    client.deployed(
        {
            "package.xml": kit.manifest({"ApexClass": ["One", "Two"], "InstalledPackage": ["sfm"]}),
            **kit.apex_class("One"), **kit.apex_class("Two"), "installedPackages/sfm.installedPackage": package,
        }
    )  # fmt: skip
    asked = "<specificFiles>classes/One.cls</specificFiles>" + types("ApexClass", "One", "Two")
    assert entries(kit, retrieved(client, kit, f"<singlePackage>true</singlePackage>{asked}")) == [
        "classes/One.cls",
        "package.xml",
    ]
    both = retrieved(client, kit, "<packageNames>sfm</packageNames>" + types("ApexClass", "One"))
    assert entries(kit, both) == [
        "sfm/package.xml",
        "unpackaged/classes/One.cls",
        "unpackaged/classes/One.cls-meta.xml",
        "unpackaged/package.xml",
    ]


def test_wildcards_parts_and_folders(client: Any, kit: Any) -> None:
    field = "<fields><fullName>Deep__c</fullName><label>Deep</label><length>9</length><type>Text</type></fields>"
    folder = kit.document("EmailFolder", "<accessType>Public</accessType><name>Mails</name>")
    template = kit.document(
        "EmailTemplate",
        "<available>true</available><encodingKey>UTF-8</encodingKey><name>Hi</name><style>none</style>"
        "<subject>Hi</subject><type>text</type>",
    )
    client.deployed(
        {
            "package.xml": kit.manifest({"CustomField": ["Account.Deep__c"], "EmailTemplate": ["Mails", "Mails/Hi"]}),
            "objects/Account.object": kit.document("CustomObject", field),
            "email/Mails-meta.xml": folder, "email/Mails/Hi.email": "Hello", "email/Mails/Hi.email-meta.xml": template,
        }
    )  # fmt: skip
    part, missing = client.retrieve({"CustomField": ["Account.Deep__c", "Account.Gone__c"]})
    assert missing == ["Entity of type 'CustomField' named 'Account.Gone__c' cannot be found"]
    assert [line.strip() for line in part["objects/Account.object"].splitlines()][2:4] == [
        "<fields>",
        "<fullName>Deep__c</fullName>",
    ]
    assert "<label>Account" not in part["objects/Account.object"], "only the field was asked for"
    whole, _ = client.retrieve({"CustomObject": ["Account"]})
    assert whole["objects/Account.object"].count("<fullName>Deep__c</fullName>") == 1
    assert "objects/Account.object" not in client.retrieve({"CustomObject": ["*"]})[0], "no standard object by wildcard"
    assert sorted(client.retrieve({"EmailTemplate": ["*"]})[0]) == ["package.xml"], "folders are named one by one"
    named, missing = client.retrieve({"EmailTemplate": ["Mails/", "Mails/Hi", "Mails/Gone"]})
    assert sorted(named) == [
        "email/Mails-meta.xml",
        "email/Mails/Hi.email",
        "email/Mails/Hi.email-meta.xml",
        "package.xml",
    ]
    assert missing == ["Entity of type 'EmailTemplate' named 'Mails/Gone' cannot be found"]
