"""A transport that sends the head of an answer together with its body.

uvicorn writes them one after the other. Sent so, they are two packets and two calls of the system, each of which wakes
the client: a third of what a small answer costs.
"""

from __future__ import annotations

import asyncio

_SMALL = 64 * 1024  # beyond it, copying costs more than a second packet


class Joined(asyncio.Transport):
    """Holds what is written until the next write or the next turn of the loop, whichever comes first."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._transport = transport
        self._loop = loop
        self._held: bytes | bytearray | memoryview = b""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        held, self._held = self._held, b""
        if not held and len(data) <= _SMALL:
            self._held = data
            self._loop.call_soon(self._flush)
        elif len(data) <= _SMALL:
            self._transport.write(bytes(held) + data)
        else:
            if held:
                self._transport.write(held)
            self._transport.write(data)

    def _flush(self) -> None:
        held, self._held = self._held, b""
        if held:
            self._transport.write(held)

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def abort(self) -> None:
        self._held = b""
        self._transport.abort()

    def is_closing(self) -> bool:
        return self._transport.is_closing()

    def get_extra_info(self, name: str, default: object = None) -> object:
        return self._transport.get_extra_info(name, default)

    def pause_reading(self) -> None:
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        self._transport.resume_reading()

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self._transport.set_protocol(protocol)
