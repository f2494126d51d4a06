"""What check says, word for word and place for place."""

# ruff: noqa: E501 - documents and messages are longer than lines of code
from __future__ import annotations

import pytest

from toolkit.metadata.schema.check import MAX_FINDINGS, check
from toolkit.metadata.schema.finding import CODES, SchemaFinding, platform_message

NS = "http://soap.sforce.com/2006/04/metadata"


def lines(body: str, *, type_name: str | None = None, api_version: str = "62.0") -> list[str]:
    found = check(body.encode(), source="f", type_name=type_name, api_version=api_version)
    assert {f.code for f in found} <= set(CODES)
    return [f"{f.line}:{f.column} {f.severity} {f.code}: {f.message} ({f.mend})" for f in found]


def field(inner: str, attributes: str = "") -> str:
    return f'<CustomField xmlns="{NS}"{attributes}>\n    <fullName>A__c</fullName>\n{inner}\n</CustomField>'


def test_an_unknown_element_has_the_nearest_name() -> None:
    assert lines(field("    <lable>A</lable>")) == [
        "3:5 error unknown-element: unknown element <lable> in CustomField (did you mean <label>?)"
    ]


def test_an_element_of_the_neighbour_is_misplaced() -> None:
    body = field("    <valueSet><sorted>true</sorted></valueSet>")
    assert lines(body) == [
        "3:15 error misplaced-element: <sorted> does not belong in ValueSet; it is an element of "
        "ValueSetValuesDefinition (move it into the ValueSetValuesDefinition that it is meant for)"
    ]


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<type>Nummer</type>", "3:1 error enum: 'Nummer' is not a value of FieldType, which <type> takes (did you mean Number?)"),
        ("<type>number</type>", "3:1 error enum: <type> has 'number', which is written Number (write Number)"),
        ("<required>yes</required>", "3:1 error boolean: <required> takes true or false, not 'yes' (write true or false)"),
        ("<required>True</required>", "3:1 warning boolean: <required> has 'True'; booleans are written in small letters (write true)"),
        ("<required></required>", "3:1 error boolean: <required> takes true or false, not '' (write true or false)"),
        ("<length>1.5</length>", "3:1 error number: <length> takes a whole number, not '1.5' (write a whole number)"),
        ("<length/>", "3:1 error number: <length> is empty where a whole number belongs (remove the element or fill it in)"),
        ("<label>A</label><label>B</label>", "3:17 error duplicate-element: <label> is there twice in this CustomField, which takes one (remove one of them)"),
        ("<label><b>A</b></label>", "3:1 error content: <label> takes text, not elements (take <b> out of it)"),
        ("<label>A</label> B", "3:18 error text: text between the elements of <CustomField>: 'B' (remove it, or put it into the element that it is meant for)"),
        ("<label xmlns='urn:x'>A</label>", f"3:1 error namespace: <label> is in the namespace 'urn:x' (leave out its xmlns, so that it is in {NS} like its parent)"),
        ("<label id='1'>A</label>", "3:1 error attribute: <label> has an attribute id, which metadata does not have (remove it; metadata keeps values in elements)"),
    ],
)  # fmt: skip
def test_values_and_structure(inner: str, expected: str) -> None:
    assert lines(field(inner)) == [expected]


def test_repeated_elements_stand_together() -> None:
    types = "<types><members>A</members><name>ApexClass</name></types>"
    assert lines(f'<Package xmlns="{NS}">\n{types}\n<version>62.0</version>\n{types}\n</Package>') == [
        "4:1 error split-group: <types> stands apart from the other <types> of this Package "
        "(move it next to them; an org takes repeated elements only together)"
    ]


def test_a_required_element_is_missed_where_its_parent_begins() -> None:
    assert lines(f'<CustomTab xmlns="{NS}">\n<actionOverrides><type>Default</type></actionOverrides></CustomTab>') == []
    body = f'<RemoteSiteSetting xmlns="{NS}">\n<isActive>true</isActive><disableProtocolSecurity>false</disableProtocolSecurity></RemoteSiteSetting>'
    assert lines(body) == [
        "1:1 error missing-element: RemoteSiteSetting needs <url>, which is missing (add <url>...</url> with text)"
    ]
    assert lines(body.replace("<isActive>true</isActive>", "<url>https://a.example</url>")) == [
        "1:1 warning missing-element: RemoteSiteSetting has no <isActive>, so the org's own default counts (add "
        "<isActive>...</isActive> with true or false, or leave it to the org on purpose)"
    ]


def test_the_api_version_gates_in_both_directions() -> None:
    flow = f'<Flow xmlns="{NS}"><label>F</label><customErrors><name>E</name><locationX>0</locationX><locationY>0</locationY></customErrors></Flow>'
    old = lines(flow, api_version="47.0")
    assert old == [
        "1:71 warning newer: <customErrors> of Flow is not in API version 47.0: it came between 52.0 and 60.0 "
        "(raise the API version to 60.0 or later, or remove it)"
    ]
    assert lines(flow, api_version="60.0") == []
    tab = f'<CustomTab xmlns="{NS}"><mobileReady>true</mobileReady></CustomTab>'
    assert lines(tab, api_version="45.0") == []
    assert lines(tab) == [
        "1:60 warning removed: <mobileReady> of CustomTab is no longer in API version 62.0: it was removed in 46.0 "
        "(remove it, or stay at API version 45.0 or earlier)"
    ]


def test_above_the_newest_version_what_is_unknown_is_a_warning() -> None:
    (line,) = lines(field("<brandNewThing>A</brandNewThing>"), api_version="99.0")
    assert line.startswith("3:1 warning unknown-element: unknown element <brandNewThing> in CustomField")


def test_the_root_is_held_against_the_path_and_the_namespace() -> None:
    page = f'<ApexPage xmlns="{NS}"><label>P</label></ApexPage>'
    assert [line for line in lines(page, type_name="ApexComponent") if " root" in line] == [
        "1:1 error root: the root is <ApexPage>, but the path is one of ApexComponent "
        "(write <ApexComponent>, or move the file to the folder and suffix of ApexPage)"
    ]
    assert lines(page.replace(f' xmlns="{NS}"', "")) == [
        f"1:1 warning namespace: <ApexPage> has no namespace (write <ApexPage xmlns=\"{NS}\">)",
        "1:1 warning missing-element: ApexPage has no <apiVersion>, so the org's own default counts (add <apiVersion>...</apiVersion> with a number, or leave it to the org on purpose)",
    ]  # fmt: skip
    assert [f.code for f in check(page.replace(NS, "urn:other").encode(), source="f", api_version="62.0")] == [
        "namespace"
    ]
    tooling = page.replace(NS, "urn:metadata.tooling.soap.sforce.com").replace(
        "<label>", "<apiVersion>62.0</apiVersion><label>"
    )
    assert lines(tooling) == []


def test_an_unknown_type_is_not_checked() -> None:
    body = f'<BrandNewType xmlns="{NS}"><a>1</a></BrandNewType>'
    assert lines(body) == ["1:1 note not-checked: the schema does not know the type BrandNewType (None)"]
    assert lines(body, type_name="BrandNewType") == lines(body)
    (slip,) = lines(f'<CustomObjct xmlns="{NS}"/>')
    assert slip == "1:1 warning root: <CustomObjct> is no metadata type that is known (did you mean <CustomObject>?)"


def test_tolerances() -> None:
    xsi = ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    assert lines(field('<description xsi:nil="true"/>', xsi)) == []
    assert lines(f'<FieldPermission xmlns="{NS}"><editable>true</editable><field>A.B</field></FieldPermission>') == []
    part = f'<CustomPermission xmlns="{NS}"><enabled>true</enabled><name>P</name></CustomPermission>'
    assert lines(part, type_name="PermissionSet") == lines(part) == []
    destructive = f'<Package xmlns="{NS}"><types><members>A</members><name>ApexClass</name></types></Package>'
    assert lines(destructive) == []
    assert lines("(hidden)")[0].startswith("1:1 warning xml-hidden: ")


def test_values_of_custom_metadata_are_what_their_type_says() -> None:
    head = f'<CustomMetadata xmlns="{NS}" xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns:d="http://www.w3.org/2001/XMLSchema">'
    body = head + '<values><field>A__c</field><value i:type="d:boolean">maybe</value></values></CustomMetadata>'
    (line,) = lines(body)
    assert "error boolean: <value> says xsi:type=\"xsd:boolean\" and has 'maybe'" in line


def test_there_is_an_end_of_findings() -> None:
    found = check(field("<oops/>" * (MAX_FINDINGS * 3)).encode(), source="f", api_version="62.0")
    assert len(found) == MAX_FINDINGS + 1
    assert found[-1].code == "more"


def test_findings_name_the_element_from_the_root() -> None:
    body = f'<CustomObject xmlns="{NS}"><fields><fullName>A__c</fullName></fields><fields><fullName>B__c</fullName><x/></fields></CustomObject>'
    (finding,) = check(body.encode(), source="f", api_version="62.0")
    assert finding.path == "CustomObject/fields[2]/x"


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<foo/>", f"Element {{{NS}}}foo invalid at this location in type CustomField"),
        ("<type>Foo</type>", "'Foo' is not a valid value for the enum 'FieldType'"),
        ("<required>x</required>", "'x' is not a valid value for the type xsd:boolean"),
        ("<label/><label/>", "Element label is duplicated at this location in type CustomField"),
    ],
)
def test_an_org_says_it_in_its_own_words(inner: str, expected: str) -> None:
    (finding,) = check(field(inner).encode(), source="f", api_version="62.0")
    assert platform_message(finding) == expected


def test_an_org_misses_fields_and_versions() -> None:
    missing = SchemaFinding("missing-element", "error", "...", "f", subject="url", type="RemoteSiteSetting")
    assert platform_message(missing) == "Required field is missing: url"
    newer = SchemaFinding("newer", "warning", "...", "f", subject="customErrors")
    assert platform_message(newer, api_version="47.0") == "Property 'customErrors' not valid in version 47.0"
    assert platform_message(SchemaFinding("xml-empty", "error", "the file is empty", "f")) == "the file is empty"
