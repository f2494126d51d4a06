"""What stands inside other files: members of an object, contents of a site, typed values."""

from __future__ import annotations

from typing import Any

_HEAD = (
    "<deploymentStatus>Deployed</deploymentStatus><label>Room</label><nameField><label>Name</label><type>Text</type>"
    "</nameField><pluralLabel>Rooms</pluralLabel><sharingModel>ReadWrite</sharingModel>"
)
_VIEW = "<listViews><fullName>All</fullName><filterScope>Everything</filterScope><label>All</label></listViews>"


def _object(kit: Any, inner: str) -> dict[str, str]:
    return {"objects/Room__c.object": kit.document("CustomObject", inner)}


def test_members_of_an_object_that_cannot_be_read_are_not_missing(client: Any, kit: Any) -> None:
    files = _object(kit, f"<fields><fullName>A__c</fullName><typo>Text</typo></fields>{_HEAD}{_VIEW}")
    named = {"CustomField": ["Room__c.A__c"], "ListView": ["Room__c.All"]}
    for more in ({}, {"CustomObject": ["Room__c"]}):
        result = client.deploy(files | {"package.xml": kit.manifest(named | more)})
        assert [(file, name) for file, name, _ in kit.problems(result)] == [("objects/Room__c.object", "Room__c")]
        assert "typo" in kit.problems(result)[0][2]


def test_a_member_that_the_object_does_not_hold_is_missing(client: Any, kit: Any) -> None:
    files = _object(kit, _HEAD + _VIEW)
    result = client.deploy(
        files | {"package.xml": kit.manifest({"CustomObject": ["Room__c"], "ListView": ["Room__c.X"]})}
    )
    assert kit.problems(result) == [
        (
            "package.xml",
            "Room__c.X",
            "An object 'Room__c.X' of type ListView was named in package.xml, but was not found in zipped directory",
        )
    ]


def test_one_member_of_an_object_deploys_without_a_warning(client: Any, kit: Any) -> None:
    client.deployed(_object(kit, _HEAD) | {"package.xml": kit.manifest({"CustomObject": ["Room__c"]})})
    files = _object(kit, kit.text_field("Size__c") + _HEAD + _VIEW)
    result = client.deployed(files | {"package.xml": kit.manifest({"CustomField": ["Room__c.Size__c"]})})
    assert kit.warnings(result) == []
    got, _ = client.retrieve({"CustomObject": ["Room__c"], "ListView": ["*"]})
    assert "Size__c" in got["objects/Room__c.object"]
    assert "listViews" not in got["objects/Room__c.object"]


def test_an_object_of_which_nothing_is_named_is_a_warning(client: Any, kit: Any) -> None:
    files = _object(kit, _HEAD) | kit.apex_class("Alone")
    result = client.deployed(files | {"package.xml": kit.manifest({"ApexClass": ["Alone"]})}, ignoreWarnings=True)
    assert [(file, name) for file, name, _ in kit.warnings(result)] == [("objects/Room__c.object", "Room__c")]


def test_stray_text_between_elements_is_passed_over(client: Any, kit: Any) -> None:
    client.deployed(
        kit.permission_set("Stray", "<description>d</description>>")
        | {"package.xml": kit.manifest({"PermissionSet": ["Stray"]})}
    )
    got, _ = client.retrieve({"PermissionSet": ["Stray"]})
    assert "&gt;" not in got["permissionsets/Stray.permissionset"]


def test_values_of_custom_metadata_keep_their_type(client: Any, kit: Any) -> None:
    field = "<fields><fullName>V__c</fullName><label>V</label><length>9</length><type>Text</type></fields>"
    kind = kit.document("CustomObject", f"{field}<label>K</label><pluralLabel>Ks</pluralLabel>")
    record = (
        '<CustomMetadata xmlns="http://soap.sforce.com/2006/04/metadata" xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        'xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><label>One</label><protected>false</protected>'
        '<values><field>V__c</field><value i:type="xs:string">a</value></values></CustomMetadata>'
    )
    client.deployed(
        {
            "objects/K__mdt.object": kind,
            "customMetadata/K.One.md": record,
            "package.xml": kit.manifest({"CustomObject": ["K__mdt"], "CustomMetadata": ["K.One"]}),
        }
    )
    got, _ = client.retrieve({"CustomMetadata": ["K.One"]})
    assert got["customMetadata/K.One.md"] == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<CustomMetadata xmlns="http://soap.sforce.com/2006/04/metadata" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">\n'
        "    <label>One</label>\n    <protected>false</protected>\n    <values>\n        <field>V__c</field>\n"
        '        <value xsi:type="xsd:string">a</value>\n    </values>\n</CustomMetadata>\n'
    )
    answer = client.soap("<readMetadata><type>CustomMetadata</type><fullNames>K.One</fullNames></readMetadata>").text
    assert '<value xsi:type="xsd:string">a</value>' in answer


_SITE = "digitalExperiences/site/My1"


def _site(kit: Any) -> dict[str, str]:
    meta = kit.document("DigitalExperienceBundle", "<label>My1</label><modules></modules>").replace(
        "<modules></modules>", ""
    )
    return {
        f"{_SITE}/My1.digitalExperience-meta.xml": meta,
        f"{_SITE}/sfdc_cms__view/home/_meta.json": '{"type": "sfdc_cms__view"}',
        f"{_SITE}/sfdc_cms__view/home/content.json": "{}",
        f"{_SITE}/sfdc_cms__route/home/_meta.json": '{"type": "sfdc_cms__route"}',
    }


def test_contents_of_a_site_are_components(client: Any, kit: Any) -> None:
    files = _site(kit)
    names = ["site/My1.sfdc_cms__route/home", "site/My1.sfdc_cms__view/home"]
    every = {"DigitalExperienceBundle": ["site/My1"], "DigitalExperience": names}
    client.deployed(files | {"package.xml": kit.manifest(every)})
    got, messages = client.retrieve({"DigitalExperienceBundle": ["site/My1"]})
    assert messages == []
    assert set(got) == {*files, "package.xml"}
    part, _ = client.retrieve({"DigitalExperience": [names[1]]})
    assert set(part) == {path for path in files if "sfdc_cms__view" in path} | {"package.xml"}
    again = client.deployed(files | {"package.xml": kit.manifest(every)})
    assert not any(entry["changed"] for entry in again["details"]["componentSuccesses"])
    result = client.deploy(files | {"package.xml": kit.manifest({"DigitalExperience": ["site/My1.sfdc_cms__view/no"]})})
    assert ("package.xml", "site/My1.sfdc_cms__view/no") in [(f, n) for f, n, _ in kit.problems(result)]


def test_a_site_of_the_older_kind_comes_with_its_document(client: Any, kit: Any) -> None:
    meta = kit.document("ExperienceBundle", "<label>Old1</label><type>Site</type>")
    files = {"experiences/Old1.site-meta.xml": meta, "experiences/Old1/config/site.json": "{}"}
    client.deployed(files | {"package.xml": kit.manifest({"ExperienceBundle": ["Old1"]})})
    got, _ = client.retrieve({"ExperienceBundle": ["Old1"]})
    assert set(got) == {*files, "package.xml"}


def test_rows_of_a_big_object_are_deleted_without_being_edited(client: Any, kit: Any) -> None:
    index = (
        "<indexes><fullName>I</fullName><fields>"
        "<name>K__c</name><sortDirection>ASC</sortDirection></fields><label>I</label></indexes>"
    )
    field = (
        "<fields><fullName>K__c</fullName><label>K</label>"
        "<length>9</length><required>true</required><type>Text</type></fields>"
    )
    big = f"<deploymentStatus>Deployed</deploymentStatus>{field}{index}<label>B</label><pluralLabel>Bs</pluralLabel>"
    rights = (
        "<objectPermissions><allowCreate>true</allowCreate><allowDelete>true</allowDelete><allowEdit>false</allowEdit>"
        "<allowRead>true</allowRead><modifyAllRecords>false</modifyAllRecords><object>B__b</object>"
        "<viewAllRecords>false</viewAllRecords></objectPermissions>"
    )
    manifest = kit.manifest({"CustomObject": ["B__b"], "PermissionSet": ["Big"]})
    files = {"objects/B__b.object": kit.document("CustomObject", big)} | kit.permission_set("Big", rights)
    client.deployed(files | {"package.xml": manifest})


def test_the_links_that_come_with_standard_objects_have_names(client: Any) -> None:
    """The Salesforce CLI takes an object apart by the names of its parts."""
    files, _ = client.retrieve({"CustomObject": ["Account", "Campaign", "Lead"]})
    for name, first, count in (("Account", "Billing", 6), ("Campaign", "ViewAllCampaignMembers", 2),
                               ("Lead", "GoogleMaps", 6)):  # fmt: skip
        text = files[f"objects/{name}.object"]
        assert text.count("<webLinks>") == text.count("<webLinks>\n        <fullName>") == count
        assert f"<fullName>{first}</fullName>" in text
    again = client.deploy(files)
    assert [entry["fullName"] for entry in again["details"]["componentSuccesses"] if entry["changed"]] == []
