"""CustomApplication: the Lightning app with the two tabs."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.generate.family import Context, single
from toolkit.metadata.component import Component


def components(context: Context) -> Iterator[Component]:
    name = context.names.application
    content = context.xml("applications/application.app.j2")
    yield single("CustomApplication", name, f"applications/{name}.app", content)
