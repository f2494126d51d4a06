"""A server on loopback that gives the answers it was told to, and keeps what it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from toolkit.org.http import Http, Limits
from toolkit.org.redact import Redactor
from toolkit.org.retries import NONE, Retries

TOKEN = "00D000000000001!AQ.scripted_token"


@dataclass
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Scripted:
    """answers are taken in order, the last one again and again; raw bytes are sent as the whole response."""

    url: str = ""
    answers: list[tuple[int, str, bytes] | bytes] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    def json(self, value: object, status: int = 200) -> None:
        self.answers.append((status, "application/json;charset=UTF-8", json.dumps(value).encode()))

    def xml(self, text: str, status: int = 200) -> None:
        self.answers.append((status, "text/xml;charset=UTF-8", text.encode()))

    def raw(self, data: bytes) -> None:
        self.answers.append(data)

    def http(self, limits: Limits | None = None, retries: Retries = NONE, **more: object) -> Http:
        return Http(self.url, TOKEN, redact=Redactor(), limits=limits, retries=retries, **more)


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    script = Scripted()

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            script.asked.append(Asked(self.command, self.path, dict(self.headers), self.rfile.read(length)))
            answer = script.answers.pop(0) if len(script.answers) > 1 else script.answers[0]
            if isinstance(answer, bytes):
                self.wfile.write(answer)
                self.close_connection = True
                return
            status, content_type, body = answer
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = do_DELETE = handle_any  # noqa: N815  # names of http.server

        def log_message(self, *args: object) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    script.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
