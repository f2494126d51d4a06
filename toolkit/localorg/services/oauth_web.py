"""Signing in with a browser: the authorization endpoint, and what becomes of its codes (RFC 6749, PKCE of RFC 7636).

Nobody is asked: whoever can reach this org's loopback port is its administrator.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from toolkit.localorg import clients
from toolkit.localorg.http import Call, Reply
from toolkit.localorg.model.org import Work
from toolkit.localorg.store.facts import Session

CODE_SECONDS = 600
_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


def authorize(call: Call) -> Reply:
    """Send the browser back to a callback on this machine with a code, or say what is wrong with the request."""
    asked = call.query
    redirect = asked.get("redirect_uri", "")
    with call.org.write() as work:
        client = clients.find(work, asked.get("client_id", ""))
        if client is None:
            return _refused("invalid_client_id", "client identifier invalid")
        if urlsplit(redirect).scheme != "http" or urlsplit(redirect).hostname not in _HOSTS:
            return _refused("redirect_uri_mismatch", "redirect_uri must match configuration")
        if asked.get("response_type") != "code":
            return _back(redirect, asked, error="unsupported_response_type", error_description="use code")
        if asked.get("code_challenge") and asked.get("code_challenge_method", "plain") != "S256":
            return _back(redirect, asked, error="invalid_request", error_description="use S256")
        code = "aPrx" + secrets.token_urlsafe(32)
        expires = work.org.clock().timestamp() + CODE_SECONDS
        work.sessions.put(Session(code, work.facts.get("admin_id") or "", client.key, "code", expires))
        work.facts.put(_fact(code), json.dumps([redirect, asked.get("code_challenge", "")]))
    return _back(redirect, asked, code=code)


def redeemed(work: Work, client: clients.Client, form: dict[str, str]) -> str | None:
    """The user of a code, which is good once; None when it is not one of this client, callback and verifier."""
    code = form.get("code", "")
    session, held = work.sessions.get(code, "code"), work.facts.get(_fact(code))
    work.sessions.remove(code)
    work.facts.remove(_fact(code))
    if session is None or held is None or session.client != client.key:
        return None
    redirect, challenge = json.loads(held)
    fits = redirect == form.get("redirect_uri", "") and session.expires > work.org.clock().timestamp()
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return session.user_id if fits and (not challenge or hmac.compare_digest(proof, challenge)) else None


def new_refresh_token(work: Work, user_id: str, client: str) -> str:
    """A refresh token for a user who has allowed a client."""
    token = "5Aep861" + secrets.token_hex(40)
    work.sessions.put(Session(token, user_id, client, "refresh", 0))
    return token


def _fact(code: str) -> str:
    return f"oauth_code:{code}"


def _back(redirect: str, asked: Mapping[str, str], **answer: str) -> Reply:
    state = {"state": asked["state"]} if "state" in asked else {}
    return Reply(302, headers={"Location": f"{redirect}?{urlencode({**answer, **state})}"})


def _refused(code: str, description: str) -> Reply:
    return Reply.of({"error": code, "error_description": description}, 400)
