"""The chain of a user against the local org: everything works, then one link at a time is broken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

from tests.release.verify.broken_org import ADMIN, AGENT, DEPLOY, NS, Broken, bad, keyed
from toolkit.errors import ConfigError
from toolkit.generate.project import generate
from toolkit.metadata.archive import read_zip
from toolkit.metadata.component import Component, ComponentFile
from toolkit.org import soql
from toolkit.release.verify.links import State

NO_ACCESS = "no permission set or profile of this user gives it"
NO_TAB = "no permission set or profile of this user shows it"


def by_agent(person) -> bool:
    return person.username != AGENT


def org_links(found) -> dict[str, tuple[str, str, str | None]]:
    return bad(keyed(found.links))


def setting(working, owner: str, **values: object) -> None:
    working.org.create("Cobrowse_Settings__c", {"SetupOwnerId": owner, **values})


def org_row(working) -> str:
    where = soql.equals("SetupOwnerId", working.org.identity.org_id)
    (row,) = working.org.query(soql.select("Id", source="Cobrowse_Settings__c", where=where))
    return row.id


def drop_assignment(working, permission_set: str, username: str = AGENT) -> None:
    where = soql.all_of(
        soql.equals("PermissionSet.Name", permission_set), soql.equals("AssigneeId", working.user_id(username))
    )
    (row,) = working.org.query(soql.select("Id", source="PermissionSetAssignment", where=where))
    working.org.delete("PermissionSetAssignment", row.id)


# everything works


def test_the_whole_chain_of_an_agent(working) -> None:
    links = working.chain()
    assert bad(links) == {}
    assert list(links) == [
        "user agent@local.example",
        "e-mail agent@local.example",
        "custom permission Cobrowse_Agent",
        "page access CobrowseWidgetContact",
        "page access CobrowseWidgetCase",
        "page access CobrowseWidgetAccount",
        "page access CobrowseWidgetLead",
        "page access CobrowseDashboard",
        "class access CobrowseWidgetController",
        "class access CobrowseDashboardController",
        "app access CobrowseIO",
        "app Cobrowse",
        "tab CobrowseDashboard",
        "licence key License_Key__c",
        "service address Service_URL__c",
        "certificate CobrowseIO",
        "filters Contact",
        "filters Case",
        "filters Account",
        "filters Lead",
        "record page Contact",
        "record page Case",
        "record page Account",
        "record page Lead",
    ]
    assert links["user agent@local.example"].text == "active, profile Standard User"
    assert links["custom permission Cobrowse_Agent"].text == "agent at Cobrowse, by permission set Cobrowse_Agent"
    assert links["licence key License_Key__c"].text == "set, from the row of the org"
    assert links["filters Case"].text == "ContactEmail to user_email, from the row of the org"
    text = "page Cobrowse_Contact_Record_Page with the widget in region sidebar"
    assert links["record page Contact"].text == text


def test_an_admin_has_the_settings_page_too(working) -> None:
    links = working.chain(ADMIN)
    assert bad(links) == {}
    for key in (
        "custom permission Cobrowse_Admin",
        "page access CobrowseSettings",
        "class access CobrowseSettingsController",
        "tab CobrowseSettings",
    ):
        assert links[key].state == State.OK
    text = "administrator at Cobrowse, by permission set Cobrowse_Admin"
    assert links["custom permission Cobrowse_Admin"].text == text


def test_everybody_who_is_assigned_is_judged_without_being_named(working) -> None:
    found = working.verify()
    assert [(person.username, person.works) for person in found.people] == [
        ("admin@local.example", True),
        ("agent2@local.example", True),
        ("agent@local.example", True),
    ]
    assert (found.works, found.exit_code, org_links(found)) == (True, 0, {})
    assert "record page Contact" in {f"{link.name} {link.subject}" for link in found.links}
    assert {link.state for link in found.outside} == {State.UNKNOWN}
    assert {link.name for link in found.outside} == {
        "private key", "public key", "licence key", "cookies", "records", "frame"
    }  # fmt: skip


def test_more_users_take_no_more_calls(working, monkeypatch) -> None:
    working.verify(AGENT)  # who is signed in, and where, is asked once a session
    calls: list[str] = []
    send = requests.Session.send

    def counted(self, request, **more):
        calls.append(request.url)
        return send(self, request, **more)

    monkeypatch.setattr(requests.Session, "send", counted)
    count = []
    for users in ([AGENT], [AGENT, ADMIN, "agent2@local.example"]):
        calls.clear()
        working.verify(*users)
        count.append(sum("/query" in url for url in calls))
    assert count[0] == count[1] <= 30


# one link at a time


def deactivated(working) -> None:
    working.org.update("User", working.user_id(), {"IsActive": False})


def unassigned(working) -> None:
    drop_assignment(working, "Cobrowse_Agent")


def no_org_row(working) -> None:
    working.org.delete("Cobrowse_Settings__c", org_row(working))


def no_key(working) -> None:
    working.org.update("Cobrowse_Settings__c", org_row(working), {"License_Key__c": None})


def unsafe_url_of_the_user(working) -> None:
    setting(working, working.user_id(), Service_URL__c="http://cobrowse.example")


def damaged_filters_of_the_user(working) -> None:
    setting(working, working.user_id(), Filter_Config_1__c='{"Contact":')


def no_class(working) -> None:
    remove_access(working, "ApexClass", "CobrowseWidgetController")


def no_page(working) -> None:
    remove_access(working, "ApexPage", "CobrowseDashboard")


def remove_access(working, sobject: str, name: str) -> None:
    remove_access_to(working, working.id_of(sobject, "Name", name))


def remove_access_to(working, entity: str) -> None:
    where = soql.all_of(
        soql.equals("SetupEntityId", entity),
        soql.equals("ParentId", working.id_of("PermissionSet", "Name", "Cobrowse_Agent")),
    )
    (row,) = working.org.query(soql.select("Id", source="SetupEntityAccess", where=where))
    working.org.delete("SetupEntityAccess", row.id)


RIGHTS = (
    "page access CobrowseWidgetContact",
    "page access CobrowseWidgetCase",
    "page access CobrowseWidgetAccount",
    "page access CobrowseWidgetLead",
    "page access CobrowseDashboard",
    "class access CobrowseWidgetController",
    "class access CobrowseDashboardController",
    "app Cobrowse",
)


@pytest.mark.parametrize(
    ("breaking", "expected"),
    [
        (
            deactivated,
            {"user agent@local.example": ("missing", "inactive", "Setup, Users, agent@local.example, Edit: Active")},
        ),
        (
            unassigned,
            {
                "custom permission Cobrowse_Agent or Cobrowse_Admin": ("missing", NO_ACCESS, DEPLOY),
                **dict.fromkeys(RIGHTS, ("missing", NO_ACCESS, DEPLOY)),
                "app access CobrowseIO": (
                    "missing",
                    "neither the profile Standard User nor a permission set of this user is in the External Client "
                    "App's policy",
                    DEPLOY,
                ),
                "tab CobrowseDashboard": ("missing", NO_TAB, DEPLOY),
            },
        ),
        (
            no_org_row,
            {
                "licence key License_Key__c": (
                    "missing",
                    "the setting has no row for this user, the profile or the org",
                    DEPLOY,
                )
            },
        ),
        (no_key, {"licence key License_Key__c": ("missing", "no row has it", DEPLOY)}),
        (
            unsafe_url_of_the_user,
            {
                "service address Service_URL__c": (
                    "missing",
                    "http://cobrowse.example, from the row of user agent@local.example: the widget sends no token to "
                    "it, because it is not https://",
                    "Setup, Custom Settings, Cobrowse_Settings__c, Manage: delete or complete the row of user "
                    "agent@local.example",
                )
            },
        ),
        (
            damaged_filters_of_the_user,
            {
                f"filters {name}": (
                    "missing",
                    "the filter configuration is not valid JSON, in the row of user agent@local.example",
                    "Setup, Custom Settings, Cobrowse_Settings__c, Manage: delete or complete the row of user "
                    "agent@local.example",
                )
                for name in ("Contact", "Case", "Account", "Lead")
            },
        ),
        (
            no_class,
            {
                "class access CobrowseWidgetController": (
                    "warning",
                    f"{NO_ACCESS}; its pages run it, because they are open",
                    DEPLOY,
                )
            },
        ),
        (no_page, {"page access CobrowseDashboard": ("missing", NO_ACCESS, DEPLOY)}),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_a_broken_link_is_named_with_its_mend_and_no_other(working, breaking: Callable, expected: dict) -> None:
    breaking(working)
    agent, admin = (keyed(person.links) for person in sorted(working.verify(AGENT, ADMIN).people, key=by_agent))
    assert bad(agent) == expected
    assert bad(admin).keys().isdisjoint(expected.keys() - {"licence key License_Key__c"})


def test_what_concerns_the_org_is_said_once_for_the_org(working) -> None:
    unassigned(working)
    found = working.verify(AGENT)
    assert org_links(found) == {
        "Assignments PermissionSet Cobrowse_Agent": ("missing", "not assigned to agent@local.example", DEPLOY)
    }
    assert found.exit_code == 1


def test_what_stops_a_step_is_a_missing_link_and_not_the_end(working) -> None:
    deactivated(working)
    found = working.verify(AGENT)
    (text,) = [link.text for link in found.links if link.state is State.MISSING]
    assert text.endswith("local.yaml:8:11: user agent@local.example is inactive")
    assert found.people[0].links[0].state is State.MISSING


def test_a_user_whom_the_configuration_does_not_name_has_to_be_named_first(working, configured) -> None:
    project = configured()
    unassigned(working)
    link = working.chain(project=project)["page access CobrowseDashboard"]
    mend = (
        "add agent@local.example to permissionSets.agent.assign.users in package.yaml, then sfmeta deploy --org local"
    )
    assert link.mend == mend
    sets = ("widget.height=700", "lightningApp.label=Co browse")
    link = working.chain(project=project, config=Path("my config"), sets=sets)["page access CobrowseDashboard"]
    command = (
        "sfmeta deploy --org local --config 'my config' --set widget.height=700 --set 'lightningApp.label=Co browse'"
    )
    assert link.mend is not None
    assert link.mend.endswith(f"then {command}")


def test_users_that_the_org_does_not_have(working) -> None:
    found = working.verify("nobody@local.example", AGENT.upper())
    assert [(person.username, person.works) for person in found.people] == [
        (AGENT, True),
        ("nobody@local.example", False),
    ]
    (link,) = found.people[1].links
    assert (link.text, link.mend) == (
        "the org has no such user",
        "check the username; in a sandbox it ends with the sandbox's name",
    )


def test_nothing_is_there_yet(new_org, integration) -> None:
    empty = Broken(new_org, integration)
    found = empty.verify()
    assert (found.people, found.exit_code) == ((), 1)
    states = org_links(found)
    assert states["users Cobrowse_Agent or Cobrowse_Admin"] == (
        "missing",
        "nobody has either permission set",
        DEPLOY,
    )
    assert states["certificate CobrowseIO"] == ("missing", "the org does not return it", DEPLOY)
    links = empty.chain(ADMIN)
    text = "the org has no Visualforce page CobrowseDashboard"
    assert (links["page access CobrowseDashboard"].text, links["page access CobrowseDashboard"].mend) == (text, DEPLOY)
    assert links["app Cobrowse"].text == "the org has no Lightning app Cobrowse"
    assert links["app access CobrowseIO"].state == State.UNKNOWN


# ways to get access


def test_access_by_a_permission_set_group(working) -> None:
    drop_assignment(working, "Cobrowse_Agent")
    text = (
        f"<PermissionSetGroup {NS}><label>Support</label><permissionSets>Cobrowse_Agent</permissionSets>"
        "</PermissionSetGroup>"
    )
    file = ComponentFile("permissionsetgroups/Support.permissionsetgroup", text.encode())
    working.deploy(Component("PermissionSetGroup", "Support", (file,)))
    group = working.id_of("PermissionSetGroup", "DeveloperName", "Support")
    working.org.create("PermissionSetAssignment", {"AssigneeId": working.user_id(), "PermissionSetGroupId": group})
    links = working.chain()
    assert bad(links) == {}
    by = "by permission set Cobrowse_Agent of permission set group Support"
    assert links["page access CobrowseDashboard"].text == by
    assert AGENT in {person.username for person in working.verify().people}


def test_an_assignment_that_has_expired_gives_nothing(working) -> None:
    drop_assignment(working, "Cobrowse_Agent")
    working.org.create(
        "PermissionSetAssignment",
        {
            "AssigneeId": working.user_id(),
            "PermissionSetId": working.id_of("PermissionSet", "Name", "Cobrowse_Agent"),
            "ExpirationDate": "2030-01-01T00:00:00.000Z",
        },
    )
    before, after = (datetime(year, 1, 1, tzinfo=UTC) for year in (2027, 2031))
    assert "tab CobrowseDashboard" not in bad(working.chain(now=before))
    assert bad(working.chain(now=after))["tab CobrowseDashboard"][1] == NO_TAB


def test_access_by_the_profile_and_by_what_administrators_may(working) -> None:
    drop_assignment(working, "Cobrowse_Admin", ADMIN)
    links = working.chain(ADMIN)
    by = 'by "Customize Application" of profile System Administrator'
    assert links["page access CobrowseDashboard"].text == by
    assert links["class access CobrowseWidgetController"].text == 'by "Author Apex" of profile System Administrator'
    assert links["app access CobrowseIO"].text == "by profile System Administrator"
    assert bad(links) == {
        "custom permission Cobrowse_Agent or Cobrowse_Admin": ("missing", NO_ACCESS, DEPLOY),
        "app Cobrowse": ("missing", NO_ACCESS, DEPLOY),
        "tab CobrowseDashboard": ("missing", NO_TAB, DEPLOY),
    }
    body = "<pageAccesses><apexPage>CobrowseDashboard</apexPage><enabled>true</enabled></pageAccesses>"
    profile = f"<Profile {NS}>{body}</Profile>".encode()
    working.deploy(Component("Profile", "Admin", (ComponentFile("profiles/Admin.profile", profile),)))
    assert working.chain(ADMIN)["page access CobrowseDashboard"].text == "by profile System Administrator"


def test_a_session_based_permission_set_is_a_doubt(working, integration) -> None:
    (found,) = [c for c in generate(integration).only("PermissionSet") if c.full_name == "Cobrowse_Agent"]
    text = found.files[0].content.replace(b"<hasActivationRequired>false", b"<hasActivationRequired>true")
    working.deploy(Component("PermissionSet", "Cobrowse_Agent", (ComponentFile(found.files[0].path, text),)))
    links = working.chain()
    assert {link.state for key, link in links.items() if key.startswith("page access")} == {State.WARNING}
    by = "by permission set Cobrowse_Agent, but only in a session in which it has been activated"
    assert links["page access CobrowseDashboard"].text == by


# the app


def test_a_policy_that_lets_everybody_in(working) -> None:
    type_name, name = "ExtlClntAppOauthConfigurablePolicies", "CobrowseIO_oauth_defaultPolicy"
    (held,) = read_zip(working.org.retrieve({type_name: [name]}, api_version="62.0").zip, "z", check_manifest=False)
    text = held.files[0].content.replace(b"AdminApprovedPreAuthorized", b"AllSelfAuthorized")
    working.deploy(Component(type_name, name, (ComponentFile(held.files[0].path, text),)))
    found = working.verify(AGENT)
    broken = org_links(found)
    assert broken["App access permitted users"] == ("missing", "All users may self-authorize", DEPLOY)
    assert [f"{link.name} {link.subject}" for link in found.people[0].links if link.state is not State.OK] == [
        "app access CobrowseIO"
    ]
    assert found.exit_code == 1


def test_access_to_a_connected_app(started, configured) -> None:
    app = {"kind": "connected_app", "create": True, "contactEmail": "a@acme.example"}
    sets = {
        kind: {
            "name": f"Cobrowse_{kind.title()}",
            "label": kind,
            "assign": {"users": [AGENT]} if kind == "agent" else {},
        }
        for kind in ("agent", "admin")
    }
    project = configured(app=app, permissionSets=sets)
    with started(connected_app_creation=True) as against:
        report = against.release(project)
        assert report.error is None, str(report.error)
        own = Broken(against, project)
        assert own.chain()["app access CobrowseIO"].text == "by permission set Cobrowse_Agent"
        entity = own.id_of("ConnectedApplication", "Name", "CobrowseIO")
        remove_access_to(own, entity)
        found = own.verify(AGENT)
        text = "neither the profile Standard User nor a permission set of this user is in the connected app's policy"
        assert bad(keyed(found.people[0].links))["app access CobrowseIO"] == ("missing", text, DEPLOY)
        assert org_links(found)["App access permission sets of the app"][0] == "missing"


def test_no_app_is_no_link(working, configured) -> None:
    links = working.chain(project=configured(app={"kind": "none"}))
    assert not [key for key in links if key.startswith("app access")]


# settings


def test_the_nearest_row_that_says_something_counts(working) -> None:
    profile = working.id_of("Profile", "Name", "Standard User")
    setting(working, profile, License_Key__c="key-of-the-profile", Service_URL__c="https://profile.example/")
    setting(working, working.user_id(), License_Key__c=None, Filter_Config_1__c='{"contact":{"Phone":"user_phone"}}')
    links = working.chain()
    assert bad(links) == {}
    assert links["licence key License_Key__c"].text == "set, from the row of profile Standard User"
    assert (
        links["service address Service_URL__c"].text
        == "https://profile.example/, from the row of profile Standard User"
    )
    assert links["filters Contact"].text == "Phone to user_phone, from the row of user agent@local.example"
    assert links["filters Case"].text == "ContactEmail to user_email, from the row of the org"
    no_key(working)
    found = {person.username: bad(keyed(person.links)) for person in working.verify().people}
    assert found == {
        "admin@local.example": {"licence key License_Key__c": ("missing", "no row has it", DEPLOY)},
        "agent2@local.example": {},
        "agent@local.example": {},
    }


def test_a_secret_that_is_not_on_this_machine_leaves_one_step_uncompared(working) -> None:
    def unset(ref, where):
        raise ConfigError.of("the environment variable X is not set", where=where, mend="export X=...")

    context = working.against.context

    def without(bundle, project, **more):
        return replace(context(bundle, project, **more), reveal=unset)

    working.against.context = without
    found = working.verify(AGENT)
    assert org_links(found) == {
        "Settings settings": (
            "not knowable",
            "not compared with the configuration: the environment variable X is not set",
            "export X=...",
        )
    }
    assert found.works
    assert found.people[0].works


# the certificate


def test_a_user_whose_row_names_another_certificate(working) -> None:
    setting(working, working.user_id(), Certificate__c="Gone")
    assert bad(working.chain()) == {
        "certificate Gone": (
            "missing",
            "the org does not return it; named by the row of user agent@local.example",
            "name one that the org has in settings, or create it in Setup",
        )
    }
    assert bad(working.chain("agent2@local.example")) == {}


def test_blanks_for_a_licence_key_are_no_key_in_an_org(working) -> None:
    """The platform stores a text of blanks as empty, so the row behind it counts."""
    setting(working, working.user_id(), License_Key__c="   ")
    assert working.chain()["licence key License_Key__c"].text == "set, from the row of the org"
