"""What an org returned, and what becomes of it: refusals of unreadable pages, assignments in apps, and undoing them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.placement.placement_shapes import added, before, grouped
from toolkit.errors import MetadataError
from toolkit.metadata.component import Component, ComponentFile, ComponentKey
from toolkit.placement.app_pages import AppScope, app_page, merge_app_page, release_app_page
from toolkit.placement.arrange import arrange
from toolkit.placement.inventory import Inventory
from toolkit.placement.item import WidgetItem
from toolkit.placement.new_page import copy_name, copy_of, default_page_name, made_here, origin_of, scoped_page_name
from toolkit.placement.overrides import PageOverride, merge_override, org_default, release_override
from toolkit.placement.wish import Wish

NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
CONTACT = Wish("Contact", WidgetItem("CobrowseWidgetContact", height=900))
DEFAULT = f"""<?xml version="1.0" encoding="UTF-8"?>
<CustomObject {NS}>
    <actionOverrides>
        <actionName>View</actionName>
        <content>Contact_Record_Page</content>
        <formFactor>Large</formFactor>
        <type>Flexipage</type>
    </actionOverrides>
</CustomObject>
""".encode()
APP = f"""<?xml version="1.0" encoding="UTF-8"?>
<CustomApplication {NS}>
    <brand>
        <headerColor>#0070D2</headerColor>
    </brand>
    <formFactors>Large</formFactors>
    <label>Sales</label>
    <uiType>Lightning</uiType>
</CustomApplication>
""".encode()


def org_of(page: bytes) -> Inventory:
    return Inventory(
        [
            Component("CustomObject", "Contact", (ComponentFile("objects/Contact.object", DEFAULT),)),
            Component(
                "FlexiPage", "Contact_Record_Page", (ComponentFile("flexipages/Contact_Record_Page.flexipage", page),)
            ),
        ]
    )


@pytest.mark.parametrize(
    ("page", "message"),
    [
        (b"<FlexiPage", "flexipages/Contact_Record_Page.flexipage:1:"),
        (
            f"<Layout {NS}/>".encode(),
            "flexipages/Contact_Record_Page.flexipage:1:1: the root element is <Layout>, not <FlexiPage>",
        ),
        (
            b'<!DOCTYPE FlexiPage [<!ENTITY a "b">]><FlexiPage>&a;</FlexiPage>',
            "flexipages/Contact_Record_Page.flexipage:1",
        ),
    ],
    ids=["malformed", "unknown", "entities"],
)
def test_a_page_that_cannot_be_understood_is_refused_and_nothing_is_staged(page: bytes, message: str) -> None:
    inventory = org_of(page)
    with pytest.raises(MetadataError) as caught:
        arrange(inventory, (CONTACT,), "62.0")
    assert str(caught.value).startswith(message)
    assert inventory.changes() == []


def test_two_wishes_edit_one_page_one_after_the_other() -> None:
    inventory = org_of(before("standard"))
    other = Wish("Contact", WidgetItem("CobrowseOther", height=300))
    arrange(inventory, (CONTACT, other), "62.0")
    ((key, old, new),) = inventory.changes()
    assert key == ComponentKey("FlexiPage", "Contact_Record_Page")
    assert old is not None
    assert new is not None
    names = [text for path, text, _ in added(old, new) if text.startswith("Cobrowse") and path.endswith("value")]
    assert names == ["Cobrowse.io", "CobrowseWidgetContact", "Cobrowse.io", "CobrowseOther"]
    (outcome,) = inventory.outcomes().values()
    assert [(edit.path, edit.action.value) for edit in outcome.edits] == [
        ("CustomObject Contact", "unchanged"),
        ("FlexiPage Contact_Record_Page", "placed"),
    ]


NAMES = st.from_regex(r"[A-Z][A-Za-z0-9]{0,15}", fullmatch=True)
SCOPES = st.one_of(
    st.builds(AppScope, st.just("Contact"), st.just("Sales"), st.sampled_from(["Large", "Small"])),
    st.builds(AppScope, st.just("Contact"), st.just("Sales"), st.just("Large"), NAMES, st.none() | NAMES),
)


@given(st.lists(SCOPES, min_size=1, max_size=5, unique=True), st.data())
def test_an_entry_of_an_app_comes_and_goes_and_leaves_the_rest_as_it_was(
    scopes: list[AppScope], data: st.DataObject
) -> None:
    held = APP
    for number, scope in enumerate(scopes[:-1]):
        held = merge_app_page(held, scope, f"Page{number}", take_over=False).data
    last = scopes[-1]
    if app_page(held, last) is not None:
        return  # names that differ in case alone are one scope
    placed = merge_app_page(held, last, "Ours", take_over=False)
    found = app_page(placed.data, last)
    assert found is not None
    assert found.content == "Ours"
    assert grouped(placed.data)
    assert not merge_app_page(placed.data, last, "Ours", take_over=False).changed
    assert release_app_page(placed.data, last, "Ours").data == held
    with pytest.raises(MetadataError, match="Ours is the default of app Sales"):
        merge_app_page(placed.data, last, data.draw(NAMES.filter(lambda n: n != "Ours")), take_over=False)


def test_what_an_app_showed_before_comes_back() -> None:
    scope = AppScope("Contact", "Sales")
    theirs = merge_app_page(APP, scope, "Theirs", take_over=False).data
    ours = merge_app_page(theirs, scope, "Ours", take_over=True).data
    assert release_app_page(ours, scope, "Ours").data == theirs
    narrow = AppScope("Contact", "Sales", profile="Admin")
    theirs = merge_app_page(APP, narrow, "ns__Theirs", take_over=False).data
    ours = merge_app_page(theirs, narrow, "Ours", take_over=True).data
    assert release_app_page(ours, narrow, "Ours", before="ns__Theirs").data == theirs
    assert not release_app_page(theirs, narrow, "Ours").changed


def test_an_org_is_told_default_where_a_file_would_just_lose_the_entry() -> None:
    empty = f"<CustomObject {NS}>\n</CustomObject>\n".encode()
    placed = merge_override(empty, PageOverride("Ours"), take_over=False).data
    released = release_override(placed, PageOverride("Ours")).data
    assert org_default(released) is None
    assert b"<type>Default</type>" in released
    assert b"Ours" not in released
    taken = merge_override(DEFAULT, PageOverride("Ours"), take_over=True).data
    assert release_override(taken, PageOverride("Ours")).data == DEFAULT


@given(NAMES, st.lists(NAMES, min_size=1, max_size=3), NAMES)
def test_names_of_pages_that_we_make_are_names_that_the_platform_takes(name: str, scope: list[str], space: str) -> None:
    made = (
        default_page_name(f"{space}__{name}__c"),
        scoped_page_name(f"{name}__c", tuple(scope)),
        scoped_page_name(name, ("Größe & Co", *scope)),
        copy_name(f"{space.lower()}__{name}_Record_Page"),
    )
    for page in made:
        assert len(page) <= 40
        assert "__" not in page
        assert page[0].isalpha()
        assert page.isascii()
        assert page.replace("_", "").isalnum()


def test_a_copy_says_what_it_is_a_copy_of() -> None:
    page = before("standard")
    copy = copy_of(page, "ns__Contact_Page")
    assert (origin_of(copy), made_here(copy), made_here(page), origin_of(page)) == (
        "ns__Contact_Page",
        True,
        False,
        None,
    )
    again = copy_of(copy, "Other_Page")
    assert origin_of(again) == "Other_Page"
