"""Every name that is derived from a configuration; generate, release and verify read them here and nowhere else."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from toolkit.errors import GenerateError, Location, Problem

if TYPE_CHECKING:
    from toolkit.config.model import Package

NAME_LIMIT = 40
"""Characters in the name of an Apex class, a Visualforce page, component or tab."""

FILTER_PARTS = 8
"""Filter_Config_N__c fields of the setting; a custom setting has no text field of more than 255 characters."""

PART_LENGTH = 255

# Class names without their prefix, in the order in which a reader meets them.
CLASSES = (
    "Defaults",
    "Filters",
    "Config",
    "RecordReader",
    "Signer",
    "TokenService",
    "View",
    "Embed",
    "WidgetController",
    "DashboardController",
    "SettingsController",
)
# A Signer is an interface: it has no line that a test could reach.
TESTED_CLASSES = tuple(name for name in CLASSES if name != "Signer")
TEST_DATA = "TestData"


@dataclass(frozen=True, slots=True)
class SettingFields:
    """API names of the hierarchy setting's fields, the same in every org."""

    license_key: str = "License_Key__c"
    service_url: str = "Service_URL__c"
    audience: str = "Audience__c"
    token_lifetime: str = "Token_Lifetime__c"  # noqa: S105  # the name of a field
    certificate: str = "Certificate__c"
    filter_parts: tuple[str, ...] = tuple(f"Filter_Config_{number}__c" for number in range(1, FILTER_PARTS + 1))


@dataclass(frozen=True, slots=True)
class ExternalClientAppNames:
    """The five parts of an External Client App. The policies carry the names under which an org makes them itself
    (`<settings>_defaultPolicy`), so that a deploy updates that record and does not add a second one."""

    header: str
    global_oauth: str
    oauth: str
    policies: str
    oauth_policies: str


@dataclass(frozen=True, slots=True)
class Names:
    """What a package is made of, by name. `widget_pages` maps an object's API name to its Visualforce page."""

    prefix: str
    classes: tuple[str, ...]
    test_classes: tuple[str, ...]
    frame_component: str
    widget_pages: Mapping[str, str]
    dashboard_page: str
    settings_page: str
    dashboard_tab: str
    settings_tab: str
    application: str
    setting: str
    fields: SettingFields
    agent_permission: str
    admin_permission: str
    agent_permission_set: str
    admin_permission_set: str
    certificate: str
    connected_app: str
    external_client_app: ExternalClientAppNames
    trusted_site: str

    def class_named(self, suffix: str) -> str:
        """The full name of one of CLASSES."""
        return f"{self.prefix}{suffix}"


def names_of(package: Package, *, sources: Mapping[str, Location] | None = None) -> Names:
    """All names of a package. GenerateError, with its place from sources, when two components would share a name."""
    prefix = package.prefix
    app = package.app.name
    names = Names(
        prefix=prefix,
        classes=tuple(prefix + name for name in CLASSES),
        test_classes=(*(f"{prefix}{name}Test" for name in TESTED_CLASSES), prefix + TEST_DATA),
        frame_component=f"{prefix}Frame",
        widget_pages=MappingProxyType(_widget_pages(prefix, package, sources or {})),
        dashboard_page=f"{prefix}Dashboard",
        settings_page=f"{prefix}Settings",
        dashboard_tab=f"{prefix}Dashboard",
        settings_tab=f"{prefix}Settings",
        application=package.lightning_app.name,
        setting=f"{prefix}_Settings__c",
        fields=SettingFields(),
        agent_permission=f"{prefix}_Agent",
        admin_permission=f"{prefix}_Admin",
        agent_permission_set=package.permission_sets.agent.name,
        admin_permission_set=package.permission_sets.admin.name,
        certificate=package.certificate.name,
        connected_app=app,
        external_client_app=ExternalClientAppNames(
            header=app,
            global_oauth=f"{app}_glbloauth",
            oauth=f"{app}_oauth",
            policies=f"{app}_defaultPolicy",
            oauth_policies=f"{app}_oauth_defaultPolicy",
        ),
        trusted_site=f"{prefix}Service",
    )
    _refuse_equal_permission_sets(names, sources or {})
    return names


def _refuse_equal_permission_sets(names: Names, sources: Mapping[str, Location]) -> None:
    if names.agent_permission_set.casefold() == names.admin_permission_set.casefold():
        raise GenerateError.of(
            f"the Agent and the Admin permission set are both called {names.admin_permission_set}",
            where=sources.get("permissionSets.admin.name"),
            mend="give one of them another name",
        )


def _widget_pages(prefix: str, package: Package, sources: Mapping[str, Location]) -> dict[str, str]:
    objects = [widget.object for widget in package.widget.objects]
    _refuse_repeated(objects, sources)
    pages = {name: widget_page(name, prefix) for name in objects}
    taken = Counter(page.casefold() for page in pages.values())
    # A page never changes its object (the platform refuses that), so what a page is called must not depend on the
    # order of the objects: a standard object keeps the plain name, every custom one that meets it is told apart.
    return {
        name: _told_apart(page, name) if taken[page.casefold()] > 1 and "_" in name else page
        for name, page in pages.items()
    }


def widget_page(object_name: str, prefix: str = "Cobrowse") -> str:
    """The Visualforce page of an object whose name meets that of no other object; names_of knows those that do."""
    page = f"{prefix}Widget{_word(object_name)}"
    return _told_apart(page, object_name) if len(page) > NAME_LIMIT else page


def _refuse_repeated(objects: Sequence[str], sources: Mapping[str, Location]) -> None:
    first: dict[str, int] = {}
    problems = []
    for index, name in enumerate(objects):
        earlier = first.setdefault(name.casefold(), index)
        if earlier != index:
            mend = f"put its filters into widget.objects.{earlier}"
            problems.append(
                Problem(f"object {name} is there twice", sources.get(f"widget.objects.{index}.object"), mend)
            )
    GenerateError.raise_any(problems)


def _word(object_name: str) -> str:
    """`ns__Support_Visit__c` -> `NsSupportVisit`: a name may hold no two underscores in a row, so it holds none."""
    stem = object_name[:-3] if object_name.casefold().endswith("__c") else object_name
    return "".join(part[:1].upper() + part[1:] for part in stem.split("_"))


def _told_apart(page: str, object_name: str) -> str:
    mark = hashlib.sha256(object_name.casefold().encode()).hexdigest()[:6]
    return f"{page[: NAME_LIMIT - len(mark) - 1]}x{mark}"
