"""ApexClass: what the pages run on, and a test class for each."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.generate import embed, filters
from toolkit.generate.family import Context, with_meta
from toolkit.metadata.component import Component


def components(context: Context) -> Iterator[Component]:
    names = context.names
    values = {
        "filters": filters.configured(context.package),
        "widget_path": embed.path(context.package.widget.embed),
        "widget_parameters": embed.parameters(context.package.widget.embed),
        "other_object": _not_configured(context),
    }
    meta = context.xml("apex/class-meta.xml.j2")
    for name in (*names.classes, *names.test_classes):
        content = context.text(f"apex/{name.removeprefix(names.prefix)}.cls.j2", values)
        yield with_meta("ApexClass", name, f"classes/{name}.cls", content, meta)


def _not_configured(context: Context) -> str:
    """A standard object that every org has and that carries no widget, for the test of that state."""
    carried = {widget.object.casefold() for widget in context.package.widget.objects}
    return next(name for name in ("Task", "Event", "Account", "Contact", "User") if name.casefold() not in carried)
