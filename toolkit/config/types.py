"""The kinds of text and number that configuration values are made of, each with the words for its refusal.

Lengths and character sets are those of the platform (a developer name, a label, a username) or of the place
where generated metadata puts the value.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

MIN_API_VERSION, MAX_API_VERSION = 60, 67
MAX_ORG_NAME = 80
MIN_LIFETIME, MAX_LIFETIME = 60, 86_400


class Model(BaseModel):
    """Frozen, camelCase in YAML, no unknown keys.

    The validator of a model is built when it is first used: most models are only ever read as a part of another.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        validate_by_alias=True,
        validate_by_name=False,
        defer_build=True,
    )


def refusal(message: str, mend: str | None = None, *, item: int | None = None) -> PydanticCustomError:
    """A validator's error; message and mend reach the user as they are and must not hold a secret.

    item is the place in a list of the value that is meant.
    """
    return PydanticCustomError("refused", "{message}", {"message": message, "mend": mend, "item": item})


# C0, DEL and C1 controls, line and paragraph separators, and what XML cannot carry
_CONTROL = r"\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff"
_LINE = rf"^[^\s{_CONTROL}](?:[^{_CONTROL}]*[^\s{_CONTROL}])?$"

DEVELOPER_NAME = r"^[A-Za-z](?:_?[A-Za-z0-9])*$"
COMPONENT_NAME = r"^(?:[A-Za-z][A-Za-z0-9]*__)?[A-Za-z](?:_?[A-Za-z0-9])*$"
PREFIX = r"^[A-Za-z][A-Za-z0-9]*$"
OBJECT_NAME = r"^[A-Za-z](?:_{0,2}[A-Za-z0-9])*$"
FIELD_PATH = r"^[A-Za-z](?:_{0,2}[A-Za-z0-9])*(?:\.[A-Za-z](?:_{0,2}[A-Za-z0-9])*)?$"
DATA_KEY = r"^[A-Za-z][A-Za-z0-9_.-]*$"
USERNAME = r"^[^\s@\x00-\x1f\x7f'\"\\]+@[^\s@\x00-\x1f\x7f'\"\\]+\.[^\s@\x00-\x1f\x7f'\"\\]+$"
COLOR = r"^#[0-9A-Fa-f]{6}$"
ORG_NAME = r"^[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?$"
ORG_ID = r"^00D[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?$"
HOST = r"^(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}$"
CONSUMER_KEY = r"^[A-Za-z0-9._]{8,256}$"
VISIBLE = r"^[\x21-\x7e]+$"
CLI_ORG = r"^[A-Za-z0-9][A-Za-z0-9@._+-]*$"
LIFETIME = r"^[0-9]{1,6}\s*[smh]$"
TEXT = rf"^[^{_CONTROL}]+$"

FORMS: dict[str, tuple[str, str]] = {
    CLI_ORG: (
        "name in the Salesforce CLI",
        "letters, digits and `@._+-`, beginning with a letter or digit",
    ),
    DEVELOPER_NAME: ("developer name", "a letter first, then letters, digits and single underscores, none at the end"),
    COMPONENT_NAME: (
        "API name",
        "a developer name, with the namespace of its package before it: Sales, standard__LightningSales, acme__Page",
    ),
    PREFIX: ("prefix", "letters and digits, a letter first"),
    OBJECT_NAME: ("object name", "an object's API name such as Contact or Order_Line__c"),
    FIELD_PATH: (
        "field path",
        "a field's API name, with at most one relationship before it, such as Email or Account.Phone",
    ),
    DATA_KEY: ("custom-data key", "a letter first, then letters, digits, `_`, `-` and `.`"),
    USERNAME: ("username or e-mail address", "of the form name@host.domain, without blanks and quotes"),
    COLOR: ("colour", "such as #0B5CAB"),
    ORG_NAME: ("name of an org", "letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit"),
    ORG_ID: ("org id", "15 or 18 characters, beginning with 00D"),
    HOST: ("host name", "such as acme.my.salesforce.com, without https:// and path"),
    CONSUMER_KEY: ("consumer key", "as the app's page in Setup shows it: letters, digits, `.` and `_`"),
    VISIBLE: ("code", "of visible ASCII characters without blanks"),
    TEXT: ("path", "one line without control characters"),
    _LINE: ("line of text", "without control characters, and without blanks at its ends"),
}
"""What a pattern is called and what it wants; every pattern of the model has its line."""

T = TypeVar("T")


def _folded(value: object) -> object:
    return value.casefold() if isinstance(value, str) else value


def _distinct(values: tuple[T, ...]) -> tuple[T, ...]:
    """Names on the platform are not case-sensitive, so two that differ by case are one."""
    seen: set[object] = set()
    for index, value in enumerate(values):
        if _folded(value) in seen:
            raise refusal("is in the list already", "remove one of them", item=index)
        seen.add(_folded(value))
    return values


def _api_version(value: object) -> object:
    """62, 62.0 and "62.0" all mean API version 62.0."""
    if isinstance(value, bool):
        return value
    text = f"{value:.1f}" if isinstance(value, (int, float)) else value
    if not isinstance(text, str):
        return value
    if not re.fullmatch(r"[0-9]{2}\.0", text) or not MIN_API_VERSION <= int(text[:2]) <= MAX_API_VERSION:
        raise refusal(
            f"must be an API version from {MIN_API_VERSION}.0 to {MAX_API_VERSION}.0",
            "62.0 works in every org; the app's metadata needs at least 60.0",
        )
    return text


_UNITS = {"s": 1, "m": 60, "h": 3600}


def _lifetime(value: object) -> object:
    """Seconds from 600, "90s", "10m" or "1h"."""
    seconds = value
    if isinstance(value, str):
        found = re.fullmatch(r"([0-9]{1,6})\s*([smh])", value)
        if found is None:
            raise refusal("must be seconds, or a time such as 90s, 10m or 1h", "600 and 10m are the same")
        seconds = int(found[1]) * _UNITS[found[2]]
    if isinstance(seconds, bool) or not isinstance(seconds, int):
        raise refusal("must be seconds, or a time such as 90s, 10m or 1h", "600 and 10m are the same")
    if not MIN_LIFETIME <= seconds <= MAX_LIFETIME:
        raise refusal(
            f"must be from {MIN_LIFETIME} seconds to {MAX_LIFETIME} (a day)",
            "a token travels in a URL, so keep it at some minutes",
        )
    return seconds


_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_URL = re.compile(r"https?://(?:\[[0-9A-Fa-f:]+\]|[A-Za-z0-9.-]+)(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~/%-]*)?(?:\?.*)?")


def _url(value: str) -> str:
    """A URL that a browser or client may be sent to; what is refused is not echoed, it may hold a password."""
    example = "write it as https://host or https://host:port/path"
    if "@" in value.partition("?")[0]:
        raise refusal("must not hold a user name or password", example)
    if "#" in value:
        raise refusal("must not have a fragment (`#...`)", example)
    try:
        parts = urlsplit(value)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise refusal("is not a URL", example) from None
    if parts.scheme not in {"https", "http"} or not host:
        raise refusal("must be a URL that begins with https://", example)
    if parts.scheme == "http" and host not in _LOOPBACK:
        raise refusal("must begin with https:// (http:// is for localhost only)", "write https://")
    if port == 0 or not _URL.fullmatch(value) or re.search(rf"[\s{_CONTROL}]", value) or ".." in host:
        raise refusal("is not a URL of plain letters, digits and `-._~/%`", f"{example}; encode other characters")
    return value


def _base_url(value: str) -> str:
    """A URL that paths are added to; the slash at its end is dropped."""
    checked = _url(value)
    if "?" in checked:
        raise refusal("must not have a query (`?...`)", "the page's parameters have their own keys")
    return checked.rstrip("/")


_SELECT = re.compile(
    r"SELECT\s+Id\s+FROM\s+User(?P<rest>\s+(?:WHERE|ORDER\s+BY|LIMIT|OFFSET)\b[^;]*)?", re.IGNORECASE | re.DOTALL
)
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'", re.DOTALL)
_PARTS = re.compile(rf"({_QUOTED.pattern})", re.DOTALL)


def _user_query(value: str) -> str:
    """SOQL that selects users and nothing else."""
    if re.search(rf"[{_CONTROL}]", " ".join(value.split())):
        raise refusal("must not hold control characters", "remove them")
    text = "".join(part if part[:1] == "'" else re.sub(r"\s+", " ", part) for part in _PARTS.split(value)).strip()
    bare = _QUOTED.sub("''", text)
    example = "such as SELECT Id FROM User WHERE IsActive = true AND UserRole.Name = 'Support'"
    if not _SELECT.fullmatch(bare):
        raise refusal("must be a query of the form SELECT Id FROM User WHERE ...", example)
    if bare.count("'") % 2 or bare.count("''") * 2 != bare.count("'"):
        raise refusal("has a quote that is not closed", example)
    depth = 0
    for character in bare:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            break
    if depth:
        raise refusal("has a parenthesis that is not closed or not opened", example)
    if re.search(r"\bFOR\s+(?:UPDATE|VIEW|REFERENCE)\b", bare, re.IGNORECASE):
        raise refusal("must only read users", "remove FOR UPDATE, FOR VIEW or FOR REFERENCE")
    return text


def _position(value: object) -> object:
    if value in ("first", "last") or (isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 100):
        return value
    raise refusal("must be first, last, or a number from 1 to 100", "1 is the first place of the region")


DeveloperName = Annotated[str, Field(pattern=DEVELOPER_NAME, max_length=40)]
ComponentName = Annotated[str, Field(pattern=COMPONENT_NAME, max_length=57)]
"""The developer name of a component that may be of a managed package (15 characters and two underscores before it)."""
Prefix = Annotated[str, Field(pattern=PREFIX, max_length=15)]
ObjectName = Annotated[str, Field(pattern=OBJECT_NAME, max_length=80)]
FieldPath = Annotated[str, Field(pattern=FIELD_PATH, max_length=120)]
DataKey = Annotated[str, Field(pattern=DATA_KEY, max_length=64)]
Label = Annotated[str, Field(pattern=_LINE, max_length=80)]
Description = Annotated[str, Field(pattern=_LINE, max_length=255)]
Message = Annotated[str, Field(pattern=_LINE, max_length=255)]
Name = Annotated[str, Field(pattern=_LINE, max_length=255)]
"""The name of a profile, app, page, region, section, record type or layout as the org shows it."""
Username = Annotated[str, Field(pattern=USERNAME, max_length=80)]
Email = Annotated[str, Field(pattern=USERNAME, max_length=80)]
Color = Annotated[str, Field(pattern=COLOR)]
Height = Annotated[int, Field(ge=50, le=2000)]
Audience = Annotated[str, Field(pattern=VISIBLE, max_length=255)]
Host = Annotated[str, Field(pattern=HOST, max_length=255)]
OrgId = Annotated[str, Field(pattern=ORG_ID)]
ConsumerKey = Annotated[str, Field(pattern=CONSUMER_KEY)]
CliOrg = Annotated[str, Field(pattern=CLI_ORG, max_length=120)]
FilePath = Annotated[str, Field(pattern=TEXT, max_length=1024)]

ApiVersion = Annotated[
    str,
    BeforeValidator(_api_version),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": r"^6[0-7]\.0$"},
                {"type": "number", "minimum": MIN_API_VERSION, "maximum": MAX_API_VERSION, "multipleOf": 1},
            ]
        }
    ),
]
"""An API version of the platform, "60.0" to "67.0"; YAML may leave out the quotes."""

Lifetime = Annotated[
    int,
    BeforeValidator(_lifetime),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": MIN_LIFETIME, "maximum": MAX_LIFETIME},
                {"type": "string", "pattern": LIFETIME},
            ]
        }
    ),
]
"""Seconds, 60 to 86400."""

_URL_SCHEMA = {"type": "string", "format": "uri", "pattern": "^https?://", "maxLength": 255}
Url = Annotated[str, Field(max_length=255), AfterValidator(_url), WithJsonSchema(_URL_SCHEMA)]
BaseUrl = Annotated[str, Field(max_length=255), AfterValidator(_base_url), WithJsonSchema(_URL_SCHEMA)]
UserQuery = Annotated[str, Field(max_length=4000), AfterValidator(_user_query)]
Position = Annotated[
    Literal["first", "last"] | int,
    BeforeValidator(_position),
    WithJsonSchema({"anyOf": [{"enum": ["first", "last"]}, {"type": "integer", "minimum": 1, "maximum": 100}]}),
]

# The wire names of the platform's ConnectedAppOauthAccessScope (Metadata API WSDL)
Scope = Literal[
    "Address",
    "Api",
    "Basic",
    "Chatter",
    "Content",
    "CustomApplications",
    "CustomPermissions",
    "Eclair",
    "Email",
    "Full",
    "Lightning",
    "OfflineAccess",
    "OpenID",
    "Phone",
    "Profile",
    "RefreshToken",
    "Wave",
    "Web",
]

Distinct = AfterValidator(_distinct)
