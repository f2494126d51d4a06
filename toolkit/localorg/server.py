"""Running a local org as a server: in the foreground, or in a thread."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import LocalOrgError
from toolkit.localorg.deploy.worker import Worker
from toolkit.localorg.model import seed
from toolkit.localorg.model.org import Org
from toolkit.localorg.options import Options
from toolkit.localorg.tls import ensure as ensure_tls

if TYPE_CHECKING:
    from toolkit.localorg.connections import Parser

LOOPBACK = "127.0.0.1"
_TURNS_TO_CLOSE = 5


def open_org(state: Path, options: Options | None = None) -> Org:
    """The org kept in this folder, filled when it is new."""
    org = Org(state, options=options)
    try:
        seed.ensure(org)
    except BaseException:
        org.close()
        raise
    return org


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; LocalOrgError when the address cannot be had."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        # asyncio turns Nagle's algorithm off only where the protocol is named; without that every answer on a
        # kept-alive connection waits some 40 ms for the client's delayed acknowledgement
        sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    except OSError as error:
        raise LocalOrgError.of(f"no socket can be made: {error.strerror}") from None
    try:
        if os.name == "posix":
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
        sock.listen(256)
    except (OSError, OverflowError) as error:
        sock.close()
        raise LocalOrgError.of(
            f"the local org cannot listen on {host}:{port}: {error}", mend="choose another port, or 0 for any free one"
        ) from None
    return sock


class HttpServer:
    """uvicorn around one org; it logs through toolkit.localorg and nowhere else."""

    def __init__(
        self, org: Org, worker: Worker, *, tls: bool, host: str = LOOPBACK, parser: Parser | None = None
    ) -> None:
        """parser: the best one that is installed when None."""
        import uvicorn

        from toolkit.localorg.app import Application
        from toolkit.localorg.connections import MAX_HEAD, Connections, best_parser

        self._connections = Connections(org.options.head_seconds)
        certificate, key = ensure_tls(org.state, host) if tls else (None, None)
        config = uvicorn.Config(
            Application(org, worker, self._connections.abort),
            http=self._connections.protocol(parser or best_parser()),
            limit_concurrency=org.options.max_connections,
            ws="none",
            loop="asyncio",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            h11_max_incomplete_event_size=MAX_HEAD,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=3,
            ssl_certfile=certificate,
            ssl_keyfile=key,
        )
        self._server = uvicorn.Server(config)

    @property
    def started(self) -> bool:
        return self._server.started

    def stop(self) -> None:
        """Ask it to end when the requests in hand are answered."""
        self._server.should_exit = True

    def run(self, sock: socket.socket) -> None:
        """Serve until asked to end; no connection stays open."""
        asyncio.run(self._run(sock))

    async def _run(self, sock: socket.socket) -> None:
        await self._server.serve(sockets=[sock])
        self._connections.abort_all()
        for _ in range(_TURNS_TO_CLOSE):
            await asyncio.sleep(0)


def url_of(sock: socket.socket, *, tls: bool) -> str:
    """Where the org is reached; on every address means loopback, too."""
    host, port = sock.getsockname()[:2]
    host = {"0.0.0.0": LOOPBACK, "::": "::1"}.get(host, host)  # noqa: S104  it is asked about, not bound
    named = f"[{host}]" if ":" in host else host
    return f"{'https' if tls else 'http'}://{named}:{port}"


def serve(
    state: Path,
    *,
    host: str = LOOPBACK,
    port: int = 0,
    options: Options | None = None,
    tls: bool = False,
    ready: Callable[[Org, str], None] | None = None,
) -> None:
    """Serve the org until it is interrupted (Ctrl-C or SIGTERM).

    tls: https with a certificate of its own, `tls.crt` in the state folder, which clients have to trust.
    ready is called with the org and its URL when the port listens. Any host but loopback makes the org
    reachable for everyone who can reach this machine; the caller says so to the user.
    """
    org = open_org(state, options)
    try:
        sock = bind(host, port)
        worker = Worker(org)
        server = HttpServer(org, worker, tls=tls, host=host)
        worker.start()
        try:
            if ready is not None:
                ready(org, url_of(sock, tls=tls))
            server.run(sock)
        finally:
            worker.stop()
            sock.close()
    finally:
        org.close()


class BackgroundServer:
    """The same in a thread of this process."""

    def __init__(
        self, org: Org, sock: socket.socket, *, tls: bool = False, host: str = LOOPBACK, parser: Parser | None = None
    ) -> None:
        self._worker = Worker(org)
        self._server = HttpServer(org, self._worker, tls=tls, host=host, parser=parser)
        self._sock = sock
        self._thread = threading.Thread(target=self._run, name="localorg-http", daemon=True)
        self._failed: BaseException | None = None
        self._ended = threading.Event()

    def _run(self) -> None:
        try:
            self._server.run(self._sock)
        except BaseException as error:  # noqa: BLE001  it is raised again in start()
            self._failed = error
        finally:
            self._ended.set()

    def start(self) -> None:
        """Return when the server answers."""
        self._worker.start()
        self._thread.start()
        while not self._server.started:
            if self._ended.wait(0.002):
                self._worker.stop()
                raise LocalOrgError.of(f"the local org could not be started: {self._failed}")

    def stop(self) -> None:
        """Let requests in hand finish, then end both threads."""
        self._server.stop()
        self._thread.join()
        self._worker.stop()
        self._sock.close()
