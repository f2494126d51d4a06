"""The AppExchange package: what still uses it is listed and nothing is touched; then it goes, and only it."""

from __future__ import annotations

import pytest

from toolkit.errors import ReleaseError
from toolkit.metadata.archive import write_zip
from toolkit.metadata.component import Bundle, Component, ComponentFile, ComponentKey, Destructive
from toolkit.org.jobs import DeployOptions
from toolkit.release import run
from toolkit.release.steps.package_removal import PackageRemoval

NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def deployed(against, *components: Component, going: tuple[ComponentKey, ...] = ()):
    bundle = Bundle.of(components, api_version="62.0", destructive=Destructive(plain=going))
    job = against.org.start_deploy(write_zip(bundle), DeployOptions())
    return against.org.follow_deploy(job, wait=60)


def package(namespace: str) -> Component:
    text = (
        f"{HEAD}<InstalledPackage {NS}>\n    <activateRSS>false</activateRSS>\n    <versionNumber>1.9</versionNumber>\n"
    )
    path = f"installedPackages/{namespace}.installedPackage"
    return Component("InstalledPackage", namespace, (ComponentFile(path, f"{text}</InstalledPackage>\n".encode()),))


def contact_page() -> Component:
    """A record page that shows the package's widget, in its eighth line of items."""
    text = (
        f"<FlexiPage {NS}>\n    <flexiPageRegions>\n        <itemInstances>\n            <componentInstance>\n"
        "                <componentInstanceProperties>\n                    <name>pageName</name>\n"
        "                    <value>CobrowseIO__Widget</value>\n                </componentInstanceProperties>\n"
        "                <componentName>flexipage:visualforcePage</componentName>\n"
        "                <identifier>widget</identifier>\n            </componentInstance>\n"
        "        </itemInstances>\n        <name>main</name>\n        <type>Region</type>\n    </flexiPageRegions>\n"
        "    <masterLabel>Contacts</masterLabel>\n    <sobjectType>Contact</sobjectType>\n    <template>\n"
        "        <name>flexipage:recordHomeTemplateDesktop</name>\n    </template>\n    <type>RecordPage</type>\n"
        "</FlexiPage>\n"
    )
    return Component("FlexiPage", "Contacts", (ComponentFile("flexipages/Contacts.flexipage", (HEAD + text).encode()),))


def removal(against, namespace: str | None = None):
    ctx = against.context(Bundle.of((), api_version="62.0"), None)
    return run.apply(ctx, run.plan(ctx, (PackageRemoval(namespace),)))


def packages(against) -> list[str]:
    return [row.full_name for row in against.org.list_metadata(("InstalledPackage", None))]


def test_what_uses_the_package_is_listed_and_then_it_goes(new_org) -> None:
    assert deployed(new_org, package("CobrowseIO"), package("other")).success
    assert deployed(new_org, contact_page()).success
    with pytest.raises(ReleaseError) as caught:
        removal(new_org)
    (problem,) = caught.value.problems
    assert problem.message == "FlexiPage Contacts uses CobrowseIO__Widget of the package"
    assert str(problem.where).startswith("flexipages/Contacts.flexipage:")
    assert "sfmeta place --remove" in (problem.mend or "")
    assert packages(new_org) == ["CobrowseIO", "other"]
    assert deployed(new_org, going=(ComponentKey("FlexiPage", "Contacts"),)).success
    report = removal(new_org)
    assert report.error is None, report.error
    assert packages(new_org) == ["other"]
    assert [evidence.text for evidence in report.evidence("package")] == ["not in the org"]
    assert not removal(new_org).changed
    assert "AppExchange package: the org has no package of cobrowse" in new_org.talk.lines


def test_the_org_itself_refuses_a_package_that_is_used(new_org) -> None:
    assert deployed(new_org, package("CobrowseIO")).success
    assert deployed(new_org, contact_page()).success
    refused = deployed(new_org, going=(ComponentKey("InstalledPackage", "CobrowseIO"),))
    assert [failure.problem for failure in refused.failures] == [
        "This installed component is referenced by a locally created component. : FlexiPage - Contacts."
    ]


def test_another_namespace_is_named(new_org) -> None:
    assert deployed(new_org, package("acme")).success
    assert not removal(new_org).changed
    assert removal(new_org, "ACME").error is None
    assert packages(new_org) == []
