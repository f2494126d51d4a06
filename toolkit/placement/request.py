"""What is asked of a project folder, and the account of what was done to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from toolkit.placement.folder import Folder, Found
from toolkit.placement.item import Action, Edit, WidgetItem
from toolkit.placement.layout import LayoutSpot
from toolkit.placement.manifest import add_member, remove_member
from toolkit.placement.overrides import MayTake, Override, never
from toolkit.placement.widget import Spot

DEFAULT_VERSION = "62.0"
"""For new files of a project that says no API version."""


@dataclass(frozen=True, slots=True)
class Request:
    """One object's placement in a folder. Empty names of pages or layouts mean all of the object."""

    object: str
    item: WidgetItem
    spot: Spot = field(default_factory=Spot)
    layout_spot: LayoutSpot = field(default_factory=LayoutSpot)
    page: str | None = None
    record_pages: bool = True
    layouts: bool = False
    layout_names: tuple[str, ...] = ()
    layout_profiles: tuple[str, ...] = ()
    """Profiles of the folder: the layouts assigned to these, besides those named."""
    org_default: bool = False
    form_factors: tuple[str, ...] = ("Large",)
    take_over: bool = False
    may_take: MayTake = field(default=never, compare=False)
    """Asked where take_over is not said and another page is the org default."""
    check_page: bool = True

    @property
    def names_layouts(self) -> bool:
        return bool(self.layout_names or self.layout_profiles)


@dataclass(frozen=True, slots=True)
class FileEdit:
    """What was done to one file; path is relative to the folder."""

    path: str
    type: str
    name: str
    action: Action
    spot: str | None
    what: tuple[str, ...]
    before: bytes | None = field(repr=False)
    after: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Audience:
    """The active users whom an override concerns: how many, and the names of the first of them."""

    SHOWN: ClassVar[int] = 3

    count: int
    names: tuple[str, ...]
    more: bool = False
    """There are more than count."""

    def __str__(self) -> str:
        """ "2 active users (ada@acme.example, bob@acme.example)"."""
        if not self.count:
            return "no active user"
        users = f"{'more than ' if self.more else ''}{self.count} active user{'s' if self.count > 1 else ''}"
        rest = self.count - len(self.names)
        others = f" and {'many' if self.more else rest} more" if rest else ""
        return f"{users} ({', '.join(self.names)}{others})"


@dataclass(frozen=True, slots=True)
class Hidden:
    """An override in an app that shows its users another record page than the org default."""

    override: Override
    has_widget: bool
    """Whether that page carries the widget too."""
    app_label: str | None = None
    audience: Audience | None = None
    """None where nothing but files is known, or the org does not tell."""

    @property
    def for_whom(self) -> str:
        """ "app Sales_Console (Sales Console), profile Admin"."""
        app, label = self.override.app, self.app_label
        named = f"app {app} ({label})" if label and label != app else f"app {app}"
        return self.override.for_whom.replace(f"app {app}", named, 1)


@dataclass(slots=True)
class Outcome:
    """What was done, in the order of the files, and what the user should know."""

    edits: list[FileEdit] = field(default_factory=list)
    hidden: list[Hidden] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def record(self, folder: Folder, found: Found, after: bytes | None, done: Edit) -> None:
        """Stage a file's new bytes (None deletes it) and note what was done."""
        before = folder.read(found.path) if folder.exists(found.path) else None
        if after != before:
            folder.stage(found.path, after)
        path = folder.shown(found.path)
        self.edits.append(FileEdit(path, found.kind, found.name, done.action, done.spot, done.what, before, after))

    def name_in_manifest(self, folder: Folder, found: Found, *, gone: bool = False) -> None:
        """Keep the package.xml of a folder in Metadata API format in step with a file that came or went."""
        manifest = folder.manifest_of(found.path)
        if manifest is None:
            return
        data = folder.read(manifest)
        change = remove_member if gone else add_member
        after = change(data, found.kind, found.name, source=folder.where(manifest))
        if after != data:
            what = (f"{'no longer names' if gone else 'names'} {found.kind} {found.name}",)
            file = Found(manifest, "Package", "package.xml")
            self.record(folder, file, after, Edit(after, Action.UPDATED, what))
