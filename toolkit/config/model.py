"""What package.yaml and orgs.yaml can say. Keys are camelCase in YAML, values snake_case.

Every model is frozen and refuses unknown keys. Positions are not kept here but in Project.sources,
by the path of a value ("widget.objects.0.filters.Email").
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from toolkit.config.secrets import SecretRef


class Model(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, validate_by_alias=True, validate_by_name=False
    )


DeveloperName = Annotated[str, Field(pattern=r"^[A-Za-z](?:_?[A-Za-z0-9])*$", max_length=40)]
Prefix = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9]*$", max_length=15)]
ObjectName = Annotated[str, Field(pattern=r"^[A-Za-z](?:_{0,2}[A-Za-z0-9])*$", max_length=80)]
FieldPath = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)?$", max_length=120)]
Label = Annotated[str, Field(min_length=1, max_length=80)]


class Service(Model):
    """The Cobrowse side: where it is and which account it is."""

    url: str = "https://cobrowse.io"
    audience: str = "https://cobrowse.io"
    license_key: SecretRef
    token_lifetime: int = 600
    """Seconds that a token is good for; YAML also takes "90s", "10m", "1h"."""


class Shown(StrEnum):
    SHOW = "show"
    HIDE = "hide"


class Embed(Model):
    """Query parameters of the embedded page (Cobrowse documentation, IFrame embeds)."""

    page: Literal["dashboard", "code", "connect"] = "dashboard"
    navigation: Shown = Shown.HIDE
    end_action: Literal["dashboard", "none", "code"] = "dashboard"
    popout: Shown = Shown.SHOW
    agent_tools: Shown = Shown.SHOW
    device_controls: Shown = Shown.SHOW
    session_details: Shown = Shown.SHOW
    messages: Shown = Shown.SHOW


class WidgetObject(Model):
    """One record type of page that carries the widget: its filters map record fields to custom-data keys."""

    object: ObjectName
    filters: dict[FieldPath, str] = Field(min_length=1)
    label: Label | None = None
    """The widget page's label; "<widget.label> <object>" when absent."""


class Widget(Model):
    label: Label = "Cobrowse.io"
    height: int = Field(900, ge=50, le=2000)
    embed: Embed = Embed()
    when_blank: Literal["message", "unfiltered"] = "message"
    blank_message: Annotated[str, Field(min_length=1, max_length=255)] = (
        "This record has no value that could find the customer's device."
    )
    iframe_allow: tuple[
        Literal["camera", "clipboard-read", "clipboard-write", "display-capture", "fullscreen", "microphone"],
        ...,
    ] = (
        "clipboard-write",
        "display-capture",
        "fullscreen",
    )
    csp_header: bool = False
    objects: tuple[WidgetObject, ...]


class Assignment(Model):
    """Who gets a permission set: usernames, the active users of profiles, the rows of a SOQL query on User."""

    users: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    query: str | None = None


class PermissionSetConfig(Model):
    name: DeveloperName
    label: Label
    description: Annotated[str, Field(max_length=255)] | None = None
    assign: Assignment = Assignment()


class PermissionSets(Model):
    agent: PermissionSetConfig
    admin: PermissionSetConfig


class AppKind(StrEnum):
    EXTERNAL_CLIENT_APP = "external_client_app"
    CONNECTED_APP = "connected_app"
    NONE = "none"


class RefreshToken(Model):
    policy: Literal["infinite", "zero", "specific_lifetime", "specific_inactivity"] = "specific_lifetime"
    period: int | None = Field(30, ge=1)
    unit: Literal["hours", "days", "months"] | None = "days"


class App(Model):
    """The OAuth app and its policy. For connected_app the policy is set on an app that the org has,
    unless `create` is true (most orgs have refused new ones since Spring '26)."""

    kind: AppKind = AppKind.EXTERNAL_CLIENT_APP
    name: DeveloperName = "CobrowseIO"
    label: Label = "CobrowseIO"
    description: Annotated[str, Field(max_length=255)] | None = None
    contact_email: str | None = None
    callback_url: str = "https://login.salesforce.com/services/oauth2/success"
    scopes: tuple[str, ...] = ("Api", "RefreshToken")
    permitted_users: Literal["admin_approved", "all_users"] = "admin_approved"
    profiles: tuple[str, ...] = ()
    permission_sets: tuple[str, ...] = ()
    """API names of further permission sets; the Agent and Admin ones are always in the list."""
    refresh_token: RefreshToken = RefreshToken()
    ip_relaxation: Literal["enforce", "bypass", "bypass_with_second_factor", "enforce_relax_refresh"] = "enforce"
    create: bool = False


class Certificate(Model):
    name: DeveloperName = "CobrowseIO"
    label: Annotated[str, Field(min_length=1, max_length=64)] = "CobrowseIO"
    key_size: Literal[2048, 4096] = 2048


class SettingsOwner(Model):
    """Whose row of the hierarchy setting; exactly one of the three. The org row always exists."""

    org: Literal[True] | None = None
    profile: str | None = None
    user: str | None = None


class SettingsRow(Model):
    """What differs for one owner; what is left out is inherited (user over profile over org)."""

    owner: SettingsOwner
    license_key: SecretRef | None = None
    service_url: str | None = None
    token_lifetime: int | None = None
    certificate: DeveloperName | None = None
    filters: dict[ObjectName, dict[FieldPath, str]] | None = None


class PlacementAssignment(Model):
    """For whom the record page is the default; org_default alone unless apps or profiles are named."""

    org_default: bool = True
    app: str | None = None
    record_type: str | None = None
    profile: str | None = None


class Placement(Model):
    """Where the widget of an object goes; the step itself is `sfmeta place`."""

    object: ObjectName
    target: Literal["lightning", "layout", "both"] = "lightning"
    page: str | None = None
    region: str = "sidebar"
    section: str | None = None
    position: Literal["first", "last"] | int = "last"
    height: int | None = Field(None, ge=50, le=2000)
    label: Label | None = None
    show_label: bool = False
    form_factors: tuple[Literal["large", "small"], ...] = ("large",)
    assign: PlacementAssignment = PlacementAssignment()
    layouts: tuple[str, ...] = ()


class LightningApp(Model):
    """The App Launcher entry with the dashboard and settings tabs."""

    name: DeveloperName = "Cobrowse"
    label: Label = "Cobrowse.io"
    description: Annotated[str, Field(max_length=255)] = "Cobrowse.io dashboard and settings"
    color: Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")] = "#0B5CAB"
    dashboard_label: Label = "Cobrowse.io Dashboard"
    settings_label: Label = "Cobrowse.io Settings"


class Package(Model):
    """package.yaml: the whole integration."""

    api_version: Annotated[str, Field(pattern=r"^[0-9]{2}\.0$")] = "62.0"
    prefix: Prefix = "Cobrowse"
    """What the names of generated Apex, pages, tabs, custom permissions and the setting begin with."""
    service: Service
    widget: Widget
    lightning_app: LightningApp = LightningApp()
    permission_sets: PermissionSets
    app: App = App()
    certificate: Certificate = Certificate()
    settings: tuple[SettingsRow, ...] = ()
    placements: tuple[Placement, ...] = ()
    trusted_url: bool = False
    """Also generate a Trusted URL (CspTrustedSite) for the service; needed with widget.cspHeader."""
