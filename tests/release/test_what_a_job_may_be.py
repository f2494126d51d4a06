"""What is found out before anything is sent: options that the org would refuse, sizes, tests of a package."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from toolkit.errors import DeployError
from toolkit.localorg.embedded import EmbeddedOrg
from toolkit.metadata.component import Bundle, Component, ComponentFile
from toolkit.org.jobs import DeployOptions, TestLevel
from toolkit.org.org import Org, connect
from toolkit.org.signin import AccessToken
from toolkit.release import jobs
from toolkit.release.apextests import chosen, classes_with_tests
from toolkit.release.fitting import check_options

META = b'<ApexClass xmlns="http://soap.sforce.com/2006/04/metadata"><apiVersion>62.0</apiVersion></ApexClass>'


def apex(name: str, body: str = "public class X {}", type_name: str = "ApexClass") -> Component:
    folder, suffix = ("classes", "cls") if type_name == "ApexClass" else ("triggers", "trigger")
    path = f"{folder}/{name}.{suffix}"
    return Component(type_name, name, (ComponentFile(path, body.encode()), ComponentFile(f"{path}-meta.xml", META)))


def page(name: str, content: bytes = b"<apex:page/>") -> Component:
    return Component("ApexPage", name, (ComponentFile(f"pages/{name}.page", content),))


def bundle(*components: Component) -> Bundle:
    return Bundle.of(components, api_version="62.0")


WITH_APEX, WITHOUT_APEX = bundle(apex("A")), bundle(page("P"))


@pytest.fixture(scope="module")
def orgs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Org]]:
    folder = tmp_path_factory.mktemp("fitting")
    with (
        EmbeddedOrg(folder / "p", org_type="production") as production,
        EmbeddedOrg(folder / "d") as developer,
    ):
        yield {
            "production": connect(AccessToken(production.url, production.access_token), api_version="62.0"),
            "developer": connect(AccessToken(developer.url, developer.access_token), api_version="62.0"),
        }


UNFIT = {
    "a deployment to production is rolled back": DeployOptions(rollback_on_error=False),
    "missing files": DeployOptions(allow_missing_files=True),
    "updates of package.xml": DeployOptions(auto_update_package=True),
    "recycle bin": DeployOptions(purge_on_delete=True),
    "NoTestRun is not accepted": DeployOptions(test_level=TestLevel.NO_TEST_RUN),
}


@pytest.mark.parametrize("said", UNFIT)
def test_what_production_does_not_take_is_refused_beforehand(orgs: dict[str, Org], said: str) -> None:
    check_options(UNFIT[said], orgs["developer"], WITH_APEX)
    with pytest.raises(DeployError) as caught:
        check_options(UNFIT[said], orgs["production"], WITH_APEX)
    (problem,) = caught.value.problems
    assert said in problem.message
    assert problem.mend


def test_all_that_production_does_not_take_is_told_together(orgs: dict[str, Org]) -> None:
    options = DeployOptions(rollback_on_error=False, allow_missing_files=True, test_level=TestLevel.NO_TEST_RUN)
    with pytest.raises(DeployError) as caught:
        check_options(options, orgs["production"], WITH_APEX)
    assert len(caught.value.problems) == 3


def test_no_tests_are_needed_without_apex(orgs: dict[str, Org]) -> None:
    check_options(DeployOptions(test_level=TestLevel.NO_TEST_RUN), orgs["production"], WITHOUT_APEX)


@pytest.mark.parametrize(("newest", "fits"), [("65.0", False), ("66.0", True), ("67.0", True)])
def test_relevant_tests_need_an_org_that_has_them(
    orgs: dict[str, Org], monkeypatch: pytest.MonkeyPatch, newest: str, fits: bool
) -> None:
    monkeypatch.setattr(orgs["developer"], "versions", ("62.0", newest))
    options = DeployOptions(test_level=TestLevel.RUN_RELEVANT_TESTS)
    if fits:
        check_options(options, orgs["developer"], WITH_APEX)
        return
    with pytest.raises(DeployError) as caught:
        check_options(options, orgs["developer"], WITH_APEX)
    assert str(caught.value) == (
        "RunRelevantTests needs API version 66.0, and the org's newest is 65.0 "
        "(use RunLocalTests, or RunSpecifiedTests with --tests)"
    )


@pytest.mark.parametrize(
    ("body", "tests"),
    [
        ("@isTest\nprivate class T {}", True),
        ("@ISTEST ( SeeAllData = true )\nprivate class T {}", True),
        ("public class T { static testMethod void a() {} }", True),
        ("// @isTest\npublic class T {}", False),
        ("/* @isTest\n*/ public class T {}", False),
        ("public class T { String a = '@isTest'; }", False),
        ("public class T { String a = 'it\\'s'; } // '@isTest", False),
        ("public class TestMethods {}", False),
    ],
)
def test_a_class_with_tests_is_told_by_its_code(body: str, tests: bool) -> None:
    assert classes_with_tests(bundle(apex("T", body))) == (("T",) if tests else ())


TESTS = apex("ATest", "@isTest class ATest {}")


def test_on_production_the_packages_own_tests_are_run() -> None:
    whole = bundle(apex("A"), apex("B"), apex("BTest", "@isTest class BTest {}"), TESTS)
    found = chosen(DeployOptions(), bundle(apex("A")), whole, production=True)
    assert (found.test_level, found.run_tests) == (TestLevel.RUN_SPECIFIED_TESTS, ("ATest", "BTest"))
    trigger = bundle(apex("T", "trigger T on Account (before insert) {}", "ApexTrigger"))
    assert chosen(DeployOptions(), trigger, whole, production=True).run_tests == ("ATest", "BTest")


@pytest.mark.parametrize(
    ("options", "sent", "whole", "production"),
    [
        (DeployOptions(), WITH_APEX, bundle(apex("A"), TESTS), False),
        (DeployOptions(test_level=TestLevel.RUN_LOCAL_TESTS), WITH_APEX, bundle(apex("A"), TESTS), True),
        (DeployOptions(), WITHOUT_APEX, bundle(page("P"), TESTS), True),
        (DeployOptions(), WITH_APEX, WITH_APEX, True),
    ],
    ids=["no production", "asked for", "no Apex is sent", "no tests in the package"],
)
def test_otherwise_the_choice_is_left_to_the_org(
    options: DeployOptions, sent: Bundle, whole: Bundle, production: bool
) -> None:
    assert chosen(options, sent, whole, production=production) is options


def test_a_package_with_too_many_files_is_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "MAX_FILES", 3)
    jobs.check_limits(bundle(page("P"), page("Q")))  # and its package.xml
    with pytest.raises(DeployError) as caught:
        jobs.check_limits(bundle(page("P"), page("Q"), page("R")))
    assert str(caught.value) == (
        "the package has 4 files, and the platform takes 3 in one deployment "
        "(deploy it in parts: shared objects and fields first, then what uses them)"
    )


def test_the_limits_are_the_platforms() -> None:
    many = bundle(*(page(f"P{number:05}") for number in range(10_000)))
    with pytest.raises(DeployError, match="the package has 10,001 files, and the platform takes 10,000"):
        jobs.check_limits(many)
    large = b"x" * 1_000_000
    heavy = bundle(*(page(f"P{number:03}", large) for number in range(630)))
    with pytest.raises(DeployError, match=r"bytes before compression, and the platform takes 629,145,600"):
        jobs.check_limits(heavy)


def test_a_package_that_is_too_large_reaches_no_org(new_org, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "MAX_FILES", 2)
    sent: list[Path] = []
    monkeypatch.setattr(Org, "start_deploy", lambda self, package, options: sent.append(package))
    report = new_org.deploy(bundle(apex("A"), apex("B")))
    assert isinstance(report.error, DeployError)
    assert "in one deployment" in str(report.error)
    assert sent == []


def test_relevant_tests_travel_in_a_version_that_has_them(
    orgs: dict[str, Org], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    org = orgs["developer"]
    request = org._http.session.request
    monkeypatch.setattr(org._http.session, "request", lambda *a, **k: (asked.append(str(a[1])), request(*a, **k))[1])
    package = tmp_path / "p.zip"
    package.write_bytes(b"PK")
    for level in (TestLevel.RUN_RELEVANT_TESTS, TestLevel.RUN_LOCAL_TESTS):
        org.start_deploy(package, replace(DeployOptions(), test_level=level))
    assert [url.rpartition("/services/data/")[2] for url in asked] == [
        "v67.0/metadata/deployRequest",
        "v62.0/metadata/deployRequest",
    ]
