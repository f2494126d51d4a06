"""A profile deployed alone: the org tells of it only what stands beside it in a request, and still it is proved."""

from __future__ import annotations

import pytest

from toolkit.metadata.component import Bundle, Component, ComponentFile, ComponentKey
from toolkit.release.companions import companions

NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
ENTRIES = """
    <applicationVisibilities><application>Cobrowse</application><default>false</default><visible>true</visible></applicationVisibilities>
    <classAccesses><apexClass>CobrowseSettingsController</apexClass><enabled>true</enabled></classAccesses>
    <fieldPermissions><editable>true</editable><field>Account.Phone</field><readable>true</readable></fieldPermissions>
    <objectPermissions>
        <allowCreate>false</allowCreate><allowDelete>false</allowDelete><allowEdit>true</allowEdit>
        <allowRead>true</allowRead><modifyAllRecords>false</modifyAllRecords><object>Account</object>
        <viewAllRecords>false</viewAllRecords>
    </objectPermissions>
    <tabVisibilities><tab>CobrowseDashboard</tab><visibility>DefaultOn</visibility></tabVisibilities>
"""


def bundle(entries: str) -> Bundle:
    content = f'<?xml version="1.0" encoding="UTF-8"?>\n<Profile {NS}>\n    <custom>true</custom>{entries}</Profile>\n'
    file = ComponentFile("profiles/Support.profile", content.encode())
    return Bundle.of([Component("Profile", "Support", (file,))], api_version="62.0")


def test_a_profile_names_its_companions() -> None:
    (profile,) = bundle(ENTRIES)
    assert set(companions(profile)) == {
        ComponentKey("ApexClass", "CobrowseSettingsController"),
        ComponentKey("CustomApplication", "Cobrowse"),
        ComponentKey("CustomObject", "Account"),
        ComponentKey("CustomTab", "CobrowseDashboard"),
    }


@pytest.mark.parametrize("entries", [ENTRIES, ""], ids=["grants", "empty"])
def test_it_is_proved_without_what_it_names(installed, entries) -> None:
    report = installed.deploy(bundle(entries))
    assert report.error is None, str(report.error)
    proofs = report.steps[-1].evidence
    assert [(proof.subject, proof.ok) for proof in proofs] == [("Profile Support", True)]


def test_an_entry_that_somebody_takes_away_is_told(installed) -> None:
    assert installed.deploy(bundle(ENTRIES)).error is None
    taken = ENTRIES.replace("<enabled>true<", "<enabled>false<")
    again = installed.deploy(bundle(taken))
    assert again.error is None
    (change,) = (change for step in again.steps for change in step.changes)
    assert [detail.path for detail in change.details] == ["classAccesses[CobrowseSettingsController]/enabled"]
