"""ApexPage and ApexComponent: a widget page for each object, the dashboard, the settings page, the shared frame."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.errors import GenerateError
from toolkit.generate.family import Context, with_meta
from toolkit.metadata.component import Component

LABEL_LIMIT = 80


def components(context: Context) -> Iterator[Component]:
    names, app = context.names, context.package.lightning_app
    markup = context.text("visualforce/Frame.component.j2", {"allow": "; ".join(context.package.widget.iframe_allow)})
    meta = context.xml("visualforce/component-meta.xml.j2", {"label": names.frame_component})
    path = f"components/{names.frame_component}.component"
    yield with_meta("ApexComponent", names.frame_component, path, markup, meta)
    yield _page(context, names.dashboard_page, "Dashboard", app.dashboard_label, {})
    yield _page(context, names.settings_page, "Settings", app.settings_label, {})
    for index, widget in enumerate(context.package.widget.objects):
        page = names.widget_pages[widget.object]
        label = widget.label or f"{context.package.widget.label} {widget.object}"
        if len(label) > LABEL_LIMIT:
            raise GenerateError.of(
                f"the page label {label!r} is {len(label) - LABEL_LIMIT} characters too long",
                where=context.project.where(f"widget.objects.{index}"),
                mend=f"give this object a label of at most {LABEL_LIMIT} characters",
            )
        yield _page(context, page, "Widget", label, {"object": widget.object})


def _page(context: Context, name: str, template: str, label: str, values: dict[str, object]) -> Component:
    markup = context.text(f"visualforce/{template}.page.j2", values)
    meta = context.xml("visualforce/page-meta.xml.j2", {"label": label})
    return with_meta("ApexPage", name, f"pages/{name}.page", markup, meta)
