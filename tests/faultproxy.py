"""A proxy on loopback that drops, delays, truncates and corrupts what goes between a client and an org.

    with FaultProxy("127.0.0.1", port) as proxy:
        proxy.arm(FAULTS["cut the answer"], at=7)      # the eighth request from now on
        ...                                             # the client talks to proxy.url
        proxy.hit                                       # the request that met the fault, None when none did

One thread a connection; HTTP/1.1 with Content-Length or chunks in both directions. What is to happen to a request is a
Fault: a function that gets the Exchange and does with it what it wants.
"""

from __future__ import annotations

import base64
import functools
import io
import itertools
import re
import socket
import stat
import struct
import threading
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field

_CHUNK = 65536
_PATIENCE = 30.0


class GoneError(Exception):
    """One side of an exchange went away."""


@dataclass(slots=True)
class Message:
    """A request or an answer as it stands on the wire; the body of a large upload is not read before it is wanted."""

    head: bytes
    body: bytes = b""

    @property
    def first(self) -> str:
        return self.head.partition(b"\r\n")[0].decode("latin-1")

    def header(self, name: str) -> str:
        found = re.search(rb"(?im)^" + name.encode() + rb":[ \t]*([^\r\n]*)", self.head)
        return found[1].decode("latin-1") if found else ""

    def with_body(self, body: bytes) -> Message:
        """The same with another body, its length set right."""
        head = re.sub(rb"(?im)^(content-length|transfer-encoding):[^\r\n]*\r\n", b"", self.head)
        return Message(head.removesuffix(b"\r\n") + b"Content-Length: %d\r\n\r\n" % len(body), body)

    def __bytes__(self) -> bytes:
        return self.head + self.body


@dataclass(slots=True)
class Exchange:
    """One request of a client, and how to pass it on and to answer it."""

    request: Message
    client: socket.socket
    address: tuple[str, int]
    status: str = ""

    @property
    def name(self) -> str:
        """`POST /services/data/v62.0/metadata/deployRequest`, without the query."""
        method, _, rest = self.request.first.partition(" ")
        return f"{method} {rest.partition(' ')[0].partition('?')[0]}"

    @property
    def is_start(self) -> bool:
        return self.name.startswith("POST") and self.name.endswith("/deployRequest")

    @property
    def is_soap(self) -> bool:
        return "/services/Soap/" in self.name

    def pass_on(self, request: Message | None = None) -> Message:
        """The org's answer."""
        with socket.create_connection(self.address, timeout=_PATIENCE) as org:
            sent = request or self.request
            head = re.sub(rb"(?im)^(connection|accept-encoding):[^\r\n]*\r\n", b"", sent.head)
            org.sendall(head.removesuffix(b"\r\n") + b"Connection: close\r\n\r\n" + sent.body)
            answer = read_message(org, b"")[0]
        if answer is None:
            raise GoneError
        self.status = answer.first
        answer.head = re.sub(rb"(?im)^connection:[^\r\n]*\r\n", b"", answer.head)  # the client's connection stays
        return answer

    def pass_on_a_part(self) -> None:
        """The org gets half of the body and then nothing."""
        with socket.create_connection(self.address, timeout=_PATIENCE) as org:
            org.sendall(self.request.head + self.request.body[: len(self.request.body) // 2])
            reset(org)

    def reply(self, answer: Message | bytes) -> None:
        self.client.sendall(bytes(answer))

    def cut(self) -> None:
        """Break the client's connection."""
        reset(self.client)
        raise GoneError


Fault = Callable[[Exchange], None]


def reset(sock: socket.socket) -> None:
    """Close with a reset, as a crash or a firewall does."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def read_message(sock: socket.socket, rest: bytes, most: int | None = None) -> tuple[Message | None, bytes]:
    """The next message of a connection and what came after it; None at the connection's end.

    most: bytes of a body that are read before the connection is broken; None: all of it.
    """
    data = bytearray(rest)
    while b"\r\n\r\n" not in data:
        piece = sock.recv(_CHUNK)
        if not piece:
            return None, b""
        data += piece
    end = data.index(b"\r\n\r\n") + 4
    message = Message(bytes(data[:end]))
    del data[:end]
    if length := message.header("Content-Length"):
        while len(data) < int(length):
            if most is not None and len(data) >= most:
                reset(sock)
                raise GoneError
            piece = sock.recv(_CHUNK)
            if not piece:
                raise GoneError
            data += piece
        message.body = bytes(data[: int(length)])
        return message, bytes(data[int(length) :])
    if "chunked" in message.header("Transfer-Encoding").lower():
        while not data.endswith(b"0\r\n\r\n"):
            piece = sock.recv(_CHUNK)
            if not piece:
                raise GoneError
            data += piece
        return message.with_body(_unchunked(bytes(data))), b""
    if message.head.startswith(b"HTTP/") and message.header("Connection").lower() == "close":
        while piece := sock.recv(_CHUNK):
            data += piece
        message.body = bytes(data)
        return message, b""
    return message, bytes(data)


def _unchunked(data: bytes) -> bytes:
    out = bytearray()
    while data:
        size, _, data = data.partition(b"\r\n")
        out += data[: int(size, 16)]
        data = data[int(size, 16) + 2 :]
    return bytes(out)


@dataclass(slots=True)
class FaultProxy:
    """Stands in front of an org for as long as a `with` block lasts."""

    host: str
    port: int
    seen: list[str] = field(default_factory=list)
    """Every request in order, `METHOD path`."""
    hit: str | None = None
    upload_limit: int | None = None
    """Bytes of a request's body after which its connection is broken while the client is still sending."""
    _fault: Fault | None = None
    _path: str = ""
    _at: int = -1
    _until: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _sockets: set[socket.socket] = field(default_factory=set)
    _listener: socket.socket | None = None
    _thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        assert self._listener is not None
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def arm(self, fault: Fault, *, at: int = 0, seconds: float = 0.0, path: str = "") -> None:
        """Let a fault happen to the request that comes `at` requests from now; then, for so many seconds, to all.

        path: only requests with this in their path count, and can meet it.
        """
        with self._lock:
            self._fault, self._path, self._until, self.hit = fault, path, -seconds, None
            self._at = sum(path in name for name in self.seen) + at

    def disarm(self) -> None:
        with self._lock:
            self._fault, self._at = None, -1

    def __enter__(self) -> FaultProxy:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        assert self._listener is not None
        assert self._thread is not None
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        with self._lock:
            for sock in self._sockets:
                sock.close()

    def _accept(self) -> None:
        assert self._listener is not None
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with self._lock:
            self._sockets.add(client)
        rest = b""
        try:
            while True:
                request, rest = read_message(client, rest, self.upload_limit)
                if request is None:
                    return
                self._exchange(Exchange(request, client, (self.host, self.port)))
        except (GoneError, OSError):
            return
        finally:
            with self._lock:
                self._sockets.discard(client)
            client.close()

    def _exchange(self, exchange: Exchange) -> None:
        with self._lock:
            number = sum(self._path in name for name in self.seen)
            self.seen.append(exchange.name)
            fault = self._fault if self._path in exchange.name and self._strikes(number) else None
            if fault is not None:
                self.hit = exchange.name
        if fault is not None:
            fault(exchange)
        else:
            exchange.reply(exchange.pass_on())

    def _strikes(self, number: int) -> bool:
        if self._fault is None or number < self._at:
            return False
        if number == self._at and self._until <= 0:
            self._until = time.monotonic() - self._until
            return True
        return time.monotonic() < self._until


# What can go wrong, by name.

_EXPIRED = b'[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]'
_HTML = b"<!DOCTYPE html><html><head><title>Error</title></head><body>We are down for maintenance.</body></html>"


def canned(status: str, body: bytes = b"", *headers: str, kind: str = "text/html") -> Fault:
    """An answer of somebody on the way; the org sees nothing."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers]
    head = "\r\n".join(lines).encode() + b"\r\n\r\n"
    return lambda exchange: exchange.reply(head + body)


def cut_at_once(exchange: Exchange) -> None:
    exchange.cut()


def cut_in_the_upload(exchange: Exchange) -> None:
    """The org gets half of the body."""
    if exchange.request.body:
        exchange.pass_on_a_part()
    exchange.cut()


def lose_the_answer(exchange: Exchange) -> None:
    exchange.pass_on()
    exchange.cut()


def cut_the_answer(exchange: Exchange) -> None:
    answer = exchange.pass_on()
    exchange.reply(answer.head + answer.body[: len(answer.body) // 2])
    exchange.cut()


def cut_the_head(exchange: Exchange) -> None:
    exchange.reply(exchange.pass_on().head[:20])
    exchange.cut()


def spoil_the_answer(exchange: Exchange) -> None:
    """Right in length, wrong in some of its bytes."""
    answer = exchange.pass_on()
    exchange.reply(answer.with_body(_spoilt(answer.body)))


def spoil_the_upload(exchange: Exchange) -> None:
    """What the org gets is wrong in some bytes; for a start, bytes of the zip."""
    body = exchange.request.body
    if exchange.is_start:
        begin = body.index(b"PK\3\4")
        body = body[:begin] + _spoilt(body[begin:-80]) + body[-80:]
    else:
        body = _spoilt(body)
    exchange.reply(exchange.pass_on(exchange.request.with_body(body)))


def _spoilt(data: bytes) -> bytes:
    broken = bytearray(data)
    for place in range(len(broken) // 3, len(broken), max(1, len(broken) // 7)):
        broken[place] ^= 0x95
    return bytes(broken)


def delay(seconds: float) -> Fault:
    """The answer comes, late."""

    def late(exchange: Exchange) -> None:
        answer = exchange.pass_on()
        time.sleep(seconds)
        exchange.reply(answer)

    return late


FAULTS: dict[str, Fault] = {
    "cut before": cut_at_once,
    "cut in the upload": cut_in_the_upload,
    "answer lost": lose_the_answer,
    "answer cut": cut_the_answer,
    "head cut": cut_the_head,
    "answer spoilt": spoil_the_answer,
    "upload spoilt": spoil_the_upload,
    "too late": delay(2.0),
    "500 html": canned("500 Server Error", _HTML),
    "502": canned("502 Bad Gateway", _HTML),
    "503": canned("503 Service Unavailable", b"", "Retry-After: 0"),
    "503 long": canned("503 Service Unavailable", b"", "Retry-After: 86400"),
    "429": canned("429 Too Many Requests", b"", "Retry-After: 0"),
    "200 html": canned("200 OK", _HTML),
    "302": canned("302 Found", b"", "Location: https://login.example.com/"),
    "401": canned("401 Unauthorized", _EXPIRED, kind="application/json"),
}
"""Faults that can happen to any request."""


# What an org that is not to be trusted puts into a SOAP answer.


def _zip(*entries: tuple[str, bytes], link: str | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries:
            made.writestr(name, content)
        if link:
            info = zipfile.ZipInfo(link)
            info.external_attr = (stat.S_IFLNK | 0o777) << 16
            made.writestr(info, "/etc/passwd")
    return out.getvalue()


@functools.cache
def _bomb() -> bytes:
    """700 MB in less than one."""
    return _zip(("classes/A.cls", b"\0" * 700_000_000))


_ZIP_IN_ANSWER = re.compile(rb"(<zipFile>)[^<]*(</zipFile>)")


def _zip_put(archive: Callable[[], bytes]) -> Fault:
    """The zip of a retrieve is another one; an answer without a zip stays as it is."""

    def put(exchange: Exchange) -> None:
        answer = exchange.pass_on()
        encoded = base64.b64encode(archive())
        exchange.reply(answer.with_body(_ZIP_IN_ANSWER.sub(rb"\g<1>" + encoded + rb"\g<2>", answer.body)))

    return put


def _base64_cut(exchange: Exchange) -> None:
    answer = exchange.pass_on()
    body = re.sub(rb"(<zipFile>[^<]*?)[^<]{0,101}(</zipFile>)", rb"\1\2", answer.body)
    exchange.reply(answer.with_body(body))


def _with_doctype(doctype: bytes) -> Fault:
    """A document type in front of the answer's root, and its entity in the text of every element."""

    def put(exchange: Exchange) -> None:
        answer = exchange.pass_on()
        body = re.sub(rb"^(<\?xml[^>]*\?>)?", rb"\g<0>" + doctype, answer.body, count=1)
        exchange.reply(answer.with_body(body.replace(b"</id>", b"&z;</id>").replace(b"</done>", b"&z;</done>")))

    return put


_LAUGHS = b"<!DOCTYPE x [<!ENTITY a 'ha'>%s<!ENTITY z '&j;'>]>" % b"".join(
    b"<!ENTITY %c '%s'>" % (after, b"&%c;" % before * 10) for before, after in itertools.pairwise(b"abcdefghij")
)

HOSTILE: dict[str, Fault] = {
    "base64 cut": _base64_cut,
    "zip cut": _zip_put(lambda: _zip(("classes/A.cls", b"x" * 5000))[:-40]),
    "no zip": _zip_put(lambda: b"not a zip at all"),
    "zip bomb": _zip_put(_bomb),
    "zip with ..": _zip_put(lambda: _zip(("../../evil.cls", b"x"))),
    "zip with absolute path": _zip_put(lambda: _zip(("/evil.cls", b"x"))),
    "zip with a link": _zip_put(lambda: _zip(link="classes/A.cls")),
    "external entity": _with_doctype(b"<!DOCTYPE x [<!ENTITY z SYSTEM 'file:///etc/passwd'>]>"),
    "billion laughs": _with_doctype(_LAUGHS),
}
"""Faults that only the answer to a SOAP request can have."""
