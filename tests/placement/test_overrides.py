"""Merging one page override into an object, taking it back, and finding what hides the org default."""

from __future__ import annotations

import pytest

from tests.placement.placement_shapes import added, grouped, nodes
from toolkit.errors import MetadataError
from toolkit.placement.item import Action
from toolkit.placement.overrides import (
    PageOverride,
    app_overrides,
    check_assignments,
    hiding,
    merge_override,
    object_overrides,
    org_default,
    remove_override,
    set_by_us,
)

NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
OURS = PageOverride("Contact_Record_Page")
VISUALFORCE = """    <actionOverrides>
        <actionName>View</actionName>
        <content>ContactView</content>
        <skipRecordTypeSelect>false</skipRecordTypeSelect>
        <type>Visualforce</type>
    </actionOverrides>
"""
DEFAULTS = "".join(
    f"""    <actionOverrides>
        <actionName>{action}</actionName>
{form}        <type>Default</type>
    </actionOverrides>
"""
    for action in ("Edit", "View")
    for form in (
        "",
        "        <formFactor>Large</formFactor>\n",
        "        <formFactor>Small</formFactor>\n",
    )
)


def entry(
    page: str, form: str = "Large", comment: str = "<comment>by &quot;App Builder&quot;</comment>\n        "
) -> str:
    return f"""    <actionOverrides>
        <actionName>View</actionName>
        {comment}<content>{page}</content>
        <formFactor>{form}</formFactor>
        <skipRecordTypeSelect>false</skipRecordTypeSelect>
        <type>Flexipage</type>
    </actionOverrides>
"""


def an_object(*overrides: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<CustomObject {NS}>\n{"".join(overrides)}'
        "    <enableFeeds>false</enableFeeds>\n    <fields>\n        <fullName>A__c</fullName>\n    </fields>\n"
        "</CustomObject>\n"
    ).encode()


def test_a_missing_object_file_is_made_with_the_override_only() -> None:
    edit = merge_override(None, OURS, take_over=False)
    assert edit.data.decode() == (
        f"""<?xml version="1.0" encoding="UTF-8"?>
<CustomObject {NS}>
    <actionOverrides>
        <actionName>View</actionName>
        <comment>set by sfmeta place, which made this file</comment>
        <content>Contact_Record_Page</content>
        <formFactor>Large</formFactor>
        <skipRecordTypeSelect>false</skipRecordTypeSelect>
        <type>Flexipage</type>
    </actionOverrides>
</CustomObject>
"""
    )
    assert remove_override(edit.data, OURS).action is Action.DELETED
    more = edit.data.replace(b"</CustomObject>", b"    <enableFeeds>true</enableFeeds>\n</CustomObject>")
    assert remove_override(more, OURS).action is Action.REMOVED
    assert not merge_override(edit.data, OURS, take_over=False).changed


BEFORE = {
    "no override": an_object(),
    "Visualforce only": an_object(VISUALFORCE),
    "another form factor": an_object(entry("Other", "Small"), VISUALFORCE),
    "defaults": an_object(DEFAULTS),
    "defaults, CRLF": an_object(DEFAULTS).replace(b"\n", b"\r\n"),
    "defaults, one line": b"".join(line.strip() for line in an_object(DEFAULTS).splitlines()),
    "another page": an_object(VISUALFORCE, entry("Other_Page"), entry("Other_Page", "Small")),
    "default that says more": an_object(
        DEFAULTS.replace("<type>", "<skipRecordTypeSelect>false</skipRecordTypeSelect><type>")
    ),
    "another page that says less": an_object(
        entry("Other_Page").replace("        <skipRecordTypeSelect>false</skipRecordTypeSelect>\n", "")
    ),
    "another page without comment": an_object(entry("Other_Page", comment="")),
    "another page, empty comment": an_object(entry("Other_Page", comment="<comment></comment>\n        ")),
    "empty object": f"<CustomObject {NS}></CustomObject>".encode(),
    "object without content": f"<CustomObject {NS}>\n</CustomObject>\n".encode(),
    "self-closed object": f"<CustomObject {NS}/>\n\n".encode(),
    "self-closed object with a blank": f"<CustomObject {NS} />".encode(),
    "fields first": f"<CustomObject {NS}>\n\t<fullName>X__c</fullName>\n\t<label>X</label>\n</CustomObject>".encode(),
}


@pytest.mark.parametrize("name", BEFORE)
def test_merging_and_removing_gives_back_every_byte(name: str) -> None:
    data = BEFORE[name]
    edit = merge_override(data, OURS, take_over=True)
    assert org_default(edit.data) == OURS.page
    assert set_by_us(edit.data, OURS)
    assert grouped(edit.data)
    assert not merge_override(edit.data, OURS, take_over=False).changed
    back = remove_override(edit.data, OURS)
    assert back.data == data
    assert back.action is Action.REMOVED


def test_a_new_entry_leaves_every_other_one() -> None:
    data = BEFORE["another form factor"]
    edit = merge_override(data, OURS, take_over=False)
    assert len(added(data, edit.data)) == 7
    kinds = [(o.type, o.content, o.form_factor) for o in object_overrides(edit.data)]
    assert kinds == [
        ("Flexipage", "Other", "Small"),
        ("Visualforce", "ContactView", None),
        ("Flexipage", "Contact_Record_Page", "Large"),
    ]


def test_a_default_entry_becomes_ours_and_the_others_stay() -> None:
    data = BEFORE["defaults"]
    edit = merge_override(data, OURS, take_over=False)
    assert edit.what == ("org default (Large): Default -> Contact_Record_Page",)
    changed = [node for node in nodes(edit.data) if node not in nodes(data)]
    assert [text for _, text, _ in changed] == [
        "taken by sfmeta place [sfmeta place, before: Default]",
        "Contact_Record_Page",
        "Flexipage",
    ]


def test_the_default_of_another_page_is_taken_only_when_that_is_said() -> None:
    data = BEFORE["another page"]
    with pytest.raises(MetadataError) as caught:
        merge_override(data, OURS, take_over=False, source="Contact.object")
    assert str(caught.value) == (
        "Contact.object:9:5: Flexipage Other_Page holds the org default (Large) "
        "(give --take-over (takeOver: true in package.yaml), or place the widget on that page)"
    )
    edit = merge_override(data, OURS, take_over=True)
    assert edit.what == ("org default (Large): Other_Page -> Contact_Record_Page",)
    assert org_default(edit.data, "Small") == "Other_Page"
    assert b"by &quot;App Builder&quot; [sfmeta place, before: Other_Page]" in edit.data


def test_each_form_factor_is_its_own() -> None:
    small = PageOverride(OURS.page, "Small")
    both = merge_override(merge_override(BEFORE["defaults"], OURS, take_over=False).data, small, take_over=False).data
    assert (org_default(both), org_default(both, "Small")) == (OURS.page, OURS.page)
    assert remove_override(remove_override(both, OURS).data, small).data == BEFORE["defaults"]


def test_what_somebody_made_the_default_since_stays() -> None:
    ours = merge_override(BEFORE["no override"], OURS, take_over=False).data
    since = ours.replace(b"Contact_Record_Page", b"Newer_Page")
    assert not remove_override(since, OURS).changed


def test_a_default_that_an_admin_set_is_not_ours() -> None:
    assert not set_by_us(an_object(entry(OURS.page)), OURS)
    assert not set_by_us(an_object(), OURS)


def test_a_component_that_overrides_view_is_not_taken_over() -> None:
    other = entry("c:thing").replace("Flexipage", "LightningComponent")
    with pytest.raises(MetadataError, match="View is overridden by LightningComponent c:thing, which is no Lightning"):
        merge_override(an_object(other), OURS, take_over=True)


@pytest.mark.parametrize("data", [b"", b"<CustomObject/>", b"<a", an_object().replace(b"CustomObject", b"Layout")])
def test_what_is_no_object_is_refused(data: bytes) -> None:
    with pytest.raises(MetadataError):
        merge_override(data, OURS, take_over=True)


APP = f"""<CustomApplication {NS}>
    <actionOverrides>
        <actionName>View</actionName><content>App_Page</content><formFactor>Large</formFactor>
        <type>Flexipage</type><pageOrSobjectType>Contact</pageOrSobjectType>
    </actionOverrides>
    <actionOverrides>
        <actionName>View</actionName><content>Case_Page</content><formFactor>Large</formFactor>
        <type>Flexipage</type><pageOrSobjectType>Case</pageOrSobjectType>
    </actionOverrides>
    <actionOverrides>
        <actionName>Tab</actionName><content>Home</content><formFactor>Large</formFactor>
        <type>Flexipage</type><pageOrSobjectType>standard-home</pageOrSobjectType>
    </actionOverrides>
    <profileActionOverrides>
        <actionName>View</actionName><content>Vip_Page</content><formFactor>Large</formFactor>
        <pageOrSobjectType>Contact</pageOrSobjectType><recordType>Contact.Vip</recordType>
        <type>Flexipage</type><profile>Sales</profile>
    </profileActionOverrides>
    <profileActionOverrides>
        <actionName>View</actionName><content>Contact_Record_Page</content><formFactor>Large</formFactor>
        <pageOrSobjectType>Contact</pageOrSobjectType><type>Flexipage</type><profile>Admin</profile>
    </profileActionOverrides>
</CustomApplication>""".encode()


def test_the_overrides_that_hide_the_org_default_are_named_with_their_users() -> None:
    found = hiding(app_overrides(APP, "Sales_Console"), "contact", "Contact_Record_Page")
    assert [(o.for_whom, o.content) for o in found] == [
        ("app Sales_Console", "App_Page"),
        ("app Sales_Console, profile Sales, record type Contact.Vip", "Vip_Page"),
    ]
    assert len(hiding(app_overrides(APP, "Sales_Console"), "Contact")) == 3


def test_two_placements_that_want_one_spot_are_refused() -> None:
    check_assignments((("Contact", OURS), ("contact", OURS), ("Case", PageOverride("X"))))
    with pytest.raises(MetadataError) as caught:
        check_assignments((("Contact", OURS), ("Contact", PageOverride("B")), ("Contact", PageOverride("C", "Small"))))
    assert str(caught.value) == (
        "two pages are to be the org default of Contact (Large): Contact_Record_Page and B "
        "(keep one of the two placements)"
    )
