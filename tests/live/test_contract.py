"""What the local org says, asked of it and of a real org alike: where they differ, the local one is wrong."""

from __future__ import annotations

from typing import Any

import pytest


def test_a_reference_must_lead_somewhere(org: Any, kit: Any) -> None:
    name = f"{org.tag}Refs"
    inner = "<classAccesses><apexClass>NotThere</apexClass><enabled>true</enabled></classAccesses>"
    assert org.refused({"PermissionSet": [name]}, kit.permission_set(name, inner)) == [
        "In field: apexClass - no ApexClass named NotThere found"
    ]


def test_a_page_needs_its_controller(org: Any, kit: Any) -> None:
    name = f"{org.tag}Ctrl"
    said = org.refused({"ApexPage": [name]}, kit.page(name, '<apex:page controller="NotThere"/>'))
    assert said == ["Apex class 'NotThere' does not exist"]


MALFORMED = {
    "not well-formed": ("<isLicensed>false</isLicensed><label>x</labl>", "Error parsing file: "),
    "unknown element": (
        "<isLicensed>false</isLicensed><label>x</label><nonsense>1</nonsense>",
        "nonsense invalid at this location in type CustomPermission",
    ),
    "not a boolean": ("<isLicensed>perhaps</isLicensed><label>x</label>", "perhaps"),
    "missing": ("<isLicensed>false</isLicensed>", "Required field is missing: label"),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_a_document_is_held_to_its_schema(org: Any, kit: Any, case: str) -> None:
    inner, said = MALFORMED[case]
    name = f"{org.tag}Bad"
    files = {f"customPermissions/{name}.customPermission": kit.document("CustomPermission", inner)}
    (problem,) = org.refused({"CustomPermission": [name]}, files)
    assert said in problem


def test_manifest_and_zip_agree(org: Any, kit: Any) -> None:
    name = f"{org.tag}Absent"
    assert org.refused({"ApexClass": [name]}, {}) == [
        f"An object '{name}' of type ApexClass was named in package.xml, but was not found in zipped directory"
    ]


def test_messages_name_the_file_as_it_is_in_the_zip(org: Any, kit: Any) -> None:
    name = f"{org.tag}Path"
    result = org.deploy({"ApexClass": [name]}, kit.apex(name), checkOnly=True)
    entries = {entry["fullName"]: entry for entry in result["details"]["componentSuccesses"]}
    assert entries[name]["fileName"] == f"classes/{name}.cls"
    assert (entries["package.xml"]["componentType"], entries["package.xml"]["fileName"]) == ("", "package.xml")


def test_check_only_leaves_nothing(org: Any, kit: Any) -> None:
    name = f"{org.tag}Check"
    assert org.deployed({"ApexClass": [name]}, kit.apex(name), checkOnly=True)["checkOnly"] is True
    assert org.query(f"SELECT Id FROM ApexClass WHERE Name = '{name}'") == []


def test_the_same_again_is_unchanged(org: Any, kit: Any) -> None:
    name = f"{org.tag}Same"
    types, files = {"PermissionSet": [name]}, kit.permission_set(name)
    first, second = org.deployed(types, files), org.deployed(types, files)

    def state(result: Any) -> list[tuple[bool, bool]]:
        entries = result["details"]["componentSuccesses"]
        return [(entry["created"], entry["changed"]) for entry in entries if entry["fullName"] == name]

    assert (state(first), state(second)) == ([(True, True)], [(False, False)])


def test_rollback_takes_all_of_it_back(org: Any, kit: Any) -> None:
    good, bad = f"{org.tag}Good", f"{org.tag}Worse"
    files = {**kit.apex(good), **kit.page(bad, '<apex:page controller="NotThere"/>')}
    result = org.deploy({"ApexClass": [good], "ApexPage": [bad]}, files)
    assert (result["status"], result["numberComponentErrors"]) == ("Failed", 1)
    assert org.query(f"SELECT Id FROM ApexClass WHERE Name = '{good}'") == []


def test_an_untested_validation_is_no_quick_deploy(org: Any, kit: Any) -> None:
    name = f"{org.tag}Quick"
    checked = org.deployed({"ApexClass": [name]}, kit.apex(name), checkOnly=True)
    status, answer = org.post("metadata/deployRequest", {"validatedDeployRequestId": checked["id"]})
    assert (status, answer[0]["errorCode"]) == (404, "INVALID_ID_FIELD")


def test_what_is_in_use_stays(org: Any, kit: Any) -> None:
    cls, page = f"{org.tag}Used", f"{org.tag}Uses"
    org.deployed({"ApexClass": [cls]}, kit.apex(cls))
    org.deployed({"ApexPage": [page]}, kit.page(page, f'<apex:page controller="{cls}"/>'))
    result = org.remove({"ApexClass": [cls]})
    (problem,) = kit.problems(result)
    assert "is referenced elsewhere in salesforce.com" in problem
    assert page in problem


def test_deleting_what_is_absent_is_a_warning(org: Any, kit: Any) -> None:
    result = org.remove({"ApexClass": ["SfmLiveNever"]})
    assert result["success"] is True
    said = [entry for entry in result["details"]["componentSuccesses"] if entry.get("problem")]
    assert [(entry["problemType"], entry["problem"]) for entry in said] == [
        ("Warning", "No ApexClass named: SfmLiveNever found")
    ]


def test_retrieve_is_normalised(org: Any, kit: Any) -> None:
    name = f"{org.tag}Norm"
    fields = "<label>{0}</label><description>d</description>"
    written = {f"permissionsets/{name}.permissionset": kit.document("PermissionSet", fields.format(name))}
    org.deployed({"PermissionSet": [name]}, written)
    files, messages = org.retrieve({"PermissionSet": [name, "SfmLiveNever"]})
    assert files[f"permissionsets/{name}.permissionset"] == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<PermissionSet xmlns="http://soap.sforce.com/2006/04/metadata">\n'
        "    <description>d</description>\n    <hasActivationRequired>false</hasActivationRequired>\n"
        f"    <label>{name}</label>\n</PermissionSet>\n"
    )
    assert "package.xml" in files
    assert messages == ["Entity of type 'PermissionSet' named 'SfmLiveNever' cannot be found"]


SEE = "Please reference your WSDL or the describe call for the appropriate names."
SOQL = {
    "SELECT Id FORM Account": (
        "MALFORMED_QUERY",
        "\nSELECT Id FORM Account\n          ^\nERROR at Row:1:Column:11\nunexpected token: 'FORM'",
    ),
    "SELECT Nope FROM Account": (
        "INVALID_FIELD",
        "\nSELECT Nope FROM Account\n       ^\nERROR at Row:1:Column:8\nNo such column 'Nope' on entity 'Account'. "
        "If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. "
        f"{SEE}",
    ),
    "SELECT Id FROM Nope": (
        "INVALID_TYPE",
        "\nSELECT Id FROM Nope\n               ^\nERROR at Row:1:Column:16\nsObject type 'Nope' is not supported. "
        "If you are attempting to use a custom object, be sure to append the '__c' after the entity name. "
        f"{SEE}",
    ),
    "SELECT Id FROM Account WHERE Id IN (SELECT ParentId FROM Account)": (
        "MALFORMED_QUERY", "The inner and outer selects should not be on the same object type",
    ),
}  # fmt: skip


@pytest.mark.parametrize("soql", SOQL)
def test_soql_errors(org: Any, soql: str) -> None:
    assert org.query_error(soql) == SOQL[soql]


def test_an_assignment_is_made_once(org: Any, kit: Any) -> None:
    name = f"{org.tag}Once"
    org.deployed({"PermissionSet": [name]}, kit.permission_set(name))
    (held,) = org.query(f"SELECT Id FROM PermissionSet WHERE Name = '{name}'")
    user = org.http.get(f"{org.url}/services/oauth2/userinfo", timeout=60).json()["user_id"]
    row = {"AssigneeId": user, "PermissionSetId": held["Id"]}
    status, made = org.post("sobjects/PermissionSetAssignment", row)
    assert status == 201, made
    status, answer = org.post("sobjects/PermissionSetAssignment", row)
    assert (status, answer[0]["errorCode"]) == (400, "DUPLICATE_VALUE")
    (problem,) = kit.problems(org.remove({"PermissionSet": [name]}))
    assert "assigned" in problem
    org.delete("PermissionSetAssignment", made["id"])


def test_a_setting_has_one_row_an_owner(org: Any, kit: Any) -> None:
    name = f"{org.tag}__c"
    field = "<fields><fullName>Key__c</fullName><label>Key</label><length>20</length><type>Text</type></fields>"
    head = "<customSettingsType>Hierarchy</customSettingsType><enableFeeds>false</enableFeeds>"
    tail = f"<label>{org.tag}</label><visibility>Public</visibility>"
    org.deployed(
        {"CustomObject": [name]}, {f"objects/{name}.object": kit.document("CustomObject", head + field + tail)}
    )
    (owner,) = org.query("SELECT Id FROM Organization")
    row = {"SetupOwnerId": owner["Id"], "Key__c": "a"}
    assert org.post(f"sobjects/{name}", row)[0] == 201
    status, answer = org.post(f"sobjects/{name}", row)
    assert (status, answer[0]["errorCode"]) == (400, "DUPLICATE_VALUE")
