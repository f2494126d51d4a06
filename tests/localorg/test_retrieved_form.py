"""What retrieved files look like in their bytes, as those that public repositories hold do."""

from __future__ import annotations

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
