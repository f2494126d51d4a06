"""What the tests of placement in an org share: small files, and an org that they are put into."""

from __future__ import annotations

import pytest

from tests.release.conftest import Against
from toolkit.errors import ReleaseError
from toolkit.metadata.archive import read_zip
from toolkit.metadata.component import Bundle, Component, ComponentFile
from toolkit.placement.item import WidgetItem
from toolkit.placement.overrides import org_default
from toolkit.placement.wish import Wish
from toolkit.release import run
from toolkit.release.run import PlannedStep, ReleaseReport
from toolkit.release.step import Context, real
from toolkit.release.steps.placement import PlacementStep

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
WIDGET = WidgetItem("CobrowseWidgetContact", height=900)
CONTACT = Wish("Contact", WIDGET)
FOLDERS = {
    "FlexiPage": ("flexipages", "flexipage"),
    "CustomObject": ("objects", "object"),
    "CustomApplication": ("applications", "app"),
    "Layout": ("layouts", "layout"),
    "ApexPage": ("pages", "page"),
    "Profile": ("profiles", "profile"),
    "InstalledPackage": ("installedPackages", "installedPackage"),
}


def text_page(name: str = "Contact_Record_Page", items: str = "", region: str = "sidebar") -> str:
    """A record page of Contact with these items in its last region."""
    return (
        f"{HEAD}<FlexiPage {NS}>\n"
        "    <flexiPageRegions>\n        <itemInstances>\n            <componentInstance>\n"
        "                <componentName>force:detailPanel</componentName>\n"
        "                <identifier>details</identifier>\n"
        "            </componentInstance>\n        </itemInstances>\n"
        "        <name>main</name>\n        <type>Region</type>\n    </flexiPageRegions>\n"
        f"    <flexiPageRegions>\n{items}        <name>{region}</name>\n        <type>Region</type>\n"
        "    </flexiPageRegions>\n"
        f"    <masterLabel>{name}</masterLabel>\n    <sobjectType>Contact</sobjectType>\n"
        "    <template>\n        <name>flexipage:recordHomeTemplateDesktop</name>\n    </template>\n"
        "    <type>RecordPage</type>\n</FlexiPage>\n"
    )


def item(identifier: str) -> str:
    return (
        "        <itemInstances>\n            <componentInstance>\n"
        "                <componentName>force:relatedListContainer</componentName>\n"
        f"                <identifier>{identifier}</identifier>\n"
        "            </componentInstance>\n        </itemInstances>\n"
    )


def text_default(page: str, object_page: str = "Flexipage") -> str:
    return (
        f"{HEAD}<CustomObject {NS}>\n    <actionOverrides>\n        <actionName>View</actionName>\n"
        f"        <content>{page}</content>\n        <formFactor>Large</formFactor>\n"
        f"        <skipRecordTypeSelect>false</skipRecordTypeSelect>\n        <type>{object_page}</type>\n"
        "    </actionOverrides>\n</CustomObject>\n"
    )


def text_app(inner: str = "") -> str:
    return (
        f"{HEAD}<CustomApplication {NS}>\n{inner}    <formFactors>Large</formFactors>\n    <label>Support</label>\n"
        "    <navType>Standard</navType>\n    <uiType>Lightning</uiType>\n</CustomApplication>\n"
    )


def text_in_app(page: str) -> str:
    return (
        "    <actionOverrides>\n        <actionName>View</actionName>\n"
        f"        <content>{page}</content>\n        <formFactor>Large</formFactor>\n"
        "        <skipRecordTypeSelect>false</skipRecordTypeSelect>\n        <type>Flexipage</type>\n"
        "        <pageOrSobjectType>Contact</pageOrSobjectType>\n    </actionOverrides>\n"
    )


def text_for_profile(page: str) -> str:
    return (
        "    <profileActionOverrides>\n        <actionName>View</actionName>\n"
        f"        <content>{page}</content>\n        <formFactor>Large</formFactor>\n"
        "        <pageOrSobjectType>Contact</pageOrSobjectType>\n        <type>Flexipage</type>\n"
        "        <profile>Standard</profile>\n    </profileActionOverrides>\n"
    )


class Placing:
    """An org that has the Visualforce pages and no placement."""

    def __init__(self, against: Against) -> None:
        self.against = against
        self.heard = against.talk.lines

    def context(self) -> Context:
        return self.against.context(Bundle.of((), api_version="62.0"), None)

    def put(self, **files: str) -> None:
        """Deploy what somebody else made, by `Type__Name` (a dash for the blank of a layout's name)."""
        parts: list[Component] = []
        for key, text in files.items():
            kind, _, name = key.partition("__")
            folder, suffix = FOLDERS[kind]
            parts.append(Component(kind, name, (ComponentFile(f"{folder}/{name}.{suffix}", text.encode()),)))
        report = self.against.deploy(Bundle.of(parts, api_version="62.0"))
        assert report.error is None, str(report.error)

    def get(self, kind: str, name: str) -> bytes | None:
        answer = self.against.org.retrieve({kind: [name]}, api_version="62.0")
        found = read_zip(answer.zip or b"", "z", check_manifest=False) if answer.zip else ()
        return next((c.files[0].content for c in found if c.type == kind), None)

    def plan(self, *wishes: Wish, remove: bool = False) -> tuple[PlannedStep, ...]:
        return run.plan(self.context(), (PlacementStep(wishes or (CONTACT,), remove=remove),))

    def apply(self, planned: tuple[PlannedStep, ...]) -> ReleaseReport:
        return run.apply(self.context(), planned)

    def place(self, *wishes: Wish) -> list[str]:
        """Place, prove, and see that a second run has nothing to do; the evidence."""
        report = self.apply(self.plan(*wishes))
        assert report.error is None, str(report.error)
        assert not any(one.pending for one in self.plan(*wishes))
        return [f"{e.subject}: {e.text}" for e in report.steps[0].evidence]

    def remove(self, *wishes: Wish) -> list[str]:
        report = self.apply(self.plan(*wishes, remove=True))
        assert report.error is None, str(report.error)
        assert not any(one.pending for one in self.plan(*wishes, remove=True))
        return [f"{e.subject}: {e.text}" for e in report.steps[0].evidence]

    def default(self) -> str | None:
        data = self.get("CustomObject", "Contact")
        assert data is not None
        return org_default(data)

    def pages(self) -> list[str]:
        return sorted(row.full_name for row in self.against.org.list_metadata(("FlexiPage", None)))


def refused(org: Placing, *wishes: Wish, remove: bool = False) -> list[str]:
    with pytest.raises(ReleaseError) as caught:
        org.plan(*wishes, remove=remove)
    return [str(problem) for problem in caught.value.problems]


def changes(planned: tuple[PlannedStep, ...]) -> list[tuple[str, str, list[tuple[str, str | None, str | None]]]]:
    return [
        (change.kind.value, change.subject, [(d.path, d.old, d.new) for d in change.details])
        for change in real(planned[0].changes)
    ]
