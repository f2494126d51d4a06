"""Placing, updating, moving and removing the widget on record pages, and what is refused."""

from __future__ import annotations

import re

import pytest

from tests.placement.placement_shapes import WIDGET, added, before, nodes
from toolkit.errors import MetadataError
from toolkit.placement.flexipage import namespace_of, read_page, regions, widgets
from toolkit.placement.item import Action, WidgetItem
from toolkit.placement.new_page import clone_page, default_page_name, default_record_page
from toolkit.placement.templates import RECORD_TEMPLATES, rows_of, sidebar_of
from toolkit.placement.widget import Spot, place_on_flexipage, remove_from_flexipage

STANDARD = before("standard")
OTHER = WidgetItem("OtherWidget", height=300)


def components(data: bytes, region: str) -> list[str]:
    return [i.properties.get("pageName", i.component) for r in regions(data) if r.name == region for i in r.items]


def page_with(template: str, *names: str, parent: str | None = None, items: int = 1) -> bytes:
    component = (
        "<itemInstances><componentInstance><componentName>c:x</componentName>"
        "<identifier>i{}</identifier></componentInstance></itemInstances>"
    )
    mode = "<mode>Replace</mode>" if parent else ""
    listed = "".join(
        f"<flexiPageRegions>{''.join(component.format(f'{name}{i}') for i in range(items))}{mode}"
        f"<name>{name}</name><type>Region</type></flexiPageRegions>"
        for name in names
    )
    above = f"<parentFlexiPage>{parent}</parentFlexiPage>" if parent else ""
    return (
        f'<FlexiPage xmlns="http://soap.sforce.com/2006/04/metadata">{listed}<masterLabel>P</masterLabel>{above}'
        f"<sobjectType>Contact</sobjectType><template><name>{template}</name></template><type>RecordPage</type></FlexiPage>"
    ).encode()


# Where it goes


@pytest.mark.parametrize("template", RECORD_TEMPLATES)
def test_the_sidebar_role_is_found_in_every_standard_template(template: str) -> None:
    names = RECORD_TEMPLATES[template].regions
    edit = place_on_flexipage(page_with(template, *names), WIDGET)
    expected = next(
        (n for role in ("sidebar", "rightcol", "rightsidebar") for n in names if n == role),
        names[-1],
    )
    assert edit.spot == expected
    assert components(edit.data, expected)[-1] == WIDGET.page


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("header", "main", "sidebar"), "sidebar"),
        (("leftcol", "rightcol", "header"), "rightcol"),
        (("main", "rightsidebar", "leftsidebar"), "rightsidebar"),
        (("left", "center", "Right"), "Right"),
        (("header", "column1", "column2", "subheader"), "column2"),
        (("main",), "main"),
        (("header", "subheader"), None),
        ((), None),
    ],
)
def test_the_order_of_the_fallback(names: tuple[str, ...], expected: str | None) -> None:
    assert sidebar_of(names) == expected


def test_a_region_that_the_template_has_and_the_file_does_not_is_added() -> None:
    data = page_with("flexipage:recordHomeTemplateDesktop", "header", "main")
    edit = place_on_flexipage(data, WIDGET)
    assert edit.what == ("added region sidebar", "placed CobrowseWidgetContact in region sidebar")
    assert remove_from_flexipage(edit.data, WIDGET).data == data


@pytest.mark.parametrize("template", ["flexipage:recordHomeSingleColTemplateDesktop", "c:own"])
def test_a_facet_that_says_it_is_a_region_is_no_sidebar(template: str) -> None:
    data = before("standard").replace(b"<type>Facet</type>", b"<type>Region</type>")
    data = re.sub(
        rb"    <flexiPageRegions>(?:(?!</flexiP).)*<name>sidebar<.*?</flexiPageRegions>\n", b"", data, flags=re.DOTALL
    )
    data = data.replace(b"flexipage:recordHomeTemplateDesktop", template.encode())
    assert place_on_flexipage(data, WIDGET).spot == "main"
    assert "the regions there are: header, main; facets: detailTab, relatedTab, mainTabs)" in refused(data, Spot("x"))


def test_on_a_page_with_a_parent_an_added_region_keeps_what_the_parent_shows() -> None:
    data = page_with("flexipage:recordHomeWithSubheaderTemplateDesktop", "header", "main", parent="sfa__Contact_rec_L")
    last = place_on_flexipage(data, WIDGET, Spot("subheader"))
    first = place_on_flexipage(data, WIDGET, Spot("subheader", "first"))
    assert [r.mode for r in regions(last.data) if r.name == "subheader"] == ["Append"]
    assert [r.mode for r in regions(first.data) if r.name == "subheader"] == ["Prepend"]
    assert remove_from_flexipage(last.data, WIDGET).data == data


def test_an_added_region_stays_when_somebody_has_put_more_into_it() -> None:
    data = page_with("flexipage:recordHomeTemplateDesktop", "header", "main")
    both = place_on_flexipage(place_on_flexipage(data, WIDGET).data, OTHER).data
    rest = remove_from_flexipage(both, WIDGET).data
    assert components(rest, "sidebar") == ["OtherWidget"]
    assert remove_from_flexipage(rest, OTHER).data == data


def test_an_empty_region_of_the_page_itself_stays() -> None:
    data = before("empty_sidebar")
    assert remove_from_flexipage(place_on_flexipage(data, WIDGET).data, WIDGET).data == data


@pytest.mark.parametrize(("position", "index"), [("first", 0), (1, 0), (2, 1), (3, 2), (99, 2), ("last", 2), (None, 2)])
def test_positions_count_from_one(position: object, index: int) -> None:
    edit = place_on_flexipage(STANDARD, WIDGET, Spot("sidebar", position))
    assert components(edit.data, "sidebar").index(WIDGET.page) == index


def test_two_placements_on_one_spot_stand_one_above_the_other() -> None:
    one = place_on_flexipage(STANDARD, WIDGET, Spot("sidebar", "first")).data
    two = place_on_flexipage(one, OTHER, Spot("sidebar", "first"))
    assert components(two.data, "sidebar")[:2] == ["OtherWidget", "CobrowseWidgetContact"]
    identifiers = [i.identifier for r in regions(two.data) for i in r.items]
    assert len(set(identifiers)) == len(identifiers)
    assert remove_from_flexipage(two.data, OTHER).data == one


def test_a_page_without_components_is_written_as_its_api_version_does() -> None:
    data = before("empty_sidebar")
    bare = re.sub(rb"\s*<itemInstances>.*?</itemInstances>", b"", data, flags=re.DOTALL)
    assert b"<componentInstances>" in place_on_flexipage(bare, WIDGET, api_version="48.0").data
    before_53 = place_on_flexipage(bare, WIDGET, api_version="52.0").data
    assert b"<itemInstances>" in before_53
    assert b"<identifier>" not in before_53
    assert b"<identifier>" in place_on_flexipage(bare, WIDGET, api_version="53.0").data


# A widget that is there


def test_height_label_and_visibility_of_the_label_are_updated_in_place() -> None:
    placed = place_on_flexipage(STANDARD, WIDGET).data
    new = WidgetItem(WIDGET.page, 500, "Help & <screen>", show_label=True)
    edit = place_on_flexipage(placed, new)
    assert edit.action is Action.UPDATED
    assert edit.what == (
        "height 900 -> 500",
        "label Cobrowse.io -> Help & <screen>",
        "showLabel false -> true",
    )
    changed = [(a, b) for a, b in zip(nodes(placed), nodes(edit.data), strict=True) if a != b]
    assert [b[1] for _, b in changed] == ["500", "Help & <screen>", "true"]
    assert not place_on_flexipage(edit.data, new).changed
    assert not place_on_flexipage(edit.data, WIDGET).changed, "what is not asked for stays"


def test_missing_properties_are_added() -> None:
    bare = re.sub(
        rb"\s*<componentInstanceProperties>\s*<name>(label|showLabel|height)</name>.*?</componentInstanceProperties>",
        b"",
        place_on_flexipage(before("empty_sidebar"), WIDGET).data,
        flags=re.DOTALL,
    )
    edit = place_on_flexipage(bare, WidgetItem(WIDGET.page, 400, "L", show_label=False))
    assert edit.what == ("height not set -> 400", "label not set -> L", "showLabel not set -> false")
    assert dict(widgets(edit.data, WIDGET)[0][1].properties) == {
        "pageName": WIDGET.page,
        "height": "400",
        "label": "L",
        "showLabel": "false",
    }


def test_a_property_without_a_value_gets_one() -> None:
    data = place_on_flexipage(STANDARD, WIDGET).data.replace(b"<value>Cobrowse.io</value>\n                ", b"")
    edit = place_on_flexipage(data, WidgetItem(WIDGET.page, label="L"))
    assert widgets(edit.data, WIDGET)[0][1].properties["label"] == "L"


def test_the_name_of_the_page_knows_no_case() -> None:
    placed = place_on_flexipage(STANDARD, WIDGET).data
    assert not place_on_flexipage(placed, WidgetItem("cobrowsewidgetcontact")).changed


def test_a_widget_moves_with_everything_it_has() -> None:
    rule = (
        b"<visibilityRule>\n                    <booleanFilter>1</booleanFilter>\n                </visibilityRule>\n"
    )
    placed = place_on_flexipage(STANDARD, WIDGET).data
    marked = placed.replace(
        b"<identifier>cobrowse_visualforcePage</identifier>\n",
        b"<identifier>cobrowse_visualforcePage</identifier>\n                " + rule,
    )
    edit = place_on_flexipage(marked, WIDGET, Spot("main", "first"))
    assert edit.action is Action.MOVED
    assert edit.what == ("moved CobrowseWidgetContact from region sidebar to main, 1 of 2",)
    assert components(edit.data, "main") == [WIDGET.page, "flexipage:tabset"]
    assert WIDGET.page not in components(edit.data, "sidebar")
    assert rule in edit.data
    assert place_on_flexipage(edit.data, WIDGET, Spot("sidebar", "last")).data == marked, "and back to the byte"


def test_a_widget_moves_within_its_region() -> None:
    placed = place_on_flexipage(STANDARD, WIDGET).data
    first = place_on_flexipage(placed, WIDGET, Spot(position="first"))
    assert components(first.data, "sidebar")[0] == WIDGET.page
    assert place_on_flexipage(first.data, WIDGET, Spot(position="last")).data == placed
    assert not place_on_flexipage(first.data, WIDGET, Spot("sidebar", 1)).changed


def test_a_widget_that_somebody_moved_is_left_unless_a_region_is_asked_for() -> None:
    elsewhere = place_on_flexipage(STANDARD, WIDGET, Spot("relatedTab")).data
    assert not place_on_flexipage(elsewhere, WIDGET).changed
    assert place_on_flexipage(elsewhere, WIDGET, Spot("sidebar")).spot == "sidebar"


def test_every_widget_of_that_page_is_removed_and_no_other() -> None:
    twice = place_on_flexipage(STANDARD, WIDGET).data
    item = twice[twice.index(b"        <itemInstances>\n", twice.index(b"c:notes")) :]
    item = item[: item.index(b"</itemInstances>\n") + len(b"</itemInstances>\n")]
    again = twice.replace(b"        <mode>", item + b"        <mode>").replace(
        b"        <name>main</name>", item.replace(b"cobrowse_v", b"second_v") + b"        <name>main</name>"
    )
    assert len(widgets(again, WIDGET)) == 2
    edit = remove_from_flexipage(place_on_flexipage(again, OTHER).data, WIDGET)
    assert not widgets(edit.data, WIDGET)
    assert remove_from_flexipage(edit.data, OTHER).data == STANDARD


def test_removal_keeps_what_others_have_edited_since() -> None:
    placed = place_on_flexipage(STANDARD, WIDGET).data
    edited = placed.replace(b"c:notes", b"c:betterNotes").replace(b"<masterLabel>Contact", b"<masterLabel>Our Contact")
    expected = STANDARD.replace(b"c:notes", b"c:betterNotes").replace(b"<masterLabel>C", b"<masterLabel>Our C")
    assert remove_from_flexipage(edited, WIDGET).data == expected


# What is refused


def refused(data: bytes, spot: Spot | None = None) -> str:
    with pytest.raises(MetadataError) as caught:
        place_on_flexipage(data, WIDGET, spot or Spot(), source="P.flexipage")
    return str(caught.value)


def test_a_region_that_is_not_there_lists_those_that_are() -> None:
    assert refused(STANDARD, Spot("footer")) == (
        "P.flexipage: the page has no region footer "
        "(the regions there are: header, main, sidebar; facets: detailTab, relatedTab, mainTabs)"
    )


def test_a_page_of_headers_only_has_no_sidebar() -> None:
    assert "no region sidebar (the regions there are: header, subheader)" in refused(
        page_with("c:custom", "header", "subheader")
    )


def test_a_full_region_is_refused_and_stays_placeable_elsewhere() -> None:
    full = page_with("flexipage:recordHomeTemplateDesktop", "header", "main", "sidebar", items=25)
    assert "region sidebar is full: it holds 25 components, and 25 is the most" in refused(full)
    one_less = page_with("flexipage:recordHomeTemplateDesktop", "header", "main", "sidebar", items=24)
    placed = place_on_flexipage(one_less, WIDGET).data
    assert not place_on_flexipage(placed, WIDGET).changed, "ours is the 25th and may stay"
    assert place_on_flexipage(placed, WIDGET, Spot(position="first")).action is Action.MOVED


def test_moving_into_a_full_region_is_refused() -> None:
    data = page_with("flexipage:recordHomeTemplateDesktop", "header", "main", items=25)
    placed = place_on_flexipage(data, WIDGET).data
    assert "region main is full" in refused(placed, Spot("main"))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not well-formed XML"),
        (b"no XML", "not well-formed XML"),
        (STANDARD[:-30], "not well-formed XML"),
        (STANDARD.replace(b"<name>sidebar</name>", b"<name>sidebar"), "not well-formed XML"),
        (STANDARD.replace(b"c:notes", b"\xff\xfe"), "not well-formed XML"),
        (STANDARD.replace(b"FlexiPage", b"Layout"), "the root element is <Layout>, not <FlexiPage>"),
        (STANDARD.replace(b"sforce.com/2006/04/metadata", b"sforce.com/other"), "<FlexiPage> has another namespace"),
        (STANDARD.replace(b"RecordPage", b"HomePage"), "a FlexiPage of type HomePage, not a record page"),
        (STANDARD.decode().encode("utf-16"), "the file is in UTF-16; only UTF-8 is edited"),
        (STANDARD.replace(b'"UTF-8"', b'"ISO-8859-1"'), "the file is in ISO-8859-1; only UTF-8 is edited"),
        (
            STANDARD.replace(b"<FlexiPage", b'<!DOCTYPE FlexiPage [<!ENTITY a "b">]>\n<FlexiPage'),
            "a document type declaration is not allowed",
        ),
    ],
)
def test_what_cannot_be_edited_is_refused(data: bytes, message: str) -> None:
    assert message in refused(data)
    with pytest.raises(MetadataError, match=re.escape(message)):
        remove_from_flexipage(data, WIDGET)


def test_an_ascii_file_stays_ascii() -> None:
    data = STANDARD.replace(b'"UTF-8"', b'"US-ASCII"')
    edit = place_on_flexipage(data, WidgetItem(WIDGET.page, label="Hilfe für Sie 🙂"))
    assert edit.data.isascii()
    assert widgets(edit.data, WIDGET)[0][1].properties["label"] == "Hilfe für Sie 🙂"


@pytest.mark.parametrize("height", [0, 49, 2001, -900])
def test_a_height_out_of_range_is_refused(height: int) -> None:
    with pytest.raises(MetadataError, match=rf"height {height} is out of range \(use 50 to 2000 pixels\)"):
        WidgetItem("P", height)


@pytest.mark.parametrize("height", [50, 2000])
def test_the_limits_of_the_height_are_allowed(height: int) -> None:
    edit = place_on_flexipage(STANDARD, WidgetItem("P", height))
    assert widgets(edit.data, WidgetItem("P"))[0][1].properties["height"] == str(height)


@pytest.mark.parametrize("page", ["", "1Page", "A Page", "A__", "ns__", "a__b__c", "Page<x>", "Päge"])
def test_what_is_no_page_name_is_refused(page: str) -> None:
    with pytest.raises(MetadataError, match="is not the API name of a Visualforce page"):
        WidgetItem(page)


def test_a_page_of_a_package_may_be_placed() -> None:
    assert b"<value>ns__Widget</value>" in place_on_flexipage(STANDARD, WidgetItem("ns__Widget")).data


def test_positions_below_one_are_refused() -> None:
    assert "position 0 is not a place" in refused(STANDARD, Spot(position=0))


def test_a_label_that_xml_cannot_hold_is_refused() -> None:
    with pytest.raises(MetadataError, match=r"U\+0007 cannot stand in XML"):
        place_on_flexipage(STANDARD, WidgetItem("P", label="bell \a"))


# New pages


@pytest.mark.parametrize("version", ["45.0", "50.0", "62.0"])
def test_a_new_page_is_the_standard_layout_with_the_widget_in_the_right_sidebar(version: str) -> None:
    data = default_record_page("Support_Visit__c", version, WIDGET)
    page = read_page(data)
    assert (page.object, page.type, page.template) == (
        "Support_Visit__c",
        "RecordPage",
        "flexipage:recordHomeTemplateDesktop",
    )
    assert {r.name: [i.component for i in r.items] for r in page.regions} == {
        "header": ["force:highlightsPanel"],
        "relatedTabContent": ["force:relatedListContainer"],
        "detailTabContent": ["force:detailPanel"],
        "maintabs": ["flexipage:tab", "flexipage:tab"],
        "main": ["flexipage:tabset"],
        "sidebar": ["flexipage:visualforcePage"],
    }
    assert (b"<identifier>" in data) == (version == "62.0")
    assert (b"<componentInstances>" in data) == (version == "45.0")
    assert remove_from_flexipage(data, WIDGET).data == default_record_page("Support_Visit__c", version, None)


def test_identifiers_of_a_new_page_are_unique() -> None:
    page = read_page(default_record_page("Contact", "62.0", WIDGET))
    identifiers = [i.identifier for r in page.regions for i in r.items]
    assert len(set(identifiers)) == len(identifiers)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Contact", "Cobrowse_Contact_Record_Page"),
        ("Support_Visit__c", "Cobrowse_Support_Visit_Record_Page"),
        ("ns__Thing__c", "Cobrowse_ns_Thing_Record_Page"),
        ("A_Very_Long_Name_Of_Some_Object__c", "Cobrowse_A_Very_Long_cb9777_Record_Page"),
    ],
)
def test_the_name_of_a_new_page_is_a_developer_name(name: str, expected: str) -> None:
    assert default_page_name(name) == expected
    assert len(expected) <= 40


def test_a_clone_of_a_managed_page_differs_in_its_label_only() -> None:
    clone = clone_page(STANDARD, "Contact & Cobrowse")
    assert clone == STANDARD.replace(b"Contact Record Page", b"Contact &amp; Cobrowse")


@pytest.mark.parametrize(
    ("name", "namespace"), [("ns__Page", "ns"), ("Contact_Record_Page", None), ("__x", None), ("x__", None)]
)
def test_managed_pages_are_known_by_their_name(name: str, namespace: str | None) -> None:
    assert namespace_of(name) == namespace


def test_the_rows_of_an_unknown_template_are_guessed_from_its_regions() -> None:
    assert rows_of("c:three", ("right", "center", "left", "header")) == (
        (("header", 12),),
        (("left", 3), ("center", 6), ("right", 3)),
    )
    assert rows_of(None, ("a", "b", "c", "d", "e")) == tuple(((n, 12),) for n in "abcde")


def test_the_widget_is_all_that_a_tree_diff_shows() -> None:
    more = added(STANDARD, place_on_flexipage(STANDARD, WIDGET, Spot("detailTab", "first")).data)
    assert {path.split("/")[2] for path, _, _ in more} == {"flexiPageRegions"}
    assert sum(path.endswith("/itemInstances") for path, _, _ in more) == 1


def test_a_widget_that_moves_out_of_a_region_that_we_added_forgets_that_it_was_there() -> None:
    page = before("no_sidebar_in_file")
    placed = place_on_flexipage(page, WIDGET).data
    assert b"<identifier>cobrowse_addedRegion</identifier>" in placed
    moved = place_on_flexipage(placed, WIDGET, Spot("main", "first")).data
    assert b"cobrowse_addedRegion" not in moved
    assert b"<identifier>cobrowse_visualforcePage</identifier>" in moved
    assert remove_from_flexipage(moved, WIDGET).data == page
