"""The connections of a server: how long one may take to say what it wants, and that none outlives the server.

uvicorn speaks HTTP through httptools where that is installed, which costs half of what h11 costs a request, and through
h11 where it is not (there are no wheels of httptools for every platform). Both keep the same bounds.
"""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Iterable
from importlib.util import find_spec
from typing import TYPE_CHECKING, Literal, Protocol

from toolkit.localorg.joined import Joined

if TYPE_CHECKING:
    from starlette.types import Scope
    from uvicorn.config import Config
    from uvicorn.server import ServerState

MAX_HEAD = 64 * 1024
_OFFER = b"\nupgrade:"
_TOO_LONG = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
Parser = Literal["httptools", "h11"]


class _Cycle(Protocol):
    """One request and its answer, as uvicorn keeps it."""

    response_complete: bool


class _Patient(asyncio.Protocol):
    """Goes before a protocol of uvicorn, whose patience with the head of a request has no end, and gives it one."""

    opened: weakref.WeakSet[asyncio.BaseTransport]
    seconds: float
    cycle: _Cycle | None
    transport: asyncio.Transport
    loop: asyncio.AbstractEventLoop
    _deadline: asyncio.TimerHandle | None = None
    _head = b""
    """What has come of a head that is not whole."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # TCP is a stream
        self.opened.add(transport)
        super().connection_made(Joined(transport, self.loop))
        self._wait()

    def data_received(self, data: bytes) -> None:
        before = self.cycle
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._head = b""
            self._stop_waiting()
            return
        self._head = self._head + data if self.cycle is before else b""
        if len(self._head) > MAX_HEAD and not self.transport.is_closing():
            self.transport.write(_TOO_LONG)
            self.transport.close()
        elif self._deadline is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._deadline = self.loop.call_later(self.seconds, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def shutdown(self) -> None:
        """Close an idle connection at once; TLS would wait for the client's goodbye."""
        idle = self.cycle is None or self.cycle.response_complete
        super().shutdown()  # type: ignore[misc]  # the protocol behind this one has it
        if idle:
            self.transport.abort()


class _HandingOver(_Patient):
    """Goes before httptools, which leaves out the body of a request that offers another protocol (Java's client offers
    HTTP/2 with each of its first requests): h11 takes such a connection over, and the offer is not taken up."""

    slower: type[_Patient]
    config: Config
    server_state: ServerState
    app_state: dict[str, object]
    _transport: asyncio.Transport

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # TCP is a stream
        self._transport = transport
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        idle = self.cycle is None or self.cycle.response_complete
        if idle and _OFFER in (self._head + data[:MAX_HEAD]).lower():
            self._hand_over(self._head + data)
        else:
            super().data_received(data)

    def _hand_over(self, data: bytes) -> None:
        self._stop_waiting()
        self._unset_keepalive_if_required()  # type: ignore[attr-defined]  # the protocol behind this one has it
        self.server_state.connections.discard(self)
        successor = self.slower(config=self.config, server_state=self.server_state, app_state=self.app_state)  # type: ignore[call-arg]  # as uvicorn makes it
        successor.connection_made(self._transport)
        self._transport.set_protocol(successor)
        successor.data_received(data)


def best_parser() -> Parser:
    """The faster one of those that are installed."""
    return "httptools" if find_spec("httptools") else "h11"


class Connections:
    """Every open connection of one server."""

    def __init__(self, head_seconds: float) -> None:
        """head_seconds: how long a client may take to send the head of a request."""
        self._head_seconds = head_seconds
        self._open: weakref.WeakSet[asyncio.BaseTransport] = weakref.WeakSet()

    def _transports(self) -> Iterable[asyncio.WriteTransport]:
        return [transport for transport in self._open if isinstance(transport, asyncio.WriteTransport)]

    def abort(self, scope: Scope) -> None:
        """Break the connection that a request came by."""
        for transport in self._transports():
            peer = transport.get_extra_info("peername")
            if peer and tuple(peer[:2]) == tuple(scope.get("client") or ()):
                transport.abort()

    def abort_all(self) -> None:
        for transport in self._transports():
            transport.abort()

    def protocol(self, parser: Parser) -> type[asyncio.Protocol]:
        """uvicorn's protocol with bounds; its connections are this object's."""
        from uvicorn.protocols.http.h11_impl import H11Protocol

        bounds = {"opened": self._open, "seconds": self._head_seconds}
        slower = type("BoundedH11", (_Patient, H11Protocol), bounds)
        if parser == "h11":
            return slower
        from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

        return type("BoundedHttpTools", (_HandingOver, HttpToolsProtocol), {**bounds, "slower": slower})
