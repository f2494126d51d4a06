"""The OAuth token endpoint: jwt-bearer, authorization_code, client_credentials, refresh_token, password."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from urllib.parse import unquote

from toolkit.localorg import clients
from toolkit.localorg.http import Call, Reply
from toolkit.localorg.model.org import Work
from toolkit.localorg.model.seed import new_token
from toolkit.localorg.rules.users import may_sign_in
from toolkit.localorg.services import oauth_web
from toolkit.localorg.store.facts import Session
from toolkit.localorg.store.jobs import Json
from toolkit.localorg.store.records import Record

_JWT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class TokenError(Exception):
    def __init__(self, code: str, description: str) -> None:
        super().__init__(code)
        self.code = code
        self.description = description


def _client(work: Work, call: Call, form: dict[str, str], *, secret: bool) -> clients.Client:
    """The client that asks, by form fields or Basic authorization."""
    key, given = form.get("client_id", ""), form.get("client_secret", "")
    scheme, _, coded = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        import base64
        import binascii

        try:
            key, _, given = base64.b64decode(coded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise TokenError("invalid_client", "invalid client credentials") from None
        key, given = unquote(key), unquote(given)
    found = clients.find(work, key)
    if found is None:
        raise TokenError("invalid_client_id", "client identifier invalid")
    if (secret or given) and not hmac.compare_digest(given.encode(), found.secret.encode()) and found.secret:
        raise TokenError("invalid_client", "invalid client credentials")
    if secret and not found.secret:
        raise TokenError("invalid_client", "invalid client credentials")
    return found


def _active(work: Work, username: str) -> Record:
    user = work.records.first("User", Username=username)
    if user is None:
        raise TokenError("invalid_grant", "authentication failure")
    if not user["IsActive"]:
        raise TokenError("inactive_user", "user is inactive")
    if not may_sign_in(work, user):
        raise TokenError("invalid_grant", "authentication failure")
    return user


def _jwt(work: Work, call: Call, form: dict[str, str]) -> tuple[Record, clients.Client]:
    from toolkit.localorg import jwt

    try:
        claims = jwt.read(form.get("assertion", ""))
        client = clients.find(work, claims.issuer)
        if client is None:
            raise TokenError("invalid_client_id", "client identifier invalid")
        claims.verify(client.certificate, now=work.org.clock().timestamp(), audience=call.origin)
    except jwt.BadAssertionError as error:
        raise TokenError("invalid_grant", str(error)) from None
    user = _active(work, claims.subject)
    if not clients.approved(work, client, user):
        raise TokenError("invalid_app_access", "user is not admin approved to access this app")
    return user, client


def _password(work: Work, call: Call, form: dict[str, str]) -> tuple[Record, clients.Client]:
    client = _client(work, call, form, secret=True)
    if not password_fits(work, form.get("password", "")):
        raise TokenError("invalid_grant", "authentication failure")
    return _active(work, form.get("username", "")), client


def _client_credentials(work: Work, call: Call, form: dict[str, str]) -> tuple[Record, clients.Client]:
    client = _client(work, call, form, secret=True)
    if client.run_as is None:
        raise TokenError("invalid_grant", "no client credentials user enabled")
    return _active(work, client.run_as), client


def _refresh(work: Work, call: Call, form: dict[str, str]) -> tuple[Record, clients.Client]:
    client = _client(work, call, form, secret=False)
    session = work.sessions.get(form.get("refresh_token", ""), "refresh")
    if session is None or session.client != client.key:
        raise TokenError("invalid_grant", "expired access/refresh token")
    user = work.records.get("User", session.user_id)
    if user is None or not may_sign_in(work, user):
        raise TokenError("inactive_user", "user is inactive")
    return user, client


def _code(work: Work, call: Call, form: dict[str, str]) -> tuple[Record, clients.Client]:
    client = _client(work, call, form, secret=False)
    user_id = oauth_web.redeemed(work, client, form)
    user = work.records.get("User", user_id) if user_id else None
    if user is None:
        raise TokenError("invalid_grant", "authentication failure")
    return user, client


Grant = Callable[[Work, Call, dict[str, str]], tuple[Record, clients.Client]]
GRANTS: dict[str, Grant] = {
    _JWT: _jwt,
    "authorization_code": _code,
    "client_credentials": _client_credentials,
    "password": _password,
    "refresh_token": _refresh,
}


def password_fits(work: Work, given: str) -> bool:
    """Whether this is the password of the org's users, with or without the security token behind it."""
    held = work.facts.get("password") or ""
    return bool(held) and any(
        hmac.compare_digest(given.encode(), wanted.encode())
        for wanted in (held, held + (work.facts.get("security_token") or ""))
    )


def open_session(work: Work, user_id: str, client: str = "") -> str:
    """A new access token for a user."""
    token = new_token(work.org_id)
    expires = work.org.clock().timestamp() + work.org.options.session_seconds
    work.sessions.put(Session(token, user_id, client, "access", expires))
    return token


def _grant(form: dict[str, str]) -> Grant:
    grant = GRANTS.get(form.get("grant_type", ""))
    if grant is None:
        raise TokenError("unsupported_grant_type", "grant type not supported")
    return grant


def token(call: Call) -> Reply:
    form = call.form()
    try:
        grant = _grant(form)
        with call.org.write() as work:
            user, client = grant(work, call, form)
            access = open_session(work, str(user["Id"]), client.key)
            more: dict[str, Json] = {}
            if grant is _code:
                more["refresh_token"] = oauth_web.new_refresh_token(work, str(user["Id"]), client.key)
            org_id, issued = work.org_id, int(work.org.clock().timestamp() * 1000)
    except TokenError as error:
        status = 401 if error.code == "invalid_client" else 400
        return Reply.of({"error": error.code, "error_description": error.description}, status)
    return Reply.of({
        "access_token": access, "instance_url": call.origin, "id": f"{call.origin}/id/{org_id}/{user['Id']}",
        "token_type": "Bearer", "issued_at": str(issued), "scope": "api refresh_token id web", **more,
    })  # fmt: skip


def revoke(call: Call) -> Reply:
    with call.org.write() as work:
        gone = work.sessions.remove(call.form().get("token", ""))
    if gone:
        return Reply(200)
    return Reply.of({"error": "unsupported_token_type", "error_description": "this token type is not supported"}, 400)
