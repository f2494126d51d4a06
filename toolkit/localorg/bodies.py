"""The bodies of requests, bounded each by itself and all together."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import Receive


class TooLargeError(Exception):
    """The body is longer than the org reads."""


class BusyError(Exception):
    """The bodies of other requests take all the room there is."""


class GoneError(Exception):
    """The client hung up before its request was whole."""


class Room:
    """What the bodies of all requests take up together; one request adds to it and gives it back."""

    def __init__(self, size: int) -> None:
        self._left = size

    def take(self, size: int) -> None:
        if size > self._left:
            raise BusyError
        self._left -= size

    def give_back(self, size: int) -> None:
        self._left += size


class Body:
    """The body of one request as it is read: bounded by itself (most, in bytes), and together with all others."""

    def __init__(self, room: Room, most: int) -> None:
        self.most = most
        self._room = room
        self._read = 0

    async def of(self, receive: Receive) -> AsyncGenerator[bytes, None]:
        """The chunks; TooLargeError or BusyError when there are too many, GoneError when they break off."""
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise GoneError
            chunk: bytes = message.get("body", b"")
            more = bool(message.get("more_body"))
            self._room.take(len(chunk))
            self._read += len(chunk)
            if self._read > self.most:
                raise TooLargeError
            yield chunk

    def forget(self) -> None:
        """The request is answered: its room is free again."""
        self._room.give_back(self._read)
        self._read = 0
