"""Whom a hidden org default concerns: the active users of a profile, and those who may open an app."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.release.conftest import Against, serving
from toolkit.metadata.component import Bundle, Component, ComponentFile
from toolkit.org import soql
from toolkit.placement.account import as_rows, notes
from toolkit.placement.inventory import Inventory
from toolkit.placement.overrides import Override
from toolkit.placement.request import Audience, Hidden, Outcome
from toolkit.release.steps import placement_audience
from toolkit.release.steps.placement_audience import add_audiences

NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
APP = f"<CustomApplication {NS}><label>Support Desk</label><uiType>Lightning</uiType></CustomApplication>"
OPENS = (
    f"<PermissionSet {NS}><applicationVisibilities><application>Support</application><visible>true</visible>"
    "</applicationVisibilities><label>Opens</label></PermissionSet>"
)
PROFILE = (
    f"<Profile {NS}><applicationVisibilities><application>Support</application><default>false</default>"
    "<visible>true</visible></applicationVisibilities></Profile>"
)


@pytest.fixture
def against(first_day: Path, tmp_path: Path) -> Iterator[Against]:
    with serving(Path(shutil.copytree(first_day, tmp_path / "org"))) as found:
        yield found


def put(against: Against, *files: tuple[str, str, str, str]) -> None:
    parts = [Component(kind, name, (ComponentFile(path, text.encode()),)) for kind, name, path, text in files]
    report = against.deploy(Bundle.of(parts, api_version="62.0"))
    assert report.error is None, str(report.error)


def whom(against: Against, **override: str) -> Audience | None:
    inventory = Inventory(())
    entry = Override("View", "Flexipage", "Page", "Large", object="Contact", app="Support", **override)
    inventory.hidden["Contact"] = [Hidden(entry, has_widget=False)]
    add_audiences(against.org, inventory, {})
    return inventory.hidden["Contact"][0].audience


def a_user(against: Against, username: str) -> str:
    query = soql.select("Id", source="User", where=soql.equals("Username", username))
    return against.org.query(query)[0].id


def test_the_users_of_an_app_are_those_whose_profile_or_permission_set_opens_it(against: Against) -> None:
    put(against, ("CustomApplication", "Support", "applications/Support.app", APP))
    assert whom(against) == Audience(0, ())
    put(against, ("PermissionSet", "Opens", "permissionsets/Opens.permissionset", OPENS))
    query = soql.select("Id", source="PermissionSet", where=soql.equals("Name", "Opens"))
    opens = against.org.query(query)[0].id
    for username in ("agent@local.example", "agent2@local.example"):
        row = {"AssigneeId": a_user(against, username), "PermissionSetId": opens}
        against.org.create("PermissionSetAssignment", row)
    assert whom(against) == Audience(2, ("agent2@local.example", "agent@local.example"))
    against.org.update("User", a_user(against, "agent2@local.example"), {"IsActive": False})
    assert whom(against) == Audience(1, ("agent@local.example",))
    app = ("CustomApplication", "Support", "applications/Support.app", APP)
    put(against, app, ("Profile", "Admin", "profiles/Admin.profile", PROFILE))
    found = whom(against)
    assert found is not None
    assert "admin@local.example" in found.names
    assert "agent@local.example" in found.names


def test_the_users_of_a_profile(against: Against) -> None:
    assert whom(against, profile="Standard") == Audience(2, ("agent2@local.example", "agent@local.example"))
    assert whom(against, profile="standard", record_type="Contact.Vip") == whom(against, profile="Standard")


def test_what_the_org_does_not_tell_is_not_made_up(against: Against) -> None:
    assert whom(against, profile="No Such Profile") is None
    assert whom(against) is None  # the org lists no app Support


def test_many_users_are_not_counted_one_by_one(against: Against, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placement_audience, "_MOST", 1)
    assert str(whom(against, profile="Standard")).startswith("more than 1 active user (")


def test_in_words_and_as_json() -> None:
    entry = Override("View", "Flexipage", "Page", "Large", object="Contact", app="Desk_1", profile="Admin")
    hidden = Hidden(entry, False, "Support Desk", Audience(5, ("a@x.example", "b@x.example", "c@x.example")))
    outcome = Outcome(hidden=[hidden])
    assert notes(outcome) == [
        "app Desk_1 (Support Desk), profile Admin sees Page (Large), without the widget: "
        "5 active users (a@x.example, b@x.example, c@x.example and 2 more)"
    ]
    row = as_rows(outcome, "Contact")["overrides"][0]
    assert row["users"] == {"count": 5, "more": False, "names": ["a@x.example", "b@x.example", "c@x.example"]}
    assert str(Audience(0, ())) == "no active user"
    assert str(Audience(1, ("a@x.example",))) == "1 active user (a@x.example)"
