"""Component and Bundle: the one currency between generate, validate, package, plan and deploy."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from toolkit.errors import Location, MetadataError, Problem
from toolkit.metadata.content import Content, bytes_of, size_of


@dataclass(frozen=True, slots=True, order=True)
class ComponentKey:
    """What names a component in a manifest: its metadata type and full name."""

    type: str
    full_name: str

    def __str__(self) -> str:
        return f"{self.type} {self.full_name}"


@dataclass(frozen=True, slots=True, order=True)
class Piece:
    """From this line on (counted from 1) a composed file came from origin, beginning at its origin_line."""

    line: int
    origin: str
    origin_line: int


@dataclass(frozen=True, slots=True)
class ComponentFile:
    """One file of a component as it stands in a Metadata API zip.

    path is POSIX, relative to the folder of package.xml ("classes/X.cls"). body is what it holds; a large one stays on
    disk, so that `content` is for documents and code, and toolkit.metadata.content for what may be large. origin is
    the file that a person would open to change it (as given on the command line), None for what has been generated.
    pieces, in the order of their lines, say which file every line came from when the content has been
    put together from several source files; it is empty when origin holds all of it.
    """

    path: str
    body: Content = field(hash=False)
    origin: str | None = None
    pieces: tuple[Piece, ...] = ()

    @property
    def content(self) -> bytes:
        """All that it holds, in memory."""
        return bytes_of(self.body)

    @property
    def size(self) -> int:
        """Its length in bytes."""
        return size_of(self.body)

    def locate(self, line: int = 0, column: int = 0) -> Location:
        """The place that a person would open for a line of content; 0 asks for the file alone."""
        if line and self.pieces:
            piece = self.pieces[max(0, bisect_right(self.pieces, line, key=lambda p: p.line) - 1)]
            return Location(piece.origin, piece.origin_line + max(0, line - piece.line), column)
        return Location(self.origin or self.path, line, column)


@dataclass(frozen=True, slots=True)
class Component:
    """A top-level metadata component with all of its files, in Metadata API format, sorted by path.

    members are the entries that a manifest needs for it, itself and its children, when the reader knew
    them already; None has them derived from the files (toolkit.metadata.manifest.members_of).
    """

    type: str
    full_name: str
    files: tuple[ComponentFile, ...]
    members: tuple[ComponentKey, ...] | None = None

    @property
    def key(self) -> ComponentKey:
        return ComponentKey(self.type, self.full_name)

    @property
    def origin(self) -> str:
        """Where a person finds it: the first file that came from disk, else its first path."""
        return next((f.origin for f in self.files if f.origin), self.files[0].path if self.files else str(self.key))


@dataclass(frozen=True, slots=True)
class Destructive:
    """What a deployment deletes: before its components, with them (destructiveChanges.xml), or after them."""

    pre: tuple[ComponentKey, ...] = ()
    plain: tuple[ComponentKey, ...] = ()
    post: tuple[ComponentKey, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.pre or self.plain or self.post)


_NOTHING = Destructive()


@dataclass(frozen=True, slots=True)
class Bundle:
    """An immutable set of components, one of each key, in the order of their keys.

    left_out names the files below what was read that belong to no component (README.md and the like)
    or that .forceignore excludes.
    """

    api_version: str
    components: Mapping[ComponentKey, Component] = field(default_factory=lambda: MappingProxyType({}))
    destructive: Destructive = _NOTHING
    left_out: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        components: Iterable[Component],
        *,
        api_version: str,
        destructive: Destructive = _NOTHING,
        left_out: Iterable[str] = (),
    ) -> Bundle:
        """A bundle of these components; MetadataError names every key that is there twice."""
        found: dict[ComponentKey, Component] = {}
        twice: list[Problem] = []
        for component in components:
            if component.key in found:
                mend = f"remove one of it and {found[component.key].origin}"
                twice.append(Problem(f"{component.key} is there twice", Location(component.origin), mend))
            found[component.key] = component
        MetadataError.raise_any(twice)
        ordered = MappingProxyType(dict(sorted(found.items())))
        return cls(api_version, ordered, destructive, tuple(sorted(left_out)))

    def __iter__(self) -> Iterator[Component]:
        return iter(self.components.values())

    def __len__(self) -> int:
        return len(self.components)

    def with_version(self, api_version: str) -> Bundle:
        """The same bundle for another API version."""
        return Bundle(api_version, self.components, self.destructive, self.left_out)

    def only(self, *types: str) -> Bundle:
        """The part of the bundle that holds these metadata types."""
        return Bundle.of((c for c in self if c.type in types), api_version=self.api_version)

    def files(self) -> Iterator[ComponentFile]:
        for component in self:
            yield from component.files
