from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from toolkit.config.model import AppKind, RefreshToken
from toolkit.config.project import Project
from toolkit.errors import GenerateError
from toolkit.generate.app_policy import AppPolicy, app_policy

Alter = Callable[[Project, Mapping[str, object]], Project]


def test_the_policy_of_an_external_client_app(shipped: Project) -> None:
    assert app_policy(shipped) == AppPolicy(
        kind=AppKind.EXTERNAL_CLIENT_APP,
        name="CobrowseIO",
        label="CobrowseIO",
        admin_approved=True,
        profiles=("System Administrator",),
        permission_sets=("Cobrowse_Agent", "Cobrowse_Admin"),
        ip_relaxation="Enforce",
        refresh_token="SpecificLifetime",
        refresh_period=30,
        refresh_unit="Days",
    )


def test_the_policy_of_a_connected_app(variant: Project) -> None:
    policy = app_policy(variant)
    assert policy.refresh_token == "specific_inactivity:12:HOURS"
    assert policy.ip_relaxation == "ENFORCE_RELAXREFRESH"
    assert policy.permission_sets == ("Acme_Cobrowse_User", "Acme_Cobrowse_Owner", "Acme_Partner")
    assert policy.profiles == ("Support, Tier <2>", "Standard User")


@pytest.mark.parametrize(
    ("kind", "written"), [(AppKind.EXTERNAL_CLIENT_APP, "Infinite"), (AppKind.CONNECTED_APP, "infinite")]
)
def test_a_policy_without_a_time_has_none(shipped: Project, altered: Alter, kind: AppKind, written: str) -> None:
    policy = app_policy(altered(shipped, {"app.kind": kind, "app.refresh_token.policy": "infinite"}))
    assert (policy.refresh_token, policy.refresh_period, policy.refresh_unit) == (written, None, None)


def test_a_list_with_commas_holds_no_name_with_one(shipped: Project, altered: Alter) -> None:
    project = altered(shipped, {"app.profiles": ("A, B", "C"), "app.profiles.0": "A, B"})
    with pytest.raises(GenerateError, match=r"package.yaml:2:1: 'A, B' holds a comma"):
        app_policy(project)


def test_a_timed_policy_needs_its_time(shipped: Project, altered: Alter) -> None:
    refresh = RefreshToken.model_validate({"policy": "specific_lifetime", "period": None})
    with pytest.raises(GenerateError, match="needs a period"):
        app_policy(altered(shipped, {"app.refresh_token": refresh}))
