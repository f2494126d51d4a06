"""Every refusal of a deploy: its words, the file with the zip's own prefix, line and column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

NS = "http://soap.sforce.com/2006/04/metadata"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
META = f'{HEAD}<ApexClass xmlns="{NS}">\n    <apiVersion>62.0</apiVersion>\n    <status>Active</status>\n</ApexClass>\n'


def xml(root: str, *lines: str) -> str:
    """A document with one line for each of lines, from line 3 on and four blanks in."""
    body = "".join(f"    {line}\n" for line in lines)
    return f'{HEAD}<{root} xmlns="{NS}">\n{body}</{root}>\n'


def page(markup: str) -> dict[str, str]:
    meta = xml("ApexPage", "<apiVersion>62.0</apiVersion>", "<label>P</label>")
    return {"pages/P.page": markup, "pages/P.page-meta.xml": meta}


def grant(*entries: str) -> dict[str, str]:
    return {"permissionsets/P.permissionset": xml("PermissionSet", *entries, "<label>P</label>")}


def lightning(*lines: str, kind: str = "AppPage") -> dict[str, str]:
    end = (
        "<masterLabel>L</masterLabel>", "<template><name>flexipage:recordHomeTemplateDesktop</name></template>",
        f"<type>{kind}</type>",
    )  # fmt: skip
    return {"flexipages/L.flexipage": xml("FlexiPage", *lines, *end)}


def region(inner: str, name: str = "main") -> str:
    return f"<flexiPageRegions>{inner}<name>{name}</name><type>Region</type></flexiPageRegions>"


def instance(component: str, identifier: str = "<identifier>i</identifier>", properties: str = "") -> str:
    return (
        f"<itemInstances><componentInstance>{properties}<componentName>{component}</componentName>{identifier}"
        "</componentInstance></itemInstances>"
    )


def shown(name: str) -> str:
    return (
        "<componentInstanceProperties><name>pageName</name>"
        f"<value>{name}</value></componentInstanceProperties>"
    )  # fmt: skip


def layout(item: str, name: str = "Case-L") -> dict[str, str]:
    section = (
        "<layoutSections><customLabel>false</customLabel><detailHeading>false</detailHeading>"
        f"<editHeading>false</editHeading><layoutColumns><layoutItems>{item}</layoutItems></layoutColumns>"
        "<style>OneColumn</style></layoutSections>"
    )
    return {f"layouts/{name}.layout": xml("Layout", section)}


def setting(name: str, *lines: str) -> dict[str, str]:
    own = ("<customSettingsType>Hierarchy</customSettingsType>", "<enableFeeds>false</enableFeeds>")
    return {f"objects/{name}.object": xml("CustomObject", *own, *lines, "<label>S</label>")}


@dataclass(frozen=True)
class Refusal:
    """members of the manifest, files of the zip, and what is said of which file and where.

    at is line and column (0, 0 for no place), or the text of the file behind which it is.
    """

    members: dict[str, list[str]]
    files: dict[str, str]
    file: str
    said: str
    at: tuple[int, int] | str
    full_name: str = ""

    @property
    def place(self) -> tuple[int, int]:
        if not isinstance(self.at, str):
            return self.at
        content = self.files[self.file]
        before = content[: content.index(self.at) + len(self.at)]
        return before.count("\n") + 1, len(before) - before.rfind("\n")


ROOT = f'xmlns="{NS}">'
PERMISSION_SET = {"PermissionSet": ["P"]}
IN_SET = "permissionsets/P.permissionset"
PAGE = {"ApexPage": ["P"]}
LIGHTNING = {"FlexiPage": ["L"]}
IN_PAGE = "flexipages/L.flexipage"
FIELD = {"CustomField": ["S__c.F__c"], "CustomObject": ["S__c"]}
OVERRIDE = (
    "<actionOverrides><actionName>View</actionName><content>Gone</content><formFactor>Large</formFactor>"
    "<skipRecordTypeSelect>false</skipRecordTypeSelect><type>Flexipage</type></actionOverrides>"
)
POLICY = "ExtlClntAppOauthConfigurablePolicies"
LONG = "S" * 39 + "__c"

REFUSALS = {
    "malformed XML": Refusal(
        {"CustomPermission": ["C"]},
        {"customPermissions/C.customPermission": xml("CustomPermission", "<label>C</lable>")},
        "customPermissions/C.customPermission",
        'Error parsing file: The element type "label" must be terminated by the matching end-tag "</label>".', (3, 15),
    ),
    "unknown element": Refusal(
        {"CustomPermission": ["C"]},
        {"customPermissions/C.customPermission": xml("CustomPermission", "<colour>x</colour>",
                                                     "<isLicensed>false</isLicensed>", "<label>C</label>")},
        "customPermissions/C.customPermission",
        f"Error parsing file: Element {{{NS}}}colour invalid at this location in type CustomPermission", (3, 13),
    ),
    "misplaced element": Refusal(
        LIGHTNING, lightning("<flexiPageRegions><componentName>x</componentName><name>main</name><type>Region</type>"
                             "</flexiPageRegions>"),
        IN_PAGE, f"Error parsing file: Element {{{NS}}}componentName invalid at this location in type FlexiPageRegion",
        (3, 38),
    ),
    "bad enum": Refusal(
        {"CustomField": ["Case.F__c"]},
        {"objects/Case.object": xml("CustomObject", "<fields>", "    <fullName>F__c</fullName>", "    <label>F</label>",
                                    "    <type>hat</type>", "</fields>")},
        "objects/Case.object", "Error parsing file: 'hat' is not a valid value for the enum 'FieldType'", (6, 25),
        full_name="Case",
    ),
    "missing required element": Refusal(
        {"CustomPermission": ["C"]},
        {"customPermissions/C.customPermission": xml("CustomPermission", "<isLicensed>false</isLicensed>")},
        "customPermissions/C.customPermission", "Required field is missing: label", ROOT,
    ),
    "in the manifest and not in the zip": Refusal(
        {"ApexClass": ["Gone"]}, {}, "package.xml",
        "An object 'Gone' of type ApexClass was named in package.xml, but was not found in zipped directory", (0, 0),
        full_name="Gone",
    ),
    "class of a permission set": Refusal(
        PERMISSION_SET, grant("<classAccesses>", "    <apexClass>Gone</apexClass>", "    <enabled>true</enabled>",
                              "</classAccesses>"),
        IN_SET, "In field: apexClass - no ApexClass named Gone found", (4, 20),
    ),
    "page of a permission set": Refusal(
        PERMISSION_SET, grant("<pageAccesses>", "    <apexPage>Gone</apexPage>", "    <enabled>true</enabled>",
                              "</pageAccesses>"),
        IN_SET, "In field: apexPage - no ApexPage named Gone found", (4, 19),
    ),
    "tab of a permission set": Refusal(
        PERMISSION_SET, grant("<tabSettings><tab>Gone</tab><visibility>Visible</visibility></tabSettings>"),
        IN_SET, "In field: tab - no CustomTab named Gone found", (3, 23),
    ),
    "app of a permission set": Refusal(
        PERMISSION_SET, grant("<applicationVisibilities><application>Gone</application><visible>true</visible>"
                              "</applicationVisibilities>"),
        IN_SET, "In field: application - no CustomApplication named Gone found", (3, 43),
    ),
    "custom permission of a permission set": Refusal(
        PERMISSION_SET, grant("<customPermissions><enabled>true</enabled><name>Gone</name></customPermissions>"),
        IN_SET, "In field: name - no CustomPermission named Gone found", (3, 53),
    ),
    "object of a permission set": Refusal(
        PERMISSION_SET,
        grant("<objectPermissions><allowCreate>false</allowCreate><allowDelete>false</allowDelete>",
              "<allowEdit>false</allowEdit><allowRead>true</allowRead><modifyAllRecords>false</modifyAllRecords>",
              "<object>Gone__c</object><viewAllRecords>false</viewAllRecords></objectPermissions>"),
        IN_SET, "In field: object - no CustomObject named Gone__c found", (5, 13),
    ),
    "field of a permission set": Refusal(
        PERMISSION_SET, grant("<fieldPermissions><editable>true</editable><field>Case.Gone__c</field>"
                              "<readable>true</readable></fieldPermissions>"),
        IN_SET, "In field: field - no CustomField named Case.Gone__c found", (3, 55),
    ),
    "setting of a permission set": Refusal(
        PERMISSION_SET, grant("<customSettingAccesses><enabled>true</enabled><name>Gone__c</name>"
                              "</customSettingAccesses>"),
        IN_SET, "In field: name - no CustomObject named Gone__c found", (3, 57),
    ),
    "controller of a page": Refusal(
        PAGE, page('<apex:page controller="Gone"/>'), "pages/P.page", "Apex class 'Gone' does not exist", (1, 1)
    ),
    "extension of a page": Refusal(
        PAGE, page('<apex:page standardController="Case" extensions="Gone"/>'), "pages/P.page",
        "Apex class 'Gone' does not exist", (1, 1),
    ),
    "component on a page": Refusal(
        PAGE, page("<apex:page>\n  <c:gone/>\n</apex:page>"), "pages/P.page", "Component c:gone does not exist", (2, 3)
    ),
    "standard controller of a page": Refusal(
        PAGE, page('<apex:page standardController="Gone__c"/>'), "pages/P.page",
        "Unknown standard controller: Gone__c", (1, 1),
    ),
    "page of a tab": Refusal(
        {"CustomTab": ["T"]}, {"tabs/T.tab": xml("CustomTab", "<label>T</label>", "<page>Gone</page>")}, "tabs/T.tab",
        "In field: page - no ApexPage named Gone found", (4, 11),
    ),
    "object of a tab": Refusal(
        {"CustomTab": ["Gone__c"]},
        {"tabs/Gone__c.tab": xml("CustomTab", "<customObject>true</customObject>")},
        "tabs/Gone__c.tab", "In field: fullName - no CustomObject named Gone__c found", ROOT,
    ),
    "tab of an app": Refusal(
        {"CustomApplication": ["A"]},
        {"applications/A.app": xml("CustomApplication", "<label>A</label>", "<tabs>Gone</tabs>")},
        "applications/A.app", "In field: tab - no CustomTab named Gone found", (4, 11),
    ),
    "region of a Lightning page": Refusal(
        LIGHTNING, lightning(region("", "nowhere")), IN_PAGE,
        "Region 'nowhere' doesn't exist in template 'flexipage:recordHomeTemplateDesktop'", (3, 23),
    ),
    "component of a Lightning page": Refusal(
        LIGHTNING, lightning(region(instance("c:gone"))), IN_PAGE,
        "We couldn't retrieve the design time component information for component c:gone.", "<componentName>",
    ),
    "page of a Lightning page": Refusal(
        LIGHTNING, lightning(region(instance("flexipage:visualforcePage", properties=shown("Gone")))), IN_PAGE,
        "In field: pageName - no ApexPage named Gone found", "<name>pageName</name><value>",
    ),
    "identifiers of a Lightning page": Refusal(
        LIGHTNING,
        lightning(region(instance("flexipage:richText")), region(instance("flexipage:richText"), "sidebar")), IN_PAGE,
        "Duplicate identifier 'i': each component and field needs a unique identifier.", (4, 57),
    ),
    "a component without identifier": Refusal(
        LIGHTNING, lightning(region(instance("flexipage:richText", ""))), IN_PAGE,
        "Required field is missing: identifier", (3, 57),
    ),
    "field of a Lightning page": Refusal(
        LIGHTNING,
        lightning(region("<itemInstances><fieldInstance><fieldItem>Record.Gone__c</fieldItem>"
                         "<identifier>i</identifier></fieldInstance></itemInstances>"),
                  "<sobjectType>Case</sobjectType>", kind="RecordPage"),
        IN_PAGE, "Something went wrong. We couldn't retrieve or load the information on the field: Record.Gone__c.",
        (3, 64),
    ),
    "field of a layout": Refusal(
        {"Layout": ["Case-L"]}, layout("<field>Gone__c</field>"), "layouts/Case-L.layout",
        "In field: field - no CustomField named Case.Gone__c found", "<field>",
    ),
    "page of a layout": Refusal(
        {"Layout": ["Case-L"]}, layout("<page>Gone</page>"), "layouts/Case-L.layout",
        "In field: page - no ApexPage named Gone found", "<page>",
    ),
    "page of a layout for another object": Refusal(
        {"Layout": ["Case-L"], "ApexPage": ["P"]},
        {**layout("<page>P</page>"), **page('<apex:page standardController="Account"/>')}, "layouts/Case-L.layout",
        "Page P can't be used on this layout: it must use the standard controller for Case", "<page>",
        full_name="Case-L",
    ),
    "object of a layout": Refusal(
        {"Layout": ["Gone__c-L"]}, layout("<field>Also__c</field>", "Gone__c-L"), "layouts/Gone__c-L.layout",
        "Parent entity failed to deploy", (0, 0),
    ),
    "Lightning page of an override": Refusal(
        {"CustomObject": ["Case"]}, {"objects/Case.object": xml("CustomObject", OVERRIDE)}, "objects/Case.object",
        "Gone does not exist or is not a valid override for action View.", "<content>",
    ),
    "object of a field": Refusal(
        {"CustomField": ["Gone__c.F__c"]},
        {"objects/Gone__c.object": xml("CustomObject", "<fields>", "    <fullName>F__c</fullName>",
                                       "    <label>F</label>", "    <length>80</length>", "    <type>Text</type>",
                                       "</fields>")},
        "objects/Gone__c.object", "Entity 'Gone__c' not found.", (3, 13), full_name="Gone__c.F__c",
    ),
    "a component of a package": Refusal(
        {"CustomField": ["Case.pkg__F__c"]},
        {"objects/Case.object": xml("CustomObject", "<fields>", "    <fullName>pkg__F__c</fullName>",
                                    "    <label>F</label>", "    <length>80</length>", "    <type>Text</type>",
                                    "</fields>")},
        "objects/Case.object",
        "Cannot create a new component with the namespace: pkg.  Only components in the same namespace as the "
        "organization can be created through the API", (3, 13), full_name="Case.pkg__F__c",
    ),
    "an object that no org has": Refusal(
        {"CustomObject": ["PersonAccount"]},
        {"objects/PersonAccount.object": xml("CustomObject", "<enableFeeds>false</enableFeeds>")},
        "objects/PersonAccount.object", "Entity of type 'CustomObject' named 'PersonAccount' cannot be found", ROOT,
    ),
    "header of an OAuth policy": Refusal(
        {POLICY: ["X"]},
        {"extlClntAppOauthPolicies/X.ecaOauthPlcy": xml(
            POLICY, "<externalClientApplication>Gone</externalClientApplication>", "<label>X</label>")},
        "extlClntAppOauthPolicies/X.ecaOauthPlcy",
        "In field: externalClientApplication - no ExternalClientApplication named Gone found", (3, 32),
    ),
    "a new connected app": Refusal(
        {"ConnectedApp": ["C"]},
        {"connectedApps/C.connectedApp": xml("ConnectedApp", "<contactEmail>a@b.example</contactEmail>",
                                             "<label>C</label>")},
        "connectedApps/C.connectedApp",
        "You can't create a connected app. To enable connected app creation, contact Salesforce Customer Support.",
        ROOT,
    ),
    "name of a custom setting": Refusal(
        {"CustomObject": [LONG]}, setting(LONG), f"objects/{LONG}.object",
        "Object Name: data value too large (max length=38)", ROOT,
    ),
    "type of a field of a custom setting": Refusal(
        FIELD, setting("S__c", "<fields><fullName>F__c</fullName><label>F</label><type>Picklist</type></fields>"),
        "objects/S__c.object", "Custom settings don't support fields of type Picklist", "<type>",
        full_name="S__c.F__c",
    ),
    "length of a field of a custom setting": Refusal(
        FIELD, setting("S__c", "<fields><fullName>F__c</fullName><label>F</label><length>256</length>"
                               "<type>Text</type></fields>"),
        "objects/S__c.object", "Length: must be between 1 and 255", "<length>", full_name="S__c.F__c",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSALS)
def test_a_refusal_says_what_and_where(client: Any, kit: Any, case: str) -> None:
    """The words, the file below the zip's own folder, and the place; nothing of it is in the org afterwards."""
    wanted = REFUSALS[case]
    files = {"package.xml": kit.manifest(wanted.members), **wanted.files}
    result = client.deploy(files, prefix="pkg/", singlePackage=False)
    failures = result["details"]["componentFailures"]
    found = [
        (f["fileName"], f["fullName"], f["problem"], (f.get("lineNumber", 0), f.get("columnNumber", 0)))
        for f in failures
    ]
    names = next(iter(wanted.members.values()))
    assert found == [(f"pkg/{wanted.file}", wanted.full_name or names[0], wanted.said, wanted.place)]
    assert (result["status"], result["success"], result["numberComponentErrors"]) == ("Failed", False, 1)
    assert (failures[0]["problemType"], failures[0]["success"]) == ("Error", False)


def test_a_file_that_the_manifest_does_not_name(client: Any, kit: Any) -> None:
    """What stands in the zip and not in the manifest is a warning of its own file."""
    files = {"package.xml": kit.manifest({}), "classes/Extra.cls": "class Extra {}", "classes/Extra.cls-meta.xml": META}
    result = client.deploy(files, prefix="pkg/", singlePackage=False, ignoreWarnings=True)
    said = "An object 'Extra' of type ApexClass was found in zipped directory, but was not named in package.xml"
    assert kit.warnings(result) == [("pkg/classes/Extra.cls", "Extra", said)]
