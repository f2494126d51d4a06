"""The AppExchange package goes: what in the org still uses it is found first, and listed (salesforce-facts 3.19, 11).

An org refuses to remove a package that its own components refer to. Grants in permission sets and profiles go with
the package; pages, layouts, overrides and code have to be freed by whoever made them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from toolkit.errors import Location, Problem, ReleaseError
from toolkit.metadata.component import Bundle, Component, ComponentFile, ComponentKey, Destructive
from toolkit.org.jobs import DeployResult
from toolkit.release import jobs
from toolkit.release.step import Change, Context, Evidence, Kind

PACKAGE = "InstalledPackage"
VENDOR = "cobrowse"
"""What the namespace of the vendor's packages begins with, in any case."""

_MAY_USE_IT = (
    *("ApexClass", "ApexComponent", "ApexPage", "ApexTrigger", "AuraDefinitionBundle", "LightningComponentBundle"),
    *(
        "CustomApplication",
        "CustomObject",
        "CustomTab",
        "FlexiPage",
        "Flow",
        "HomePageComponent",
        "HomePageLayout",
        "Layout",
    ),
    *("Layout", "PathAssistant", "QuickAction", "WebLink"),
)
"""Types whose components keep a package from being removed."""

_LISTED_AT_ONCE = 3


@dataclass(frozen=True, slots=True)
class Use:
    """A line of a component of the org that names something of the package."""

    component: ComponentKey
    path: str
    line: int
    names: str


@dataclass(frozen=True, slots=True)
class PackageRemoval:
    """Removes packages: those of the namespace, or without one the vendor's."""

    namespace: str | None = None
    name: str = "package"
    title: str = "AppExchange package"
    check_only: bool = False

    def read(self, ctx: Context) -> tuple[str, ...]:
        """The namespaces of the packages that are there. ReleaseError with every use that blocks the removal."""
        found = tuple(row.full_name for row in ctx.org.list_metadata((PACKAGE, None)) if self._is_meant(row.full_name))
        uses = list(_uses(ctx, found)) if found else []
        if uses:
            raise ReleaseError(*(_problem(use) for use in uses))
        if not found:
            ctx.talk.say(f"{self.title}: the org has no package {self.namespace or f'of {VENDOR}'}")
        return found

    def _is_meant(self, namespace: str) -> bool:
        if self.namespace is not None:
            return namespace.casefold() == self.namespace.casefold()
        return namespace.casefold().startswith(VENDOR)

    def diff(self, state: tuple[str, ...]) -> tuple[Change, ...]:
        return tuple(Change(Kind.DELETED, f"{PACKAGE} {namespace}") for namespace in state)

    def apply(self, ctx: Context, state: tuple[str, ...]) -> tuple[DeployResult, ...]:
        going = tuple(ComponentKey(PACKAGE, namespace) for namespace in state)
        bundle = Bundle.of((), api_version=ctx.bundle.api_version, destructive=Destructive(plain=going))
        return (jobs.deploy(ctx, bundle, self.title),)

    def verify(self, ctx: Context, state: tuple[str, ...]) -> tuple[Evidence, ...]:  # noqa: ARG002  the Protocol's
        if state:
            return tuple(Evidence(self.name, f"{PACKAGE} {one}", ok=False, text="still in the org") for one in state)
        return (Evidence(self.name, PACKAGE, ok=True, text="not in the org"),)


def _problem(use: Use) -> Problem:
    mend = "take it out, then remove the package; in a record page: Edit Page, or sfmeta place --remove --vf-page"
    return Problem(f"{unquote(str(use.component))} uses {use.names} of the package", Location(use.path, use.line), mend)


def _uses(ctx: Context, namespaces: tuple[str, ...]) -> Iterator[Use]:
    """Everything in the org's own components that names something of these packages."""
    offered = {described.name for described in ctx.org.describe_metadata()}
    types = [name for name in _MAY_USE_IT if name in offered]
    own = [
        Component(row.type, row.full_name, (), (ComponentKey(row.type, row.full_name),))
        for start in range(0, len(types), _LISTED_AT_ONCE)
        for row in ctx.org.list_metadata(*((name, None) for name in types[start : start + _LISTED_AT_ONCE]))
        if not row.namespace
    ]
    named = re.compile(rf"\b(?:{'|'.join(map(re.escape, namespaces))})(?:__\w+|[:.]\w+)", re.IGNORECASE)
    there = jobs.retrieve(ctx, own) if own else {}
    for key in sorted(there):
        yield from _in_files(key, there[key].files, named)


def _in_files(key: ComponentKey, files: Iterable[ComponentFile], named: re.Pattern[str]) -> Iterator[Use]:
    seen: set[str] = set()
    for file in files:
        for number, line in enumerate(file.content.decode("utf-8", "replace").splitlines(), 1):
            for match in named.finditer(line):
                if match[0] not in seen:
                    seen.add(match[0])
                    yield Use(key, file.path, number, match[0])
