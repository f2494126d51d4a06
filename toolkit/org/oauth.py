"""Token requests whose answer holds more than an access token: refresh tokens and authorization codes.

simple-salesforce has neither flow, and its token_login drops the refresh token.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from toolkit.errors import AuthError, Problem
from toolkit.org.faults import MENDS, errors_of, translated
from toolkit.org.http import origin_of, session_to
from toolkit.org.net import Net
from toolkit.org.values import Json, as_map, as_text


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the token endpoint gave: the instance's origin, the access token, and a refresh token when there is one."""

    url: str
    access: str = field(repr=False)
    refresh: str | None = field(repr=False)


def ask_for_tokens(login_url: str, form: Mapping[str, str], *, doing: str, net: Net) -> Tokens:
    """POST a form to /services/oauth2/token. AuthError when the org refuses; what the form holds must be known
    to redact beforehand."""
    origin = origin_of(login_url)
    session = session_to(origin, limits=net.limits, trace=net.trace)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    with translated(doing, host=urlsplit(origin).netloc, redact=net.redact):
        response = session.request(
            "POST", f"{origin}/services/oauth2/token", data=urlencode(form).encode(), headers=headers
        )
    if response.status_code != 200:
        kind = response.headers.get("Content-Type", "")
        errors = errors_of(response.status_code, response.content, kind, response.headers.get("Location"))
        raise AuthError(
            *(
                Problem(f"{doing}: {net.redact(str(e))}", mend=MENDS.get(e.code, "check the login address"))
                for e in errors
            )
        )
    try:
        answer: Json = json.loads(response.content)
    except ValueError:
        answer = None
    data = as_map(answer)
    access, instance = as_text(data.get("access_token")), as_text(data.get("instance_url"))
    if not access or not instance:
        raise AuthError.of(f"{doing}: the answer holds no token", mend="check the login address")
    refresh = as_text(data.get("refresh_token")) or None
    net.redact.learn(access)
    if refresh:
        net.redact.learn(refresh)
    return Tokens(origin_of(instance), access, refresh)
