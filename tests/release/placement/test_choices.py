"""Whose layouts, whose default, and placements that do not agree."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.placement.placement_shapes import before
from tests.release.placement.placing import CONTACT, NS, WIDGET, Placing, changes, refused, text_default, text_page
from toolkit.config.load import load_project
from toolkit.placement.layout import LayoutSpot
from toolkit.placement.overrides import object_overrides, org_default
from toolkit.placement.widget import Spot
from toolkit.placement.wish import Wish
from toolkit.release import run
from toolkit.release.run import ReleaseReport
from toolkit.release.steps.placement import PlacementStep
from toolkit.release.steps.placement_wishes import wishes_of
from toolkit.resources import shipped

SALES, SERVICE = "Contact-Sales Layout", "Contact-Service Layout"


def assigning(**layouts: str) -> dict[str, str]:
    """Profile files that assign layouts."""
    entries = {}
    for profile, layout in layouts.items():
        entries[f"Profile__{profile}"] = (
            f"<Profile {NS}><layoutAssignments><layout>{layout}</layout></layoutAssignments></Profile>"
        )
    return entries


@pytest.fixture
def sales_and_service(org: Placing) -> Placing:
    """Two layouts, each of its own profile."""
    text = before("layout_standard").decode()
    org.put(**{f"Layout__{SALES}": text, f"Layout__{SERVICE}": text}, **assigning(Standard=SALES, Admin=SERVICE))
    return org


def test_the_layouts_that_profiles_are_assigned(sales_and_service: Placing) -> None:
    org = sales_and_service
    wish = replace(CONTACT, lightning=False, layouts=True, layout_profiles=("Standard",))
    held = org.get("Layout", SALES)
    assert [subject for _, subject, _ in changes(org.plan(wish))] == [f"Layout {SALES}"]
    assert org.place(wish) == ["Contact layouts: Sales Layout: height 900"]
    by_label = replace(wish, layout_profiles=("System Administrator",))
    assert [subject for _, subject, _ in changes(org.plan(by_label))] == [f"Layout {SERVICE}"]
    both = replace(wish, layout_profiles=("Standard", "System Administrator"))
    org.place(both)
    org.remove(both)
    assert org.get("Layout", SALES) == held


def test_profiles_that_are_not_there_or_have_no_layout_of_the_object(sales_and_service: Placing) -> None:
    wish = replace(CONTACT, lightning=False, layouts=True, layout_profiles=("Nobody", "Standard"))
    assert [text.partition(" (")[0] for text in refused(sales_and_service, wish)] == ["the org has no profile 'Nobody'"]
    case = replace(wish, object="Case", item=replace(WIDGET, page="CobrowseWidgetCase"), layout_profiles=("Standard",))
    sales_and_service.put(**{"Layout__Case-Case Layout": "<Layout " + NS + "/>"})
    assert refused(sales_and_service, case) == [
        "profile Standard is assigned no layout of Case (name the layouts, or leave the profile out)"
    ]


def test_what_the_configuration_says_of_layouts_and_of_taking_over() -> None:
    row = {
        "object": "Contact", "target": "both", "page": "acme__Page", "layoutProfiles": ["Sales"], "section": "Widget",
        "column": 2, "formFactors": ["medium"], "assign": {"app": "standard__Sales", "takeOver": True},
    }  # fmt: skip
    project = load_project(shipped("config"), org="local", overrides=[f"placements={json.dumps([row])}"])
    (wish,) = wishes_of(project)
    assert (wish.page, wish.layout_profiles, wish.form_factors) == ("acme__Page", ("Sales",), ("Medium",))
    assert (wish.app, wish.take_over, wish.org_default) == ("standard__Sales", True, False)
    assert wish.layout_spot == LayoutSpot(section="Widget", column=2)


# Taking a default


def planned_with(org: Placing, wish: Wish, answers: list[bool]) -> tuple[list[str], ReleaseReport]:
    """Plan and apply with somebody who answers; what was asked, and the report."""
    asked: list[str] = []

    def ask(question: str) -> bool:
        asked.append(question)
        return answers[len(asked) - 1]

    planned = run.plan(org.context(), (PlacementStep((wish,), ask=ask),))
    return asked, org.apply(planned)


def test_somebody_is_asked_once_before_a_default_is_taken_from_another_page(org: Placing) -> None:
    org.put(
        FlexiPage__Contact_Record_Page=text_page(),
        FlexiPage__New_Page=text_page("New_Page"),
        CustomObject__Contact=text_default("Contact_Record_Page"),
    )
    contact = org.get("CustomObject", "Contact")
    asked, report = planned_with(org, replace(CONTACT, page="New_Page"), [True])
    assert asked == ["Contact_Record_Page is the org default of Contact (Large). Shall New_Page take its place?"]
    assert report.error is None
    assert org.default() == "New_Page"
    org.remove()
    assert org.get("CustomObject", "Contact") == contact


def test_no_one_is_asked_where_nothing_is_taken(org: Placing) -> None:
    org.put(FlexiPage__Contact_Record_Page=text_page(), CustomObject__Contact=text_default("Contact_Record_Page"))
    asked, report = planned_with(org, CONTACT, [])
    assert (asked, report.error) == ([], None)
    assert planned_with(org, replace(CONTACT, page="Contact_Record_Page"), [])[0] == []


def test_the_default_for_tablets_is_one_of_its_own(org: Placing) -> None:
    contact = org.get("CustomObject", "Contact")
    wish = replace(CONTACT, form_factors=("Large", "Medium", "Small"))
    assert org.place(wish)[0] == (
        "Contact: page Cobrowse_Contact_Record_Page, sidebar, height 900, org default (desktop and tablet and phone)"
    )
    placed = org.get("CustomObject", "Contact")
    assert placed is not None
    assert {form: org_default(placed, form) for form in ("Large", "Medium", "Small")} == dict.fromkeys(
        ("Large", "Medium", "Small"), "Cobrowse_Contact_Record_Page"
    )
    org.remove(wish)
    back = org.get("CustomObject", "Contact")
    assert contact is not None
    assert back is not None
    # An org merges the overrides of a file: the entry for tablets stays, and says Default as the others do.
    told = [[o for o in object_overrides(data) if o.type != "Default"] for data in (contact, back)]
    assert told[0] == told[1]
    assert not org_default(back, "Medium")


# Placements that do not agree


def test_two_placements_that_put_one_widget_in_two_places_are_refused(org: Placing) -> None:
    org.put(FlexiPage__Contact_Record_Page=text_page(), CustomObject__Contact=text_default("Contact_Record_Page"))
    main, side = replace(CONTACT, spot=Spot("main")), replace(CONTACT, spot=Spot("sidebar"))
    assert refused(org, main, side) == [
        "another placement of Contact puts the widget elsewhere on FlexiPage Contact_Record_Page "
        "(give each page and layout one placement)"
    ]
    tall = replace(CONTACT, item=replace(WIDGET, height=901))
    assert len(refused(org, CONTACT, tall)) == 1
    assert refused(org, replace(CONTACT, page="Contact_Record_Page"), CONTACT, main, side) != []
    assert org.place(main, replace(CONTACT, spot=Spot("main")))[0].startswith("Contact: page Contact_Record_Page, main")


def test_layouts_that_two_placements_name(sales_and_service: Placing) -> None:
    every = replace(CONTACT, lightning=False, layouts=True)
    one = replace(every, layout_names=("Sales Layout",), layout_spot=LayoutSpot(position="first"))
    last = replace(every, layout_spot=LayoutSpot(position="last"))
    assert refused(sales_and_service, one, last) == [
        f"another placement of Contact puts the widget elsewhere on Layout {SALES} "
        "(give each page and layout one placement)"
    ]
