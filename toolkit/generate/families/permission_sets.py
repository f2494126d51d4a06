"""PermissionSet: Agent and Admin, each with what it needs and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.generate.family import Context, single
from toolkit.metadata.component import Component


def components(context: Context) -> Iterator[Component]:
    names = context.names
    agent = {
        "classes": sorted(names.class_named(suffix) for suffix in ("DashboardController", "WidgetController")),
        "pages": sorted([names.dashboard_page, *names.widget_pages.values()]),
    }
    admin = {
        "classes": sorted([*agent["classes"], names.class_named("SettingsController")]),
        "pages": sorted([*agent["pages"], names.settings_page]),
    }
    for name, template, values in (
        (names.agent_permission_set, "agent", agent),
        (names.admin_permission_set, "admin", admin),
    ):
        content = context.xml(f"permissionsets/{template}.permissionset.j2", values)
        yield single("PermissionSet", name, f"permissionsets/{name}.permissionset", content)
