"""Undo by what was found: a widget that stood there before, an entry of a profile, and others' edits in between."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.placement.placement_shapes import before
from tests.release.placement.placing import CONTACT, WIDGET, Placing, item, text_app, text_default, text_page
from toolkit.placement.flexipage import widgets
from toolkit.placement.layout import LayoutSpot
from toolkit.placement.overrides import app_overrides
from toolkit.placement.standing import page_stands
from toolkit.placement.widget import Spot, place_on_flexipage, remove_from_flexipage
from toolkit.placement.wish import Wish
from toolkit.release import run
from toolkit.release.seen import Seen
from toolkit.release.step import Back
from toolkit.release.steps.placement import PlacementStep
from toolkit.release.steps.restore_placement import PlacementBack

THEIRS = replace(WIDGET, height=650, label="Screen share", show_label=True)


def placed_and_seen(org: Placing, *wishes: Wish) -> tuple[Seen, Seen]:
    """Place; what the ledger keeps of before and after."""
    kept = PlacementBack()
    first = kept.seen(org.context(), PlacementStep(wishes).read(org.context()))
    org.place(*wishes)
    return first, kept.seen(org.context(), PlacementStep(wishes).read(org.context()))


def taken_back(org: Placing, seen: tuple[Seen, Seen]) -> list[str]:
    """Take it back as a rollback does; a second time finds nothing to do."""
    steps = PlacementBack().revert(Back(*seen))
    report = org.apply(run.plan(org.context(), steps))
    assert report.error is None, str(report.error)
    again = run.plan(org.context(), PlacementBack().revert(Back(*seen)))
    assert not any(one.pending for one in again)
    return [f"{e.subject}: {e.text}" for step in report.steps for e in step.evidence]


@pytest.fixture
def with_widget(org: Placing) -> Placing:
    """Somebody has dragged the widget onto the org default before us."""
    page = place_on_flexipage(text_page(items=item("notes")).encode(), THEIRS, Spot("sidebar", 1)).data.decode()
    org.put(FlexiPage__Contact_Record_Page=page, CustomObject__Contact=text_default("Contact_Record_Page"))
    return org


def test_a_widget_that_stood_there_gets_its_height_label_and_place_back(with_widget: Placing) -> None:
    org = with_widget
    held = org.get("FlexiPage", "Contact_Record_Page")
    contact = org.get("CustomObject", "Contact")
    ours = replace(WIDGET, height=900, label="Cobrowse.io", show_label=False)
    seen = placed_and_seen(org, replace(CONTACT, item=ours, spot=Spot("main", "first")))
    assert org.get("FlexiPage", "Contact_Record_Page") != held
    assert taken_back(org, seen) == ["Contact: as it was before"]
    assert org.get("FlexiPage", "Contact_Record_Page") == held
    assert org.get("CustomObject", "Contact") == contact


def test_what_others_have_done_to_the_widget_and_the_page_since_stays(with_widget: Placing) -> None:
    org = with_widget
    seen = placed_and_seen(org, replace(CONTACT, item=replace(WIDGET, height=900)))
    now = org.get("FlexiPage", "Contact_Record_Page")
    assert now is not None
    edited = place_on_flexipage(now, replace(WIDGET, height=1200)).data.replace(b"details", b"more_details")
    org.put(FlexiPage__Contact_Record_Page=edited.decode())
    steps = PlacementBack().revert(Back(*seen))
    assert not any(one.pending for one in run.plan(org.context(), steps))
    assert org.heard[-1].endswith(
        "others have changed the widget on FlexiPage Contact_Record_Page since; it stays as it is"
    )


def test_a_page_that_had_the_widget_only_stops_being_the_default(org: Placing) -> None:
    page = place_on_flexipage(text_page().encode(), THEIRS).data.decode()
    org.put(FlexiPage__Contact_Record_Page=page)
    held, contact = org.get("FlexiPage", "Contact_Record_Page"), org.get("CustomObject", "Contact")
    keep = replace(THEIRS, label=None, show_label=None)
    seen = placed_and_seen(org, replace(CONTACT, item=keep, page="Contact_Record_Page"))
    assert org.default() == "Contact_Record_Page"
    taken_back(org, seen)
    assert (org.get("FlexiPage", "Contact_Record_Page"), org.get("CustomObject", "Contact")) == (held, contact)


def test_a_second_release_taken_back_leaves_what_the_first_has_done(org: Placing) -> None:
    first = placed_and_seen(org, CONTACT)
    page = org.get("FlexiPage", "Cobrowse_Contact_Record_Page")
    second = placed_and_seen(org, replace(CONTACT, item=replace(WIDGET, height=500)))
    taken_back(org, second)
    assert org.default() == "Cobrowse_Contact_Record_Page"
    assert org.get("FlexiPage", "Cobrowse_Contact_Record_Page") == page
    taken_back(org, first)
    assert (org.default(), org.pages()) == (None, [])


def test_a_layout_that_had_the_widget_keeps_it(org: Placing) -> None:
    org.put(**{"Layout__Contact-Contact Layout": before("layout_standard").decode()})
    wish = replace(CONTACT, lightning=False, layouts=True, layout_spot=LayoutSpot(position="first"))
    org.place(replace(wish, item=replace(WIDGET, height=300)))
    held = org.get("Layout", "Contact-Contact Layout")
    seen = placed_and_seen(org, wish)
    assert org.get("Layout", "Contact-Contact Layout") != held
    assert taken_back(org, seen) == ["Contact: as it was before"]
    assert org.get("Layout", "Contact-Contact Layout") == held


def text_for(profile: str, page: str) -> str:
    return (
        "    <profileActionOverrides>\n        <actionName>View</actionName>\n"
        f"        <content>{page}</content>\n        <formFactor>Large</formFactor>\n"
        "        <pageOrSobjectType>Contact</pageOrSobjectType>\n        <type>Flexipage</type>\n"
        f"        <profile>{profile}</profile>\n    </profileActionOverrides>\n"
    )


def test_the_entry_of_a_profile_that_was_taken_shows_its_former_page_again(org: Placing) -> None:
    org.put(
        FlexiPage__Old_Page=text_page("Old_Page"),
        FlexiPage__New_Page=text_page("New_Page"),
        CustomApplication__Support=text_app(text_for("Standard", "Old_Page") + text_for("Admin", "Old_Page")),
    )
    app, old, new = org.get("CustomApplication", "Support"), org.get("FlexiPage", "Old_Page"), None
    new = org.get("FlexiPage", "New_Page")
    wish = replace(CONTACT, page="New_Page", app="Support", profile="Standard", org_default=False, take_over=True)
    seen = placed_and_seen(org, wish)
    taken = org.get("CustomApplication", "Support")
    assert taken is not None
    assert {o.profile: o.content for o in app_overrides(taken, "Support")} == {
        "Standard": "New_Page", "Admin": "Old_Page",
    }  # fmt: skip
    taken_back(org, seen)
    assert org.get("CustomApplication", "Support") == app
    assert (org.get("FlexiPage", "Old_Page"), org.get("FlexiPage", "New_Page")) == (old, new)


def test_an_entry_that_somebody_has_changed_since_stays(org: Placing) -> None:
    org.put(
        FlexiPage__Old_Page=text_page("Old_Page"),
        FlexiPage__New_Page=text_page("New_Page"),
        FlexiPage__Third_Page=text_page("Third_Page"),
        CustomApplication__Support=text_app(text_for("Standard", "Old_Page")),
    )
    wish = replace(CONTACT, page="New_Page", app="Support", profile="Standard", org_default=False, take_over=True)
    seen = placed_and_seen(org, wish)
    org.put(CustomApplication__Support=text_app(text_for("Standard", "Third_Page")))
    app = org.get("CustomApplication", "Support")
    taken_back(org, seen)
    assert org.get("CustomApplication", "Support") == app
    page = org.get("FlexiPage", "New_Page")
    assert page is not None
    assert page_stands(page, WIDGET, "page") is None
    assert widgets(page, WIDGET) == ()
    assert remove_from_flexipage(page, WIDGET).data == page


def removed_and_seen(org: Placing, wish: Wish) -> tuple[Seen, Seen]:
    """Take it out; what the ledger keeps of before and after."""
    kept = PlacementBack()
    step = PlacementStep((wish,), remove=True)
    first = kept.seen(org.context(), step.read(org.context()))
    org.remove(wish)
    return first, kept.seen(org.context(), PlacementStep((wish,), remove=True).read(org.context()))


def test_a_removal_that_is_taken_back_brings_the_widget_to_where_it_was(org: Placing) -> None:
    layout = "Contact-Contact Layout"
    org.put(FlexiPage__Contact_Record_Page=text_page(items=item("notes")))
    org.put(**{f"Layout__{layout}": before("layout_standard").decode()})
    there = replace(CONTACT, page="Contact_Record_Page", spot=Spot("sidebar", 1), layouts=True)
    org.place(replace(there, item=THEIRS))
    page, contact = org.get("FlexiPage", "Contact_Record_Page"), org.get("CustomObject", "Contact")
    seen = removed_and_seen(org, replace(CONTACT, layouts=True))
    assert (org.default(), org.pages()) == (None, ["Contact_Record_Page"])
    taken_back(org, seen)
    assert (org.default(), org.pages()) == ("Contact_Record_Page", ["Contact_Record_Page"])
    assert org.get("FlexiPage", "Contact_Record_Page") == page
    assert org.get("CustomObject", "Contact") == contact
    held = org.get("Layout", layout)
    assert held is not None
    assert b"<page>CobrowseWidgetContact</page>" in held


def test_a_removal_that_took_our_page_with_it_is_taken_back(org: Placing) -> None:
    org.place()
    page = org.get("FlexiPage", "Cobrowse_Contact_Record_Page")
    seen = removed_and_seen(org, CONTACT)
    assert org.pages() == []
    taken_back(org, seen)
    assert org.default() == "Cobrowse_Contact_Record_Page"
    assert org.get("FlexiPage", "Cobrowse_Contact_Record_Page") == page
