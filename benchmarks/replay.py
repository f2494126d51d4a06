"""A static server for benchmarks: it hands out recorded answers and does nothing else.

    python benchmarks/replay.py record URL FILE    passes requests on to URL and keeps every answer in FILE
    python benchmarks/replay.py serve FILE         hands out the answers of FILE

Both print their own URL as the first line and run until they are interrupted. An answer belongs to the method, the
target and the body of its request, byte for byte.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import signal
import sys
import urllib.error
import urllib.request
from pathlib import Path

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host", "accept-encoding"}


def key_of(method: str, target: str, body: bytes) -> str:
    while "//" in target:
        target = target.replace("//", "/")
    return hashlib.sha256(f"{method} {target}\n".encode() + body).hexdigest()


def answer(status: int, kind: str, body: bytes) -> bytes:
    """A whole HTTP answer."""
    return f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


class Recorder:
    """Passes requests on and keeps what comes back."""

    def __init__(self, upstream: str, kept: Path) -> None:
        self.upstream = upstream
        self.kept = kept
        self.answers: dict[str, list[int | str]] = {}

    async def __call__(self, method: str, target: str, headers: dict[str, str], body: bytes) -> bytes:
        status, kind, content = await asyncio.to_thread(self._ask, method, target, headers, body)
        self.answers[key_of(method, target, body)] = [status, kind, content.decode("utf-8", "surrogateescape")]
        return answer(status, kind, content)

    def _ask(self, method: str, target: str, headers: dict[str, str], body: bytes) -> tuple[int, str, bytes]:
        passed = {name: value for name, value in headers.items() if name not in HOP_BY_HOP}
        request = urllib.request.Request(self.upstream + target, body or None, passed, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as got:
                return got.status, got.headers.get("Content-Type", ""), got.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers.get("Content-Type", ""), error.read()

    def close(self) -> None:
        self.kept.write_text(json.dumps(self.answers))


class Player:
    """Hands out what was kept."""

    def __init__(self, kept: Path) -> None:
        found = json.loads(kept.read_text())
        self.answers = {
            key: answer(status, kind, content.encode("utf-8", "surrogateescape"))
            for key, (status, kind, content) in found.items()
        }
        self.missing = answer(404, "application/json", b"[]")

    async def __call__(self, method: str, target: str, headers: dict[str, str], body: bytes) -> bytes:
        del headers
        return self.answers.get(key_of(method, target, body), self.missing)

    def close(self) -> None:
        """Nothing is kept."""


async def _serve(handle: Recorder | Player) -> None:
    async def connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                method, target, _ = head[0].split(" ", 2)
                headers = {n.lower(): v.strip() for n, _, v in (line.partition(":") for line in head[1:] if line)}
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                writer.write(await handle(method, target, headers, body))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(connection, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await stopped.wait()
    server.close()
    handle.close()


if __name__ == "__main__":
    if sys.argv[1] == "record":
        asyncio.run(_serve(Recorder(sys.argv[2], Path(sys.argv[3]))))
    else:
        asyncio.run(_serve(Player(Path(sys.argv[2]))))
