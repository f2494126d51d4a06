"""Signing in with a browser: OAuth 2.0 authorization code with PKCE, answered on a loopback port.

Source: RFC 7636 (PKCE), RFC 8252 (loopback redirect); the callback is the one that the platform's own CLI uses.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from toolkit.errors import AuthError
from toolkit.org.http import origin_of
from toolkit.org.net import Net
from toolkit.org.oauth import Tokens, ask_for_tokens

CALLBACK = "/OauthRedirect"
PORT = 1717
SCOPES = "refresh_token api web"

_DONE = b"<!doctype html><meta charset=utf-8><title>sfmeta</title><p>Signed in. You can close this window."
_REFUSED = b"<!doctype html><meta charset=utf-8><title>sfmeta</title><p>Not signed in. The terminal says why."


@dataclass(frozen=True, slots=True)
class WebLogin:
    """An app that allows the callback http://localhost:<port>/OauthRedirect; it may have a secret."""

    login_url: str
    client_id: str
    client_secret: str | None = field(default=None, repr=False)
    port: int = PORT

    @property
    def callback(self) -> str:
        return f"http://localhost:{self.port}{CALLBACK}"


@dataclass(slots=True)
class _Came:
    """What the browser brought back."""

    code: str = ""
    error: str = ""
    event: threading.Event = field(default_factory=threading.Event)


def web_login(
    app: WebLogin,
    *,
    show: Callable[[str], None],
    net: Net,
    wait: float = 300.0,
) -> Tokens:
    """Have a person sign in; show is given the address to open. AuthError when that fails or takes over `wait` s."""
    state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(64)
    net.redact.learn(verifier)
    came = _Came()
    try:
        server = HTTPServer(("127.0.0.1", app.port), _handler(came, state))
    except OSError as error:
        raise AuthError.of(
            f"port {app.port} on this machine is taken: {error.strerror}",
            mend="end the program that listens there, or set the target's port to another one that the app allows",
        ) from None
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        show(_address(app, state, verifier))
        if not came.event.wait(wait):
            raise AuthError.of(f"nobody signed in within {wait:g} s", mend="run it again")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    if came.error:
        raise AuthError.of(f"sign in with a browser: {net.redact(came.error)}", mend="check the app's OAuth settings")
    net.redact.learn(came.code)
    form = {
        "grant_type": "authorization_code",
        "code": came.code,
        "client_id": app.client_id,
        "redirect_uri": app.callback,
        "code_verifier": verifier,
    }
    if app.client_secret:
        net.redact.learn(app.client_secret)
        form["client_secret"] = app.client_secret
    return ask_for_tokens(app.login_url, form, doing="sign in with a browser", net=net)


def _address(app: WebLogin, state: str, verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    query = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": app.callback,
        "scope": SCOPES,
        "state": state,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
        "prompt": "login",
    }
    return f"{origin_of(app.login_url)}/services/oauth2/authorize?{urlencode(query)}"


def _handler(came: _Came, state: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_GET(self) -> None:
            parsed = urlsplit(self.path)
            if parsed.path != CALLBACK:
                self.send_error(404)
                return
            query = parse_qs(parsed.query)
            if not hmac.compare_digest(query.get("state", [""])[0].encode(), state.encode()):
                self.send_error(400, "another sign-in")  # a page that guesses at the port ends nothing
                return
            error, code = query.get("error", [""])[0], query.get("code", [""])[0]
            if error:
                described = query.get("error_description", [""])[0]
                came.error = ": ".join(filter(None, (error, described)))[:500]
            elif code:
                came.code = code
            else:
                came.error = "the answer holds no code"
            self._page(_REFUSED if came.error else _DONE)
            came.event.set()

        def _page(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Nothing is printed: the path holds the code."""

    return Handler
