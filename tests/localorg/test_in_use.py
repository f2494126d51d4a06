"""What is in use cannot be deleted, with the list of its users; and what goes out of its users with it."""

from __future__ import annotations

from typing import Any

import pytest

NS = "http://soap.sforce.com/2006/04/metadata"


def xml(root: str, *lines: str) -> str:
    body = "".join(f"    {line}\n" for line in lines)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{NS}">\n{body}</{root}>\n'


def coded(folder: str, name: str, suffix: str, root: str, body: str, *meta: str) -> dict[str, str]:
    path = f"{folder}/{name}.{suffix}"
    return {path: body, f"{path}-meta.xml": xml(root, "<apiVersion>62.0</apiVersion>", *meta)}


def text_field(name: str, more: str = "<length>80</length><type>Text</type>") -> str:
    return f"<fields><fullName>{name}</fullName><label>{name}</label>{more}</fields>"


def custom_object(name: str, *inner: str) -> dict[str, str]:
    return {f"objects/{name}.object": xml(
        "CustomObject", "<deploymentStatus>Deployed</deploymentStatus>", *inner, f"<label>{name}</label>",
        "<nameField><label>N</label><type>Text</type></nameField>", f"<pluralLabel>{name}</pluralLabel>",
        "<sharingModel>ReadWrite</sharingModel>")}  # fmt: skip


def item(inner: str) -> str:
    return (
        "<layoutSections><customLabel>false</customLabel><detailHeading>false</detailHeading><editHeading>false"
        f"</editHeading><layoutColumns><layoutItems>{inner}</layoutItems></layoutColumns><style>OneColumn</style>"
        "</layoutSections>"
    )


OBJECT = custom_object(
    "Thing__c", text_field("Used__c"), text_field("Shown__c"),
    text_field("Sum__c", "<formula>Used__c</formula><type>Text</type>"),
    "<listViews><fullName>L</fullName><columns>NAME</columns><columns>Shown__c</columns><filterScope>Everything"
    "</filterScope><label>L</label></listViews>",
)  # fmt: skip
CHILD = custom_object(
    "Child__c", text_field("Parent__c", "<referenceTo>Thing__c</referenceTo><relationshipName>Kids</relationshipName>"
                           "<type>Lookup</type>"),
)  # fmt: skip
FLOW = xml("Flow", "<actionCalls><name>A</name><label>A</label><locationX>0</locationX><locationY>0</locationY>"
           "<actionName>Act</actionName><actionType>apex</actionType></actionCalls>", "<label>F</label>",
           "<processType>AutoLaunchedFlow</processType>",
           "<recordLookups><name>R</name><label>R</label><locationX>0</locationX><locationY>0</locationY>"
           "<object>Thing__c</object><queriedFields>Used__c</queriedFields></recordLookups>",
           "<status>Draft</status>")  # fmt: skip
PROJECT: dict[str, str] = {
    **coded("classes", "Act", "cls", "ApexClass", "public class Act { @AuraEnabled public static void run() {} }",
            "<status>Active</status>"),
    **coded("pages", "P", "page", "ApexPage", '<apex:page standardController="Thing__c" extensions="Act">'
            "{!$Resource.Res} {!$Label.Lab}</apex:page>", "<label>P</label>"),
    "lwc/web/web.js": "import run from '@salesforce/apex/Act.run';\nimport res from '@salesforce/resourceUrl/Res';\n"
                      "import lab from '@salesforce/label/c.Lab'; import per from '@salesforce/customPermission/Per';",
    "lwc/web/web.js-meta.xml": xml("LightningComponentBundle", "<apiVersion>62.0</apiVersion>",
                                   "<isExposed>true</isExposed>",
                                   "<targets><target>lightning__AppPage</target></targets>"),
    "staticresources/Res.resource": "x",
    "staticresources/Res.resource-meta.xml": xml("StaticResource", "<cacheControl>Private</cacheControl>",
                                                 "<contentType>text/plain</contentType>"),
    "labels/CustomLabels.labels": xml("CustomLabels", "<labels><fullName>Lab</fullName><language>en_US</language>"
                                      "<protected>false</protected><shortDescription>Lab</shortDescription>"
                                      "<value>x</value></labels>"),
    "customPermissions/Per.customPermission": xml("CustomPermission", "<isLicensed>false</isLicensed>",
                                                  "<label>Per</label>"),
    **OBJECT, **CHILD, "flows/F.flow": FLOW,
    "layouts/Thing__c-Thing%5F%5Fc Layout.layout": xml("Layout", item("<field>Shown__c</field>")
                                                       .replace("</layoutColumns>", "<layoutItems><page>P</page>"
                                                                "</layoutItems></layoutColumns>")),
    "flexipages/Fx.flexipage": xml(
        "FlexiPage", "<flexiPageRegions><itemInstances><componentInstance><componentName>web</componentName>"
        "<identifier>w</identifier></componentInstance></itemInstances><name>main</name><type>Region</type>"
        "</flexiPageRegions>",
        "<masterLabel>Fx</masterLabel>", "<template><name>flexipage:defaultAppHomeTemplate</name></template>",
        "<type>AppPage</type>"),
    "tabs/Tp.tab": xml("CustomTab", "<label>Tp</label>", "<motif>Custom9: Lightning</motif>", "<page>P</page>"),
    "permissionsets/Ps.permissionset": xml(
        "PermissionSet", "<classAccesses><apexClass>Act</apexClass><enabled>true</enabled></classAccesses>",
        "<fieldPermissions><editable>true</editable><field>Thing__c.Shown__c</field><readable>true</readable>"
        "</fieldPermissions>", "<label>Ps</label>",
        "<pageAccesses><apexPage>P</apexPage><enabled>true</enabled></pageAccesses>"),
}  # fmt: skip
MEMBERS = {
    "ApexClass": ["Act"], "ApexPage": ["P"], "CustomLabels": ["CustomLabels"], "CustomObject": ["Thing__c", "Child__c"],
    "CustomPermission": ["Per"], "CustomTab": ["Tp"], "FlexiPage": ["Fx"], "Flow": ["F"],
    "Layout": ["Thing__c-Thing%5F%5Fc Layout"], "LightningComponentBundle": ["web"], "PermissionSet": ["Ps"],
    "StaticResource": ["Res"],
}  # fmt: skip


@pytest.fixture(scope="module")
def used(client: Any, kit: Any) -> Any:
    client.deployed({"package.xml": kit.manifest(MEMBERS), **PROJECT}, ignoreWarnings=True)
    return client


def referenced(what: str, *users: str) -> str:
    return (
        f"This {what} is referenced elsewhere in salesforce.com. Remove the usage and try again. : {', '.join(users)}."
    )


HELD = {
    ("ApexClass", "Act"): referenced(
        "apex class", "Visualforce Page - P", "Flow - F", "Lightning Component Bundle - web"),
    ("ApexPage", "P"): referenced(
        "visualforce page", "Custom Tab - Tp", "Page Layout - Thing__c-Thing%5F%5Fc Layout"),
    ("LightningComponentBundle", "web"): referenced("lightning component bundle", "Lightning Page - Fx"),
    ("StaticResource", "Res"): referenced(
        "static resource", "Visualforce Page - P", "Lightning Component Bundle - web"),
    ("CustomLabel", "Lab"): referenced("custom label", "Visualforce Page - P", "Lightning Component Bundle - web"),
    ("CustomPermission", "Per"): referenced("custom permission", "Lightning Component Bundle - web"),
    ("CustomField", "Thing__c.Used__c"): referenced("custom field", "Custom Field - Thing__c.Sum__c", "Flow - F"),
    ("CustomObject", "Thing__c"): referenced(
        "custom object", "Visualforce Page - P", "Custom Field - Child__c.Parent__c", "Flow - F"),
}  # fmt: skip


@pytest.mark.parametrize("member", HELD, ids=lambda member: member[0])
def test_what_is_in_use_stays_and_its_users_are_listed(used: Any, kit: Any, member: tuple[str, str]) -> None:
    kind, name = member
    files = {"package.xml": kit.manifest({}), "destructiveChanges.xml": kit.manifest({kind: [name]})}
    result = used.deploy(files)
    (failure,) = result["details"]["componentFailures"]
    assert (failure["componentType"], failure["fullName"]) == (kind, name)
    said = failure["problem"]
    head, _, users = said.partition(" : ")
    wanted, _, listed = HELD[member].partition(" : ")
    assert (head, sorted(users.rstrip(".").split(", "))) == (wanted, sorted(listed.rstrip(".").split(", ")))


def test_a_permission_set_that_somebody_has_stays(used: Any, kit: Any) -> None:
    (held,) = used.query("SELECT Id FROM PermissionSet WHERE Name = 'Ps'")
    (user,) = used.query("SELECT Id FROM User WHERE Username = 'agent@local.example'")
    row = used.create("PermissionSetAssignment", AssigneeId=user["Id"], PermissionSetId=held["Id"])
    files = {"package.xml": kit.manifest({}), "destructiveChanges.xml": kit.manifest({"PermissionSet": ["Ps"]})}
    result = used.deploy(files, checkOnly=True)
    assert [problem for _, _, problem in kit.problems(result)] == [
        "You can't delete this permission set because it's assigned to users: agent@local.example"
    ]
    assert used.http.delete(f"{used.data}/sobjects/PermissionSetAssignment/{row}").status_code == 204
    used.deployed(files, checkOnly=True)


def test_a_field_goes_out_of_what_only_shows_it(used: Any, kit: Any) -> None:
    files = {
        "package.xml": kit.manifest({}),
        "destructiveChanges.xml": kit.manifest({"CustomField": ["Thing__c.Shown__c"]}),
    }
    used.deployed(files)
    layout = "Thing__c-Thing%5F%5Fc Layout"
    wanted = {"CustomObject": ["Thing__c"], "Layout": [layout], "PermissionSet": ["Ps"]}
    shown, messages = used.retrieve(wanted)
    assert messages == []
    for path in ("objects/Thing__c.object", f"layouts/{layout}.layout", "permissionsets/Ps.permissionset"):
        assert "Shown__c" not in shown[path]
    assert "<page>P</page>" in shown[f"layouts/{layout}.layout"]
    assert "<columns>NAME</columns>" in shown["objects/Thing__c.object"]


def test_everything_together_goes(used: Any, kit: Any) -> None:
    doomed = {**MEMBERS, "CustomLabel": ["Lab"]}
    del doomed["CustomLabels"], doomed["Layout"]
    used.deployed({"package.xml": kit.manifest({}), "destructiveChanges.xml": kit.manifest(doomed)}, checkOnly=True)
