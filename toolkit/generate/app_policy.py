"""The OAuth policy of the app in the words of both app kinds; generate writes it, the release step compares it."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.config.model import AppKind
from toolkit.config.project import Project
from toolkit.errors import GenerateError, Problem

_ECA_REFRESH = {
    "infinite": "Infinite",
    "zero": "Zero",
    "specific_lifetime": "SpecificLifetime",
    "specific_inactivity": "SpecificInactivity",
}
_ECA_RELAXATION = {
    "enforce": "Enforce",
    "bypass": "Bypass",
    "bypass_with_second_factor": "Bypass_2factor",
    "enforce_relax_refresh": "Enforce_RelaxRefresh",
}
_CONNECTED_RELAXATION = {
    "enforce": "ENFORCE",
    "bypass": "BYPASS",
    "bypass_with_second_factor": "BYPASS_2FACTOR",
    "enforce_relax_refresh": "ENFORCE_RELAXREFRESH",
}


@dataclass(frozen=True, slots=True)
class AppPolicy:
    """Who may use the app and how long its tokens live.

    permission_sets are API names, the Agent and Admin ones first. refresh_token and ip_relaxation are written as the
    metadata type of the app's kind writes them; refresh_period and refresh_unit ("Days") are for External Client Apps.
    """

    kind: AppKind
    name: str
    label: str
    admin_approved: bool
    profiles: tuple[str, ...]
    permission_sets: tuple[str, ...]
    ip_relaxation: str
    refresh_token: str
    refresh_period: int | None
    refresh_unit: str | None


def app_policy(project: Project) -> AppPolicy:
    """The policy that the configuration wants. GenerateError for a name that a comma-separated list cannot hold."""
    package = project.package
    app, sets = package.app, package.permission_sets
    first = (sets.agent.name, sets.admin.name)
    connected = app.kind is AppKind.CONNECTED_APP
    _refuse_commas(project)
    refresh = app.refresh_token
    timed = refresh.policy in {"specific_lifetime", "specific_inactivity"}
    period = refresh.period if timed else None
    unit = (refresh.unit or "days") if timed else None
    if timed and period is None:
        raise GenerateError.of(
            f"the refresh token policy {refresh.policy} needs a period",
            where=project.where("app.refreshToken"),
            mend="set app.refreshToken.period and unit",
        )
    written = _connected_refresh(refresh.policy, period, unit) if connected else _ECA_REFRESH[refresh.policy]
    return AppPolicy(
        kind=app.kind,
        name=app.name,
        label=app.label,
        admin_approved=app.permitted_users == "admin_approved",
        profiles=tuple(dict.fromkeys(app.profiles)),
        permission_sets=tuple(dict.fromkeys((*first, *app.permission_sets))),
        ip_relaxation=(_CONNECTED_RELAXATION if connected else _ECA_RELAXATION)[app.ip_relaxation],
        refresh_token=written,
        refresh_period=period,
        refresh_unit=unit.capitalize() if unit else None,
    )


def _connected_refresh(policy: str, period: int | None, unit: str | None) -> str:
    return policy if period is None or unit is None else f"{policy}:{period}:{unit.upper()}"


def _refuse_commas(project: Project) -> None:
    app = project.package.app
    if app.kind is not AppKind.EXTERNAL_CLIENT_APP:
        return
    named = [("profiles", app.profiles), ("permissionSets", app.permission_sets)]
    GenerateError.raise_any(
        Problem(
            f"{name!r} holds a comma, and the policy of an External Client App is a list with commas",
            project.where(f"app.{key}.{index}"),
            "rename it in the org, or name a permission set instead",
        )
        for key, found in named
        for index, name in enumerate(found)
        if "," in name
    )
