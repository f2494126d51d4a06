"""The ASGI door: a request becomes a Call, finds its Route, and its Reply goes back.

Everything that is true for every request is here: bounded bodies, tokens, faults, constant errors.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import anyio.to_thread
from starlette.formparsers import MultiPartException

from toolkit.localorg import incoming, soap
from toolkit.localorg.app_session import session_of
from toolkit.localorg.bodies import Body, BusyError, GoneError, Room, TooLargeError
from toolkit.localorg.faults import NO_TROUBLE, Trouble
from toolkit.localorg.faults import Request as FaultRequest
from toolkit.localorg.http import Call, Reply, refusal_body
from toolkit.localorg.refusals import Refusal, expired_session
from toolkit.localorg.routes import find

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from toolkit.localorg.deploy.worker import Worker
    from toolkit.localorg.model.org import Org

log = logging.getLogger("toolkit.localorg")
LOCAL = "/__local__/"  # what steers the org itself is out of reach of faults
_TURNS_TO_DROP = 3
_PIECE = 512 * 1024
_WITHOUT_BODY = (204, 304)


def _bearer(call: Call) -> str | None:
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() in ("bearer", "oauth"):
        return token.strip()
    return (
        call.query.get("oauth_token")
        or call.query.get("access_token")
        or call.headers.get("x-sfdc-session")  # what clients of the first Bulk API send
    )


def _expired(call: Call) -> Reply:
    refusal = expired_session()
    if call.path.startswith("/services/Soap/"):
        return soap.fault(refusal)
    return Reply.of(refusal_body(refusal), refusal.status)


def _head(reply: Reply) -> list[tuple[bytes, bytes]]:
    found = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers.items()]
    if reply.status not in _WITHOUT_BODY:
        found.append((b"content-length", str(len(reply.body)).encode()))
        found.append((b"content-type", reply.content_type.encode("latin-1")))
    return found


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
        body = Body(self._room, self.org.options.max_body)
        try:
            reply, trouble = await self._answer(scope, receive, body)
        except GoneError:
            return
        finally:
            body.forget()
        if trouble.drop is not None:
            await self._break_off(scope, send, reply, trouble.drop)
            return
        await send({"type": "http.response.start", "status": reply.status, "headers": _head(reply)})
        for at in range(0, len(reply.body) or 1, _PIECE):  # the server holds what the client has not taken yet
            more = at + _PIECE < len(reply.body)
            await send({"type": "http.response.body", "body": reply.body[at : at + _PIECE], "more_body": more})

    async def _break_off(self, scope: Scope, send: Send, reply: Reply, after: int) -> None:
        """Send the head and that many bytes of the body (nothing when below 0), then drop the connection."""
        if after >= 0:
            await send({"type": "http.response.start", "status": reply.status, "headers": _head(reply)})
            await send({"type": "http.response.body", "body": reply.body[:after], "more_body": True})
        self.drop(scope)
        for _ in range(_TURNS_TO_DROP):
            await asyncio.sleep(0)  # the server learns of it before it looks whether the answer is whole

    async def _answer(self, scope: Scope, receive: Receive, body: Body) -> tuple[Reply, Trouble]:
        try:
            call = await incoming.read(scope, receive, body, org=self.org, worker=self.worker)
        except (TooLargeError, BusyError, TimeoutError, MultiPartException) as error:
            return self._unread(error, body.most), NO_TROUBLE
        trouble = self._trouble(call)
        if trouble.wait:
            await asyncio.sleep(trouble.wait)
        if trouble.status:
            return Reply(trouble.status, f"{trouble.status}\n".encode(), "text/plain"), trouble
        if trouble.expired:
            return _expired(call), trouble
        return await self._handled(call), trouble

    async def _handled(self, call: Call) -> Reply:
        """The answer, from a thread of its own unless the hop to one would cost more than the answer."""
        try:
            quick = find(_method(call), call.path)[0].quick(call)
        except Refusal:
            quick = True
        return self.handle(call) if quick else await anyio.to_thread.run_sync(self.handle, call)

    def _unread(self, error: Exception, most: int) -> Reply:
        """The answer to a request that was not read to its end; what is left of it is not waited for."""
        options = self.org.options
        status, refusal = 400, Refusal("INVALID_MULTIPART_REQUEST", getattr(error, "message", ""))
        if isinstance(error, TooLargeError):
            message = f"Maximum size of request is {most} bytes"
            status, refusal = 413, Refusal("REQUEST_LIMIT_EXCEEDED", message)
        elif isinstance(error, TimeoutError):
            message = f"The request was not complete after {options.body_seconds:g} seconds"
            status, refusal = 408, Refusal("REQUEST_TIMEOUT", message)
        elif isinstance(error, BusyError):
            message = "The server is busy with other large requests; try again later"
            status, refusal = 503, Refusal("SERVER_UNAVAILABLE", message)
        return replace(Reply.of(refusal_body(refusal), status), headers={"Connection": "close"})

    def _trouble(self, call: Call) -> Trouble:
        if self.org.faults.quiet or call.path.startswith(LOCAL):
            return NO_TROUBLE
        return self.org.faults.request(FaultRequest.of(call.method, call.path, call.body, _bearer(call)))

    def handle(self, call: Call) -> Reply:
        """The answer to one request; never raises."""
        try:
            route, params = find(_method(call), call.path)
            session = None if route.anonymous else session_of(self.org, _bearer(call))
            return route.handler(call.routed(params, session))
        except Refusal as refusal:
            return Reply.of(refusal_body(refusal), refusal.status)
        except Exception:
            log.exception("%s %s failed", call.method, call.path)
            message = "An unexpected error occurred. It is a fault of the local org; its log tells more."
            return Reply.of(refusal_body(Refusal("UNKNOWN_EXCEPTION", message)), 500)


def _method(call: Call) -> str:
    """HEAD is answered as GET; the server leaves the body out."""
    return "GET" if call.method == "HEAD" else call.method
