"""Lower-layer failures (requests, simple-salesforce, REST and SOAP errors) as errors of the OrgError tree.

`translated` is the one door: everything in this room that talks to an org does it inside this context.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import NewConnectionError

from toolkit.errors import AuthError, OrgError, Problem, RefusedError, RequestError, UnreachableError
from toolkit.org.redact import Redactor
from toolkit.org.values import Json, SaveError, as_list, as_map, as_text, save_error

EXPIRED = frozenset({"INVALID_SESSION_ID", "INVALID_AUTH_HEADER", "Bad_OAuth_Token", "invalid_session_id"})

MENDS: dict[str, str] = {
    "INVALID_SESSION_ID": "sign in again: the session has expired, or its token has a format that SOAP does not take",
    "INVALID_AUTH_HEADER": "sign in again: the token did not reach the org",
    "Bad_OAuth_Token": "sign in again: the token is not one of this org",
    "API_DISABLED_FOR_ORG": "give the user the permission API Enabled, or use an edition with API access",
    "API_CURRENTLY_DISABLED": "give the user the permission API Enabled",
    "INSUFFICIENT_ACCESS": "give the user Modify Metadata Through Metadata API Functions, Customize Application, "
    "Author Apex and Manage Users",
    "INSUFFICIENT_ACCESS_OR_READONLY": "give the user the right to change this record",
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY": "the user may not see or use a record that is named",
    "REQUEST_LIMIT_EXCEEDED": "the org has used up its API calls; try again later",
    "UNSUPPORTED_API_VERSION": "set apiVersion to one that the org offers",
    "INVALID_TYPE": "the org has no object of this name, or the user may not see it",
    "INVALID_ID_FIELD": "check the id; a validation can be deployed within ten days, and not after another deployment",
    "INVALID_CROSS_REFERENCE_KEY": "check the id: this org, or its user, knows nothing under it",
    "MALFORMED_ID": "check the id: it is none",
    "INVALID_FIELD": "the org has no field of this name, or the user may not see it",
    "MALFORMED_QUERY": "mend the query",
    "UNABLE_TO_LOCK_ROW": "someone else was changing the same records; run it again",
    "SERVER_UNAVAILABLE": "the org is busy; run it again in a while",
    "DUPLICATE_VALUE": "the org has a record like this one already",
    "STORAGE_LIMIT_EXCEEDED": "free data storage in the org",
    "invalid_grant": "check that the user is approved for the app, that the key belongs to it, and the clock",
    "invalid_client": "check the client id and its secret",
    "invalid_client_id": "check the client id",
    "invalid_app_access": "add the user's profile or permission set to the app's access list",
    "inactive_user": "activate the user",
    "unsupported_grant_type": "switch this OAuth flow on in the app's settings",
    "OAUTH_APP_BLOCKED": "unblock the app under Connected Apps OAuth Usage",
    "INVALID_LOGIN": "check the username, password and security token",
}


def refused(
    errors: Iterable[SaveError], *, doing: str, redact: Redactor, status: int = 0, retry_after: float = 0.0
) -> OrgError:
    """The error for what the org said; one Problem for each entry of its list.

    doing says what was asked ("query", "start the deployment"). A session that is no longer good gives AuthError.
    """
    found = list(errors)
    problems = [
        Problem(f"{doing}: {redact(str(error))}", mend=MENDS.get(error.code, _by_status(status))) for error in found
    ]
    codes = tuple(error.code for error in found)
    if status == 401 or EXPIRED & set(codes):
        return AuthError(*problems)
    return RefusedError(*problems, status=status, codes=codes, retry_after=retry_after)


def _by_status(status: int) -> str | None:
    if status in (420, 429):
        return "the org asks for fewer requests; run it again in a while"
    if status in (500, 502, 503, 504):
        return "the org had a fault of its own; run it again, and look at status.salesforce.com if it stays"
    if status == 404:
        return "check the org's URL and the API version"
    if 300 <= status < 400:
        return "use the address that it names as the org's URL"
    return None


def errors_of(status: int, body: bytes, content_type: str, location: str | None = None) -> list[SaveError]:
    """The error entries of an answer that is not a success, whatever shape the body has."""
    if 300 <= status < 400:
        host = urlsplit(location or "").netloc or "another address"
        return [SaveError(f"HTTP {status}", f"the org redirects to {host}")]
    try:
        value: Json = json.loads(body)
    except ValueError:
        kind = content_type.partition(";")[0] or "no content type"
        return [SaveError(f"HTTP {status}", f"the answer is not JSON ({kind}, {len(body)} bytes)")]
    return errors_in(value, status)


def errors_in(value: Json, status: int) -> list[SaveError]:
    """The entries of the platform's two shapes: a list of {errorCode, message}, or OAuth's {error, ...}."""
    data = as_map(value)
    if "error" in data:
        code = as_text(data["error"]) or "error"
        return [SaveError(code, as_text(data.get("error_description")) or "")]
    entries = [save_error(entry) for entry in as_list(value) if isinstance(entry, dict)]
    return entries or [SaveError(f"HTTP {status}", as_text(value) or "no reason was given")]


@contextmanager
def translated(doing: str, *, host: str, redact: Redactor) -> Iterator[None]:
    """Failures of requests and simple-salesforce inside come out as OrgErrors that say what was being done."""
    try:
        yield
    except requests.exceptions.RequestException as error:
        raise _of_transport(error, doing, host, redact) from None
    except Exception as error:  # simple-salesforce is imported late: its classes are told by their module
        if type(error).__module__.partition(".")[0] != "simple_salesforce":
            raise
        raise of_simple_salesforce(error, doing=doing, redact=redact) from None


def _of_transport(error: requests.exceptions.RequestException, doing: str, host: str, redact: Redactor) -> RequestError:
    kinds: tuple[tuple[type[Exception], str, str], ...] = (
        (
            requests.exceptions.SSLError,
            f"the TLS certificate of {host} is not trusted",
            "check the URL; behind a proxy that re-encrypts set REQUESTS_CA_BUNDLE to its certificate",
        ),
        (requests.exceptions.ProxyError, f"the proxy refused the way to {host}", "check HTTPS_PROXY and NO_PROXY"),
        (requests.exceptions.ConnectTimeout, f"{host} did not answer in time", "check the network, then run it again"),
        (requests.exceptions.ReadTimeout, f"{host} took too long to answer", "run it again"),
        (
            requests.exceptions.ChunkedEncodingError,
            f"the answer of {host} broke off",
            "check the network, then run it again",
        ),
        (
            requests.exceptions.ContentDecodingError,
            f"the answer of {host} is damaged",
            "run it again; something between here and the org changes its answers",
        ),
        (
            requests.exceptions.JSONDecodeError,
            f"{host} answered, but not with JSON",
            "check that the URL is the org's own address",
        ),
        (
            requests.exceptions.ConnectionError,
            f"no connection to {host}",
            "check the org's URL and the network",
        ),
        (requests.exceptions.InvalidURL, f"{host} is not an address", "check the org's URL"),
    )
    for kind, message, mend in kinds:
        if isinstance(error, kind):
            problem = Problem(f"{doing}: {redact(message)}", mend=mend)
            if isinstance(error, requests.exceptions.InvalidURL):
                return RequestError(problem)
            return UnreachableError(problem, sent=not _never_sent(error))
    return RequestError.of(f"{doing}: {redact(str(error))}", mend="run it again")


def _never_sent(error: BaseException) -> bool:
    """Whether no connection was made, so that the request cannot have reached the org."""
    if isinstance(error, (requests.exceptions.ConnectTimeout, requests.exceptions.ProxyError)):
        return True
    reasons = (error, *error.args, *(getattr(argument, "reason", None) for argument in error.args))
    return any(isinstance(reason, NewConnectionError) for reason in reasons)


def of_simple_salesforce(error: Exception, *, doing: str, redact: Redactor) -> OrgError:
    """simple-salesforce's exceptions carry a status and content; a refused sign-in a code and auth_message."""
    if hasattr(error, "code"):
        entry = SaveError(str(error.code), str(getattr(error, "auth_message", None) or "the org gave no reason"))
        if entry.code.isdecimal():  # the HTTP status, of an answer that was no JSON
            entry = SaveError(f"HTTP {entry.code}", "the answer is not JSON")
        return AuthError.of(f"{doing}: {redact(str(entry))}", mend=MENDS.get(entry.code, "check the login address"))
    content, status = getattr(error, "content", None), int(getattr(error, "status", 0))
    entries = (
        errors_in(content, status)
        if isinstance(content, (list, dict))
        else [SaveError(f"HTTP {status}", "the answer is not JSON")]
    )
    return refused(entries, doing=doing, redact=redact, status=status)
