"""Which record page or layout a user gets, against the local org: the narrowest assignment wins."""

from __future__ import annotations

from tests.release.verify.broken_org import AGENT, NS
from toolkit.metadata.archive import read_zip
from toolkit.metadata.component import Bundle, Component, ComponentFile
from toolkit.placement.item import WidgetItem
from toolkit.placement.layout import place_on_layout
from toolkit.placement.new_page import default_record_page
from toolkit.placement.wish import Wish
from toolkit.release import run
from toolkit.release.steps.placement import PlacementStep

PAGE = "Cobrowse_Contact_Record_Page"


def flexipage(name: str, *, widget: str | None = None, edit: tuple[bytes, bytes] = (b"", b"")) -> Component:
    data = default_record_page("Contact", "62.0", WidgetItem(widget) if widget else None)
    assert edit[0] in data
    file = ComponentFile(f"flexipages/{name}.flexipage", data.replace(*edit))
    return Component("FlexiPage", name, (file,))


def override(page: str, *, profile: str | None = None, record_type: str | None = None, form: str = "Large") -> str:
    kind = "profileActionOverrides" if profile else "actionOverrides"
    return (
        f"<{kind}><actionName>View</actionName><content>{page}</content><formFactor>{form}</formFactor>"
        + "<pageOrSobjectType>Contact</pageOrSobjectType>"
        + (f"<recordType>Contact.{record_type}</recordType>" if record_type else "")
        + ("" if profile else "<skipRecordTypeSelect>false</skipRecordTypeSelect>")
        + "<type>Flexipage</type>"
        + (f"<profile>{profile}</profile>" if profile else "")
        + f"</{kind}>"
    )


def app(name: str, *overrides: str) -> Component:
    plain = "".join(part for part in overrides if part.startswith("<actionOverrides>"))
    of_profiles = "".join(part for part in overrides if part.startswith("<profileActionOverrides>"))
    text = (
        f"<CustomApplication {NS}>{plain}<formFactors>Large</formFactors><label>{name}</label>"
        f"<navType>Standard</navType>{of_profiles}<tabs>CobrowseDashboard</tabs><uiType>Lightning</uiType>"
        "</CustomApplication>"
    )
    return Component("CustomApplication", name, (ComponentFile(f"applications/{name}.app", text.encode()),))


def visible(name: str) -> Component:
    body = (
        f"<applicationVisibilities><application>{name}</application><visible>true</visible></applicationVisibilities>"
    )
    text = f"<PermissionSet {NS}>{body}<label>Sees {name}</label></PermissionSet>"
    file = ComponentFile(f"permissionsets/Sees_{name}.permissionset", text.encode())
    return Component("PermissionSet", f"Sees_{name}", (file,))


def pages(working, user: str = AGENT, **more) -> dict[str, tuple[str, str]]:
    links = working.chain(user, **more)
    return {
        link.subject: (str(link.state), link.text)
        for link in links.values()
        if link.name == "record page" and link.subject.startswith("Contact")
    }


GOOD = ("ok", f"page {PAGE} with the widget in region sidebar")


def test_an_app_with_a_page_of_its_own_hides_the_org_default(working) -> None:
    working.deploy(flexipage("Plain"), app("Sales", override("Plain")))
    found = working.verify(AGENT)
    (link,) = [link for link in found.people[0].links if link.subject == "Contact in app Sales"]
    assert (str(link.state), link.text) == ("warning", "page Plain, without the widget")
    assert link.mend == "sfmeta place Contact --page Plain --no-org-default --org local"
    assert found.works


def test_a_placement_for_an_app_makes_its_page_a_link(working, configured) -> None:
    working.deploy(flexipage("Plain"), app("Sales", override("Plain")))
    project = configured(placements=[{"object": "Contact", "assign": {"app": "Sales"}, "height": 700}])
    links = working.chain(project=project)
    link = links["record page Contact in app Sales"]
    assert (str(link.state), link.text) == ("missing", "page Plain, without the widget")
    assert link.mend == "sfmeta deploy --org local"


def test_an_app_that_the_user_cannot_open_is_of_no_interest(working) -> None:
    working.deploy(flexipage("Plain"), app("Sales", override("Plain")))
    working.deploy(visible("Sales"))
    assert pages(working) == {"Contact": GOOD}
    user = working.id_of("User", "Username", AGENT)
    sees = working.id_of("PermissionSet", "Name", "Sees_Sales")
    working.org.create("PermissionSetAssignment", {"AssigneeId": user, "PermissionSetId": sees})
    assert pages(working)["Contact in app Sales"] == ("warning", "page Plain, without the widget")


def test_record_type_and_profile_come_before_the_app(working) -> None:
    working.deploy(
        flexipage("Plain"),
        flexipage("Widget", widget="CobrowseWidgetContact"),
        app(
            "Sales",
            override("Plain"),
            override("Widget", profile="Standard"),
            override("Plain", profile="Standard", record_type="VIP"),
            override("Plain", profile="Admin"),
            override("Plain", profile="Standard", form="Small"),
        ),
    )
    assert pages(working) == {
        "Contact": GOOD,
        "Contact in app Sales, record type VIP": ("warning", "page Plain, without the widget"),
        "Contact in app Sales": ("ok", "page Widget with the widget in region sidebar"),
    }
    assert pages(working, "admin@local.example")["Contact in app Sales"] == (
        "warning",
        "page Plain, without the widget",
    )


def test_a_visibility_rule_is_a_doubt_and_an_unused_facet_shows_nothing(working) -> None:
    rule = (
        b"<visibilityRule><criteria><leftValue>{!Record.LastName}</leftValue><operator>EQUAL</operator>"
        b"<rightValue>X</rightValue></criteria></visibilityRule>"
    )
    mark = b"<identifier>cobrowse_visualforcePage</identifier>"
    hidden = flexipage(PAGE, widget="CobrowseWidgetContact", edit=(mark, mark + rule))
    working.deploy(hidden)
    text = f"page {PAGE} with the widget, but a visibility rule of the page decides who sees it"
    assert pages(working) == {"Contact": ("warning", text)}
    data = hidden.files[0].content.replace(rule, b"")
    start = data.index(b"<name>sidebar</name>")
    data = data[:start] + data[start:].replace(b"<type>Region</type>", b"<type>Facet</type>", 1)
    working.deploy(Component("FlexiPage", PAGE, (ComponentFile(hidden.files[0].path, data),)))
    assert pages(working) == {"Contact": ("missing", f"page {PAGE}, in a part of it that nothing shows")}


def test_another_kind_of_override_is_no_record_page(working) -> None:
    text = (
        f"<CustomObject {NS}><actionOverrides><actionName>View</actionName><formFactor>Large</formFactor>"
        "<type>Default</type></actionOverrides><actionOverrides><actionName>View</actionName>"
        "<content>CobrowseWidgetContact</content><type>Visualforce</type></actionOverrides></CustomObject>"
    )
    working.deploy(Component("CustomObject", "Contact", (ComponentFile("objects/Contact.object", text.encode()),)))
    link = working.chain()["record page Contact"]
    assert (str(link.state), link.text) == (
        "missing",
        "View is overridden by Visualforce CobrowseWidgetContact: there is no record page",
    )
    assert link.mend == (
        "remove the override of View under Setup, Object Manager, Contact, Buttons, Links, and Actions"
    )


def test_an_object_that_the_org_does_not_have(working, configured) -> None:
    objects = [{"object": "Missing__c", "filters": {"Name": "user_name"}}]
    links = working.chain(project=configured(widget={"objects": objects}, placements=[]))
    link = links["record page Missing__c"]
    assert (str(link.state), link.text) == ("missing", "the org has no object Missing__c")


def test_both_form_factors_of_a_placement(working, configured) -> None:
    placements = [{"object": "Contact", "formFactors": ["large", "small"]}]
    assert pages(working, project=configured(placements=placements)) == {
        "Contact": GOOD,
        "Contact small": ("missing", "Salesforce's own page, without the widget"),
    }


# classic layouts


def layouts(links) -> dict[str, tuple[str, str, str | None]]:
    return {link.subject: (str(link.state), link.text, link.mend) for link in links if link.name == "layout"}


def test_the_layouts_of_a_placement(working, configured) -> None:
    project = configured(placements=[{"object": "Contact", "target": "layout"}])
    name = "Contact-Contact Layout"
    mend = "sfmeta deploy --org local"
    without = working.verify(project=project)
    assert layouts(without.links) == {name: ("missing", f"{name}, without the widget", mend)}
    assert {subject: state for subject, (state, _, _) in layouts(without.people[0].links).items()} == {
        "Contact": "not knowable"
    }
    held = working.org.retrieve({"Layout": [name]}, api_version="62.0")
    (component,) = read_zip(held.zip, "z", check_manifest=False)
    data = place_on_layout(component.files[0].content, WidgetItem("CobrowseWidgetContact")).data
    body = f"<layoutAssignments><layout>{name}</layout></layoutAssignments>"
    profile = f"<Profile {NS}>{body}</Profile>".encode()
    working.deploy(
        Component("Layout", name, (ComponentFile(component.files[0].path, data),)),
        Component("Profile", "Standard", (ComponentFile("profiles/Standard.profile", profile),)),
    )
    assert layouts(working.verify(AGENT, project=project).people[0].links) == {
        "Contact": ("ok", f"{name} with the widget", None)
    }


def test_a_layout_that_the_org_does_not_have(working, configured) -> None:
    project = configured(placements=[{"object": "Contact", "target": "layout", "layouts": ["No Such Layout"]}])
    assert layouts(working.verify(project=project).links) == {
        "Contact": (
            "missing",
            "the org has no layout No Such Layout",
            "check placements in package.yaml against Setup, Object Manager, Page Layouts",
        )
    }


def test_the_layouts_of_the_profiles_that_a_placement_names(working, configured) -> None:
    name, other = "Contact-Contact Layout", "Contact-Other Layout"
    text = f"<Layout {NS}><layoutSections><label>A</label><style>OneColumn</style></layoutSections></Layout>".encode()
    body = f"<layoutAssignments><layout>{other}</layout></layoutAssignments>"
    profile = f"<Profile {NS}>{body}</Profile>".encode()
    working.deploy(
        Component("Layout", other, (ComponentFile(f"layouts/{other}.layout", text),)),
        Component("Profile", "Standard", (ComponentFile("profiles/Standard.profile", profile),)),
    )
    for said in ("Standard", "Standard User"):
        placement = {"object": "Contact", "target": "layout", "layoutProfiles": [said]}
        found = layouts(working.verify(project=configured(placements=[placement])).links)
        assert found == {other: ("missing", f"{other}, without the widget", "sfmeta deploy --org local")}
        assert name not in found


def test_what_a_link_says_mends_it_does(working, configured) -> None:
    """The very command that verify names is a wish of `place --org` that puts the widget there."""
    working.deploy(flexipage("Plain"), app("Sales", override("Plain")))
    link = working.chain()["record page Contact in app Sales"]
    assert link.mend == "sfmeta place Contact --page Plain --no-org-default --org local"
    wish = Wish("Contact", WidgetItem("CobrowseWidgetContact"), page="Plain", org_default=False)
    project = configured(placements=[])
    ctx = working.against.context(Bundle.of((), api_version="62.0"), project)
    assert run.apply(ctx, run.plan(ctx, (PlacementStep((wish,)),))).error is None
    assert working.chain()["record page Contact in app Sales"].text == "page Plain with the widget in region sidebar"
