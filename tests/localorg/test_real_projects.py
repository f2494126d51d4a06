"""What whole projects rely on, and what an org adds by itself: layouts of objects, parts, packages, retrieves."""

from __future__ import annotations

from typing import Any

import pytest

OBJECT = (
    "<label>Boat</label><nameField><label>Name</label><type>Text</type></nameField><pluralLabel>Boats</pluralLabel>"
    "<sharingModel>ReadWrite</sharingModel>"
)


def custom_object(kit: Any, name: str, more: str = "") -> dict[str, str]:
    return {f"objects/{name}.object": kit.document("CustomObject", more + OBJECT)}


def layout_of(kit: Any, name: str, *fields: str) -> dict[str, str]:
    items = "".join(f"<layoutItems><field>{field}</field></layoutItems>" for field in fields)
    section = (
        "<layoutSections><customLabel>false</customLabel><detailHeading>false</detailHeading>"
        f"<editHeading>false</editHeading><layoutColumns>{items}</layoutColumns><style>OneColumn</style>"
        "</layoutSections>"
    )
    return {f"layouts/{name}.layout": kit.document("Layout", section)}


def said(client: Any, kit: Any, members: dict[str, list[str]], files: dict[str, str]) -> list[str]:
    result = client.deploy({"package.xml": kit.manifest(members), **files})
    return [problem for _, _, problem in kit.problems(result)]


def delete(client: Any, kit: Any, **members: list[str]) -> list[str]:
    result = client.deploy({"package.xml": kit.manifest({}), "destructiveChanges.xml": kit.manifest(members)})
    return [problem for _, _, problem in kit.problems(result)]


def test_an_object_brings_its_layout_and_takes_it_along(client: Any, kit: Any) -> None:
    members = {"CustomObject": ["Boat__c"], "Layout": ["Boat__c-Boat Layout"], "CustomTab": ["Boat__c"]}
    tab = kit.document("CustomTab", "<customObject>true</customObject><motif>Custom9: Lightning</motif>")
    files = {
        "package.xml": kit.manifest(members), **custom_object(kit, "Boat__c"),
        **layout_of(kit, "Boat__c-Boat Layout", "Name"), "tabs/Boat__c.tab": tab,
    }  # fmt: skip
    made = {entry["fullName"]: entry for entry in client.deployed(files)["details"]["componentSuccesses"]}
    assert (made["Boat__c"]["created"], made["Boat__c-Boat Layout"]["created"]) == (True, False)
    assert made["Boat__c-Boat Layout"]["changed"]
    again = client.deployed(files)["details"]["componentSuccesses"]
    assert [e["fullName"] for e in again if e["changed"] and e["fileName"] != "package.xml"] == []
    assert delete(client, kit, Layout=["Boat__c-Boat Layout"]) == ["Can't delete the last layout of an object"]
    assert delete(client, kit, CustomObject=["Boat__c"]) == []
    _files, missing = client.retrieve({"Layout": ["Boat__c-Boat Layout"], "CustomTab": ["Boat__c"]})
    assert missing == [
        "Entity of type 'Layout' named 'Boat__c-Boat Layout' cannot be found",
        "Entity of type 'CustomTab' named 'Boat__c' cannot be found",
    ]


def test_the_object_of_a_package_keeps_the_layouts_of_the_package(client: Any, kit: Any) -> None:
    package = kit.document("InstalledPackage", "<versionNumber>1.0</versionNumber><activateRSS>false</activateRSS>")
    members = {"InstalledPackage": ["shp"], "Layout": ["shp__Hull__c-Ours"]}
    files = {"installedPackages/shp.installedPackage": package, **layout_of(kit, "shp__Hull__c-Ours")}
    client.deployed({"package.xml": kit.manifest(members), **files})
    assert delete(client, kit, Layout=["shp__Hull__c-Ours"]) == []


def test_a_retrieved_object_says_what_the_platform_adds(client: Any, kit: Any) -> None:
    fields = (
        "<fields><fullName>A__c</fullName><label>A</label><referenceTo>Contact</referenceTo>"
        "<relationshipName>As</relationshipName><type>Lookup</type></fields>"
        "<fields><fullName>B__c</fullName><formula>1</formula><label>B</label><precision>18</precision>"
        "<scale>2</scale><type>Number</type></fields>"
    )
    files = {"package.xml": kit.manifest({"CustomObject": ["Ship__c"]}), **custom_object(kit, "Ship__c", fields)}
    client.deployed(files)
    text = client.retrieve({"CustomObject": ["Ship__c"]})[0]["objects/Ship__c.object"]
    for added in (
        "<compactLayoutAssignment>SYSTEM</compactLayoutAssignment>", "<deploymentStatus>Deployed</deploymentStatus>",
        "<enableBulkApi>true</enableBulkApi>", "<enableReports>false</enableReports>",
        "<visibility>Public</visibility>", "<deleteConstraint>SetNull</deleteConstraint>",
        "<formulaTreatBlanksAs>BlankAsZero</formulaTreatBlanksAs>",
    ):  # fmt: skip
        assert text.count(added) == 1, added
    assert text.count("<actionOverrides>") == 30, "ten actions, each for both form factors and for none"
    assert "<relationshipOrder>" not in text
    order = [text.index(f"<{name}>") for name in ("actionOverrides", "compactLayoutAssignment", "fields", "label")]
    assert order == sorted(order)


def test_custom_fields_of_tasks_are_those_of_activities(client: Any, kit: Any) -> None:
    field = "<fields><fullName>Mood__c</fullName><label>Mood</label><length>80</length><type>Text</type></fields>"
    files = {
        "objects/Activity.object": kit.document("CustomObject", field),
        **layout_of(kit, "Task-Mood Layout", "Subject", "Mood__c"),
    }  # fmt: skip
    members = {"CustomField": ["Activity.Mood__c"], "Layout": ["Task-Mood Layout"]}
    assert said(client, kit, members, files) == []
    wrong = layout_of(kit, "Event-Mood Layout", "Gone__c")
    assert said(client, kit, {"Layout": ["Event-Mood Layout"]}, wrong) == [
        "In field: field - no CustomField named Event.Gone__c found"
    ]


def test_parts_fail_with_their_object_and_say_so_once(client: Any, kit: Any) -> None:
    """The object fails for its page; its field and its layout fail for the object, and for nothing else."""
    override = (
        "<actionOverrides><actionName>View</actionName><content>Gone</content><formFactor>Large</formFactor>"
        "<skipRecordTypeSelect>false</skipRecordTypeSelect><type>Flexipage</type></actionOverrides>"
    )
    field = kit.text_field("F__c")
    files = {
        **custom_object(kit, "Lost__c", override + field),
        **layout_of(kit, "Lost__c-Lost Layout", "Name", "F__c", "G__c"),
    }  # fmt: skip
    members = {"CustomObject": ["Lost__c"], "CustomField": ["Lost__c.F__c"], "Layout": ["Lost__c-Lost Layout"]}
    assert sorted(said(client, kit, members, files)) == [
        "Entity 'Lost__c' not found.",
        "Gone does not exist or is not a valid override for action View.",
        "Parent entity failed to deploy",
    ]


def test_what_an_installed_package_holds_is_taken_for_there(client: Any, kit: Any) -> None:
    wanted = layout_of(kit, "Case-Package Layout", "pkg__Level__c")
    members = {"Layout": ["Case-Package Layout"]}
    assert said(client, kit, members, wanted) == ["In field: field - no CustomField named Case.pkg__Level__c found"]
    package = kit.document("InstalledPackage", "<activateRSS>false</activateRSS><versionNumber>1.0</versionNumber>")
    installed = {"installedPackages/pkg.installedPackage": package}
    assert said(client, kit, {"InstalledPackage": ["pkg"]}, installed) == []
    assert said(client, kit, members, wanted) == []
    assert delete(client, kit, Layout=["Case-Package Layout"]) == []
    assert delete(client, kit, InstalledPackage=["pkg"]) == []


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("ApexClass:pkg__Thing", "pkg"), ("CustomField:Account.pkg__F__c", "pkg"), ("CustomField:pkg__O__c.F__c", ""),
        ("CustomObject:pkg__O__c", "pkg"), ("CustomObject:O__c", ""), ("CustomMetadata:T__mdt.pkg__R", "pkg"),
        ("CustomMetadata:T__mdt.R", ""), ("FlexiPage:O__c_Record_Page", "O"), ("CustomApplication:standard__Sales", ""),
        ("Layout:pkg__O__c-pkg__O Layout", "pkg"), ("Report:F/a__b", ""), ("FieldSet:Account.pkg__Set", "pkg"),
    ],
)  # fmt: skip
def test_where_a_name_has_its_namespace(name: str, wanted: str) -> None:
    from toolkit.localorg.families.namespaces import namespace_of

    kind, _, full_name = name.partition(":")
    assert namespace_of(kind, full_name) == wanted


def test_territories_stand_in_the_folder_of_their_model(client: Any, kit: Any) -> None:
    model = kit.document("Territory2Model", "<name>West</name>")
    territory = kit.document(
        "Territory2",
        "<accountAccessLevel>Read</accountAccessLevel><name>Coast</name><territory2Type>Kind</territory2Type>",
    )
    files = {
        "territory2Models/West/West.territory2Model": model,
        "territory2Models/West/territories/Coast.territory2": territory,
    }  # fmt: skip
    members = {"Territory2Model": ["West"], "Territory2": ["West.Coast"]}
    client.deployed({"package.xml": kit.manifest(members), **files})
    found, messages = client.retrieve(members)
    assert (sorted(found), messages) == (["package.xml", *sorted(files)], [])


def test_a_carriage_return_in_a_value_comes_back(client: Any, kit: Any) -> None:
    label = (
        "<labels><fullName>Two_Lines</fullName><language>en_US</language><protected>false</protected>"
        "<shortDescription>x</shortDescription><value>one&#13;&#10;two</value></labels>"
    )
    members = {"CustomLabel": ["Two_Lines"]}
    files = {"package.xml": kit.manifest(members), "labels/CustomLabels.labels": kit.document("CustomLabels", label)}
    client.deployed(files)
    assert "<value>one&#13;\ntwo</value>" in client.retrieve(members)[0]["labels/CustomLabels.labels"]


def test_a_profile_shows_its_standard_tabs_and_what_is_asked_for(client: Any, kit: Any) -> None:
    rights = (
        "<objectPermissions><allowCreate>false</allowCreate><allowDelete>false</allowDelete><allowEdit>false</allowEdit>"
        "<allowRead>true</allowRead><modifyAllRecords>false</modifyAllRecords><object>ServiceAppointment</object>"
        "<viewAllRecords>false</viewAllRecords></objectPermissions>"
    )
    tab = "<tabVisibilities><tab>standard-Account</tab><visibility>DefaultOn</visibility></tabVisibilities>"
    files = {"profiles/ReadOnly.profile": kit.document("Profile", rights + tab)}
    client.deployed({"package.xml": kit.manifest({"Profile": ["ReadOnly"]}), **files})
    alone = client.retrieve({"Profile": ["ReadOnly"]})[0]["profiles/ReadOnly.profile"]
    assert "standard-Account" in alone
    assert "ServiceAppointment" not in alone
    found, messages = client.retrieve({"Profile": ["ReadOnly"], "CustomObject": ["ServiceAppointment"]})
    assert "<object>ServiceAppointment</object>" in found["profiles/ReadOnly.profile"]
    assert (messages, "objects/ServiceAppointment.object" in found) == ([], True)


def test_what_cannot_be_changed_or_deleted_any_more(client: Any, kit: Any) -> None:
    record_type = "<recordTypes><fullName>Big</fullName><active>true</active><label>Big</label></recordTypes>"
    files = custom_object(kit, "Tug__c", kit.text_field("F__c") + record_type)
    client.deployed({"package.xml": kit.manifest({"CustomObject": ["Tug__c"]}), **files})
    formula = "<fields><fullName>F__c</fullName><formula>Name</formula><label>F</label><type>Text</type></fields>"
    changed = {"objects/Tug__c.object": kit.document("CustomObject", formula)}
    assert said(client, kit, {"CustomField": ["Tug__c.F__c"]}, changed) == [
        "Cannot update a field to a Formula from something else"
    ]
    assert delete(client, kit, RecordType=["Tug__c.Big"]) == ["Cannot delete record type through API"]
    assert delete(client, kit, CustomObject=["Tug__c"]) == [], "it goes with its object"
