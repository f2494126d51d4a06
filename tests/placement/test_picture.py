"""Pictures of pages and layouts: what is drawn, and that odd pages cannot spoil the drawing."""

from __future__ import annotations

from unicodedata import east_asian_width

from tests.placement.placement_shapes import WIDGET, after, before
from toolkit.placement.picture import Box, Cell, Picture, picture_of_layout, picture_of_page
from toolkit.placement.picture_html import Comparison, page
from toolkit.placement.picture_text import draw


def test_facets_are_drawn_inside_the_component_that_names_them() -> None:
    picture = picture_of_page(after("standard"), WIDGET, "Contact_Record_Page")
    assert picture.title == "Contact Record Page (Contact_Record_Page)"
    header, (main, sidebar) = picture.rows
    assert header == (Cell("header", 12, (Box("Highlights Panel"),)),)
    assert (main.name, main.width) == ("main", 8)
    assert main.boxes == (
        Box(
            "Tabs",
            inner=(
                Box("Tab Details", inner=(Box("Record Detail"),)),
                Box("Tab Related", inner=(Box("Related Lists"),)),
            ),
        ),
    )
    assert sidebar.boxes == (
        Box("Rich Text"),
        Box("Notes"),
        Box("Cobrowse.io", "CobrowseWidgetContact", ours=True, height=900),
    )


def test_many_fields_are_counted() -> None:
    picture = picture_of_page(before("dynamic_forms"), WIDGET, "Asset")
    assert picture.rows[1][0].boxes == (Box("Field Section: Basics", inner=(Box("3 fields"),)),)
    assert picture.rows[1][1].boxes == (Box("Phone"),)


def test_a_layout_is_drawn_section_by_section() -> None:
    picture = picture_of_layout(after("layout_standard"), WIDGET, "Contact-Contact Layout")
    assert picture.rows[1] == (Cell("Address & more", 6, (Box("1 field"),)), Cell("", 6, ()))
    assert picture.rows[2] == (
        Cell("Cobrowse.io", 12, (Box("Visualforce CobrowseWidgetContact", ours=True, height=900),)),
    )


def test_facets_in_a_circle_end() -> None:
    data = before("standard").replace(b"<value>detailTab</value>", b"<value>mainTabs</value>")
    assert picture_of_page(data, WIDGET, "P").rows[1][0].boxes[0].label == "Tabs"


ROUND = Picture(
    "Wide 日本語 title",
    (
        (Cell("left", 3, (Box("日本語の部品"), Box("bell \a\x1b[31m"))), Cell("right", 9, ())),
        (Cell("", 12, (Box("Ours", "P", ours=True, height=300, inner=()),)),),
    ),
)


def test_every_line_of_a_drawing_is_as_wide_as_it_should_be() -> None:
    for width in (60, 61, 99):
        text = draw(ROUND, width)
        widths = {sum(2 if east_asian_width(c) in "WF" else 1 for c in line) for line in text.splitlines()[1:]}
        assert widths == {width}
    assert "\x1b" not in text
    assert "\a" not in text


def test_a_drawing_in_ascii() -> None:
    text = draw(Picture("P", ROUND.rows[1:]), 24, ascii_only=True)
    assert (
        text
        == """\
P
+----------------------+
| #==================# |
| # * Ours           # |
| # P                # |
| # 300 px           # |
| #==================# |
+----------------------+
"""
    )


def test_the_web_page_says_when_there_was_no_page_before() -> None:
    text = page("T", "I", [Comparison("a/b", ("made",), None, ROUND)], ["a <note>"])
    assert "<p>no such page</p>" in text
    assert "<li>a &lt;note&gt;</li>" in text
    assert "<li>made</li>" in text
    assert 'style="grid-template-columns: minmax(0, 3fr) minmax(0, 9fr)"' in text
