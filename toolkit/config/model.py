"""What package.yaml can say (orgs.yaml: targets.py). Keys are camelCase in YAML, values snake_case.

Every model is frozen and refuses unknown keys. Positions are not kept here but in Project.sources,
by the path of a value ("widget.objects.0.filters.Email"). What several keys must have in common is in checks.py.
The docstrings are the reference in docs/configuration.md and the descriptions of the JSON Schema.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, model_validator

from toolkit.config.secrets import SecretRef
from toolkit.config.types import (
    ApiVersion,
    Audience,
    BaseUrl,
    Color,
    ComponentName,
    DataKey,
    Description,
    DeveloperName,
    Distinct,
    Email,
    FieldPath,
    Height,
    Label,
    Lifetime,
    Message,
    Model,
    Name,
    ObjectName,
    Position,
    Prefix,
    Scope,
    Url,
    Username,
    UserQuery,
)

Filters = Annotated[dict[FieldPath, DataKey], Field(min_length=1, max_length=50)]


class Service(Model):
    """The Cobrowse side: where it is and which account it is."""

    url: BaseUrl = "https://cobrowse.io"
    """Where Cobrowse is; the address of your own instance when you host it. http:// is for localhost only."""
    audience: Audience = "https://cobrowse.io"
    """The `aud` claim of the tokens. Cobrowse's documentation knows this one value."""
    license_key: SecretRef
    """The licence key of the Cobrowse account, as a reference: `${env:NAME}`, `${file:path}`, `${command:...}`."""
    token_lifetime: Lifetime = 600
    """How long a token is good for: seconds, or 90s, 10m, 1h. Cobrowse advises a day at most; minutes are better."""


class Shown(StrEnum):
    SHOW = "show"
    HIDE = "hide"


class Embed(Model):
    """Query parameters of the embedded page (Cobrowse documentation, IFrame embeds)."""

    page: Literal["dashboard", "code", "connect"] = "dashboard"
    """dashboard: the list of devices; code: entry of a six-digit code; connect: straight to the device found."""
    navigation: Shown = Shown.HIDE
    """The navigation of the Cobrowse dashboard."""
    end_action: Literal["dashboard", "none", "code"] = "dashboard"
    """What is shown when a session ends."""
    popout: Shown = Shown.SHOW
    """The button that moves a session to a window of its own."""
    agent_tools: Shown = Shown.SHOW
    """Drawing, laser pointer and the other tools of the agent."""
    device_controls: Shown = Shown.SHOW
    """Buttons that act on the device."""
    session_details: Shown = Shown.SHOW
    """Details of the running session."""
    messages: Shown = Shown.SHOW
    """Messages between agent and customer."""


class WidgetObject(Model):
    """One record type of page that carries the widget: its filters map record fields to custom-data keys."""

    object: ObjectName
    """API name: Contact, Case, Account, Lead or any other object with record pages, such as Order__c."""
    filters: Filters
    """Field of the record to custom-data key of the device; all of them must match. A field may lie one
    relationship away (Account.Phone, Project__r.Code__c)."""
    label: Label | None = None
    """The widget page's label; "<widget.label> <object>" when absent."""


class Widget(Model):
    """The widget on record pages."""

    label: Label = "Cobrowse.io"
    """The title of the widget on record pages."""
    height: Height = 900
    """Pixels, 50 to 2000."""
    embed: Embed = Embed()
    """Which page of Cobrowse is shown, and what of it."""
    when_blank: Literal["message", "unfiltered"] = "message"
    """What is shown when the record has no value in any filter field: the message below, or all devices."""
    blank_message: Message = "This record has no value that could find the customer's device."
    """Shown to the agent when whenBlank is message."""
    iframe_allow: Annotated[
        tuple[
            Literal["camera", "clipboard-read", "clipboard-write", "display-capture", "fullscreen", "microphone"],
            ...,
        ],
        Distinct,
    ] = (
        "clipboard-write",
        "display-capture",
        "fullscreen",
    )
    """What the embedded page may use of the agent's browser."""
    csp_header: bool = False
    """Send the Content-Security-Policy header with the pages; needs trustedUrl."""
    objects: Annotated[tuple[WidgetObject, ...], Field(min_length=1, max_length=100)]
    """The objects whose record pages carry the widget; each gets a Visualforce page of its own."""


class Assignment(Model):
    """Who gets a permission set: usernames, the active users of profiles, the rows of a SOQL query on User."""

    users: Annotated[tuple[Username, ...], Distinct] = ()
    """Usernames."""
    profiles: Annotated[tuple[Name, ...], Distinct] = ()
    """Names of profiles, in the org's language; their active users get it."""
    query: UserQuery | None = None
    """SOQL of the form `SELECT Id FROM User WHERE ...`."""


class PermissionSetConfig(Model):
    """A permission set and who gets it."""

    name: DeveloperName
    """API name."""
    label: Label
    """The name that admins see."""
    description: Description | None = None
    """What it is for; a sentence of ours when absent."""
    assign: Assignment = Assignment()
    """Who gets it."""


class PermissionSets(Model):
    """The two permission sets of the integration."""

    agent: PermissionSetConfig
    """For those who use the widget and the dashboard."""
    admin: PermissionSetConfig
    """For those who may also change the settings."""


class AppKind(StrEnum):
    EXTERNAL_CLIENT_APP = "external_client_app"
    CONNECTED_APP = "connected_app"
    NONE = "none"


class RefreshToken(Model):
    """How long a refresh token of the app is good for."""

    policy: Literal["infinite", "zero", "specific_lifetime", "specific_inactivity"] = "specific_lifetime"
    """infinite: until revoked; zero: expires at once; specific_lifetime: a time after it was given;
    specific_inactivity: a time after it was last used."""
    period: Annotated[int, Field(ge=1, le=999)] | None = 30
    """How many units; for the two specific policies."""
    unit: Literal["hours", "days", "months"] | None = "days"
    """The unit of period."""


class App(Model):
    """The OAuth app and its policy. For connected_app the policy is set on an app that the org has,
    unless `create` is true (most orgs have refused new ones since Spring '26)."""

    kind: AppKind = AppKind.EXTERNAL_CLIENT_APP
    """external_client_app: made by us; connected_app: one that the org has; none: no app at all."""
    name: DeveloperName = "CobrowseIO"
    """API name."""
    label: Label = "CobrowseIO"
    """The name that admins see."""
    description: Description | None = None
    """What it is for; a sentence of ours when absent."""
    contact_email: Email | None = None
    """Whom Salesforce may write to about the app; required unless kind is none."""
    callback_url: Url = "https://login.salesforce.com/services/oauth2/success"
    """Where OAuth logins of the app return to."""
    scopes: Annotated[tuple[Scope, ...], Field(min_length=1), Distinct] = ("Api", "RefreshToken")
    """OAuth scopes, by the names of the Metadata API."""
    permitted_users: Literal["admin_approved", "all_users"] = "admin_approved"
    """admin_approved is "Admin approved users are pre-authorized" in Setup; all_users may authorise themselves."""
    profiles: Annotated[tuple[Name, ...], Distinct] = ()
    """Names of profiles whose users are pre-authorised, in the org's language."""
    permission_sets: Annotated[tuple[DeveloperName, ...], Distinct] = ()
    """API names of further permission sets; the Agent and Admin ones are always in the list."""
    refresh_token: RefreshToken = RefreshToken()
    """How long refresh tokens live."""
    ip_relaxation: Literal["enforce", "bypass", "bypass_with_second_factor", "enforce_relax_refresh"] = "enforce"
    """Whether the org's IP ranges bind users of the app."""
    create: bool = False
    """For connected_app: create it when the org has none, where the org still allows it."""


class Certificate(Model):
    """The certificate that signs the tokens; Salesforce makes it and keeps its private key."""

    name: DeveloperName = "CobrowseIO"
    """Unique name. A new name is a new key pair, which is how it is renewed."""
    label: Annotated[Label, Field(max_length=64)] = "CobrowseIO"
    """The name that admins see."""
    key_size: Literal[2048, 4096] = 2048
    """Bits. Self-signed certificates last one year with 2048 and two years with 4096."""


class SettingsOwner(Model):
    """Whose row of the hierarchy setting; exactly one of the three. The org row always exists."""

    org: Literal[True] | None = None
    """true: the whole org."""
    profile: Name | None = None
    """Name of a profile."""
    user: Username | None = None
    """Username."""


class SettingsRow(Model):
    """What differs for one owner; what is left out is inherited (user over profile over org)."""

    owner: SettingsOwner
    """Whose row it is."""
    license_key: SecretRef | None = None
    """Another licence key."""
    service_url: BaseUrl | None = None
    """Another address of Cobrowse."""
    token_lifetime: Lifetime | None = None
    """Another lifetime of tokens."""
    certificate: DeveloperName | None = None
    """Unique name of another certificate, which must be in the org."""
    filters: Annotated[dict[ObjectName, Filters], Field(min_length=1)] | None = None
    """Other filters, by object; they replace those of the widget for that object."""


class PlacementAssignment(Model):
    """For whom the record page is the default; org_default alone unless apps or profiles are named."""

    org_default: bool = True
    """The page that everyone gets who gets no other; false when app is given."""
    app: ComponentName | None = None
    """API name of a Lightning app: the page is the default in this app."""
    record_type: Annotated[DeveloperName, Field(max_length=80)] | None = None
    """API name of a record type; needs app and profile."""
    profile: Name | None = None
    """Name of a profile; needs app."""
    take_over: bool = False
    """Whether the default may be taken from another page; otherwise that is refused. Removing gives it back."""

    @model_validator(mode="before")
    @classmethod
    def _app_instead_of_org(cls, values: object) -> object:
        if isinstance(values, dict) and "app" in values:
            return {"orgDefault": False, **values}
        return values


class Placement(Model):
    """Where the widget of an object goes; the step itself is `sfmeta place`."""

    object: ObjectName
    """API name of an object of widget.objects."""
    target: Literal["lightning", "layout", "both"] = "lightning"
    """lightning: Lightning record pages; layout: page layouts of Salesforce Classic."""
    page: ComponentName | None = None
    """API name of one Lightning record page; the one that users get today when absent."""
    region: Name = "sidebar"
    """Region of the Lightning page, by role; the nearest one is taken when the template has no such region."""
    section: Name | None = None
    """Section of the layout, by its label; a section of its own when absent."""
    column: Annotated[int, Field(ge=1, le=4)] | None = None
    """Column of that section, from 1; the first when absent."""
    before_field: FieldPath | None = None
    """API name of a field of the layout: the widget goes above it."""
    after_field: FieldPath | None = None
    """API name of a field of the layout: the widget goes below it."""
    before_section: Name | None = None
    """Label of a section of the layout: the widget's own section goes above it."""
    after_section: Name | None = None
    """Label of a section of the layout: the widget's own section goes below it."""
    position: Position = "last"
    """first, last, or a number from 1."""
    height: Height | None = None
    """Pixels; widget.height when absent."""
    label: Label | None = None
    """Title; the label of the widget when absent."""
    show_label: bool = False
    """Whether the title is shown on the page."""
    form_factors: Annotated[tuple[Literal["large", "medium", "small"], ...], Field(min_length=1), Distinct] = ("large",)
    """large: desktop; medium: tablet; small: phone."""
    assign: PlacementAssignment = PlacementAssignment()
    """For whom the record page is the default."""
    layouts: Annotated[tuple[Name, ...], Distinct] = ()
    """Names of layouts such as `Contact Layout`; all of the object when this and layoutProfiles are empty."""
    layout_profiles: Annotated[tuple[Name, ...], Distinct] = ()
    """Names of profiles: the layouts of the object that these are assigned, for any record type."""


class LightningApp(Model):
    """The App Launcher entry with the dashboard and settings tabs."""

    name: DeveloperName = "Cobrowse"
    """API name."""
    label: Label = "Cobrowse.io"
    """The name in the App Launcher."""
    description: Description = "Cobrowse.io dashboard and settings"
    """The text below the name in the App Launcher."""
    color: Color = "#0B5CAB"
    """The colour of its header."""
    dashboard_label: Label = "Cobrowse.io Dashboard"
    """The name of the dashboard's tab."""
    settings_label: Label = "Cobrowse.io Settings"
    """The name of the settings tab."""


class Package(Model):
    """package.yaml: the whole integration."""

    api_version: ApiVersion = "62.0"
    """API version of the generated metadata, 60.0 to 67.0."""
    prefix: Prefix = "Cobrowse"
    """What the names of generated Apex, pages, tabs, custom permissions and the setting begin with.
    Short, so that every name made of it stays within 40 characters, and that of the setting within 38."""
    service: Service
    """The Cobrowse side."""
    widget: Widget
    """The widget on record pages."""
    lightning_app: LightningApp = LightningApp()
    """The App Launcher entry."""
    permission_sets: PermissionSets
    """The Agent and Admin permission sets, and who gets them."""
    app: App = App()
    """The OAuth app and its policy."""
    certificate: Certificate = Certificate()
    """The certificate that signs the tokens."""
    settings: Annotated[tuple[SettingsRow, ...], Field(max_length=500)] = ()
    """What differs for single profiles or users, or for the org row from what is said above."""
    placements: Annotated[tuple[Placement, ...], Field(max_length=200)] = ()
    """Record pages and layouts that get the widget."""
    trusted_url: bool = False
    """Also generate a Trusted URL (CspTrustedSite) for the service; needed with widget.cspHeader."""
