"""Every route of the org, the one list that the application and IMPLEMENTED.md read; and which one a request takes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from toolkit.localorg.http import Route, always
from toolkit.localorg.refusals import Refusal, not_found
from toolkit.localorg.services import (
    collections,
    control,
    describe,
    identity,
    limits,
    oauth,
    oauth_web,
    query,
    record_tree,
    records,
    rest_deploy,
    soap_login,
    soap_metadata,
    versions,
)
from toolkit.localorg.services.absent import ABSENT

_DATA = "/services/data/v{version}"
_GET, _POST, _PATCH, _DELETE = ("GET",), ("POST",), ("PATCH",), ("DELETE",)

ROUTES: tuple[Route, ...] = (
    Route(_GET, "/__local__/health", control.health, "whether the org answers", anonymous=True, quick=always),
    Route(_GET, "/__local__/faults", control.faults, "the faults that are armed"),
    Route(_POST, "/__local__/faults", control.set_faults, "arm faults"),
    Route(_DELETE, "/__local__/faults", control.clear_faults, "no faults any more"),
    Route(
        _GET,
        "/services/oauth2/authorize",
        oauth_web.authorize,
        "sign-in with a browser; nobody is asked",
        anonymous=True,
    ),
    Route(_POST, "/services/oauth2/token", oauth.token, "OAuth token", anonymous=True),
    Route(("GET", "POST"), "/services/oauth2/revoke", oauth.revoke, "OAuth token revocation", anonymous=True),
    Route(("GET", "POST"), "/services/oauth2/userinfo", identity.userinfo, "who the token belongs to", quick=always),
    Route(_GET, "/id/{org}/{user}", identity.identity, "identity URL"),
    Route(_GET, "/services/data", versions.versions, "API versions, ascending", anonymous=True, quick=always),
    Route(_GET, _DATA, versions.resources, "resources of a version", quick=always),
    Route(_GET, f"{_DATA}/query", query.query, "SOQL"),
    Route(_GET, f"{_DATA}/queryAll", query.query, "SOQL, deleted records too"),
    Route(_GET, f"{_DATA}/query/{{locator}}", query.more, "the next rows of a query"),
    Route(_GET, f"{_DATA}/tooling/query", query.query, "SOQL on Tooling objects"),
    Route(_GET, f"{_DATA}/tooling/query/{{locator}}", query.more, "the next rows of a Tooling query"),
    Route(_GET, f"{_DATA}/tooling/sobjects", describe.every, "the Tooling objects"),
    Route(_GET, f"{_DATA}/tooling/sobjects/{{sobject}}", describe.basic, "the head of a Tooling object's description"),
    Route(_GET, f"{_DATA}/tooling/sobjects/{{sobject}}/describe", describe.describe, "a Tooling object and its fields"),
    Route(_GET, f"{_DATA}/tooling/sobjects/{{sobject}}/{{id}}", records.read, "a Tooling record"),
    Route(_GET, f"{_DATA}/sobjects", describe.every, "the sobjects"),
    Route(_GET, f"{_DATA}/sobjects/{{sobject}}", describe.basic, "the head of an sobject's description"),
    Route(_POST, f"{_DATA}/sobjects/{{sobject}}", records.create, "create a record"),
    Route(_GET, f"{_DATA}/sobjects/{{sobject}}/describe", describe.describe, "an sobject and its fields"),
    *(
        Route(absent.methods, path, absent.handler, f"refused: {absent.what}", anonymous=absent.anonymous)
        for absent in ABSENT
        for path in absent.paths
    ),
    Route(_GET, f"{_DATA}/sobjects/{{sobject}}/{{id}}", records.read, "a record"),
    Route(_PATCH, f"{_DATA}/sobjects/{{sobject}}/{{id}}", records.update, "change a record"),
    Route(_DELETE, f"{_DATA}/sobjects/{{sobject}}/{{id}}", records.delete, "delete a record"),
    Route(_GET, f"{_DATA}/sobjects/{{sobject}}/{{field}}/{{value}}", records.read_by_key, "a record by external id"),
    Route(_PATCH, f"{_DATA}/sobjects/{{sobject}}/{{field}}/{{value}}", records.upsert, "upsert by external id"),
    Route(_POST, f"{_DATA}/composite/sobjects", collections.create, "create up to 200 records"),
    Route(_PATCH, f"{_DATA}/composite/sobjects", collections.update, "change up to 200 records"),
    Route(_DELETE, f"{_DATA}/composite/sobjects", collections.delete, "delete up to 200 records"),
    Route(("GET", "POST"), f"{_DATA}/composite/sobjects/{{sobject}}", collections.read, "read records by id"),
    Route(_PATCH, f"{_DATA}/composite/sobjects/{{sobject}}/{{field}}", collections.upsert, "upsert up to 200 records"),
    Route(_POST, f"{_DATA}/composite/tree/{{sobject}}", record_tree.create, "create records with records below them"),
    Route(_GET, f"{_DATA}/recent", describe.recent, "the records viewed last; nobody views any here"),
    Route(_GET, f"{_DATA}/limits", limits.limits, "what the org may use; nothing of it is counted"),
    Route(_GET, f"{_DATA}/limits/recordCount", limits.record_counts, "how many records there are"),
    Route(_POST, f"{_DATA}/metadata/deployRequest", rest_deploy.start, "start a deploy, or a quick deploy"),
    Route(_GET, f"{_DATA}/metadata/deployRequest/{{id}}", rest_deploy.status, "how a deploy stands"),
    Route(_PATCH, f"{_DATA}/metadata/deployRequest/{{id}}", rest_deploy.change, "cancel a deploy"),
    Route(
        _POST,
        "/services/Soap/m/{version}",
        soap_metadata.handle,
        "Metadata API (SOAP)",
        anonymous=True,
        quick=soap_metadata.quick,
    ),
    Route(
        _POST,
        "/services/Soap/m/{version}/{rest*}",
        soap_metadata.handle,
        "Metadata API, any suffix",
        anonymous=True,
        quick=soap_metadata.quick,
    ),
    Route(_POST, "/services/Soap/u/{version}", soap_login.handle, "partner API: login, logout", anonymous=True),
    Route(_POST, "/services/Soap/u/{version}/{rest*}", soap_login.handle, "partner API: login, logout", anonymous=True),
    Route(_POST, "/services/Soap/c/{version}", soap_login.handle, "enterprise API: login, logout", anonymous=True),
    Route(
        _POST, "/services/Soap/c/{version}/{rest*}", soap_login.handle, "enterprise API: login, logout", anonymous=True
    ),
)


def _pattern(path: str) -> re.Pattern[str]:
    escaped = re.escape(path).replace(r"\{", "{").replace(r"\}", "}").replace(r"\*", "*")
    whole = re.sub(r"\{(\w+)\*\}", r"(?P<\1>.*)", escaped)
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", whole) + r"\Z")


_COMPILED = [(_pattern(route.path), route) for route in ROUTES]
_LONG = 200  # what is longer is not remembered: memory is not the client's to fill


def find(method: str, path: str) -> tuple[Route, Mapping[str, str]]:
    """The route of a request and the names in its path; Refusal NOT_FOUND or METHOD_NOT_ALLOWED."""
    return _found(method, path) if len(path) <= _LONG else _found.__wrapped__(method, path)


@lru_cache(maxsize=1024)
def _found(method: str, path: str) -> tuple[Route, Mapping[str, str]]:
    allowed: set[str] = set()
    for pattern, route in _COMPILED:
        if match := pattern.match(path):
            if method in route.methods:
                return route, match.groupdict()
            allowed |= set(route.methods)
    if allowed:
        message = f"HTTP Method '{method}' not allowed. Allowed are {','.join(sorted(allowed))}"
        raise Refusal("METHOD_NOT_ALLOWED", message, status=405)
    raise not_found()
