"""CustomObject: the hierarchy custom setting with its fields."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.generate.family import Context, single
from toolkit.metadata.component import Component


def components(context: Context) -> Iterator[Component]:
    name = context.names.setting
    yield single("CustomObject", name, f"objects/{name}.object", context.xml("settings/setting.object.j2"))
