"""What real projects hold and no rule may call wrong; each case was a false finding once."""

from __future__ import annotations

from pathlib import Path

from toolkit.metadata.xml import METADATA_NS
from toolkit.validate.discover import from_paths
from toolkit.validate.engine import Options, validate

OLD_PAGE = f"""<FlexiPage xmlns="{METADATA_NS}">
    <flexiPageRegions>
        <componentInstances><componentName>force:detailPanel</componentName></componentInstances>
        <name>main</name>
        <type>Region</type>
    </flexiPageRegions>
    <masterLabel>P</masterLabel>
    <template><name>flexipage:defaultAppHomeTemplate</name></template>
    <type>AppPage</type>
</FlexiPage>"""


def errors(folder: Path, files: dict[str, str], severities: tuple[str, ...] = ("error",)) -> list[str]:
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    result = validate(from_paths([str(folder)]), Options(notes=False))
    return [f"{f.rule} {f.message}" for f in result.findings if f.severity.value in severities]


def package(types: str, version: str = "62.0") -> str:
    return f'<Package xmlns="{METADATA_NS}">{types}<version>{version}</version></Package>'


def members(type_name: str, *names: str) -> str:
    return f"<types>{''.join(f'<members>{n}</members>' for n in names)}<name>{type_name}</name></types>"


def test_old_shapes_are_right_where_no_version_is_said(tmp_path: Path) -> None:
    assert errors(tmp_path, {"flexipages/P.flexipage-meta.xml": OLD_PAGE}) == []


def test_a_project_inside_the_folder_says_its_own_version_and_leaves_out_its_own_files(tmp_path: Path) -> None:
    project = '{"packageDirectories": [{"path": "f"}], "sourceApiVersion": "%s"}'
    files = {
        "old/sfdx-project.json": project % "48.0",
        "old/f/flexipages/P.flexipage-meta.xml": OLD_PAGE,
        "new/sfdx-project.json": project % "60.0",
        "new/.forceignore": "**/Q.flexipage-meta.xml",
        "new/f/flexipages/P.flexipage-meta.xml": OLD_PAGE,
        "new/f/flexipages/Q.flexipage-meta.xml": "<",
    }
    assert errors(tmp_path, files) == ["E7003 componentInstances is not valid in version 60.0"]


def test_manifests_name_old_types_and_the_folder_that_every_org_has(tmp_path: Path) -> None:
    types = members("AccountSharingRules", "*") + members("AccountOwnerSharingRule", "*") + members("ApexClass", "*")
    files = {
        "package.xml": package(types + members("Report", "unfiled$public"), "29.0"),
        "classes/A.cls": "public with sharing class A {}",
        "classes/A.cls-meta.xml": f'<ApexClass xmlns="{METADATA_NS}"><apiVersion>29.0</apiVersion></ApexClass>',
    }
    assert errors(tmp_path, files) == []


def test_what_a_file_that_cannot_be_read_would_hold_is_not_missing(tmp_path: Path) -> None:
    types = members("CustomObject", "O__c") + members("CustomField", "O__c.F__c") + members("CustomLabel", "L")
    files = {
        "package.xml": package(members("CustomLabels", "CustomLabels") + types),
        "objects/O__c.object": "<CustomObject>",
        "labels/CustomLabels.labels": "<CustomLabels>",
    }
    assert [message[:5] for message in errors(tmp_path, files)] == ["E1105", "E1105"]


def test_elements_are_not_required_where_nobody_knows_whether_the_version_has_them(tmp_path: Path) -> None:
    """ForecastingTypeSettings lost three elements between 51.0 and 60.0; orgs of 55.0 retrieve it without."""
    settings = f"""<ForecastingSettings xmlns="{METADATA_NS}">
    <enableForecasts>true</enableForecasts>
    <forecastingTypeSettings>
        <active>false</active>
        <forecastingDateType>OpportunityCloseDate</forecastingDateType>
        <hasProductFamily>false</hasProductFamily>
        <isAmount>true</isAmount>
        <isAvailable>true</isAvailable>
        <isQuantity>false</isQuantity>
        <masterLabel>R</masterLabel>
        <name>R</name>
        <opportunityListFieldsSelectedSettings><field>OPPORTUNITY.NAME</field></opportunityListFieldsSelectedSettings>
        <opportunityListFieldsUnselectedSettings><field>OPPORTUNITY.TYPE</field></opportunityListFieldsUnselectedSettings>
    </forecastingTypeSettings>
</ForecastingSettings>"""
    files = {
        "sfdx-project.json": '{"packageDirectories": [{"path": "f"}], "sourceApiVersion": "55.0"}',
        "f/settings/Forecasting.settings-meta.xml": settings,
    }
    assert errors(tmp_path, files) == []


def test_folders_of_lightning_email_templates(tmp_path: Path) -> None:
    folder = f'<EmailTemplateFolder xmlns="{METADATA_NS}"><name>F</name></EmailTemplateFolder>'
    assert errors(tmp_path, {"email/F.emailFolder-meta.xml": folder}) == []


def test_a_document_without_a_suffix(tmp_path: Path) -> None:
    meta = f'<Document xmlns="{METADATA_NS}"><internalUseOnly>false</internalUseOnly><public>true</public></Document>'
    files = {"documents/F/Patch": "text", "documents/F/Patch-meta.xml": meta}
    assert errors(tmp_path, files) == []


def test_the_page_of_a_managed_package_has_no_source_to_judge(tmp_path: Path) -> None:
    layout = f"""<Layout xmlns="{METADATA_NS}">
    <layoutSections>
        <layoutColumns><layoutItems><page>ns__W</page></layoutItems></layoutColumns><style>OneColumn</style>
    </layoutSections>
</Layout>"""
    page = f'<ApexPage xmlns="{METADATA_NS}"><apiVersion>62.0</apiVersion><label>W</label></ApexPage>'
    files = {
        "pages/ns__W.page": "<apex:page >\n</apex:page>",
        "pages/ns__W.page-meta.xml": page,
        "layouts/Case-Case Layout.layout-meta.xml": layout,
    }
    assert errors(tmp_path, files) == []


def test_names_and_ids_that_are_nobodys_mistake(tmp_path: Path) -> None:
    meta = f'<ApexClass xmlns="{METADATA_NS}"><apiVersion>62.0</apiVersion><status>Active</status></ApexClass>'
    code = """public with sharing class LLC_BI__A {
    static final Id MASTER = '012000000000000AAA';
    static final String HOST = '.sandbox.my.salesforce.com';
    static final String SHARED = 'sandbox.lightning.force.com';
}"""
    site = "<disableProtocolSecurity>false</disableProtocolSecurity><isActive>true</isActive><url>http://a.example.com</url>"
    field = "<fullName>Lead_kind__c</fullName><label>L</label><type>Checkbox</type><defaultValue>false</defaultValue>"
    files = {
        "classes/LLC_BI__A.cls": code,
        "classes/LLC_BI__A.cls-meta.xml": meta,
        "remoteSiteSettings/ApexDevNet.remoteSite-meta.xml": (
            f'<RemoteSiteSetting xmlns="{METADATA_NS}">{site}</RemoteSiteSetting>'
        ),
        "objects/Case/fields/Lead_Kind__c.field-meta.xml": f'<CustomField xmlns="{METADATA_NS}">{field}</CustomField>',
    }
    assert errors(tmp_path, files, ("error", "warning")) == []


def test_chatter_in_apex_is_tested_on_the_data_of_the_org(tmp_path: Path) -> None:
    meta = f'<ApexClass xmlns="{METADATA_NS}"><apiVersion>62.0</apiVersion><status>Active</status></ApexClass>'
    code = "@IsTest(SeeAllData=true)\nprivate class T { @IsTest static void t() { ConnectApi.ChatterFeeds.x(); } }"
    assert errors(tmp_path, {"classes/T.cls": code, "classes/T.cls-meta.xml": meta}, ("error", "warning")) == []


def test_a_slash_and_a_blank_close_a_visualforce_tag_and_escaped_quotes_do_not(tmp_path: Path) -> None:
    quotes = """<apex:outputText rendered="{!a != '<img src=\\" \\"/>'}"/>"""
    page = f'<apex:page><apex:form>{quotes}<apex:commandButton value="Go" / ></apex:form></apex:page>'
    meta = f'<ApexPage xmlns="{METADATA_NS}"><apiVersion>60.0</apiVersion><label>P</label></ApexPage>'
    assert errors(tmp_path, {"pages/P.page": page, "pages/P.page-meta.xml": meta}) == []


def test_a_component_exposed_with_a_capital_is_exposed(tmp_path: Path) -> None:
    meta = (
        f'<LightningComponentBundle xmlns="{METADATA_NS}" fnq="thing"><apiVersion>60.0</apiVersion>'
        '<isExposed>True</isExposed><masterLabel xmlns="">T</masterLabel>'
        "<targets><target>lightning__AppPage</target></targets></LightningComponentBundle>"
    )
    page = OLD_PAGE.replace("force:detailPanel", "thing")
    files = {"lwc/thing/thing.js": "export {};", "lwc/thing/thing.js-meta.xml": meta, "flexipages/P.flexipage": page}
    assert errors(tmp_path, files) == []
    capitals = meta.replace("True", "TRUE").replace(f'"{METADATA_NS}"', f'"xmlns={METADATA_NS}"', 1)
    assert errors(tmp_path, {"lwc/thing/thing.js-meta.xml": meta.replace("True", "TRUE")}) == []
    assert errors(tmp_path, {"lwc/thing/thing.js-meta.xml": capitals}) == []


def test_folders_above_a_project_tell_nothing(tmp_path: Path) -> None:
    tab = f'<CustomTab xmlns="{METADATA_NS}"><label>T</label><motif>Custom1: Heart</motif><url>https://a</url></CustomTab>'
    files = {
        "lwc/project/sfdx-project.json": '{"packageDirectories": [{"path": "f"}], "sourceApiVersion": "62.0"}',
        "lwc/project/f/tabs/T.tab-meta.xml": tab,
        "lwc/project/docs/Reading.md": "",
        "aura/pack/package.xml": package(members("CustomTab", "T")),
        "aura/pack/tabs/T.tab": tab,
    }
    assert errors(tmp_path, files) == []
    assert errors(tmp_path / "aura" / "pack", {}) == []
    assert errors(tmp_path / "lwc" / "project" / "f" / "tabs", {}) == []


def test_programs_have_folders_called_lwc_too(tmp_path: Path) -> None:
    assert errors(tmp_path, {"src/commands/lwc/css/merge.ts": "export {};"}) == []


def test_a_package_inside_a_static_resource_is_its_content(tmp_path: Path) -> None:
    meta = (
        f'<StaticResource xmlns="{METADATA_NS}"><cacheControl>Public</cacheControl>'
        "<contentType>application/zip</contentType></StaticResource>"
    )
    files = {
        "staticresources/Flows.resource-meta.xml": meta,
        "staticresources/Flows/inner/package.xml": package(members("Flow", "Gone")),
        "staticresources/Flows/inner/flows/F.flow-meta.xml": "<",
    }
    assert errors(tmp_path, files) == []


def test_a_list_of_members_beside_source_format_is_no_package(tmp_path: Path) -> None:
    field = f'<CustomLabels xmlns="{METADATA_NS}"/>'
    files = {"package.xml": package(members("Flow", "Gone")), "labels/CustomLabels.labels-meta.xml": field}
    assert errors(tmp_path, files) == []
    assert errors(tmp_path, {}, ("warning",)) == ["E2011 Flow Gone is named here but has no file"]


def test_blanks_before_the_declaration_of_a_file_that_is_put_together(tmp_path: Path) -> None:
    field = (
        f'\n\n<?xml version="1.0" encoding="UTF-8"?>\n<CustomField xmlns="{METADATA_NS}"><fullName>F__c</fullName>'
        "<label>F</label><length>9</length><type>Text</type></CustomField>"
    )
    assert errors(tmp_path, {"objects/Account/fields/F__c.field-meta.xml": field}) == []
    (warning,) = errors(tmp_path, {}, ("warning",))
    assert warning == "E1105 blanks stand before the XML declaration, where XML allows nothing"


def test_what_orgs_retrieve_of_their_own(tmp_path: Path) -> None:
    security = (
        f'<SecuritySettings xmlns="{METADATA_NS}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        '<turnTLSv11Off xsi:nil="true"/></SecuritySettings>'
    )
    grants = (
        f'<PermissionSet xmlns="{METADATA_NS}"><label>P</label><objectPermissions><allowCreate>false</allowCreate>'
        "<allowDelete>true</allowDelete><allowEdit>false</allowEdit><allowRead>true</allowRead>"
        "<modifyAllRecords>false</modifyAllRecords><object>PendingOrderSummary</object>"
        "<viewAllRecords>false</viewAllRecords></objectPermissions></PermissionSet>"
    )
    bar = OLD_PAGE.replace("AppPage", "UtilityBar").replace(
        "<componentName>force:detailPanel</componentName>",
        "<componentInstanceProperties><name>eager</name><type>decorator</type><value>true</value>"
        "</componentInstanceProperties><componentInstanceProperties><name>pageName</name><value>V</value>"
        "</componentInstanceProperties><componentName>flexipage:visualforcePage</componentName>",
    )
    name = "pse__Create_Billing_Documents_Batch_Settings__c"
    setting = (
        f'<CustomObject xmlns="{METADATA_NS}"><customSettingsType>List</customSettingsType><label>B</label>'
        "<visibility>Public</visibility></CustomObject>"
    )
    files = {
        "settings/Security.settings": security,
        "permissionsets/P.permissionset": grants,
        "flexipages/B.flexipage": bar,
        f"objects/{name}.object": setting,
    }
    assert errors(tmp_path, files) == []


def test_a_blank_at_the_end_makes_another_picklist_value(tmp_path: Path) -> None:
    values = "".join(
        f"<customValue><fullName>{name}</fullName><default>false</default><label>{label}</label></customValue>"
        for name, label in (("Referral", "One"), ("Referral  ", "Two"))
    )
    value_set = (
        f'<GlobalValueSet xmlns="{METADATA_NS}">{values}<masterLabel>G</masterLabel><sorted>false</sorted>'
        "</GlobalValueSet>"
    )
    assert errors(tmp_path, {"globalValueSets/G.globalValueSet": value_set}) == []


def test_packages_side_by_side_have_objects_of_one_name(tmp_path: Path) -> None:
    start = f'<CustomObject xmlns="{METADATA_NS}"><deploymentStatus>Deployed</deploymentStatus>'
    end = (
        "<label>R</label><nameField><label>R</label><type>Text</type></nameField><pluralLabel>R</pluralLabel>"
        "<sharingModel>{}</sharingModel></CustomObject>"
    )
    field = (
        "<fields><fullName>Of__c</fullName><label>Of</label><referenceTo>Account</referenceTo>"
        "<relationshipName>Rs</relationshipName><relationshipOrder>0</relationshipOrder><type>MasterDetail</type></fields>"
    )
    files = {
        "src/objects/Response__c.object": start + end.format("Private"),
        "Referenced Packages/Wootric/objects/Response__c.object": start + field + end.format("ControlledByParent"),
    }
    assert errors(tmp_path, files) == []


def test_a_missing_package_directory_matters_to_the_whole_project_alone(tmp_path: Path) -> None:
    files = {
        "sfdx-project.json": '{"packageDirectories": [{"path": "here"}, {"path": "gone"}], "sourceApiVersion": "62.0"}',
        "here/labels/CustomLabels.labels-meta.xml": f'<CustomLabels xmlns="{METADATA_NS}"/>',
    }
    assert errors(tmp_path, files) == ["E1004 the package directory 'gone' does not exist"]
    assert errors(tmp_path / "here", {}) == []


def test_settings_have_the_root_of_their_name(tmp_path: Path) -> None:
    right = (
        f'<CurrencySettings xmlns="{METADATA_NS}"><enableMultiCurrency>false</enableMultiCurrency></CurrencySettings>'
    )
    files = {"settings/Currency.settings": right, "settings/SocialCustomerServiceSettings.settings": "(hidden)"}
    assert errors(tmp_path, files) == []
    wrong = {"settings/Currency.settings": right.replace("CurrencySettings", "CurrencySetings")}
    assert errors(tmp_path, wrong) == ["E1110 the root is <CurrencySetings>, but the path is one of CurrencySettings"]


def test_the_layout_that_closes_a_case_shows_fields_of_cases(tmp_path: Path) -> None:
    field = (
        f'<CustomField xmlns="{METADATA_NS}"><fullName>F__c</fullName><label>F</label>'
        "<type>Checkbox</type></CustomField>"
    )
    layout = (
        f'<Layout xmlns="{METADATA_NS}"><layoutSections><layoutColumns><layoutItems><field>F__c</field></layoutItems>'
        "</layoutColumns><style>OneColumn</style></layoutSections></Layout>"
    )
    files = {"objects/Case/fields/F__c.field-meta.xml": field, "layouts/CaseClose-Close.layout-meta.xml": layout}
    errors(tmp_path, files)
    found = validate(from_paths([str(tmp_path)]), Options(closed=True)).findings
    assert [finding for finding in found if finding.rule == "E3061"] == []


def test_what_a_script_holds_and_does_not_write(tmp_path: Path) -> None:
    page = """<apex:page><script>
        var branches = [<apex:repeat var="branch" value="{!tree.branches}">"{!JSENCODE(branch)}",</apex:repeat>];
        <apex:outputPanel layout="none" rendered="{!tree.shown}">go();</apex:outputPanel>
    </script><div onclick="open('{!form.row['id']}')"></div></apex:page>"""
    meta = f'<ApexPage xmlns="{METADATA_NS}"><apiVersion>60.0</apiVersion><label>P</label></ApexPage>'
    files = {"pages/P.page": page, "pages/P.page-meta.xml": meta}
    assert [w for w in errors(tmp_path, files, ("warning",)) if w.startswith("W7061")] == []
    files["pages/P.page"] = page.replace("{!JSENCODE(branch)}", "{!branch}")
    assert errors(tmp_path, files, ("warning",)) == ["W7061 {!branch} stands in a script without JSENCODE"]


def test_a_secret_that_an_org_has_encrypted_and_one_that_is_none(tmp_path: Path) -> None:
    credential = (
        f'<NamedCredential xmlns="{METADATA_NS}"><endpoint>https://a.example</endpoint><label>S</label>'
        "<principalType>NamedUser</principalType><protocol>Password</protocol><username>U</username>"
        "<password>{}</password></NamedCredential>"
    )
    provider = (
        f'<AuthProvider xmlns="{METADATA_NS}"><consumerKey>k</consumerKey><consumerSecret>{{}}</consumerSecret>'
        "<friendlyName>G</friendlyName><providerType>Google</providerType></AuthProvider>"
    )
    encrypted = provider.format("q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k=")
    files = {
        "namedCredentials/S.namedCredential": credential.format("Password"),
        "authproviders/G.authprovider": encrypted,
    }
    assert errors(tmp_path, files) == []
    assert [w[:5] for w in errors(tmp_path, {}, ("warning",)) if w.startswith("E6003")] == ["E6003"]
    files = {
        "namedCredentials/S.namedCredential": credential.format("hunter2"),
        "authproviders/G.authprovider": provider.format("made-up-and-plain"),
    }
    assert sorted(errors(tmp_path, files)) == [
        "E6003 the consumerSecret of G is in source",
        "E6003 the password of S is in source",
    ]


def test_fields_of_installed_packages_do_not_count(tmp_path: Path) -> None:
    start = f'<CustomObject xmlns="{METADATA_NS}"><customSettingsType>Hierarchy</customSettingsType>'
    field = "<fields><fullName>{}F{}__c</fullName><label>F</label><type>Checkbox</type></fields>"
    end = "<label>S</label><visibility>Public</visibility></CustomObject>"

    def setting(prefix: str) -> dict[str, str]:
        fields = "".join(field.format(prefix, number) for number in range(301))
        return {"objects/S__c.object": start + fields + end}

    assert [e for e in errors(tmp_path, setting("ns__")) if e.startswith("E4006")] == []
    assert [e for e in errors(tmp_path, setting("")) if e.startswith("E4006")] == [
        "E4006 S__c has 301 custom fields, 300 are the most"
    ]
