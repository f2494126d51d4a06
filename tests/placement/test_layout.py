"""Placing, updating, moving and removing the widget on classic layouts, and what is refused."""

from __future__ import annotations

import re

import pytest

from tests.placement.placement_shapes import WIDGET, before, nodes
from toolkit.errors import MetadataError
from toolkit.placement.item import Action, WidgetItem
from toolkit.placement.layout import (
    LayoutItem,
    LayoutSpot,
    layout_object,
    place_on_layout,
    read_layout,
    remove_from_layout,
)

STANDARD = before("layout_standard")
OURS = LayoutItem(None, WIDGET.page, "900")


def order(data: bytes) -> list[str]:
    return [section.label for section in read_layout(data)]


def columns(data: bytes, label: str) -> list[list[str | None]]:
    section = next(s for s in read_layout(data) if s.label == label)
    return [[i.field or i.page for i in column] for column in section.columns]


def test_reading_a_layout() -> None:
    section = read_layout(STANDARD)[1]
    assert (section.label, section.style) == ("Address & more", "TwoColumnsTopToBottom")
    assert section.columns == ((LayoutItem("MailingAddress", None, None),), ())


def test_a_section_of_its_own_stands_before_the_custom_links() -> None:
    edit = place_on_layout(STANDARD, WIDGET)
    assert order(edit.data) == ["Contact Information", "Address & more", "Cobrowse.io", "Custom Links"]
    assert read_layout(edit.data)[2].columns == ((OURS,),)


@pytest.mark.parametrize(
    ("spot", "index"),
    [
        (LayoutSpot("first"), 0),
        (LayoutSpot(1), 0),
        (LayoutSpot(2), 1),
        (LayoutSpot(99), 2),
        (LayoutSpot("last"), 2),
        (LayoutSpot(before_section="address & MORE"), 1),
        (LayoutSpot(after_section="Custom Links"), 3),
        (LayoutSpot(before_section="Contact Information"), 0),
    ],
)
def test_where_a_section_of_its_own_goes(spot: LayoutSpot, index: int) -> None:
    edit = place_on_layout(STANDARD, WIDGET, spot)
    assert order(edit.data).index("Cobrowse.io") == index
    assert not place_on_layout(edit.data, WIDGET, spot).changed
    assert remove_from_layout(edit.data, WIDGET).data == STANDARD


@pytest.mark.parametrize(
    ("spot", "expected"),
    [
        (LayoutSpot(section="Contact Information"), [["Name", "Phone", WIDGET.page], ["OwnerId"]]),
        (LayoutSpot("first", section="Contact Information"), [[WIDGET.page, "Name", "Phone"], ["OwnerId"]]),
        (LayoutSpot(2, section="Contact Information"), [["Name", WIDGET.page, "Phone"], ["OwnerId"]]),
        (LayoutSpot(section="Contact Information", column=2), [["Name", "Phone"], ["OwnerId", WIDGET.page]]),
        (LayoutSpot(before_field="Phone"), [["Name", WIDGET.page, "Phone"], ["OwnerId"]]),
        (LayoutSpot(after_field="Phone"), [["Name", "Phone", WIDGET.page], ["OwnerId"]]),
        (LayoutSpot(before_field="OwnerId"), [["Name", "Phone"], [WIDGET.page, "OwnerId"]]),
    ],
)
def test_where_an_item_goes_in_a_section(spot: LayoutSpot, expected: list[list[str]]) -> None:
    edit = place_on_layout(STANDARD, WIDGET, spot)
    assert columns(edit.data, "Contact Information") == expected
    assert not place_on_layout(edit.data, WIDGET, spot).changed
    assert not place_on_layout(edit.data, WIDGET).changed
    assert remove_from_layout(edit.data, WIDGET).data == STANDARD


@pytest.mark.parametrize("empty", [b"<layoutColumns/>", b"<layoutColumns />", b"<layoutColumns></layoutColumns>"])
def test_an_empty_column_is_written_as_before_when_the_widget_goes(empty: bytes) -> None:
    data = STANDARD.replace(b"<layoutColumns/>", empty)
    edit = place_on_layout(data, WIDGET, LayoutSpot(section="Address & more", column=2))
    assert columns(edit.data, "Address & more") == [["MailingAddress"], [WIDGET.page]]
    assert remove_from_layout(edit.data, WIDGET).data == data


def test_height_and_label_are_updated_in_place() -> None:
    placed = place_on_layout(STANDARD, WIDGET).data
    new = WidgetItem(WIDGET.page, 500, "Screen & help", show_label=True)
    edit = place_on_layout(placed, new)
    assert edit.action is Action.UPDATED
    assert edit.what == ("height 900 -> 500", "showLabel false -> true", "label Cobrowse.io -> Screen & help")
    changed = [b[1] for a, b in zip(nodes(placed), nodes(edit.data), strict=True) if a != b]
    assert changed == ["Screen & help", "500", "true"]
    assert not place_on_layout(edit.data, new).changed
    assert remove_from_layout(edit.data, WIDGET).data == STANDARD


def test_the_label_of_a_section_that_is_not_ours_stays() -> None:
    placed = place_on_layout(STANDARD, WIDGET, LayoutSpot(section="Contact Information")).data
    assert not place_on_layout(placed, WidgetItem(WIDGET.page, label="New")).changed


def test_a_missing_height_is_added() -> None:
    placed = place_on_layout(STANDARD, WIDGET).data
    bare = re.sub(rb"\s*<height>900</height>", b"", placed)
    edit = place_on_layout(bare, WidgetItem(WIDGET.page, 300))
    assert edit.what == ("height not set -> 300",)
    assert read_layout(edit.data)[2].columns[0][0].height == "300"


def test_a_widget_moves_with_its_height_from_its_section_to_a_field_and_back() -> None:
    placed = place_on_layout(STANDARD, WidgetItem(WIDGET.page, 333)).data
    moved = place_on_layout(placed, WIDGET, LayoutSpot(after_field="Name"))
    assert moved.action is Action.MOVED
    assert order(moved.data) == order(STANDARD), "its own section has gone"
    assert columns(moved.data, "Contact Information")[0] == ["Name", WIDGET.page, "Phone"]
    assert b"<height>333</height>" in moved.data
    assert place_on_layout(moved.data, WIDGET, LayoutSpot("last")).data == placed


def test_a_widget_alone_in_the_section_that_is_asked_for_stays() -> None:
    placed = place_on_layout(STANDARD, WIDGET).data
    assert not place_on_layout(placed, WIDGET, LayoutSpot(section="Cobrowse.io")).changed


def test_a_comment_in_a_column_survives() -> None:
    data = STANDARD.replace(
        b"        <layoutColumns/>", b"        <layoutColumns>\n  <!-- later -->\n        </layoutColumns>"
    )
    placed = place_on_layout(data, WIDGET, LayoutSpot(section="Address & more", column=2)).data
    assert remove_from_layout(placed, WIDGET).data == data


def test_every_item_of_that_page_is_removed() -> None:
    once = place_on_layout(STANDARD, WIDGET, LayoutSpot(after_field="Name")).data
    item = once[once.index(b"            <layoutItems>\n                <height>") :]
    item = item[: item.index(b"</layoutItems>\n") + len(b"</layoutItems>\n")]
    head = b"            <layoutItems>\n                <behavior>Edit</behavior>\n                <field>OwnerId"
    twice = once.replace(head, item + head)
    edit = remove_from_layout(twice, WIDGET)
    assert len(edit.what) == 2
    assert edit.data == STANDARD


def refused(data: bytes, spot: LayoutSpot | None = None) -> str:
    with pytest.raises(MetadataError) as caught:
        place_on_layout(data, WIDGET, spot or LayoutSpot(), source="L.layout")
    return str(caught.value)


def test_a_section_column_or_field_that_is_not_there_is_refused() -> None:
    assert refused(STANDARD, LayoutSpot(section="X")) == (
        "L.layout: the layout has no section X "
        "(the sections there are: Contact Information, Address & more, Custom Links)"
    )
    assert refused(STANDARD, LayoutSpot(section="Address & more", column=3)) == (
        "L.layout:27:5: section Address & more has no column 3 (it has 2)"
    )
    assert refused(STANDARD, LayoutSpot(after_field="Nope")) == (
        "L.layout: the layout has no field Nope (name a field that is on it)"
    )


def test_two_places_at_once_are_refused() -> None:
    with pytest.raises(MetadataError, match="two places"):
        LayoutSpot(section="A", before_field="B")
    with pytest.raises(MetadataError, match="two places"):
        LayoutSpot("first", before_field="B")
    with pytest.raises(MetadataError, match="needs its section"):
        LayoutSpot(column=1)


@pytest.mark.parametrize("data", [b"", b"<Layout/>", STANDARD[:-5], before("standard")])
def test_what_is_no_layout_is_refused(data: bytes) -> None:
    assert refused(data)
    with pytest.raises(MetadataError):
        remove_from_layout(data, WIDGET)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Contact-B2C%3A Contact %28Support%29 Layout", "Contact"),
        ("ns__Thing__c-ns__A-B", "ns__Thing__c"),
        ("PersonAccount-Person Account Layout", "PersonAccount"),
    ],
)
def test_the_object_of_a_layout(name: str, expected: str) -> None:
    assert layout_object(name) == expected
