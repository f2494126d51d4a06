"""The rules there are. A new rule is one file, one line here, and its examples are its tests.

A line says what is needed to know whether the rule has work, so that a rule is only imported then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Literal, cast

from toolkit.validate.finding import Finding
from toolkit.validate.reference import Reference
from toolkit.validate.rule import Rule

# document   check(Document) for each parsed file or child of the types in `on`
# markup     check(Markup) for each Visualforce page and component
# apex       check(Apex) for each class and trigger, on the syntax tree
# raw        check(Raw) for each text file
# project    check(Project) once, over everything
# reference  as project, over the names that REFERENCES collects in the types in `on`
Kind = Literal["document", "markup", "apex", "raw", "project", "reference"]


@dataclass(frozen=True, slots=True)
class Entry:
    id: str
    module: str
    kind: Kind
    on: tuple[str, ...] = ()
    """Metadata types; a project rule has work when one of them is there, or always when empty."""
    whole: bool = False
    """Says what is missing, so it has no work on single files."""

    def load(self) -> ModuleType:
        return import_module(f"toolkit.validate.rules.{self.module}")

    @property
    def rule(self) -> Rule:
        return cast(Rule, self.load().RULE)

    @property
    def check(self) -> Callable[[object], Iterator[Finding]]:
        return cast("Callable[[object], Iterator[Finding]]", self.load().check)

    @property
    def references(self) -> tuple[Reference, ...]:
        return cast("tuple[Reference, ...]", self.load().REFERENCES)


def _of(kind: Kind, folder: str, *rows: tuple[str, tuple[str, ...]], whole: bool = False) -> tuple[Entry, ...]:
    """Entries of one kind and folder; a file is named <id>_<name>.py."""
    return tuple(Entry(name[:5].upper(), f"{folder}.{name}", kind, on, whole) for name, on in rows)


_SETS = ("PermissionSet", "Profile")
_MARKUP = ("ApexPage", "ApexComponent")
_CLIENT_APP = (
    "ExtlClntAppGlobalOauthSettings",
    "ExtlClntAppOauthSettings",
    "ExtlClntAppConfigurablePolicies",
    "ExtlClntAppOauthConfigurablePolicies",
)

RULES: tuple[Entry, ...] = (
    *_of(
        "reference",
        "references",
        ("e3001_class_of_grant", _SETS),
        ("e3002_page_of_grant", _SETS),
        ("e3003_tab_of_grant", _SETS),
        ("e3004_application_of_grant", _SETS),
        ("e3005_custom_permission_of_grant", (*_SETS, "CustomPermission")),
        ("e3006_object_of_grant", _SETS),
        ("e3007_field_of_grant", _SETS),
        ("e3008_record_type_of_grant", (*_SETS, "CustomApplication")),
        ("e3009_flow_of_grant", (*_SETS, "Flow", "QuickAction")),
        ("e3011_layout_of_profile", ("Profile",)),
        ("e3012_member_of_group", ("PermissionSetGroup",)),
        ("e3020_controller_of_page", _MARKUP),
        ("e3021_component_of_page", _MARKUP),
        ("e3022_resource_of_page", _MARKUP),
        ("e3023_label_of_page", _MARKUP),
        ("e3024_page_of_page", _MARKUP),
        ("e3030_page_of_tab", ("CustomTab", "Layout", "FlexiPage", "QuickAction", "WebLink", "HomePageComponent")),
        ("e3031_lightning_of_tab", ("CustomTab", "CustomApplication", "Profile", "CustomObject")),
        ("e3032_override_content", ("CustomObject",)),
        ("e3040_tab_of_app", ("CustomApplication",)),
        ("e3051_component_of_lightning_page", ("FlexiPage",)),
        ("e3052_object_of_page", ("FlexiPage", "CustomField", "QuickAction", "ReportType", "CustomApplication")),
        ("e3053_field_of_lightning_page", ("FlexiPage",)),
        ("e3061_field_of_layout", ("Layout",)),
        ("e3080_component_of_action", ("QuickAction", "CustomTab")),
        ("e3090_header_of_client_app", _CLIENT_APP),
        ("e3091_permission_set_of_app", ("ExtlClntAppOauthConfigurablePolicies", "ConnectedApp")),
        ("e3101_value_set_of_field", ("CustomField",)),
        ("e3110_type_of_record", ("CustomMetadata",)),
        ("e3111_field_of_record", ("CustomMetadata",)),
        ("e3120_class_of_flow", ("Flow", "ExtlClntAppOauthConfigurablePolicies")),
        ("e3140_label_of_translation", ("Translations",)),
    ),
)
