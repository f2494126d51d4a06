"""What a metadata family is, and what it is given to work with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from toolkit.config.model import Package
from toolkit.config.project import Project
from toolkit.generate.names import Names
from toolkit.generate.render import Renderer
from toolkit.metadata.component import Component, ComponentFile


@dataclass(frozen=True, slots=True)
class Context:
    """One run of generate. Every template sees `package`, `names` and `p`, the prefix of generated names."""

    project: Project
    names: Names
    renderer: Renderer

    @property
    def package(self) -> Package:
        return self.project.package

    def values(self, extra: Mapping[str, object] = MappingProxyType({})) -> dict[str, object]:
        return {"package": self.package, "names": self.names, "p": self.names.prefix, **extra}

    def xml(self, template: str, extra: Mapping[str, object] = MappingProxyType({})) -> bytes:
        return self.renderer.xml(template, self.values(extra))

    def text(self, template: str, extra: Mapping[str, object] = MappingProxyType({})) -> bytes:
        return self.renderer.text(template, self.values(extra))


class Family(Protocol):
    """A module that makes the components of one metadata family; none when the configuration wants none."""

    def components(self, context: Context) -> Iterator[Component]: ...


def single(type_name: str, full_name: str, path: str, content: bytes) -> Component:
    """A component of one file."""
    return Component(type_name, full_name, (ComponentFile(path, content),))


def with_meta(type_name: str, full_name: str, path: str, content: bytes, meta: bytes) -> Component:
    """A component of a content file and the file of its metadata beside it."""
    return Component(type_name, full_name, (ComponentFile(path, content), ComponentFile(f"{path}-meta.xml", meta)))
