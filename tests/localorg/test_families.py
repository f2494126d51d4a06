"""Metadata families: what each refuses, adds, merges and does to records."""

from __future__ import annotations

import re
import subprocess
import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

OVERRIDE = (
    "<actionOverrides><actionName>View</actionName><content>{page}</content><formFactor>Large</formFactor>"
    "<skipRecordTypeSelect>false</skipRecordTypeSelect><type>Flexipage</type></actionOverrides>"
)


def failures(client: Any, kit: Any, types: dict[str, list[str]], files: dict[str, str]) -> list[str]:
    result = client.deploy({"package.xml": kit.manifest(types), **files})
    return [problem for _, _, problem in kit.problems(result)]


# certificates -------------------------------------------------------------------------------------------------------


def certificate(kit: Any, name: str, inner: str = "", body: str = "") -> dict[str, str]:
    meta = inner or (
        f"<caSigned>false</caSigned><keySize>2048</keySize><masterLabel>{name}</masterLabel>"
        "<privateKeyExportable>false</privateKeyExportable>"
    )
    return {f"certs/{name}.crt": body, f"certs/{name}.crt-meta.xml": kit.document("Certificate", meta)}


def test_an_empty_certificate_gets_a_key_pair_that_stays(client: Any, kit: Any, tmp_path: Path) -> None:
    files = {"package.xml": kit.manifest({"Certificate": ["Made"]}), **certificate(kit, "Made")}
    client.deployed(files)
    first, _ = client.retrieve({"Certificate": ["Made"]})
    pem = first["certs/Made.crt"]
    loaded = x509.load_pem_x509_certificate(pem.encode())
    subject = loaded.subject.rfc4514_string()
    assert re.fullmatch(
        rf"C=US,ST=CA,L=San Francisco,O=Salesforce.com,OU={client.org.org_id},CN=Made_\d\d\w{{3}}\d{{4}}_\d{{6}}",
        subject,
    ), subject
    assert (loaded.not_valid_after_utc - loaded.not_valid_before_utc).days == 365
    ends = loaded.not_valid_after_utc.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    assert f"<expirationDate>{ends}</expirationDate>" in first["certs/Made.crt-meta.xml"]
    (row,) = client.query("SELECT DeveloperName, KeySize, ExpirationDate FROM Certificate", "tooling/")
    assert (row["DeveloperName"], row["KeySize"]) == ("Made", 2048)
    assert row["ExpirationDate"][:10] == loaded.not_valid_after_utc.date().isoformat()
    again = client.deployed(files)
    assert not any(entry["changed"] for entry in again["details"]["componentSuccesses"])
    second, _ = client.retrieve({"Certificate": ["Made"]})
    assert second["certs/Made.crt"] == pem, "an existing key pair is left alone"
    path = tmp_path / "Made.crt"
    path.write_text(pem)
    key = subprocess.run(["openssl", "x509", "-pubkey", "-noout", "-in", str(path)], capture_output=True, check=True)
    assert key.stdout.startswith(b"-----BEGIN PUBLIC KEY-----")


def test_a_certificate_that_is_sent_gives_its_subject_and_not_its_key(client: Any, kit: Any) -> None:
    files = {"package.xml": kit.manifest({"Certificate": ["First"]}), **certificate(kit, "First")}
    client.deployed(files)
    first, _ = client.retrieve({"Certificate": ["First"]})
    pem = first["certs/First.crt"]
    client.deployed({"package.xml": kit.manifest({"Certificate": ["Copy"]}), **certificate(kit, "Copy", "", pem)})
    second, _ = client.retrieve({"Certificate": ["Copy"]})
    given, made = (x509.load_pem_x509_certificate(text.encode()) for text in (pem, second["certs/Copy.crt"]))
    assert made.subject == given.subject
    assert made.public_key() != given.public_key()


def test_a_certificate_of_a_country_of_three_letters_is_taken_in_silence(client: Any, kit: Any) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with pytest.warns(UserWarning, match="length must be"):
        country = x509.NameAttribute(NameOID.COUNTRY_NAME, "USA", _validate=False)  # real orgs have such
    now = datetime.now(UTC).replace(microsecond=0)
    built = x509.CertificateBuilder(
        x509.Name([country]), x509.Name([country]), key.public_key(), 7, now, now + timedelta(days=9)
    )
    pem = built.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()
    files = certificate(kit, "Abroad", body=pem)
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        client.deployed({"package.xml": kit.manifest({"Certificate": ["Abroad"]}), **files})
    assert [str(each.message) for each in heard] == []


def test_what_a_certificate_must_be(client: Any, kit: Any) -> None:
    def said(name: str, inner: str = "", body: str = "") -> list[str]:
        return failures(client, kit, {"Certificate": [name]}, certificate(kit, name, inner, body))

    head = "<caSigned>false</caSigned>"
    assert "can only contain underscores" in said("Bad__Name")[0]
    assert said("C1", f"{head}<keySize>1024</keySize><masterLabel>x</masterLabel>") == [
        "Key Size: bad value for restricted picklist field: 1024"
    ]
    dated = said("C1", f"{head}<expirationDate>2027-08-01</expirationDate><masterLabel>x</masterLabel>")
    assert dated[0].endswith("'2027-08-01' is not a valid value for the type xsd:dateTime"), dated
    assert said("C1", f"{head}<masterLabel>{'x' * 65}</masterLabel>") == ["Label: data value too large (max length=64)"]
    assert said("C1", "", "no certificate") == [
        "The certificate content is not a valid X.509 certificate in PEM format"
    ]


# external client apps -----------------------------------------------------------------------------------------------

PARTS = {
    "ExternalClientApplication": ("externalClientApps", "eca"),
    "ExtlClntAppGlobalOauthSettings": ("extlClntAppGlobalOauthSets", "ecaGlblOauth"),
    "ExtlClntAppOauthSettings": ("extlClntAppOauthSettings", "ecaOauth"),
    "ExtlClntAppOauthConfigurablePolicies": ("extlClntAppOauthPolicies", "ecaOauthPlcy"),
}
POLICY = "ExtlClntAppOauthConfigurablePolicies"


def part(kit: Any, kind: str, name: str, inner: str) -> dict[str, str]:
    folder, suffix = PARTS[kind]
    return {f"{folder}/{name}.{suffix}": kit.document(kind, inner)}


def app(kit: Any, name: str) -> tuple[dict[str, list[str]], dict[str, str]]:
    belongs = f"<externalClientApplication>{name}</externalClientApplication>"
    types = {"ExternalClientApplication": [name], "ExtlClntAppGlobalOauthSettings": [f"{name}_g"],
             "ExtlClntAppOauthSettings": [f"{name}_o"]}  # fmt: skip
    files = {
        **part(kit, "ExternalClientApplication", name, f"<label>{name}</label>"),
        **part(kit, "ExtlClntAppGlobalOauthSettings", f"{name}_g",
               f"<callbackUrl>https://x.example</callbackUrl><consumerSecret>hush</consumerSecret>{belongs}"),
        **part(kit, "ExtlClntAppOauthSettings", f"{name}_o", belongs),
    }  # fmt: skip
    return types, files


def test_an_app_gets_what_the_platform_adds(client: Any, kit: Any) -> None:
    types, files = app(kit, "Added")
    client.deployed({"package.xml": kit.manifest(types), **files})
    back, _ = client.retrieve({**types, POLICY: ["*"]})
    assert (
        f"<orgScopedExternalApp>{client.org.org_id}:Added</orgScopedExternalApp>"
        in back["externalClientApps/Added.eca"]
    )
    assert re.search(
        rf"<oauthLink>{client.org.org_id}:888\w{{15}}</oauthLink>", back["extlClntAppOauthSettings/Added_o.ecaOauth"]
    )
    secretive = back["extlClntAppGlobalOauthSets/Added_g.ecaGlblOauth"]
    assert "<consumerKey>" in secretive
    assert "hush" not in secretive
    assert "extlClntAppOauthPolicies/Added_o_defaultPolicy.ecaOauthPlcy" in back, "made with the OAuth settings"
    unchanged = client.deployed({"package.xml": kit.manifest(types), **files})
    assert not any(entry["changed"] for entry in unchanged["details"]["componentSuccesses"])


def policy(app_name: str, sets: str = "", profiles: str = "") -> str:
    lists = ""
    if sets:
        lists += f"<commaSeparatedPermissionSet>{sets}</commaSeparatedPermissionSet>"
    if profiles:
        lists += f"<commaSeparatedProfile>{profiles}</commaSeparatedProfile>"
    return (
        f"{lists}<externalClientApplication>{app_name}</externalClientApplication>"
        "<permittedUsersPolicyType>AdminApprovedPreAuthorized</permittedUsersPolicyType>"
    )


def test_the_policy_is_access(client: Any, kit: Any) -> None:
    types, files = app(kit, "Let")
    types |= {"PermissionSet": ["LetIn"], POLICY: ["Let_o_defaultPolicy"]}
    files |= kit.permission_set("LetIn")
    files |= part(kit, POLICY, "Let_o_defaultPolicy", policy("Let", "LetIn", "System Administrator, Read Only"))
    client.deployed({"package.xml": kit.manifest(types), **files})
    access = client.query(
        "SELECT Parent.Name, Parent.Profile.Name, SetupEntityType FROM SetupEntityAccess WHERE SetupEntityId IN "
        "(SELECT Id FROM ExternalClientApplication WHERE DeveloperName = 'Let')"
    )
    assert {row["SetupEntityType"] for row in access} == {"ExternalClientApplication"}
    shown = sorted(
        row["Parent"]["Profile"]["Name"] if row["Parent"]["Profile"] else row["Parent"]["Name"] for row in access
    )
    assert shown == ["LetIn", "Read Only", "System Administrator"]
    soql = "SELECT PermittedUsersPolicyType FROM ExtlClntAppOauthPlcyCnfg WHERE DeveloperName = 'Let_o_defaultPolicy'"
    assert client.query(soql) == [{"PermittedUsersPolicyType": "AdminApprovedPreAuthorized"}]
    assert client.query("SELECT IsUsingAdminAuthorization FROM AppMenuItem WHERE Name = 'Let'") == [
        {"IsUsingAdminAuthorization": True}
    ]
    files |= part(kit, POLICY, "Let_o_defaultPolicy", policy("Let", "LetIn"))
    client.deployed({"package.xml": kit.manifest(types), **files})
    back, _ = client.retrieve({POLICY: ["Let_o_defaultPolicy"]})
    text = back["extlClntAppOauthPolicies/Let_o_defaultPolicy.ecaOauthPlcy"]
    assert "<commaSeparatedPermissionSet>LetIn</commaSeparatedPermissionSet>" in text
    assert "commaSeparatedProfile" not in text, "a policy is written as a whole"


def test_what_a_policy_is_refused_for(client: Any, kit: Any) -> None:
    types, files = app(kit, "Strict")
    client.deployed({"package.xml": kit.manifest(types), **files})
    second = part(kit, POLICY, "Another", policy("Strict"))
    assert failures(client, kit, {POLICY: ["Another"]}, second) == [
        "DUPLICATE_VALUE: duplicate value found: ExtlClntAppOauthSettingsId duplicates value on record with id: "
        "Strict_o_defaultPolicy"
    ]
    wrong = part(kit, POLICY, "Strict_o_defaultPolicy", policy("Strict", "0PS000000000001,Gone", "Nobody"))
    assert failures(client, kit, {POLICY: ["Strict_o_defaultPolicy"]}, wrong) == [
        "We couldn't find permission sets called 0PS000000000001, Gone.", "We couldn't find profiles called Nobody.",
    ]  # fmt: skip


def test_the_parts_go_with_the_header(client: Any, kit: Any) -> None:
    types, files = app(kit, "Gone")
    client.deployed({"package.xml": kit.manifest(types), **files})
    client.deployed({"package.xml": kit.manifest({}),
                     "destructiveChanges.xml": kit.manifest({"ExternalClientApplication": ["Gone"]})})  # fmt: skip
    _, messages = client.retrieve({"ExtlClntAppOauthSettings": ["Gone_o"], POLICY: ["Gone_o_defaultPolicy"]})
    assert len(messages) == 2
    assert client.query("SELECT Id FROM ExtlClntAppOauthPlcyCnfg WHERE DeveloperName LIKE 'Gone%'") == []


# connected apps -----------------------------------------------------------------------------------------------------


def connected(kit: Any, name: str, oauth: str = "", more: str = "") -> dict[str, str]:
    config = f"<oauthConfig><callbackUrl>https://x.example</callbackUrl>{oauth}<scopes>Api</scopes></oauthConfig>"
    inner = f"<contactEmail>a@x.example</contactEmail><label>{name} App</label>{config}{more}"
    return {f"connectedApps/{name}.connectedApp": kit.document("ConnectedApp", inner)}


def test_connected_apps_cannot_be_made_any_more(client: Any, kit: Any) -> None:
    assert failures(client, kit, {"ConnectedApp": ["New"]}, connected(kit, "New")) == [
        "You can't create a connected app. To enable connected app creation, contact Salesforce Customer Support."
    ]


def test_connected_apps_of_the_old_days(fresh: Any, kit: Any) -> None:
    client = fresh(connected_app_creation=True)
    key = "<consumerKey>oldkey</consumerKey><consumerSecret>hush</consumerSecret>"
    types = {"ConnectedApp": ["Old"]}
    client.deployed({"package.xml": kit.manifest(types), **connected(kit, "Old", key)})
    other = "<consumerKey>otherkey</consumerKey>"
    assert failures(client, kit, types, connected(kit, "Old", other)) == ["You cannot provide a Consumer Key"]
    assert failures(client, kit, {"ConnectedApp": ["Two"]}, connected(kit, "Two", key)) == [
        "The consumer key is already taken."
    ]
    approved = "<isAdminApproved>true</isAdminApproved>"
    lists = "<profileName>System Administrator</profileName>"
    client.deployed({"package.xml": kit.manifest(types), **connected(kit, "Old", approved, lists)})
    assert client.query("SELECT Name, OptionsAllowAdminApprovedUsersOnly FROM ConnectedApplication") == [
        {"Name": "Old App", "OptionsAllowAdminApprovedUsersOnly": True}
    ]
    assert client.query(
        "SELECT Parent.Profile.Name FROM SetupEntityAccess WHERE SetupEntityType = 'ConnectedApplication'"
    ) == [{"Parent": {"Profile": {"Name": "System Administrator"}}}]
    back, _ = client.retrieve(types)
    text = back["connectedApps/Old.connectedApp"]
    assert "<consumerKey>oldkey</consumerKey>" in text
    assert "<profileName>System Administrator</profileName>" in text
    assert "hush" not in text
    bad = connected(kit, "Old", approved, "<permissionSetName>Gone</permissionSetName>")
    assert failures(client, kit, types, bad) == ["In field: permissionSetName - no PermissionSet named Gone found"]


# objects and settings -----------------------------------------------------------------------------------------------


def test_what_a_setting_must_be(client: Any, kit: Any) -> None:
    def said(name: str, fields: str = "", more: str = "") -> list[str]:
        return failures(client, kit, {"CustomObject": [name]}, kit.setting(name, fields, more))

    long = "A" * 39 + "__c"
    assert said(long) == ["Object Name: data value too large (max length=38)"]
    picklist = "<fields><fullName>P__c</fullName><label>P</label><type>Picklist</type></fields>"
    assert said("S1__c", picklist) == ["Custom settings don't support fields of type Picklist"]
    assert said("S1__c", kit.text_field("T__c", 256)) == ["Length: must be between 1 and 255"]


@pytest.mark.parametrize(("name", "what"), [("P__c", "Custom Setting"), ("P__mdt", "Custom Metadata Type")])
@pytest.mark.parametrize("chosen", ["Protected", "PackageProtected"])
def test_what_is_protected_is_not_for_production(fresh: Any, kit: Any, name: str, what: str, chosen: str) -> None:
    visibility = f"<visibility>{chosen}</visibility>"
    files = kit.setting(name, more=visibility)
    if what == "Custom Metadata Type":
        inner = f"<label>P</label><pluralLabel>Ps</pluralLabel>{visibility}"
        files = {f"objects/{name}.object": kit.document("CustomObject", inner)}
    assert failures(fresh(), kit, {"CustomObject": [name]}, files) == []
    assert failures(fresh(org_type="production"), kit, {"CustomObject": [name]}, files) == [
        f"You can't set the visibility for a {what} to {chosen} unless you are in a developer, sandbox, or scratch org."
    ]


def test_fields_alone_and_objects_whole(client: Any, kit: Any) -> None:
    both = kit.setting("Parts__c", kit.text_field("One__c") + kit.text_field("Two__c"))
    client.deployed({"package.xml": kit.manifest({"CustomObject": ["Parts__c"]}), **both})
    field, _ = client.retrieve({"CustomField": ["Parts__c.Two__c"]})
    assert "<fullName>Two__c</fullName>" in field["objects/Parts__c.object"]
    assert "One__c" not in field["objects/Parts__c.object"]
    changed = {"objects/Parts__c.object": field["objects/Parts__c.object"].replace("<label>Two__c", "<label>Zwei")}
    result = client.deployed({"package.xml": kit.manifest({"CustomField": ["Parts__c.Two__c"]}), **changed})
    assert [e["fullName"] for e in result["details"]["componentSuccesses"]] == ["package.xml", "Parts__c.Two__c"]
    client.deployed({"package.xml": kit.manifest({}),
                     "destructiveChanges.xml": kit.manifest({"CustomField": ["Parts__c.One__c"]})})  # fmt: skip
    whole, _ = client.retrieve({"CustomObject": ["Parts__c"]})
    assert "One__c" not in whole["objects/Parts__c.object"]
    assert "<label>Zwei</label>" in whole["objects/Parts__c.object"]
    assert client.query_error("SELECT One__c FROM Parts__c")[0] == "INVALID_FIELD"
    client.deployed({"package.xml": kit.manifest({}),
                     "destructiveChanges.xml": kit.manifest({"CustomObject": ["Parts__c"]})})  # fmt: skip
    assert client.query_error("SELECT Id FROM Parts__c")[0] == "INVALID_TYPE"


def test_a_retrieved_setting_is_normalised(client: Any, kit: Any) -> None:
    client.deployed({"package.xml": kit.manifest({"CustomObject": ["Norm__c"]}),
                     **kit.setting("Norm__c", kit.text_field("K__c", 80))})  # fmt: skip
    files, _ = client.retrieve({"CustomObject": ["Norm__c"]})
    assert files["objects/Norm__c.object"] == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<CustomObject xmlns="http://soap.sforce.com/2006/04/metadata">\n'
        "    <customSettingsType>Hierarchy</customSettingsType>\n"
        "    <enableFeeds>false</enableFeeds>\n"
        "    <fields>\n"
        "        <fullName>K__c</fullName>\n"
        "        <externalId>false</externalId>\n"
        "        <label>K__c</label>\n"
        "        <length>80</length>\n"
        "        <required>false</required>\n"
        "        <type>Text</type>\n"
        "        <unique>false</unique>\n"
        "    </fields>\n"
        "    <label>Norm__c</label>\n"
        "    <visibility>Public</visibility>\n"
        "</CustomObject>\n"
    )


# pages, layouts, overrides ------------------------------------------------------------------------------------------


def lightning_page(kit: Any, name: str, *items: str, sobject: str = "Case", region: str = "sidebar") -> dict[str, str]:
    inner = (
        f"<flexiPageRegions>{''.join(items)}<name>{region}</name><type>Region</type></flexiPageRegions>"
        f"<masterLabel>{name}</masterLabel><sobjectType>{sobject}</sobjectType><template>"
        "<name>flexipage:recordHomeTemplateDesktop</name></template><type>RecordPage</type>"
    )
    return {f"flexipages/{name}.flexipage": kit.document("FlexiPage", inner)}


def widget(page: str, identifier: str = "w1") -> str:
    named = f"<identifier>{identifier}</identifier>" if identifier else ""
    return (
        "<itemInstances><componentInstance><componentInstanceProperties><name>pageName</name>"
        f"<value>{page}</value></componentInstanceProperties><componentName>flexipage:visualforcePage</componentName>"
        f"{named}</componentInstance></itemInstances>"
    )


def component(name: str) -> str:
    return (
        f"<itemInstances><componentInstance><componentName>{name}</componentName><identifier>{name.replace(':', '_')}"
        "</identifier></componentInstance></itemInstances>"
    )


@pytest.fixture(scope="module")
def case_page(client: Any, kit: Any) -> str:
    files = kit.page("OnCase", '<apex:page standardController="Case"/>')
    client.deployed({"package.xml": kit.manifest({"ApexPage": ["OnCase"]}), **files})
    return "OnCase"


def test_what_a_lightning_page_is_refused_for(client: Any, kit: Any, case_page: str) -> None:
    def said(*items: str, **more: str) -> list[str]:
        return failures(client, kit, {"FlexiPage": ["Tried"]}, lightning_page(kit, "Tried", *items, **more))

    assert said(widget("Gone")) == ["In field: pageName - no ApexPage named Gone found"]
    assert said(widget(case_page, "")) == ["Required field is missing: identifier"]
    assert said(widget(case_page, "a"), widget(case_page, "a")) == [
        "Duplicate identifier 'a': each component and field needs a unique identifier."
    ]
    for name in ("c:gone", "gone"):
        assert said(component(name)) == [
            f"We couldn't retrieve the design time component information for component {name}."
        ]
    assert said(component("force:detailPanel")) == []
    assert said(region="attic") == ["Region 'attic' doesn't exist in template 'flexipage:recordHomeTemplateDesktop'"]
    assert said(sobject="Contact") == ["You can't change the entity type of an existing Lightning page."]


def test_an_active_page_stays_until_its_override_goes(client: Any, kit: Any, case_page: str) -> None:
    client.deployed({
        "package.xml": kit.manifest({"FlexiPage": ["Active"], "CustomObject": ["Case"]}),
        **lightning_page(kit, "Active", widget(case_page)),
        "objects/Case.object": kit.document("CustomObject", OVERRIDE.format(page="Active")),
    })  # fmt: skip
    gone = {"package.xml": kit.manifest({}), "destructiveChanges.xml": kit.manifest({"FlexiPage": ["Active"]})}
    assert kit.problems(client.deploy(gone)) == [(
        "destructiveChanges.xml", "Active",
        "You can't delete an active Lightning page. Open the page in Lightning App Builder and click Activation to "
        "deactivate it. : Custom Object - Case",
    )]  # fmt: skip
    held = {"package.xml": kit.manifest({}), "destructiveChanges.xml": kit.manifest({"ApexPage": [case_page]})}
    assert "Lightning Page - Active" in kit.problems(client.deploy(held))[0][2]
    retarget = kit.page(case_page, '<apex:page standardController="Contact"/>')
    assert failures(client, kit, {"ApexPage": [case_page]}, retarget) == []  # only a Visualforce override forbids it
    client.deployed({"package.xml": kit.manifest({"ApexPage": [case_page]}),
                     **kit.page(case_page, '<apex:page standardController="Case"/>')})  # fmt: skip
    back, _ = client.retrieve({"CustomObject": ["Case"]})
    text = back["objects/Case.object"]
    assert text.count("<actionName>View</actionName>") == 3, "without form factor, Large and Small"
    assert "<content>Active</content>" in text
    default = (
        "<actionOverrides><actionName>View</actionName><formFactor>Large</formFactor><type>Default</type>"
        "</actionOverrides>"
    )
    client.deployed({"package.xml": kit.manifest({"CustomObject": ["Case"]}),
                     "objects/Case.object": kit.document("CustomObject", default)})  # fmt: skip
    client.deployed(gone)


def layout(kit: Any, name: str, item: str) -> dict[str, str]:
    inner = (
        "<layoutSections><customLabel>true</customLabel><detailHeading>true</detailHeading><editHeading>false</editHeading>"
        f"<label>x</label><layoutColumns><layoutItems>{item}</layoutItems></layoutColumns><style>OneColumn</style>"
        "</layoutSections>"
    )
    return {f"layouts/{name}.layout": kit.document("Layout", inner)}


def test_a_page_on_a_layout_is_one_of_its_object(client: Any, kit: Any, case_page: str) -> None:
    name = "Contact-Odd Layout"
    item = f"<height>900</height><page>{case_page}</page>"
    assert failures(client, kit, {"Layout": [name]}, layout(kit, name, item)) == [
        f"Page {case_page} can't be used on this layout: it must use the standard controller for Contact"
    ]
    good = "Case-Good Layout"
    client.deployed({"package.xml": kit.manifest({"Layout": [good]}), **layout(kit, good, item)})
    assert client.query("SELECT Name, TableEnumOrId FROM Layout WHERE Name = 'Good Layout'", "tooling/") == [
        {"Name": "Good Layout", "TableEnumOrId": "Case"}
    ]
    twice = "<field>Subject</field></layoutItems><layoutItems><field>Subject</field>"
    assert failures(client, kit, {"Layout": [good]}, layout(kit, good, twice)) == [
        "Field: field, value: Subject appears more than once"
    ]


# permission sets and profiles ---------------------------------------------------------------------------------------


def test_a_permission_set_is_written_as_a_whole(client: Any, kit: Any) -> None:
    def access(*names: str) -> str:
        return "".join(
            f"<classAccesses><apexClass>{n}</apexClass><enabled>true</enabled></classAccesses>" for n in names
        )

    classes = {**kit.apex_class("Ca"), **kit.apex_class("Cb")}
    types = {"ApexClass": ["Ca", "Cb"], "PermissionSet": ["Whole"]}
    client.deployed({"package.xml": kit.manifest(types), **classes, **kit.permission_set("Whole", access("Cb", "Ca"))})
    back, _ = client.retrieve({"PermissionSet": ["Whole"]})
    text = back["permissionsets/Whole.permissionset"]
    assert re.findall(r"<apexClass>(\w+)<", text) == ["Ca", "Cb"], "sorted by name"
    client.deployed(
        {"package.xml": kit.manifest({"PermissionSet": ["Whole"]}), **kit.permission_set("Whole", access("Cb"))}
    )
    assert [
        row["SetupEntityType"]
        for row in client.query("SELECT SetupEntityType FROM SetupEntityAccess WHERE Parent.Name = 'Whole'")
    ] == ["ApexClass"]
    twice = failures(client, kit, {"PermissionSet": ["Whole"]}, kit.permission_set("Whole", access("Ca", "Ca")))
    assert twice == ["Field: apexClass, value: Ca appears more than once"]


def test_rights_that_rest_on_others(client: Any, kit: Any) -> None:
    rights = ("<objectPermissions><allowCreate>true</allowCreate><allowDelete>false</allowDelete>"
              "<allowEdit>false</allowEdit><allowRead>false</allowRead><modifyAllRecords>false</modifyAllRecords><object>Case</object>"
              "<viewAllRecords>false</viewAllRecords></objectPermissions>")  # fmt: skip
    assert failures(client, kit, {"PermissionSet": ["R"]}, kit.permission_set("R", rights)) == [
        "Permission Create Case depends on permission(s): Read Case"
    ]


def test_a_required_field_takes_no_permission(client: Any, kit: Any) -> None:
    fields = ("<fields><fullName>Must__c</fullName><label>M</label><length>10</length><required>true</required>"
              "<type>Text</type></fields>")  # fmt: skip
    entry = ("<fieldPermissions><editable>true</editable><field>Req__c.Must__c</field><readable>true</readable>"
             "</fieldPermissions>")  # fmt: skip
    files = {**kit.setting("Req__c", fields), **kit.permission_set("Q", entry)}
    assert failures(client, kit, {"CustomObject": ["Req__c"], "PermissionSet": ["Q"]}, files) == [
        "You cannot deploy to a required field: Req__c.Must__c"
    ]


def test_a_profile_merges_and_shows_what_is_asked_for(client: Any, kit: Any) -> None:
    classes = {**kit.apex_class("Pa"), **kit.apex_class("Pb")}
    client.deployed({"package.xml": kit.manifest({"ApexClass": ["Pa", "Pb"]}), **classes})

    def deploy(name: str) -> None:
        entry = f"<classAccesses><apexClass>{name}</apexClass><enabled>true</enabled></classAccesses>"
        client.deployed({"package.xml": kit.manifest({"Profile": ["Standard"]}),
                         "profiles/Standard.profile": kit.document("Profile", entry)})  # fmt: skip

    deploy("Pa")
    deploy("Pb")
    both, _ = client.retrieve({"Profile": ["Standard"], "ApexClass": ["Pa", "Pb"]})
    assert re.findall(r"<apexClass>(\w+)<", both["profiles/Standard.profile"]) == ["Pa", "Pb"]
    one, _ = client.retrieve({"Profile": ["Standard"], "ApexClass": ["Pb"]})
    assert re.findall(r"<apexClass>(\w+)<", one["profiles/Standard.profile"]) == ["Pb"]
    soql = (
        "SELECT Id FROM SetupEntityAccess WHERE Parent.Profile.Name = 'Standard User' AND SetupEntityType = 'ApexClass'"
    )
    assert len(client.query(soql)) == 2


def test_an_app_is_tabs_in_their_order_and_a_tile(client: Any, kit: Any) -> None:
    pages = kit.page("Tp", "<apex:page/>")
    inner = "<label>My App</label><tabs>Tb</tabs><tabs>Ta</tabs><tabs>standard-home</tabs><uiType>Lightning</uiType>"
    files = {**pages, **kit.tab("Ta", "Tp"), **kit.tab("Tb", "Tp"),
             "applications/Mine.app": kit.document("CustomApplication", inner)}  # fmt: skip
    types = {"ApexPage": ["Tp"], "CustomTab": ["Ta", "Tb"], "CustomApplication": ["Mine"]}
    client.deployed({"package.xml": kit.manifest(types), **files})
    back, _ = client.retrieve({"CustomApplication": ["Mine"]})
    assert re.findall(r"<tabs>([\w-]+)<", back["applications/Mine.app"]) == ["Tb", "Ta", "standard-home"]
    assert client.query("SELECT Label, Type FROM AppMenuItem WHERE Name = 'Mine'") == [
        {"Label": "My App", "Type": "TabSet"}
    ]
    assert client.query("SELECT DeveloperName FROM AppDefinition WHERE Label = 'My App'") == [{"DeveloperName": "Mine"}]


def test_dependencies_can_be_asked_for(client: Any, kit: Any) -> None:
    client.deployed({"package.xml": kit.manifest({"ApexClass": ["Dep"], "ApexPage": ["Needs"]}),
                     **kit.apex_class("Dep"),
                     **kit.page("Needs", '<apex:page controller="Dep"/>')})  # fmt: skip
    soql = ("SELECT MetadataComponentName, MetadataComponentType FROM MetadataComponentDependency "
            "WHERE RefMetadataComponentName = 'Dep'")  # fmt: skip
    assert client.query(soql, "tooling/") == [{"MetadataComponentName": "Needs", "MetadataComponentType": "ApexPage"}]
