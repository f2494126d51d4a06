from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.config.model import WidgetObject
from toolkit.config.project import Project
from toolkit.errors import GenerateError
from toolkit.generate.names import CLASSES, NAME_LIMIT, names_of

Alter = Callable[[Project, Mapping[str, object]], Project]


def objects_of(*names: str) -> tuple[WidgetObject, ...]:
    return tuple(WidgetObject.model_validate({"object": name, "filters": {"Email": "user_email"}}) for name in names)


def pages_of(project: Project, alter: Alter, *objects: str) -> dict[str, str]:
    return dict(names_of(alter(project, {"widget.objects": objects_of(*objects)}).package).widget_pages)


def test_the_names_of_the_shipped_configuration(shipped: Project) -> None:
    names = names_of(shipped.package)
    assert dict(names.widget_pages) == {
        "Contact": "CobrowseWidgetContact",
        "Case": "CobrowseWidgetCase",
        "Account": "CobrowseWidgetAccount",
        "Lead": "CobrowseWidgetLead",
    }
    assert (names.dashboard_page, names.dashboard_tab) == ("CobrowseDashboard", "CobrowseDashboard")
    assert (names.settings_page, names.settings_tab) == ("CobrowseSettings", "CobrowseSettings")
    assert (names.setting, names.frame_component) == ("Cobrowse_Settings__c", "CobrowseFrame")
    assert (names.agent_permission, names.admin_permission) == ("Cobrowse_Agent", "Cobrowse_Admin")
    assert (names.certificate, names.application, names.connected_app) == ("CobrowseIO", "Cobrowse", "CobrowseIO")
    assert asdict(names.external_client_app) == {
        "header": "CobrowseIO",
        "global_oauth": "CobrowseIO_glbloauth",
        "oauth": "CobrowseIO_oauth",
        "policies": "CobrowseIO_defaultPolicy",
        "oauth_policies": "CobrowseIO_oauth_defaultPolicy",
    }
    assert names.fields.filter_parts[0] == "Filter_Config_1__c"
    assert len(names.fields.filter_parts) == 8


def test_every_class_but_the_interface_has_a_test_of_its_own(shipped: Project) -> None:
    names = names_of(shipped.package)
    assert len(names.classes) == len(CLASSES)
    assert {f"{name}Test" for name in names.classes} - set(names.test_classes) == {"CobrowseSignerTest"}
    assert set(names.test_classes) - {f"{name}Test" for name in names.classes} == {"CobrowseTestData"}


def test_an_object_gives_its_page_a_word(shipped: Project, altered: Alter) -> None:
    assert pages_of(shipped, altered, "Order", "Support_Visit__c", "ns__Visit_plan__c") == {
        "Order": "CobrowseWidgetOrder",
        "Support_Visit__c": "CobrowseWidgetSupportVisit",
        "ns__Visit_plan__c": "CobrowseWidgetNsVisitPlan",
    }


def test_objects_that_would_share_a_page_are_told_apart_in_any_order(shipped: Project, altered: Alter) -> None:
    pages = pages_of(shipped, altered, "Case__c", "Case", "Foo_Bar__c", "FooBar__c")
    assert pages["Case"] == "CobrowseWidgetCase"
    assert len({page.casefold() for page in pages.values()}) == 4
    assert pages == pages_of(shipped, altered, "FooBar__c", "Foo_Bar__c", "Case", "Case__c")


def test_a_long_name_is_cut_and_stays_its_own(shipped: Project, altered: Alter) -> None:
    first, second = "A" * 60 + "1__c", "A" * 60 + "2__c"
    pages = pages_of(shipped, altered, first, second)
    assert len(set(pages.values())) == 2
    assert all(len(page) == NAME_LIMIT for page in pages.values())


NAME = st.from_regex(r"\A[A-Za-z](?:_?[A-Za-z0-9]){0,30}(?:__[A-Za-z](?:_?[A-Za-z0-9]){0,30})?(?:__c)?\Z")


@given(st.lists(NAME, min_size=1, max_size=6, unique_by=str.casefold))
def test_pages_are_names_that_the_platform_takes(shipped: Project, altered: Alter, objects: list[str]) -> None:
    pages = pages_of(shipped, altered, *objects)
    assert len({page.casefold() for page in pages.values()}) == len(objects)
    for page in pages.values():
        assert len(page) <= NAME_LIMIT
        assert page.isalnum()
        assert page.isascii()


def test_an_object_that_is_there_twice_is_refused_with_its_place(shipped: Project, altered: Alter) -> None:
    project = altered(shipped, {"widget.objects": objects_of("Case", "case"), "widget.objects.1.object": "case"})
    with pytest.raises(GenerateError) as caught:
        names_of(project.package, sources=project.sources)
    assert str(caught.value) == "package.yaml:2:1: object case is there twice (put its filters into widget.objects.0)"


def test_one_name_for_both_permission_sets_is_refused(shipped: Project, altered: Alter) -> None:
    project = altered(shipped, {"permission_sets.admin.name": "cobrowse_agent"})
    with pytest.raises(GenerateError, match="both called"):
        names_of(project.package)
