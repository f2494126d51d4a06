"""Placement against the local org: what users get before and after, what is refused, and the way back."""

from __future__ import annotations

from dataclasses import replace

from tests.placement.placement_shapes import added, before
from tests.release.conftest import Against
from tests.release.placement.placing import (
    CONTACT,
    HEAD,
    NS,
    WIDGET,
    Placing,
    changes,
    item,
    refused,
    text_app,
    text_default,
    text_for_profile,
    text_in_app,
    text_page,
)
from toolkit.config.project import Project
from toolkit.metadata.component import Bundle, Component, ComponentFile, ComponentKey, Destructive
from toolkit.placement.item import WidgetItem
from toolkit.placement.overrides import object_overrides
from toolkit.placement.widget import Spot
from toolkit.placement.wish import Wish
from toolkit.release import run
from toolkit.release.run import Outcome
from toolkit.release.steps.placement import revert

# The whole cycle


def test_an_object_without_a_page_gets_one_and_loses_it_again(org: Placing) -> None:
    contact, pages = org.get("CustomObject", "Contact"), org.pages()
    assert changes(org.plan()) == [
        ("changed", "CustomObject Contact", [("org default", None, "Cobrowse_Contact_Record_Page")]),
        (
            "created",
            "FlexiPage Cobrowse_Contact_Record_Page",
            [
                ("CobrowseWidgetContact", None, "sidebar"),
                ("height", None, "900"),
                ("label", None, "Cobrowse.io"),
                ("showLabel", None, "false"),
            ],
        ),
    ]
    assert org.place() == [
        "Contact: page Cobrowse_Contact_Record_Page, sidebar, height 900, org default",
        "Org default of Contact: page Cobrowse_Contact_Record_Page",
    ]
    assert org.pages() == ["Cobrowse_Contact_Record_Page"]
    assert changes(org.plan(remove=True)) == [
        ("changed", "CustomObject Contact", [("org default", "Cobrowse_Contact_Record_Page", None)]),
        ("deleted", "FlexiPage Cobrowse_Contact_Record_Page", []),
    ]
    assert org.remove() == ["Contact: the widget is on no page and no layout"]
    assert (org.get("CustomObject", "Contact"), org.pages()) == (contact, pages)


def test_the_page_that_is_the_org_default_is_edited_in_place_and_comes_back_byte_for_byte(org: Placing) -> None:
    org.put(FlexiPage__Contact_Record_Page=text_page(), CustomObject__Contact=text_default("Contact_Record_Page"))
    contact, page = org.get("CustomObject", "Contact"), org.get("FlexiPage", "Contact_Record_Page")
    assert page is not None
    assert [subject for _, subject, _ in changes(org.plan())] == ["FlexiPage Contact_Record_Page"]
    assert org.place() == [
        "Contact: page Contact_Record_Page, sidebar, height 900, org default",
        "Org default of Contact: page Contact_Record_Page",
    ]
    placed = org.get("FlexiPage", "Contact_Record_Page")
    assert placed is not None
    values = [text for path, text, _ in added(page, placed) if text]
    assert values == [
        "height", "900", "label", "Cobrowse.io", "pageName", "CobrowseWidgetContact", "showLabel", "false",
        "flexipage:visualforcePage", "cobrowse_visualforcePage",
    ]  # fmt: skip
    assert org.get("CustomObject", "Contact") == contact
    org.remove()
    assert org.get("FlexiPage", "Contact_Record_Page") == page
    assert org.get("CustomObject", "Contact") == contact


def test_other_overrides_of_the_object_stay(org: Placing) -> None:
    visualforce = '<apex:page standardController="Contact">x</apex:page>'
    meta = f"{HEAD}<ApexPage {NS}>\n    <apiVersion>62.0</apiVersion>\n    <label>Old</label>\n</ApexPage>\n"
    files = (
        ComponentFile("pages/Old.page", visualforce.encode()),
        ComponentFile("pages/Old.page-meta.xml", meta.encode()),
    )
    bundle = Bundle.of([Component("ApexPage", "Old", files)], api_version="62.0")
    assert org.against.deploy(bundle).error is None
    override = (
        f"{HEAD}<CustomObject {NS}>\n    <actionOverrides>\n        <actionName>Delete</actionName>\n"
        "        <content>Old</content>\n        <skipRecordTypeSelect>false</skipRecordTypeSelect>\n"
        "        <type>Visualforce</type>\n    </actionOverrides>\n</CustomObject>\n"
    )
    org.put(CustomObject__Contact=override)
    contact = org.get("CustomObject", "Contact")
    org.place(replace(CONTACT, form_factors=("Large", "Small")))
    placed = org.get("CustomObject", "Contact")
    assert contact is not None
    assert placed is not None
    old, new = object_overrides(contact), object_overrides(placed)
    assert [o for o in old if o not in new] == [
        o for o in old if o.action == "View" and o.form_factor in ("Large", "Small")
    ]
    assert any(o.action == "Delete" and o.content == "Old" for o in new)
    org.remove()
    assert org.get("CustomObject", "Contact") == contact


def test_an_app_whose_own_page_hides_the_default_is_reported_by_name(org: Placing) -> None:
    org.put(
        FlexiPage__Contact_Record_Page=text_page(),
        FlexiPage__Sales_Page=text_page("Sales_Page"),
        CustomObject__Contact=text_default("Contact_Record_Page"),
        CustomApplication__Support=text_app(text_in_app("Sales_Page") + text_for_profile("Sales_Page")),
    )
    app = org.get("CustomApplication", "Support")
    assert org.place()[1] == (
        "Org default of Contact: page Contact_Record_Page; but app Support sees Sales_Page without the widget: "
        "no active user; but app Support, profile Standard sees Sales_Page without the widget: "
        "2 active users (agent2@local.example, agent@local.example)"
    )
    assert [line for line in org.heard if "sees" in line] == [
        "Placement: Contact: app Support sees Sales_Page (Large), without the widget: no active user",
        "Placement: Contact: app Support, profile Standard sees Sales_Page (Large), without the widget: "
        "2 active users (agent2@local.example, agent@local.example)",
    ] * 2  # once by the release, once by the look at a second one
    assert org.get("CustomApplication", "Support") == app


def test_the_default_of_an_app_is_edited_where_it_has_one(org: Placing) -> None:
    org.put(
        FlexiPage__Sales_Page=text_page("Sales_Page"), CustomApplication__Support=text_app(text_in_app("Sales_Page"))
    )
    app, page = org.get("CustomApplication", "Support"), org.get("FlexiPage", "Sales_Page")
    wish = replace(CONTACT, app="Support", org_default=False)
    assert org.place(wish) == ["Contact in app Support: page Sales_Page, sidebar, height 900, default of app Support"]
    assert org.get("CustomApplication", "Support") == app
    assert org.default() is None
    org.remove(wish)
    assert org.get("FlexiPage", "Sales_Page") == page


def test_an_app_without_a_page_of_its_own_gets_a_copy_of_what_its_users_see(org: Placing) -> None:
    org.put(
        FlexiPage__Contact_Record_Page=text_page(),
        CustomObject__Contact=text_default("Contact_Record_Page"),
        CustomApplication__Support=text_app(),
    )
    app, default = org.get("CustomApplication", "Support"), org.get("FlexiPage", "Contact_Record_Page")
    wish = replace(CONTACT, app="Support", org_default=False)
    assert org.place(wish) == [
        "Contact in app Support: page Cobrowse_Contact_Support_Record_Page, sidebar, height 900, default of app Support"
    ]
    assert org.get("FlexiPage", "Contact_Record_Page") == default
    org.remove(wish)
    assert (org.get("CustomApplication", "Support"), org.pages()) == (app, ["Contact_Record_Page"])


def test_a_page_for_a_profile_of_an_app_by_the_name_that_admins_see(org: Placing) -> None:
    org.put(CustomApplication__Support=text_app(text_in_app_of("Lead")))
    app = org.get("CustomApplication", "Support")
    wish = replace(CONTACT, app="Support", profile="System Administrator", org_default=False)
    assert org.place(wish) == [
        "Contact in app Support: page Cobrowse_Contact_Supp_93dee8_Record_Page, sidebar, height 900, "
        "default of app Support, profile Admin"
    ]
    placed = org.get("CustomApplication", "Support")
    assert app is not None
    assert placed is not None
    assert [(path.rpartition("/")[2], text) for path, text, _ in added(app, placed) if text] == [
        ("actionName", "View"),
        ("content", "Cobrowse_Contact_Supp_93dee8_Record_Page"),
        ("formFactor", "Large"),
        ("pageOrSobjectType", "Contact"),
        ("type", "Flexipage"),
        ("profile", "Admin"),
    ]
    org.remove(wish)
    assert (org.get("CustomApplication", "Support"), org.pages()) == (app, [])


def text_in_app_of(object_name: str) -> str:
    """An override of another object, which must stay: its page is Visualforce's, so that nothing has to be there."""
    return (
        f"    <actionOverrides>\n        <actionName>Tab</actionName>\n        <formFactor>Large</formFactor>\n"
        f"        <type>Default</type>\n        <pageOrSobjectType>{object_name}</pageOrSobjectType>\n"
        "    </actionOverrides>\n"
    )


def test_layouts_all_and_by_name_and_out_again(org: Placing) -> None:
    layout = org.get("Layout", "Contact-Contact Layout")
    wish = replace(CONTACT, lightning=False, layouts=True)
    assert changes(org.plan(wish)) == [
        (
            "changed",
            "Layout Contact-Contact Layout",
            [("CobrowseWidgetContact", None, "section Cobrowse.io"), ("height", None, "900")],
        )
    ]
    assert org.place(wish) == ["Contact layouts: Contact Layout: height 900"]
    assert org.place(replace(wish, item=replace(WIDGET, height=300))) == ["Contact layouts: Contact Layout: height 300"]
    assert refused(org, replace(wish, layout_names=("Sales Layout",))) == [
        "Contact has no layout Sales Layout (its layouts are: Contact Layout)"
    ]
    org.remove(wish)
    assert org.get("Layout", "Contact-Contact Layout") == layout


def test_taking_out_after_others_have_edited_the_page_keeps_their_work(org: Placing) -> None:
    org.put(FlexiPage__Contact_Record_Page=text_page(), CustomObject__Contact=text_default("Contact_Record_Page"))
    org.place()
    placed = org.get("FlexiPage", "Contact_Record_Page")
    assert placed is not None
    edited = placed.decode().replace("        <name>main</name>", item("others") + "        <name>main</name>", 1)
    org.put(FlexiPage__Contact_Record_Page=edited)
    org.remove()
    page = org.get("FlexiPage", "Contact_Record_Page")
    assert page is not None
    assert b"others" in page
    assert b"Cobrowse" not in page
    assert org.default() == "Contact_Record_Page"


def test_a_page_of_ours_that_others_have_edited_is_kept_and_said(org: Placing) -> None:
    org.place()
    name = "Cobrowse_Contact_Record_Page"
    placed = org.get("FlexiPage", name)
    assert placed is not None
    org.put(
        **{
            f"FlexiPage__{name}": placed.decode().replace(
                "        <name>main</name>", item("others") + "        <name>main</name>", 1
            )
        }
    )
    org.remove()
    assert f"Placement: Contact: kept {name}: it has been edited since it was made for the widget" in org.heard
    page = org.get("FlexiPage", name)
    assert page is not None
    assert b"others" in page
    assert b"flexipage:visualforcePage" not in page
    assert org.default() is None


def test_a_default_that_somebody_else_has_set_since_stays(org: Placing) -> None:
    org.place()
    org.put(FlexiPage__New_Page=text_page("New_Page"), CustomObject__Contact=text_default("New_Page"))
    org.remove()
    assert (org.default(), org.pages()) == ("New_Page", ["New_Page"])


def test_a_managed_page_is_copied_and_the_copy_takes_its_place(org: Placing) -> None:
    version = "<activateRSS>false</activateRSS><versionNumber>1.0</versionNumber>"
    org.put(InstalledPackage__acme=f"{HEAD}<InstalledPackage {NS}>{version}</InstalledPackage>\n")
    org.put(
        FlexiPage__acme__Contact_Record_Page=text_page("Acme"),
        CustomObject__Contact=text_default("acme__Contact_Record_Page"),
    )
    contact, managed = org.get("CustomObject", "Contact"), org.get("FlexiPage", "acme__Contact_Record_Page")
    note = (
        "Placement: Contact: acme__Contact_Record_Page belongs to a managed package and cannot be edited: "
        "its copy Cobrowse_acme_Contact_Record_Page takes its place"
    )
    assert org.place()[0] == "Contact: page Cobrowse_acme_Contact_Record_Page, sidebar, height 900, org default"
    assert note in org.heard
    assert org.get("FlexiPage", "acme__Contact_Record_Page") == managed
    org.remove()
    assert org.get("CustomObject", "Contact") == contact
    assert org.pages() == ["acme__Contact_Record_Page"]


def test_a_widget_that_an_admin_moved_stays_and_only_what_is_asked_changes(org: Placing) -> None:
    org.put(FlexiPage__Contact_Record_Page=text_page(), CustomObject__Contact=text_default("Contact_Record_Page"))
    org.place(replace(CONTACT, spot=Spot("main", "first")))
    assert changes(org.plan(replace(CONTACT, item=replace(WIDGET, height=500)))) == [
        ("changed", "FlexiPage Contact_Record_Page", [("height", "900", "500")])
    ]
    assert org.place(replace(CONTACT, item=replace(WIDGET, height=500)))[0] == (
        "Contact: page Contact_Record_Page, main, height 500, org default"
    )
    assert org.place(replace(CONTACT, spot=Spot("sidebar")))[0].startswith("Contact: page Contact_Record_Page, sidebar")


def test_a_region_that_the_page_left_out_goes_again_though_an_org_keeps_no_comments(org: Placing) -> None:
    page = before("no_sidebar_in_file").decode()
    org.put(FlexiPage__Contact_Record_Page=page, CustomObject__Contact=text_default("Contact_Record_Page"))
    held = org.get("FlexiPage", "Contact_Record_Page")
    org.place()
    org.remove()
    assert org.get("FlexiPage", "Contact_Record_Page") == held


def test_the_function_that_later_steps_call_takes_it_all_back(org: Placing) -> None:
    contact = org.get("CustomObject", "Contact")
    org.place()
    assert len(revert(org.context(), (CONTACT,))) == 1
    assert (org.get("CustomObject", "Contact"), org.pages()) == (contact, [])
    assert revert(org.context(), (CONTACT,)) == ()


# What is refused


def test_the_default_is_not_taken_from_another_page_unless_that_is_said(org: Placing) -> None:
    org.put(
        FlexiPage__Contact_Record_Page=text_page(),
        FlexiPage__New_Page=text_page("New_Page"),
        CustomObject__Contact=text_default("Contact_Record_Page"),
    )
    contact = org.get("CustomObject", "Contact")
    wish = replace(CONTACT, page="New_Page")
    assert [text.partition(": ")[2] for text in refused(org, wish)] == [
        "Flexipage Contact_Record_Page holds the org default (Large) "
        "(give --take-over (takeOver: true in package.yaml), or place the widget on that page)"
    ]
    assert org.place(replace(wish, take_over=True))[0] == "Contact: page New_Page, sidebar, height 900, org default"
    org.remove()
    assert org.get("CustomObject", "Contact") == contact


def test_every_reason_of_every_placement_is_told_at_once(org: Placing) -> None:
    org.put(
        FlexiPage__Contact_Record_Page=text_page(items="".join(item(f"i{n}") for n in range(25))),
        CustomObject__Contact=text_default("Contact_Record_Page"),
    )
    case = Wish("Case", WidgetItem("CobrowseWidgetCase", height=900))
    assert refused(
        org,
        CONTACT,
        replace(case, app="Nowhere", org_default=False),
        replace(case, page="Contact_Record_Page"),
    ) == [
        "the org has no app Nowhere (its apps are: Cobrowse)",
        "flexipages/Contact_Record_Page.flexipage: Contact_Record_Page is no record page of Case "
        "(name a page of that object)",
        "flexipages/Contact_Record_Page.flexipage: region sidebar is full: it holds 25 components, and 25 is the most "
        "(name another region, or take a component out)",
    ]
    assert refused(org, replace(CONTACT, spot=Spot("middle"))) == [
        "flexipages/Contact_Record_Page.flexipage: the page has no region middle "
        "(the regions there are: header, main, sidebar)"
    ]
    assert org.pages() == ["Contact_Record_Page"]


def test_names_that_the_org_does_not_know(org: Placing) -> None:
    assert refused(org, replace(CONTACT, page="No_Page")) == [
        "the org does not return the record page No_Page "
        "(look at it in the Lightning App Builder; a page of a managed package has to be cloned there)"
    ]
    assert refused(org, Wish("Nothing__c", WidgetItem("CobrowseWidgetNothing"))) == [
        "the org has no Visualforce page CobrowseWidgetNothing "
        "(deploy it first (sfmeta deploy), or name another with --vf-page)"
    ]
    found = refused(org, replace(CONTACT, app="Cobrowse", profile="Nobody", record_type="Vip"))
    assert [text.partition(" (")[0] for text in found] == [
        "Contact has no record type Vip",
        "the org has no profile 'Nobody'",
    ]


def test_a_visualforce_page_on_another_controller_is_refused_before_anything_is_sent(org: Placing) -> None:
    assert refused(org, replace(CONTACT, item=WidgetItem("CobrowseWidgetCase"))) == [
        "Visualforce page CobrowseWidgetCase has the standard controller Case, not Contact "
        '(a page for Contact begins <apex:page standardController="Contact")'
    ]
    assert org.pages() == []


def test_a_view_that_is_a_visualforce_page_is_refused(org: Placing) -> None:
    override = text_default("CobrowseWidgetContact", "Visualforce")
    org.put(CustomObject__Contact=override)
    assert [text.partition(": ")[2] for text in refused(org)] == [
        "View is overridden by Visualforce CobrowseWidgetContact, which is no Lightning page "
        "(remove that override in Setup first)"
    ]


# Changed between plan and apply


def test_a_page_that_somebody_changes_between_plan_and_apply_stops_it(org: Placing) -> None:
    org.put(FlexiPage__Contact_Record_Page=text_page(), CustomObject__Contact=text_default("Contact_Record_Page"))
    planned = org.plan()
    org.put(FlexiPage__Contact_Record_Page=text_page(items=item("others")))
    held = org.get("FlexiPage", "Contact_Record_Page")
    report = org.apply(planned)
    assert report.steps[0].outcome is Outcome.FAILED
    assert str(report.error) == (
        "FlexiPage Contact_Record_Page has changed since it was read; nothing was sent (look at it and run again)"
    )
    assert org.get("FlexiPage", "Contact_Record_Page") == held
    assert org.apply(org.plan()).error is None


def test_a_page_that_is_deleted_between_plan_and_apply_stops_it(org: Placing) -> None:
    org.put(FlexiPage__Contact_Record_Page=text_page())
    planned = org.plan(replace(CONTACT, page="Contact_Record_Page"))
    gone = Destructive(plain=(ComponentKey("FlexiPage", "Contact_Record_Page"),))
    assert org.against.deploy(Bundle.of((), api_version="62.0", destructive=gone)).error is None
    assert str(org.apply(planned).error) == (
        "FlexiPage Contact_Record_Page is no longer in the org since it was read; nothing was sent "
        "(look at it and run again)"
    )
    assert org.default() is None


def test_a_default_that_somebody_sets_between_plan_and_apply_stops_it(org: Placing) -> None:
    planned = org.plan()
    org.put(FlexiPage__Contact_Record_Page=text_page(), CustomObject__Contact=text_default("Contact_Record_Page"))
    assert str(org.apply(planned).error) == (
        "CustomObject Contact has changed since it was read; nothing was sent (look at it and run again)"
    )
    assert org.default() == "Contact_Record_Page"


def test_a_whole_release_refuses_a_page_that_changed_since_its_plan(new_org: Against, project: Project) -> None:
    here = Placing(new_org)
    here.put(FlexiPage__Contact_Record_Page=text_page(), CustomObject__Contact=text_default("Contact_Record_Page"))
    ctx, planned = new_org.plan(project)
    here.put(FlexiPage__Contact_Record_Page=text_page(items=item("others")))
    report = run.apply(ctx, planned)
    assert [(step.name, step.outcome.value) for step in report.steps[-2:]] == [
        ("access", "applied"),
        ("placement", "failed"),
    ]
    assert str(report.error) == (
        "FlexiPage Contact_Record_Page has changed since it was read; nothing was sent (look at it and run again)"
    )
    assert here.default() == "Contact_Record_Page"
