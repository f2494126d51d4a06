"""The connections of a server: how long one may take to say what it wants, and that none outlives the server."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Iterable
from typing import TYPE_CHECKING

from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    from starlette.types import Scope


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

    def protocol(self) -> type[H11Protocol]:
        """uvicorn's protocol, which is patient without end, with an end to its patience."""
        opened, seconds = self._open, self._head_seconds

        class Protocol(H11Protocol):
            _deadline: asyncio.TimerHandle | None = None

            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                opened.add(transport)
                super().connection_made(transport)
                self._deadline = self.loop.call_later(seconds, transport.abort)

            def data_received(self, data: bytes) -> None:
                super().data_received(data)
                if self.cycle is not None and not self.cycle.response_complete:
                    self._stop_waiting()
                elif self._deadline is None:
                    self._deadline = self.loop.call_later(seconds, self.transport.abort)

            def connection_lost(self, exc: Exception | None) -> None:
                self._stop_waiting()
                super().connection_lost(exc)

            def _stop_waiting(self) -> None:
                if self._deadline is not None:
                    self._deadline.cancel()
                    self._deadline = None

            def shutdown(self) -> None:
                """Close an idle connection at once; TLS would wait for the client's goodbye."""
                idle = self.cycle is None or self.cycle.response_complete
                super().shutdown()
                if idle:
                    self.transport.abort()

        return Protocol
