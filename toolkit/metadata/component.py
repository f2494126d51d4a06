"""Component and Bundle: the one currency between generate, validate, package, plan and deploy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from toolkit.errors import Location, MetadataError, Problem


@dataclass(frozen=True, slots=True, order=True)
class ComponentKey:
    """What names a component in a manifest: its metadata type and full name."""

    type: str
    full_name: str

    def __str__(self) -> str:
        return f"{self.type} {self.full_name}"


@dataclass(frozen=True, slots=True)
class ComponentFile:
    """One file of a component as it stands in a Metadata API zip.

    path is POSIX, relative to the folder of package.xml ("classes/X.cls"). origin is the file that a
    person would open to change it (as given on the command line), None for what has been generated.
    """

    path: str
    content: bytes
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class Component:
    """A top-level metadata component with all of its files, in Metadata API format, sorted by path."""

    type: str
    full_name: str
    files: tuple[ComponentFile, ...]

    @property
    def key(self) -> ComponentKey:
        return ComponentKey(self.type, self.full_name)

    @property
    def origin(self) -> str:
        """Where a person finds it: the first file that came from disk, else its first path."""
        return next((f.origin for f in self.files if f.origin), self.files[0].path if self.files else str(self.key))


@dataclass(frozen=True, slots=True)
class Bundle:
    """An immutable set of components, one of each key, in the order of their keys."""

    api_version: str
    components: Mapping[ComponentKey, Component] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(cls, components: Iterable[Component], *, api_version: str) -> Bundle:
        """A bundle of these components; MetadataError names every key that is there twice."""
        found: dict[ComponentKey, Component] = {}
        twice: list[Problem] = []
        for component in components:
            if component.key in found:
                mend = f"remove one of it and {found[component.key].origin}"
                twice.append(Problem(f"{component.key} is there twice", Location(component.origin), mend))
            found[component.key] = component
        MetadataError.raise_any(twice)
        return cls(api_version, MappingProxyType(dict(sorted(found.items()))))

    def __iter__(self) -> Iterator[Component]:
        return iter(self.components.values())

    def __len__(self) -> int:
        return len(self.components)

    def only(self, *types: str) -> Bundle:
        """The part of the bundle that holds these metadata types."""
        return Bundle.of((c for c in self if c.type in types), api_version=self.api_version)

    def files(self) -> Iterator[ComponentFile]:
        for component in self:
            yield from component.files
