"""The ASGI door: a request becomes a Call, finds its Route, and its Reply goes back.

Everything that is true for every request is here: bounded bodies, tolerant paths, tokens, constant errors.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import anyio.to_thread
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from toolkit.localorg import soap
from toolkit.localorg.app_session import session_of
from toolkit.localorg.bodies import Body, BusyError, Room, TooLargeError
from toolkit.localorg.faults import NO_TROUBLE, Trouble
from toolkit.localorg.faults import Request as FaultRequest
from toolkit.localorg.http import Call, Part, Reply, Route, refusal_body
from toolkit.localorg.refusals import Refusal, expired_session, not_found
from toolkit.localorg.routes import ROUTES

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from toolkit.localorg.deploy.worker import Worker
    from toolkit.localorg.model.org import Org

log = logging.getLogger("toolkit.localorg")
LOCAL = "/__local__/"  # what steers the org itself is out of reach of faults
_TURNS_TO_DROP = 3
_SLASHES = re.compile(r"/{2,}")


def _pattern(path: str) -> re.Pattern[str]:
    escaped = re.escape(path).replace(r"\{", "{").replace(r"\}", "}").replace(r"\*", "*")
    whole = re.sub(r"\{(\w+)\*\}", r"(?P<\1>.*)", escaped)
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", whole) + r"\Z")


_COMPILED = [(_pattern(route.path), route) for route in ROUTES]


def find(method: str, path: str) -> tuple[Route, Mapping[str, str]]:
    """The route of a request; Refusal NOT_FOUND or METHOD_NOT_ALLOWED."""
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


def _bearer(call: Call) -> str | None:
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() in ("bearer", "oauth"):
        return token.strip()
    return call.query.get("oauth_token") or call.query.get("access_token")


def _expired(call: Call) -> Reply:
    refusal = expired_session()
    if call.path.startswith("/services/Soap/"):
        return soap.fault(refusal)
    return Reply.of(refusal_body(refusal), refusal.status)


class Application:
    """One org behind ASGI."""

    def __init__(self, org: Org, worker: Worker, drop: Callable[[Scope], None]) -> None:
        """drop breaks the connection of a request."""
        self.org = org
        self.worker = worker
        self.drop = drop
        self._room = Room(org.options.max_buffered)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request, body = Request(scope, receive), Body(self._room, self.org.options.max_body)
        try:
            reply, trouble = await self._answer(request, body)
        except ClientDisconnect:
            return
        finally:
            body.forget()
        response = Response(reply.body, reply.status, dict(reply.headers), reply.content_type)
        if trouble.drop is not None:
            await self._break_off(scope, send, response, trouble.drop)
        else:
            await response(scope, receive, send)

    async def _break_off(self, scope: Scope, send: Send, response: Response, after: int) -> None:
        """Send the head and that many bytes of the body (nothing when below 0), then drop the connection."""
        if after >= 0:
            await send({"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers})
            await send({"type": "http.response.body", "body": bytes(response.body)[:after], "more_body": True})
        self.drop(scope)
        for _ in range(_TURNS_TO_DROP):
            await anyio.sleep(0)  # the server learns of it before it looks whether the answer is whole

    async def _answer(self, request: Request, body: Body) -> tuple[Reply, Trouble]:
        try:
            with anyio.fail_after(self.org.options.body_seconds):
                call = await self._call(request, body)
        except (TooLargeError, BusyError, TimeoutError, MultiPartException) as error:
            return self._unread(error), NO_TROUBLE
        trouble = self._trouble(call)
        if trouble.wait:
            await anyio.sleep(trouble.wait)
        if trouble.status:
            return Reply(trouble.status, f"{trouble.status}\n".encode(), "text/plain"), trouble
        if trouble.expired:
            return _expired(call), trouble
        return await anyio.to_thread.run_sync(self.handle, call), trouble

    def _unread(self, error: Exception) -> Reply:
        """The answer to a request that was not read to its end; what is left of it is not waited for."""
        options = self.org.options
        status, refusal = 400, Refusal("INVALID_MULTIPART_REQUEST", getattr(error, "message", ""))
        if isinstance(error, TooLargeError):
            message = f"Maximum size of request is {options.max_body} bytes"
            status, refusal = 413, Refusal("REQUEST_LIMIT_EXCEEDED", message)
        elif isinstance(error, TimeoutError):
            message = f"The request was not complete after {options.body_seconds:g} seconds"
            status, refusal = 408, Refusal("REQUEST_TIMEOUT", message)
        elif isinstance(error, BusyError):
            message = "The server is busy with other large requests; try again later"
            status, refusal = 503, Refusal("SERVER_UNAVAILABLE", message)
        return replace(Reply.of(refusal_body(refusal), status), headers={"Connection": "close"})

    def _trouble(self, call: Call) -> Trouble:
        if call.path.startswith(LOCAL):
            return NO_TROUBLE
        return self.org.faults.request(FaultRequest.of(call.method, call.path, call.body, _bearer(call)))

    async def _call(self, request: Request, body: Body) -> Call:
        declared = request.headers.get("content-length", "")
        if declared.isdigit() and int(declared) > self.org.options.max_body:
            raise TooLargeError
        parts: dict[str, Part] = {}
        content = b""
        if request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
            parts = await self._parts(request, body)
        else:
            content = b"".join([chunk async for chunk in body.of(request)])
        path = _SLASHES.sub("/", request.url.path)
        return Call(
            org=self.org,
            worker=self.worker,
            method=request.method,
            path=path.rstrip("/") or "/",
            params={},
            query=dict(request.query_params),
            headers=dict(request.headers),
            body=content,
            parts=parts,
            origin=f"{request.url.scheme}://{request.headers.get('host') or request.url.netloc}",
        )

    async def _parts(self, request: Request, body: Body) -> dict[str, Part]:
        limit = self.org.options.max_body
        parser = MultiPartParser(request.headers, body.of(request), max_files=4, max_fields=20, max_part_size=limit)
        form = await parser.parse()
        try:
            found: dict[str, Part] = {}
            for name, value in form.multi_items():
                if isinstance(value, str):
                    found[name] = Part("text/plain", value.encode())
                else:
                    found[name] = Part(value.content_type or "", await value.read())
            return found
        finally:
            await form.close()

    def handle(self, call: Call) -> Reply:
        """The answer to one request; never raises."""
        try:
            method = "GET" if call.method == "HEAD" else call.method
            route, params = find(method, call.path)
            session = None if route.anonymous else session_of(self.org, _bearer(call))
            reply = route.handler(replace(call, params=params, session=session))
        except Refusal as refusal:
            reply = Reply.of(refusal_body(refusal), refusal.status)
        except Exception:
            log.exception("%s %s failed", call.method, call.path)
            message = "An unexpected error occurred. It is a fault of the local org; its log tells more."
            reply = Reply.of(refusal_body(Refusal("UNKNOWN_EXCEPTION", message)), 500)
        return replace(reply, body=b"") if call.method == "HEAD" else reply
