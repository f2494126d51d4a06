"""Head and body leave together, and nothing leaves out of order."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

import pytest

from toolkit.localorg.joined import Joined

BIG = b"b" * 200_000


class Recorder(asyncio.Transport):
    """Keeps what would be sent, call by call."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[bytes] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.said.append(bytes(data))

    def close(self) -> None:
        self.said.append(b"closed")

    def abort(self) -> None:
        self.said.append(b"aborted")


CASES: dict[str, tuple[Callable[[Joined], None], list[bytes]]] = {
    "head and body": (lambda out: (out.write(b"h"), out.write(b"b"))[0], [b"hb"]),
    "a head alone": (lambda out: out.write(b"h"), [b"h"]),
    "three": (lambda out: (out.write(b"1"), out.write(b"2"), out.write(b"3"))[0], [b"12", b"3"]),
    "a large body": (lambda out: (out.write(b"h"), out.write(BIG), out.write(b"e"))[0], [b"h", BIG, b"e"]),
    "large at once": (lambda out: out.write(BIG), [BIG]),
    "closed": (lambda out: (out.write(b"h"), out.close())[0], [b"h", b"closed"]),
    "aborted": (lambda out: (out.write(b"h"), out.abort())[0], [b"aborted"]),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_sent(case: str) -> None:
    act, wanted = CASES[case]

    async def run() -> list[bytes]:
        recorder = Recorder()
        act(Joined(recorder, asyncio.get_running_loop()))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return recorder.said

    assert asyncio.run(run()) == wanted


def test_the_rest_is_the_transports_own() -> None:
    async def run() -> None:
        here, there = socket.socketpair()
        with there:
            transport, _ = await asyncio.get_running_loop().create_connection(asyncio.Protocol, sock=here)
            joined = Joined(transport, asyncio.get_running_loop())
            assert joined.get_extra_info("sslcontext", "none") == "none"
            joined.pause_reading()
            joined.resume_reading()
            assert not joined.is_closing()
            joined.close()
            assert joined.is_closing()

    asyncio.run(run())
