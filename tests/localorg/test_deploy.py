"""How a deploy is judged: results, wording, rollback, deletions."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from toolkit.localorg.deploy import components
from toolkit.localorg.families.apex import ApexClass

WIDGET = '<apex:page standardController="Case" extensions="Ext">x</apex:page>'


def good(kit: Any, suffix: str = "") -> dict[str, str]:
    """A class, a page on it, a tab, an app and a permission set, all named after the suffix."""
    cls, page, tab, app, granted = (f"{name}{suffix}" for name in ("Ext", "Widget", "Tab", "App", "Granted"))
    entries = (
        f"<applicationVisibilities><application>{app}</application><visible>true</visible></applicationVisibilities>"
        f"<classAccesses><apexClass>{cls}</apexClass><enabled>true</enabled></classAccesses>"
        f"<pageAccesses><apexPage>{page}</apexPage><enabled>true</enabled></pageAccesses>"
        f"<tabSettings><tab>{tab}</tab><visibility>Visible</visibility></tabSettings>"
    )
    app_xml = f"<label>{app}</label><navType>Standard</navType><tabs>{tab}</tabs><uiType>Lightning</uiType>"
    types = {"ApexClass": [cls], "ApexPage": [page], "CustomTab": [tab], "CustomApplication": [app],
             "PermissionSet": [granted]}  # fmt: skip
    return {
        "package.xml": kit.manifest(types),
        **kit.apex_class(cls),
        **kit.page(page, WIDGET.replace('"Ext"', f'"{cls}"')),
        **kit.tab(tab, page),
        f"applications/{app}.app": kit.document("CustomApplication", app_xml),
        **kit.permission_set(granted, entries),
    }


def test_a_deploy_tells_of_every_component(client: Any, kit: Any) -> None:
    result = client.deployed(good(kit, "One"))
    entries = result["details"]["componentSuccesses"]
    assert [(e["componentType"], e["fullName"], e["fileName"], e["created"], e["changed"]) for e in entries] == [
        ("", "package.xml", "package.xml", False, False),
        ("CustomApplication", "AppOne", "applications/AppOne.app", True, True),
        ("ApexClass", "ExtOne", "classes/ExtOne.cls", True, True),
        ("ApexPage", "WidgetOne", "pages/WidgetOne.page", True, True),
        ("PermissionSet", "GrantedOne", "permissionsets/GrantedOne.permissionset", True, True),
        ("CustomTab", "TabOne", "tabs/TabOne.tab", True, True),
    ]
    assert all(e["success"] and not e["deleted"] and e["createdDate"] for e in entries)
    assert (result["numberComponentsTotal"], result["numberComponentErrors"]) == (5, 0)
    assert result["numberComponentsDeployed"] == 5
    assert (result["status"], result["success"], result["done"], result["checkOnly"]) == (
        "Succeeded",
        True,
        True,
        False,
    )
    assert result["createdByName"] == "Ada Admin"


def test_the_same_again_changes_nothing(client: Any, kit: Any) -> None:
    files = good(kit, "Two")
    client.deployed(files)
    entries = client.deployed(files)["details"]["componentSuccesses"]
    assert not any(entry["changed"] or entry["created"] for entry in entries)


def test_one_changed_component_is_the_only_one_said_to_be(client: Any, kit: Any) -> None:
    files = good(kit, "Three")
    client.deployed(files)
    files |= kit.apex_class("ExtThree", "public class ExtThree { Integer i; }")
    entries = client.deployed(files)["details"]["componentSuccesses"]
    assert [entry["fullName"] for entry in entries if entry["changed"]] == ["ExtThree"]
    assert not any(entry["created"] for entry in entries)


def test_the_zip_prefix_is_echoed(client: Any, kit: Any) -> None:
    files = {"package.xml": kit.manifest({"ApexClass": ["Prefixed"]}), **kit.apex_class("Prefixed")}
    result = client.deploy(files, prefix="zip/", singlePackage=False)
    names = [entry["fileName"] for entry in result["details"]["componentSuccesses"]]
    assert names == ["zip/package.xml", "zip/classes/Prefixed.cls"]
    missing = client.deploy(kit.packed({"classes/X.cls": "x"}, "pkg/"), singlePackage=False)
    assert kit.problems(missing) == [("pkg/package.xml", "package.xml", "No package.xml found")]


MISSING = {
    "class of a permission set": (
        "PermissionSet", "P1", "permissionsets/P1.permissionset",
        "<classAccesses><apexClass>Nowhere</apexClass><enabled>true</enabled></classAccesses><label>P1</label>",
        "In field: apexClass - no ApexClass named Nowhere found",
    ),
    "page of a permission set": (
        "PermissionSet", "P1", "permissionsets/P1.permissionset",
        "<label>P1</label><pageAccesses><apexPage>Nowhere</apexPage><enabled>true</enabled></pageAccesses>",
        "In field: apexPage - no ApexPage named Nowhere found",
    ),
    "tab of a permission set": (
        "PermissionSet", "P1", "permissionsets/P1.permissionset",
        "<label>P1</label><tabSettings><tab>Nowhere</tab><visibility>Visible</visibility></tabSettings>",
        "In field: tab - no CustomTab named Nowhere found",
    ),
    "app of a permission set": (
        "PermissionSet", "P1", "permissionsets/P1.permissionset",
        "<applicationVisibilities><application>Nowhere</application><visible>true</visible></applicationVisibilities>"
        "<label>P1</label>",
        "In field: application - no CustomApplication named Nowhere found",
    ),
    "custom permission of a permission set": (
        "PermissionSet", "P1", "permissionsets/P1.permissionset",
        "<customPermissions><enabled>true</enabled><name>Nowhere</name></customPermissions><label>P1</label>",
        "In field: name - no CustomPermission named Nowhere found",
    ),
    "setting of a permission set": (
        "PermissionSet", "P1", "permissionsets/P1.permissionset",
        "<customSettingAccesses><enabled>true</enabled><name>Nowhere__c</name></customSettingAccesses><label>P1</label>",
        "In field: name - no CustomObject named Nowhere__c found",
    ),
    "object of a permission set": (
        "PermissionSet", "P1", "permissionsets/P1.permissionset",
        "<label>P1</label><objectPermissions><allowCreate>false</allowCreate><allowDelete>false</allowDelete>"
        "<allowEdit>false</allowEdit><allowRead>true</allowRead><modifyAllRecords>false</modifyAllRecords>"
        "<object>Nowhere__c</object><viewAllRecords>false</viewAllRecords></objectPermissions>",
        "In field: object - no CustomObject named Nowhere__c found",
    ),
    "field of a permission set": (
        "PermissionSet", "P1", "permissionsets/P1.permissionset",
        "<fieldPermissions><editable>true</editable><field>Contact.Nowhere__c</field><readable>true</readable>"
        "</fieldPermissions><label>P1</label>",
        "In field: field - no CustomField named Contact.Nowhere__c found",
    ),
    "page of a tab": (
        "CustomTab", "T1", "tabs/T1.tab",
        "<label>T1</label><motif>Custom68: Globe</motif><page>Nowhere</page>",
        "In field: page - no ApexPage named Nowhere found",
    ),
    "tab of an app": (
        "CustomApplication", "A1", "applications/A1.app", "<label>A1</label><tabs>Nowhere</tabs>",
        "In field: tab - no CustomTab named Nowhere found",
    ),
    "page of a layout": (
        "Layout", "Case-Nowhere Layout", "layouts/Case-Nowhere Layout.layout",
        "<layoutSections><customLabel>false</customLabel><detailHeading>false</detailHeading>"
        "<editHeading>false</editHeading><layoutColumns><layoutItems><page>Nowhere</page></layoutItems></layoutColumns>"
        "<style>OneColumn</style></layoutSections>",
        "In field: page - no ApexPage named Nowhere found",
    ),
    "field of a layout": (
        "Layout", "Case-Nowhere Layout", "layouts/Case-Nowhere Layout.layout",
        "<layoutSections><customLabel>false</customLabel><detailHeading>false</detailHeading>"
        "<editHeading>false</editHeading><layoutColumns><layoutItems><field>Gone__c</field></layoutItems></layoutColumns>"
        "<style>OneColumn</style></layoutSections>",
        "In field: field - no CustomField named Case.Gone__c found",
    ),
    "page of an override": (
        "CustomObject", "Case", "objects/Case.object",
        "<actionOverrides><actionName>View</actionName><content>Nowhere</content><formFactor>Large</formFactor>"
        "<skipRecordTypeSelect>false</skipRecordTypeSelect><type>Flexipage</type></actionOverrides>",
        "Nowhere does not exist or is not a valid override for action View.",
    ),
    "app of an OAuth policy": (
        "ExtlClntAppOauthConfigurablePolicies", "X", "extlClntAppOauthPolicies/X.ecaOauthPlcy",
        "<externalClientApplication>Nowhere</externalClientApplication>",
        "In field: externalClientApplication - no ExternalClientApplication named Nowhere found",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", MISSING)
def test_what_is_named_must_be_there(client: Any, kit: Any, case: str) -> None:
    kind, name, path, inner, problem = MISSING[case]
    files = {"package.xml": kit.manifest({kind: [name]}), path: kit.document(kind, inner)}
    result = client.deploy(files)
    assert kit.problems(result) == [(path, name, problem)]
    assert (result["status"], result["success"], result["numberComponentErrors"]) == ("Failed", False, 1)
    (failure,) = result["details"]["componentFailures"]
    assert (failure["problemType"], failure["success"], failure["created"], failure["deleted"]) == (
        "Error", False, False, False,
    )  # fmt: skip
    assert failure["lineNumber"] == 2
    assert failure["columnNumber"] > 1


PAGES = {
    '<apex:page controller="Nowhere"/>': "Apex class 'Nowhere' does not exist",
    '<apex:page standardController="Case" extensions="Nowhere"/>': "Apex class 'Nowhere' does not exist",
    '<apex:page standardController="Nowhere__c"/>': "Unknown standard controller: Nowhere__c",
    "<apex:page><c:Nowhere/></apex:page>": "Component c:Nowhere does not exist",
    '<apex:page><apex:include pageName="Nowhere"/></apex:page>': "Page Nowhere does not exist",
    "<apex:page>{!$Resource.Nowhere}</apex:page>": "Static Resource named Nowhere does not exist. Check spelling.",
    "<apex:page>{!$Label.Nowhere}</apex:page>": "Field $Label.Nowhere does not exist. Check spelling.",
    "<div>no page</div>": "The root tag must be <apex:page>",
}


@pytest.mark.parametrize("markup", PAGES)
def test_markup_must_refer_to_what_is_there(client: Any, kit: Any, markup: str) -> None:
    files = {"package.xml": kit.manifest({"ApexPage": ["Bad"]}), **kit.page("Bad", markup)}
    assert kit.problems(client.deploy(files)) == [("pages/Bad.page", "Bad", PAGES[markup])]


def test_a_commented_reference_is_none(client: Any, kit: Any) -> None:
    markup = "<apex:page><!-- <c:Gone/> {!$Resource.Gone} --></apex:page>"
    client.deployed({"package.xml": kit.manifest({"ApexPage": ["Quiet"]}), **kit.page("Quiet", markup)})


def test_a_failure_carries_line_and_column_of_the_element(client: Any, kit: Any) -> None:
    files = {
        "package.xml": kit.manifest({"ApexPage": ["Placed"]}),
        **kit.page("Placed", "<apex:page>\n  <p>\n    <c:Nowhere/>\n  </p>\n</apex:page>"),
    }
    (failure,) = client.deploy(files)["details"]["componentFailures"]
    assert (failure["lineNumber"], failure["columnNumber"]) == (3, 5)


def test_users_of_a_failed_component_fail_with_it(client: Any, kit: Any) -> None:
    files = good(kit, "Chain")
    files["pages/WidgetChain.page"] = '<apex:page controller="NoSuchClass"/>'
    result = client.deploy(files)
    assert [name for _, name, _ in kit.problems(result)] == ["AppChain", "WidgetChain", "GrantedChain", "GrantedChain",
                                                             "GrantedChain", "TabChain"]  # fmt: skip
    assert client.query("SELECT Id FROM ApexClass WHERE Name = 'ExtChain'") == []


def test_nothing_stays_when_one_fails(client: Any, kit: Any) -> None:
    files = {
        "package.xml": kit.manifest({"ApexClass": ["Fine"], "ApexPage": ["Broken"]}),
        **kit.apex_class("Fine"),
        **kit.page("Broken", '<apex:page controller="Nope"/>'),
    }
    result = client.deploy(files)
    assert result["status"] == "Failed"
    assert client.query("SELECT Name FROM ApexClass WHERE Name = 'Fine'") == []
    assert client.retrieve({"ApexClass": ["Fine"]})[1] == ["Entity of type 'ApexClass' named 'Fine' cannot be found"]


def test_without_rollback_what_stands_stays(client: Any, kit: Any) -> None:
    files = {
        "package.xml": kit.manifest({"ApexClass": ["Stays"], "ApexPage": ["Falls"], "CustomTab": ["FallsToo"]}),
        **kit.apex_class("Stays"),
        **kit.page("Falls", '<apex:page controller="Nope"/>'),
        **kit.tab("FallsToo", "Falls"),
    }
    result = client.deploy(files, rollbackOnError=False)
    assert (result["status"], result["success"]) == ("SucceededPartial", False)
    assert [name for _, name, _ in kit.problems(result)] == ["Falls", "FallsToo"]
    assert client.query("SELECT Name FROM ApexClass WHERE Name = 'Stays'") == [{"Name": "Stays"}]
    assert client.query("SELECT Id FROM ApexPage WHERE Name = 'Falls'") == []


def test_check_only_changes_nothing_and_can_be_deployed_quickly(client: Any, kit: Any) -> None:
    files = {"package.xml": kit.manifest({"ApexClass": ["Later"]}), **kit.apex_class("Later")}
    checked = client.deployed(files, checkOnly=True, testLevel="RunLocalTests")
    assert checked["checkOnly"] is True
    assert client.query("SELECT Id FROM ApexClass WHERE Name = 'Later'") == []
    quick = client.http.post(f"{client.data}/metadata/deployRequest", json={"validatedDeployRequestId": checked["id"]})
    assert quick.status_code == 201
    assert client.finished(quick.json()["id"])["status"] == "Succeeded"
    assert len(client.query("SELECT Id FROM ApexClass WHERE Name = 'Later'")) == 1
    assert not_quick(client, checked["id"])


def not_quick(client: Any, job_id: str) -> bool:
    """Whether a quick deploy is refused in the platform's way."""
    answer = client.http.post(f"{client.data}/metadata/deployRequest", json={"validatedDeployRequestId": job_id})
    return answer.status_code == 404 and answer.json()[0]["errorCode"] == "INVALID_ID_FIELD"


def test_quick_deploy_wants_a_tested_validation_with_nothing_after_it(client: Any, kit: Any) -> None:
    files = {"package.xml": kit.manifest({"ApexClass": ["Swift"]}), **kit.apex_class("Swift")}
    other = {"package.xml": kit.manifest({"ApexClass": ["Between"]}), **kit.apex_class("Between")}
    for level in (None, "NoTestRun"):
        assert not_quick(client, client.deployed(files, checkOnly=True, testLevel=level)["id"])
    checked = client.deployed(files, checkOnly=True, testLevel="RunSpecifiedTests", runTests=["Swift"])
    assert not_quick(client, client.deployed(other, checkOnly=True)["id"])  # no change: the first still stands
    broken = {"package.xml": kit.manifest({"ApexPage": ["Bad"]}), **kit.page("Bad", '<apex:page controller="No"/>')}
    assert client.deploy(broken)["status"] == "Failed"
    assert client.deployed(other)["numberComponentsDeployed"] == 1
    assert not_quick(client, checked["id"])
    last = client.deploy(files)
    assert not_quick(client, last["id"])


def test_a_validation_is_good_for_ten_days(fresh: Any, kit: Any) -> None:
    client = fresh()
    files = {"package.xml": kit.manifest({"ApexClass": ["Old"]}), **kit.apex_class("Old")}
    checked = client.deployed(files, checkOnly=True, testLevel="RunLocalTests")
    org, begun = client.org.org, datetime.now(UTC)
    org.clock = lambda: begun + timedelta(days=10, seconds=30)
    assert not_quick(client, checked["id"])
    org.clock = lambda: begun + timedelta(days=9, hours=23)
    quick = client.http.post(f"{client.data}/metadata/deployRequest", json={"validatedDeployRequestId": checked["id"]})
    assert client.finished(quick.json()["id"])["status"] == "Succeeded"


def test_manifest_and_zip_must_agree(client: Any, kit: Any) -> None:
    lacking = client.deploy({"package.xml": kit.manifest({"ApexClass": ["NotHere"]})})
    absent = "An object 'NotHere' of type ApexClass was named in package.xml, but was not found in zipped directory"
    assert kit.problems(lacking) == [("package.xml", "NotHere", absent)]
    allowed = client.deploy({"package.xml": kit.manifest({"ApexClass": ["NotHere"]})}, allowMissingFiles=True,
                            ignoreWarnings=True)  # fmt: skip
    assert (allowed["status"], kit.warnings(allowed)) == ("Succeeded", [("package.xml", "NotHere", absent)])
    extra = {"package.xml": kit.manifest({}), **kit.apex_class("Extra")}
    unnamed = "An object 'Extra' of type ApexClass was found in zipped directory, but was not named in package.xml"
    assert kit.warnings(client.deploy(extra, ignoreWarnings=True)) == [("classes/Extra.cls", "Extra", unnamed)]
    assert client.deploy(extra)["status"] == "Failed"
    assert client.query("SELECT Id FROM ApexClass WHERE Name = 'Extra'") == []


def test_a_wildcard_takes_what_the_zip_has(client: Any, kit: Any) -> None:
    files = {"package.xml": kit.manifest({"ApexClass": ["*"]}), **kit.apex_class("Wild1"), **kit.apex_class("Wild2")}
    assert client.deployed(files)["numberComponentsTotal"] == 2


def test_the_documents_are_held_to_the_schema(client: Any, kit: Any) -> None:
    def said(inner: str) -> list[str]:
        path = "customPermissions/Odd.customPermission"
        files = {
            "package.xml": kit.manifest({"CustomPermission": ["Odd"]}),
            path: kit.document("CustomPermission", inner),
        }
        return [problem for _, _, problem in kit.problems(client.deploy(files))]

    fine = "<isLicensed>false</isLicensed><label>x</label>"
    assert said(fine) == []
    assert said(f"{fine}<nonsense>1</nonsense>") == [
        "Error parsing file: Element {http://soap.sforce.com/2006/04/metadata}nonsense invalid at this location in "
        "type "
        "CustomPermission"
    ]
    assert said("<isLicensed>false</isLicensed>") == ["Required field is missing: label"]
    assert said("<isLicensed>perhaps</isLicensed><label>x</label>")[0].startswith(
        "Error parsing file: 'perhaps' is not"
    )
    assert said("<isLicensed>false</isLicensed><label>x</lable>") == [
        'Error parsing file: The element type "label" must be terminated by the matching end-tag "</label>".'
    ]


def test_package_xml_itself_is_judged(client: Any, kit: Any) -> None:
    def said(text: str) -> list[tuple[str, str, str]]:
        return list(kit.problems(client.deploy({"package.xml": text})))

    assert said(kit.manifest({"Nonsense": ["x"]})) == [
        ("package.xml", "package.xml", "Unknown type name 'Nonsense' specified in package.xml")
    ]
    assert said(kit.manifest({}, version="99.0")) == [("package.xml", "package.xml", "Invalid version specified: 99.0")]
    assert said("<Package>") == [
        ("package.xml", "package.xml",
         "Error parsing file: XML document structures must start and end within the same entity.")
    ]  # fmt: skip


def test_a_class_needs_both_of_its_files(client: Any, kit: Any) -> None:
    files = {"package.xml": kit.manifest({"ApexClass": ["Half"]}), "classes/Half.cls": "public class Half {}"}
    assert kit.problems(client.deploy(files)) == [
        ("classes/Half.cls", "Half", "Required file is missing: classes/Half.cls-meta.xml")
    ]
    meta = kit.apex_class("Half")["classes/Half.cls-meta.xml"].replace("62.0", "99.0")
    files |= {"classes/Half.cls-meta.xml": meta}
    assert kit.problems(client.deploy(files)) == [("classes/Half.cls", "Half", 'The apiVersion can\'t be "99.0".')]


def test_tests_are_not_pretended(client: Any, kit: Any) -> None:
    files = {"package.xml": kit.manifest({"ApexClass": ["Tested"]}), **kit.apex_class("Tested")}
    result = client.deployed(files, testLevel="RunLocalTests")
    assert (result["runTestsEnabled"], result["numberTestsTotal"], result["numberTestsCompleted"]) == (True, 0, 0)
    tests = result["details"]["runTestResult"]
    assert (tests["numTestsRun"], tests["numFailures"]) == (0, 0)
    assert [warning["message"] for warning in tests["codeCoverageWarnings"]] == [
        "The local org does not compile Apex and runs no tests: the test level RunLocalTests was accepted, but no test "
        "has been run and no coverage has been measured."
    ]


# deletions ----------------------------------------------------------------------------------------------------------


def deletion(kit: Any, types: dict[str, list[str]], file: str = "destructiveChanges.xml") -> dict[str, str]:
    return {"package.xml": kit.manifest({}), file: kit.manifest(types)}


def test_what_is_in_use_cannot_be_deleted(client: Any, kit: Any) -> None:
    client.deployed(good(kit, "Used"))
    result = client.deploy(deletion(kit, {"ApexClass": ["ExtUsed"]}))
    assert kit.problems(result) == [(
        "destructiveChanges.xml", "ExtUsed",
        "This apex class is referenced elsewhere in salesforce.com. Remove the usage and try again. : "
        "Visualforce Page - WidgetUsed.",
    )]  # fmt: skip
    page = client.deploy(deletion(kit, {"ApexPage": ["WidgetUsed"]}))
    assert kit.problems(page)[0][2].endswith(": Custom Tab - TabUsed.")
    assert len(client.query("SELECT Id FROM ApexClass WHERE Name = 'ExtUsed'")) == 1


def test_all_of_it_can_be_deleted_together(client: Any, kit: Any) -> None:
    client.deployed(good(kit, "All"))
    everything = {"ApexClass": ["ExtAll"], "ApexPage": ["WidgetAll"], "CustomTab": ["TabAll"],
                  "CustomApplication": ["AppAll"], "PermissionSet": ["GrantedAll"]}  # fmt: skip
    result = client.deployed(deletion(kit, everything))
    entries = [e for e in result["details"]["componentSuccesses"] if e["componentType"]]
    assert all(e["deleted"] and not e["created"] for e in entries)
    assert len(entries) == 5
    assert client.query("SELECT Id FROM PermissionSet WHERE Name = 'GrantedAll'") == []


def test_what_only_grants_access_forgets_what_is_deleted(client: Any, kit: Any) -> None:
    access = "<classAccesses><apexClass>Alone</apexClass><enabled>true</enabled></classAccesses>"
    files = {
        "package.xml": kit.manifest({"ApexClass": ["Alone"], "PermissionSet": ["Keeper"]}),
        **kit.apex_class("Alone"),
        **kit.permission_set("Keeper", access),
    }
    client.deployed(files)
    client.deployed(deletion(kit, {"ApexClass": ["Alone"]}))
    files, _ = client.retrieve({"PermissionSet": ["Keeper"]})
    assert "Alone" not in files["permissionsets/Keeper.permissionset"]
    assert client.query("SELECT Id FROM SetupEntityAccess WHERE Parent.Name = 'Keeper'") == []


def test_deleting_what_is_not_there_is_a_warning(client: Any, kit: Any) -> None:
    warned = client.deploy(deletion(kit, {"ApexClass": ["Ghost"]}), ignoreWarnings=True)
    assert warned["status"] == "Succeeded"
    assert kit.warnings(warned) == [
        ("destructiveChanges.xml", "destructiveChanges.xml", "No ApexClass named: Ghost found")
    ]
    assert client.deploy(deletion(kit, {"ApexClass": ["Ghost"]}))["status"] == "Failed"


def test_pre_deletes_before_and_post_after_the_components(client: Any, kit: Any) -> None:
    client.deployed({"package.xml": kit.manifest({"ApexClass": ["Old"], "ApexPage": ["Turn"]}), **kit.apex_class("Old"),
                     **kit.page("Turn", '<apex:page controller="Old"/>')})  # fmt: skip
    turned = {
        "package.xml": kit.manifest({"ApexClass": ["New"], "ApexPage": ["Turn"]}),
        **kit.apex_class("New"),
        **kit.page("Turn", '<apex:page controller="New"/>'),
    }
    gone = kit.manifest({"ApexClass": ["Old"]})
    before = client.deploy({**turned, "destructiveChangesPre.xml": gone})
    assert [name for _, name, _ in kit.problems(before)] == ["Old"]
    after = client.deployed({**turned, "destructiveChangesPost.xml": gone})
    assert {e["fullName"] for e in after["details"]["componentSuccesses"] if e["deleted"]} == {"Old"}
    assert client.query("SELECT Name FROM ApexClass WHERE Name IN ('Old', 'New')") == [{"Name": "New"}]


def test_wildcards_and_standard_objects_cannot_be_deleted(client: Any, kit: Any) -> None:
    assert kit.problems(client.deploy(deletion(kit, {"ApexClass": ["*"]})))[0][2] == (
        "Wildcards are not allowed in destructive changes"
    )
    result = client.deploy(deletion(kit, {"CustomObject": ["Account"]}))
    assert kit.problems(result) == [("destructiveChanges.xml", "Account", "Standard objects can't be deleted: Account")]


def test_an_assigned_permission_set_stays(client: Any, kit: Any) -> None:
    client.deployed({"package.xml": kit.manifest({"PermissionSet": ["Held"]}), **kit.permission_set("Held")})
    (held,) = client.query("SELECT Id FROM PermissionSet WHERE Name = 'Held'")
    (user,) = client.query("SELECT Id FROM User WHERE Username = 'agent@local.example'")
    row = client.create("PermissionSetAssignment", PermissionSetId=held["Id"], AssigneeId=user["Id"])
    result = client.deploy(deletion(kit, {"PermissionSet": ["Held"]}))
    assert kit.problems(result) == [(
        "destructiveChanges.xml", "Held",
        "You can't delete this permission set because it's assigned to users: agent@local.example",
    )]  # fmt: skip
    assert client.http.delete(f"{client.data}/sobjects/PermissionSetAssignment/{row}").status_code == 204
    client.deployed(deletion(kit, {"PermissionSet": ["Held"]}))


# jobs ----------------------------------------------------------------------------------------------------------------


def test_a_job_waits_runs_and_can_be_cancelled(fresh: Any, kit: Any) -> None:
    client = fresh(job_delay=0.4)
    files = {"package.xml": kit.manifest({"ApexClass": ["Slow"]}), **kit.apex_class("Slow")}
    first = client.start(files).json()["id"]
    second = client.start(files).json()["id"]
    status = client.http.get(f"{client.data}/metadata/deployRequest/{second}").json()["deployResult"]
    assert (status["status"], status["done"], status["success"]) == ("Pending", False, False)
    url = f"{client.data}/metadata/deployRequest/{second}"
    cancelling = client.http.patch(url, json={"deployResult": {"status": "Canceling"}})
    assert cancelling.status_code == 202
    assert cancelling.json()["deployResult"]["status"] == "Canceling"
    assert client.finished(first)["status"] == "Succeeded"
    done = client.finished(second)
    assert (done["status"], done["canceledByName"], done["success"]) == ("Canceled", "Ada Admin", False)
    again = client.http.patch(f"{client.data}/metadata/deployRequest/{first}",
                              json={"deployResult": {"status": "Canceling"}})  # fmt: skip
    assert again.status_code == 400


def test_a_running_job_can_be_cancelled(client: Any, kit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(self: Any, incoming: Any, deploy: Any) -> tuple[()]:
        time.sleep(0.02)
        return ()

    monkeypatch.setattr(ApexClass, "check", slow)
    monkeypatch.setattr(components, "_WATCH_EVERY", 1)
    names = [f"Long{number}" for number in range(200)]
    files: dict[str, str] = {"package.xml": kit.manifest({"ApexClass": names})}
    for name in names:
        files |= kit.apex_class(name)
    url = f"{client.data}/metadata/deployRequest/{client.start(files).json()['id']}"
    for _ in range(500):
        status = client.http.get(url).json()["deployResult"]
        if status["numberComponentsDeployed"] > 3:
            break
        time.sleep(0.01)
    assert (status["status"], status["stateDetail"]) == ("InProgress", "Processing Type: ApexClass")
    started = time.monotonic()
    canceling = client.http.patch(url, json={"deployResult": {"status": "Canceling"}})
    assert canceling.json()["deployResult"]["status"] in ("Canceling", "Canceled")
    result = client.finished(url.rpartition("/")[2])
    assert time.monotonic() - started < 2
    assert (result["status"], result["canceledByName"]) == ("Canceled", "Ada Admin")
    assert client.query("SELECT Id FROM ApexClass WHERE Name LIKE 'Long%'") == []


def test_jobs_of_an_org_run_one_after_the_other(client: Any, kit: Any) -> None:
    ids = []
    for number in range(5):
        body = f"public class Queued {{ Integer i = {number}; }}"
        files = {"package.xml": kit.manifest({"ApexClass": ["Queued"]}), **kit.apex_class("Queued", body)}
        ids.append(client.start(files).json()["id"])
    results = [client.finished(job_id) for job_id in ids]
    assert [result["startDate"] for result in results] == sorted(result["startDate"] for result in results)
    assert [row["Body"] for row in client.query("SELECT Body FROM ApexClass WHERE Name = 'Queued'")] == [
        "public class Queued { Integer i = 4; }"
    ]


def test_either_order_of_the_parts_and_an_odd_file_name(client: Any, kit: Any) -> None:
    content = kit.packed({"package.xml": kit.manifest({"ApexClass": ["Parts"]}), **kit.apex_class("Parts")})
    entity = json.dumps({"deployOptions": {"singlePackage": True, "rollbackOnError": True, "checkOnly": True}})
    parts = [
        ("file", ("package.xml", content, "application/zip")),
        ("entity_content", (None, entity, "application/json")),
    ]
    for order in (parts, parts[::-1]):
        answer = client.http.post(f"{client.data}/metadata/deployRequest", files=order)
        assert answer.status_code == 201
        assert client.finished(answer.json()["id"])["status"] == "Succeeded"


def test_unknown_jobs_and_bad_requests_are_refused(client: Any) -> None:
    url = f"{client.data}/metadata/deployRequest"
    unknown = client.http.get(f"{url}/0AfLo00000000ZZKAA")
    assert (unknown.status_code, unknown.json()[0]["errorCode"]) == (404, "INVALID_CROSS_REFERENCE_KEY")
    assert client.http.get(f"{url}/nonsense").json()[0]["errorCode"] == "MALFORMED_ID"
    assert client.http.post(url, json={}).json()[0]["errorCode"] == "INVALID_MULTIPART_REQUEST"
    assert client.start(b"", testLevel="Whatever").json()[0]["errorCode"] == "INVALID_TYPE"


def test_status_without_details_has_no_components(client: Any, kit: Any) -> None:
    files = {"package.xml": kit.manifest({"ApexClass": ["Plain"]}), **kit.apex_class("Plain")}
    job_id = client.deployed(files)["id"]
    result = client.http.get(f"{client.data}/metadata/deployRequest/{job_id}").json()
    assert result["deployResult"]["details"] == {
        "componentFailures": [], "componentSuccesses": [], "runTestResult": None,
    }  # fmt: skip
    assert result["deployOptions"]["singlePackage"] is True


# production ---------------------------------------------------------------------------------------------------------


def test_production_has_rules_of_its_own(fresh: Any, kit: Any) -> None:
    client = fresh(org_type="production")
    files = {"package.xml": kit.manifest({"ApexClass": ["Prod"]}), **kit.apex_class("Prod")}
    untested = client.deploy(files, testLevel="NoTestRun")
    assert (untested["status"], untested["errorMessage"]) == (
        "Failed", "INVALID_OPERATION: testLevel of NoTestRun cannot be used in production organizations",
    )  # fmt: skip
    broken = {**files, "package.xml": kit.manifest({"ApexClass": ["Prod"], "ApexPage": ["Bad"]}),
              **kit.page("Bad", '<apex:page controller="Nope"/>')}  # fmt: skip
    rolled_back = client.deploy(broken, rollbackOnError=False)
    assert (rolled_back["status"], rolled_back["rollbackOnError"]) == ("Failed", True)
    assert client.query("SELECT Id FROM ApexClass") == []
    refused = client.start(files, allowMissingFiles=True)
    assert refused.json() == [
        {"message": "allowMissingFiles must be false for a deployment to production", "errorCode": "INVALID_OPERATION"}
    ]
    assert client.query("SELECT OrganizationType FROM Organization") == [{"OrganizationType": "Enterprise Edition"}]
    tested = client.deployed(files)
    assert (tested["runTestsEnabled"], tested["details"]["runTestResult"]["numTestsRun"]) == (True, 0)
    plain = client.deployed({"package.xml": kit.manifest({"PermissionSet": ["P"]}), **kit.permission_set("P")})
    assert plain["runTestsEnabled"] is False


def test_time_is_not_wasted(client: Any, kit: Any) -> None:
    names = [f"Bulk{number}" for number in range(300)]
    files: dict[str, str] = {"package.xml": kit.manifest({"ApexClass": names})}
    for name in names:
        files |= kit.apex_class(name)
    started = time.monotonic()
    client.deployed(files)
    assert time.monotonic() - started < 5
    assert requests.get(f"{client.org.url}/services/data", timeout=5).ok
