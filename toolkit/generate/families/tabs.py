"""CustomTab: the dashboard and the settings page in the App Launcher."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.generate.family import Context, single
from toolkit.metadata.component import Component


def components(context: Context) -> Iterator[Component]:
    names, app = context.names, context.package.lightning_app
    yield _tab(context, names.dashboard_tab, app.dashboard_label, "Custom68: Globe", names.dashboard_page)
    yield _tab(context, names.settings_tab, app.settings_label, "Custom67: Gears", names.settings_page)


def _tab(context: Context, name: str, label: str, motif: str, page: str) -> Component:
    content = context.xml("tabs/tab.tab.j2", {"label": label, "motif": motif, "page": page})
    return single("CustomTab", name, f"tabs/{name}.tab", content)
