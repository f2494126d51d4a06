"""CustomPermission: what a generated page asks to know an agent or an administrator."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.generate.family import Context, single
from toolkit.metadata.component import Component


def components(context: Context) -> Iterator[Component]:
    names, sets = context.names, context.package.permission_sets
    texts = (
        (names.agent_permission, sets.agent.label, "May open the Cobrowse.io pages and start sessions."),
        (
            names.admin_permission,
            sets.admin.label,
            "May also change the settings, and is an administrator at Cobrowse.",
        ),
    )
    for name, label, description in texts:
        values = {"label": label, "description": description}
        content = context.xml("custompermissions/custompermission.customPermission.j2", values)
        yield single("CustomPermission", name, f"customPermissions/{name}.customPermission", content)
