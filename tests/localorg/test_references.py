"""What components name has to be there: the sentences of the platform, and what must not be refused."""

from __future__ import annotations

import time
from typing import Any

import pytest

from toolkit.localorg.families import formulas, sources
from toolkit.localorg.families.apex import without_comments
from toolkit.localorg.tree import Node

NS = "http://soap.sforce.com/2006/04/metadata"


def xml(root: str, *lines: str) -> str:
    body = "".join(f"    {line}\n" for line in lines)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{NS}">\n{body}</{root}>\n'


def web(name: str = "me", script: str = "", template: str = "", *meta: str) -> dict[str, str]:
    files = {f"lwc/{name}/{name}.js": script or "export default class Me {}\n",
             f"lwc/{name}/{name}.js-meta.xml": xml("LightningComponentBundle", "<apiVersion>62.0</apiVersion>",
                                                   "<isExposed>true</isExposed>", *meta)}  # fmt: skip
    return files | ({f"lwc/{name}/{name}.html": template} if template else {})


def aura(markup: str, name: str = "me", suffix: str = "cmp") -> dict[str, str]:
    return {f"aura/{name}/{name}.{suffix}": markup,
            f"aura/{name}/{name}.{suffix}-meta.xml": xml("AuraDefinitionBundle", "<apiVersion>62.0</apiVersion>",
                                                        "<description>x</description>")}  # fmt: skip


def case(*lines: str) -> dict[str, str]:
    return {"objects/Case.object": xml("CustomObject", *lines)}


LWC, AURA, CASE = {"LightningComponentBundle": ["me"]}, {"AuraDefinitionBundle": ["me"]}, {"CustomObject": ["Case"]}
SCRIPT, TEMPLATE, META = "lwc/me/me.js", "lwc/me/me.html", "lwc/me/me.js-meta.xml"
FLOW = ("<processType>Flow</processType>", "<label>F</label>", "<status>Draft</status>")
SEVERAL = """import { LightningElement } from 'lwc';
// import gone from '@salesforce/apex/Commented.out';
import run from '@salesforce/apex/Gone.run';
import run2 from '@salesforce/apex/Gone.other';
import NAME from '@salesforce/schema/Case.Subject';
"""

REFUSED: dict[str, tuple[dict[str, list[str]], dict[str, str], list[tuple[str, str]]]] = {
    "class of a web component": (
        LWC, web("me", SEVERAL), [(SCRIPT, "Unable to find Apex action class referenced as 'Gone'.")]
    ),
    "object of a web component": (
        LWC, web("me", "import O from '@salesforce/schema/Gone__c';"),
        [(SCRIPT, "Invalid reference Gone__c of type sobjectClass in file me.js")],
    ),
    "field of a web component": (
        LWC, web("me", "import F from '@salesforce/schema/Case.Gone__c';"),
        [(SCRIPT, "Invalid reference Case.Gone__c of type sobjectField in file me.js")],
    ),
    "field of an object that is not there either": (
        LWC, web("me", "import F from '@salesforce/schema/Gone__c.F__c';"),
        [(SCRIPT, "Invalid reference Gone__c.F__c of type sobjectClass in file me.js")],
    ),
    "parent of a field of a web component": (
        LWC, web("me", "import F from '@salesforce/schema/Case.Gone__r.Name';"),
        [(SCRIPT, "Invalid reference Case.Gone__r.Name of type sobjectField in file me.js")],
    ),
    "label of a web component": (
        LWC, web("me", "import L from '@salesforce/label/c.Gone';"),
        [(SCRIPT, "Invalid reference c.Gone of type label in file me.js")],
    ),
    "resource of a web component": (
        LWC, web("me", 'import R from "@salesforce/resourceUrl/gone";'),
        [(SCRIPT, "Invalid reference gone of type resourceUrl in file me.js")],
    ),
    "permission of a web component": (
        LWC, web("me", "import P from '@salesforce/customPermission/Gone';"),
        [(SCRIPT, "Invalid reference Gone of type customPermission in file me.js")],
    ),
    "channel of a web component": (
        LWC, web("me", "import C from '@salesforce/messageChannel/Gone__c';"),
        [(SCRIPT, "Invalid reference Gone__c of type messageChannel in file me.js")],
    ),
    "module of a web component": (
        LWC, web("me", "import { x } from 'c/gone';"),
        [(SCRIPT, "No MODULE named markup://c:gone found : [markup://c:me]")],
    ),
    "tag of a web component": (
        LWC, web("me", "", "<template>\n<!-- <c-not-this/> --><c-gone-part></c-gone-part>\n</template>"),
        [(TEMPLATE, "No MODULE named markup://c:gonePart found : [markup://c:me]")],
    ),
    "tag of a web component with a number": (
        LWC, web("me", "", "<template><c-gone-part-2></c-gone-part-2></template>"),
        [(TEMPLATE, "No MODULE named markup://c:gonePart2 found : [markup://c:me]")],
    ),
    "object in the meta file of a web component": (
        LWC, web("me", "", "", "<targets><target>lightning__RecordPage</target></targets>",
                 '<targetConfigs><targetConfig targets="lightning__RecordPage"><objects><object>Gone__c</object>'
                 "</objects></targetConfig></targetConfigs>"),
        [(META, "Invalid reference Gone__c of type sobjectClass in file me.js-meta.xml")],
    ),
    "a web component without its own file": (
        LWC, {"lwc/me/other.js": "export {};", META: web()[META]}, [("lwc/me/other.js", "No base file for markup://c:me")]
    ),
    "tag of an Aura component": (
        AURA, aura("<aura:component>\n  <c:gone/>\n</aura:component>"),
        [("aura/me/me.cmp", "No COMPONENT named markup://c:gone found : [markup://c:me]")],
    ),
    "controller of an Aura component": (
        AURA, aura('<aura:component controller="Gone"></aura:component>'),
        [("aura/me/me.cmp", "No CONTROLLER named apex://Gone found : [markup://c:me]")],
    ),
    "event and interface of an Aura component": (
        AURA, aura('<aura:component implements="force:appHostable,c:face"><aura:registerEvent name="e" type="c:evt"/>'
                   "</aura:component>"),
        [("aura/me/me.cmp", "No INTERFACE named markup://c:face found : [markup://c:me]"),
         ("aura/me/me.cmp", "No EVENT named markup://c:evt found : [markup://c:me]")],
    ),
    "web component of a quick action": (
        {"QuickAction": ["Case.Q"]},
        {"quickActions/Case.Q.quickAction": xml("QuickAction", "<label>Q</label>",
                                                "<lightningWebComponent>gone</lightningWebComponent>",
                                                "<optionsCreateFeedItem>false</optionsCreateFeedItem>",
                                                "<type>ScreenAction</type>")},
        [("quickActions/Case.Q.quickAction",
          "Unable to retrieve lightning web component by namespace/developer name : gone")],
    ),
    "action and extension of a flow": (
        {"Flow": ["F"]},
        {"flows/F.flow": xml("Flow", "<actionCalls><name>Do_It</name><label>x</label><locationX>0</locationX>"
                             "<locationY>0</locationY><actionName>Gone</actionName><actionType>apex</actionType>"
                             "</actionCalls>",
                             "<screens><name>S</name><label>S</label><locationX>0</locationX><locationY>0</locationY>"
                             "<fields><name>Part</name><extensionName>c:gone</extensionName>"
                             "<fieldType>ComponentInstance</fieldType></fields></screens>", *FLOW)},
        [("flows/F.flow", "Do_It (Action) - We can't find the Gone action. Verify that it's available and that you "
          "have the permissions and licenses required to use it."),
         ("flows/F.flow", 'Part (Screen Component) - We can\'t find an extension called "c:gone".')],
    ),
    "user permission of a permission set": (
        {"PermissionSet": ["P"]},
        {"permissionsets/P.permissionset": xml(
            "PermissionSet", "<label>P</label>",
            "<userPermissions><enabled>true</enabled><name>ViewSteup</name></userPermissions>")},
        [("permissionsets/P.permissionset", "Unknown user permission: ViewSteup")],
    ),
    "field of a permission set whose object is not there": (
        {"PermissionSet": ["P"]},
        {"permissionsets/P.permissionset": xml(
            "PermissionSet", "<fieldPermissions><editable>true</editable><field>Gone__c.F__c</field>"
            "<readable>true</readable></fieldPermissions>", "<label>P</label>")},
        [("permissionsets/P.permissionset", "In field: field - no CustomObject named Gone__c found")],
    ),
    "record type": (
        CASE, case("<recordTypes><fullName>R</fullName><active>true</active><businessProcess>B</businessProcess>"
                   "<compactLayoutAssignment>C</compactLayoutAssignment><label>R</label></recordTypes>"),
        [("objects/Case.object", "In field: compactLayoutAssignment - no CompactLayout named Case.C found"),
         ("objects/Case.object", "In field: businessProcess - no BusinessProcess named Case.B found")],
    ),
    "picklist value of a record type": (
        CASE, case(
            "<fields><fullName>P__c</fullName><label>P</label><type>Picklist</type><valueSet><valueSetDefinition>"
            "<sorted>false</sorted><value><fullName>A &amp; B</fullName><default>false</default><label>A</label>"
            "</value></valueSetDefinition></valueSet></fields>",
            "<recordTypes><fullName>R</fullName><active>true</active><label>R</label><picklistValues>"
            "<picklist>P__c</picklist><values><fullName>A %26 B</fullName><default>false</default></values>"
            "<values><fullName>C</fullName><default>false</default></values></picklistValues></recordTypes>"),
        [("objects/Case.object", "Picklist value: C in picklist: P__c not found")],
    ),
    "formula of a validation rule": (
        CASE, case(
            "<validationRules><fullName>V</fullName><active>true</active><errorConditionFormula>/* Old__c */ "
            'AND(ISBLANK(Gone__c), Sub__r.Name = "Text__c", $Label.Gone = "x", ISBLANK(Subject))'
            "</errorConditionFormula><errorDisplayField>Off__c</errorDisplayField><errorMessage>x</errorMessage>"
            "</validationRules>"),
        [("objects/Case.object", "In field: errorDisplayField - no CustomField named Case.Off__c found"),
         ("objects/Case.object", "Field Gone__c does not exist. Check spelling."),
         ("objects/Case.object", "Field Sub__r does not exist. Check spelling."),
         ("objects/Case.object", "Field $Label.Gone does not exist. Check spelling.")],
    ),
    "column of a list view": (
        CASE, case("<listViews><fullName>L</fullName><columns>CASES.CASE_NUMBER</columns><columns>Gone__c</columns>"
                   "<filterScope>Everything</filterScope><label>L</label></listViews>"),
        [("objects/Case.object", "Could not resolve list view column: Gone__c")],
    ),
    "related list of a layout": (
        {"Layout": ["Case-L"]},
        {"layouts/Case-L.layout": xml("Layout", "<relatedLists><relatedList>Gone__c.Case__c</relatedList>"
                                      "</relatedLists>")},
        [("layouts/Case-L.layout", "Cannot find related list:Gone__c.Case__c")],
    ),
    "type and field of a custom metadata record": (
        {"CustomMetadata": ["Gone.R"]},
        {"customMetadata/Gone.R.md": xml("CustomMetadata", "<label>R</label>", "<protected>false</protected>",
                                         "<values><field>F__c</field><value>x</value></values>")},
        [("customMetadata/Gone.R.md", "In field: fullName - no CustomObject named Gone__mdt found")],
    ),
    "field of a translation of an object": (
        {"CustomObjectTranslation": ["Case-de"]},
        {"objectTranslations/Case-de.objectTranslation": xml(
            "CustomObjectTranslation", "<fields><label>F</label><name>Gone__c</name></fields>")},
        [("objectTranslations/Case-de.objectTranslation", "In field: name - no CustomField named Case.Gone__c found")],
    ),
    "label of a translation": (
        {"Translations": ["de"]},
        {"translations/de.translation": xml("Translations", "<customLabels><label>L</label><name>Gone</name>"
                                            "</customLabels>")},
        [("translations/de.translation", "In field: name - no CustomLabel named Gone found")],
    ),
    "page of a site": (
        {"CustomSite": ["S"]},
        {"sites/S.site": xml(
            "CustomSite", "<active>true</active>", "<allowHomePage>false</allowHomePage>",
            "<allowStandardIdeasPages>false</allowStandardIdeasPages>",
            "<allowStandardLookups>false</allowStandardLookups>", "<allowStandardSearch>false</allowStandardSearch>",
            "<clickjackProtectionLevel>SameOriginOnly</clickjackProtectionLevel>", "<indexPage>Gone</indexPage>",
            "<masterLabel>S</masterLabel>", "<siteType>Visualforce</siteType>")},
        [("sites/S.site", "In field: indexPage - no ApexPage named Gone found")],
    ),
    "template of a workflow alert": (
        {"Workflow": ["Case"]},
        {"workflows/Case.workflow": xml("Workflow", "<alerts><fullName>A</fullName><description>A</description>"
                                        "<protected>false</protected><senderType>CurrentUser</senderType>"
                                        "<template>F/Gone</template></alerts>")},
        [("workflows/Case.workflow", "In field: template - no EmailTemplate named F/Gone found")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_reference_that_leads_nowhere_is_refused_in_the_platforms_words(client: Any, kit: Any, name: str) -> None:
    members, files, said = REFUSED[name]
    result = client.deploy({"package.xml": kit.manifest(members), **files})
    failures = result["details"]["componentFailures"]
    assert [(each["fileName"], each["problem"]) for each in failures] == said
    if next(iter(members)) in ("LightningComponentBundle", "AuraDefinitionBundle", "Flow"):
        assert not any("lineNumber" in each for each in failures)


def apex(name: str, body: str) -> dict[str, str]:
    meta = xml("ApexClass", "<apiVersion>62.0</apiVersion>", "<status>Active</status>")
    return {f"classes/{name}.cls": body, f"classes/{name}.cls-meta.xml": meta}


BODY = "public class Act { /* static String old() */ @AuraEnabled public static String run() { return '//'; } }"


@pytest.mark.parametrize(("method", "failures"), [("run", []), ("old", ["old"]), ("RUN", [])])
def test_a_method_of_a_web_component_has_to_be_in_its_class(
    client: Any, kit: Any, method: str, failures: list[str]
) -> None:
    files = {**apex("Act", BODY), **web("me", f"import m from '@salesforce/apex/Act.{method}';")}
    manifest = kit.manifest({"ApexClass": ["Act"], **LWC})
    result = client.deploy({"package.xml": manifest, **files}, checkOnly=True)
    said = [f"Unable to find Apex action method referenced as 'Act.{each}'." for each in failures]
    assert [each["problem"] for each in result["details"]["componentFailures"]] == said


TAKEN = {
    "labels of the platform": web("me", "import a from '@salesforce/label/LightningControl.loading';"),
    "modules of the platform": web("me", "import { ShowToastEvent } from 'lightning/platformShowToastEvent';\n"
                                   "import id from '@salesforce/user/Id'; import lang from '@salesforce/i18n/lang';"),
    "standard fields": web("me", "import a from '@salesforce/schema/Contact.Account.Name';\n"
                           "import b from '@salesforce/schema/Case.CaseNumber';"),
    "tests beside a component": {**web(), "lwc/me/__tests__/me.test.js": "import x from 'c/gone';"},
    "styles alone": {META: web()[META], "lwc/me/me.css": ":host {}"},
}  # fmt: skip


@pytest.mark.parametrize("name", TAKEN)
def test_what_the_platform_has_by_itself_is_taken(client: Any, kit: Any, name: str) -> None:
    client.deployed({"package.xml": kit.manifest(LWC), **TAKEN[name]}, checkOnly=True)


def test_the_name_that_leads_back_to_the_children_belongs_to_one_field(client: Any, kit: Any) -> None:
    def lookup(name: str, back: str) -> str:
        return (
            f"<fields><fullName>{name}</fullName><label>{name}</label><referenceTo>Account</referenceTo>"
            f"<relationshipName>{back}</relationshipName><type>Lookup</type></fields>"
        )

    def deploy(*fields: str) -> list[tuple[str, str, int, int]]:
        result = client.deploy({"package.xml": kit.manifest(CASE), **case(*fields)})
        failures = result["details"]["componentFailures"]
        return [(each["fullName"], each["problem"], each["lineNumber"], each["columnNumber"]) for each in failures]

    said = "There is already a Child Relationship named Things on Account."
    assert deploy(lookup("A__c", "Things"), lookup("B__c", "things")) == [
        ("Case.B__c", said.replace("Things", "things"), 4, 13)
    ]
    assert deploy(lookup("A__c", "Things")) == []
    assert deploy(lookup("B__c", "Things")) == [("Case.B__c", said, 3, 13)]
    assert deploy(lookup("A__c", "Things")) == []
    assert deploy(lookup("A__c", "Others"), lookup("B__c", "Things")) == []


@pytest.mark.parametrize("name", ["ApiEnabled", "ManageSomethingNew", "EditSomethingOfNextYear"])
def test_user_permissions_that_may_exist_are_taken(client: Any, kit: Any, name: str) -> None:
    inner = f"<userPermissions><enabled>true</enabled><name>{name}</name></userPermissions>"
    files = kit.permission_set("Up", inner)
    client.deployed({"package.xml": kit.manifest({"PermissionSet": ["Up"]}), **files}, checkOnly=True)


def test_a_source_that_is_too_long_is_refused(client: Any, kit: Any) -> None:
    result = client.deploy({"package.xml": kit.manifest(LWC), **web("me", "x" * 131_073)})
    assert kit.problems(result) == [
        ("lwc/me/me.js", "me", "Value too long for field: Source maximum length is:131072")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("script", "text"),
    [('"\\"' * 40_000, True), ("'" * 100_000, True), ("`\\" * 60_000, True), ("/*" * 60_000, True),
     ("<aura:component " + "a:" * 60_000, False), ("<!--" * 30_000, False), ("<aura:x " + " =" * 60_000, False)],
)  # fmt: skip
def test_hostile_sources_cost_little(script: str, text: bool) -> None:
    start = time.process_time()
    list(sources.imports(b"'c/" + script.encode()))
    list(sources.aura_attributes(sources.text_of(script.encode(), script=text)))
    list(formulas.pointers(script, "Case", Node("x"), "formula"))
    without_comments(script)
    assert time.process_time() - start < 2
