"""Running a local org as a server: in the foreground, or in a thread."""

from __future__ import annotations

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

if TYPE_CHECKING:
    import uvicorn

LOOPBACK = "127.0.0.1"


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
        sock = socket.socket(family, socket.SOCK_STREAM)
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


def configuration(org: Org, worker: Worker) -> uvicorn.Server:
    """uvicorn with nothing of its own to say: the org logs through toolkit.localorg."""
    import uvicorn  # noqa: PLC0415  not needed for a first answer

    from toolkit.localorg.app import Application  # noqa: PLC0415  not needed for a first answer

    config = uvicorn.Config(
        Application(org, worker),
        http="h11",
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        h11_max_incomplete_event_size=64 * 1024,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=3,
    )
    return uvicorn.Server(config)


def url_of(sock: socket.socket) -> str:
    host, port = sock.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(
    state: Path,
    *,
    host: str = LOOPBACK,
    port: int = 0,
    options: Options | None = None,
    ready: Callable[[Org, str], None] | None = None,
) -> None:
    """Serve the org until it is interrupted (Ctrl-C or SIGTERM).

    ready is called with the org and its URL when the port listens. Any host but loopback makes the org
    reachable for everyone who can reach this machine; the caller says so to the user.
    """
    org = open_org(state, options)
    try:
        sock = bind(host, port)
        worker = Worker(org)
        server = configuration(org, worker)
        worker.start()
        try:
            if ready is not None:
                ready(org, url_of(sock))
            server.run(sockets=[sock])
        finally:
            worker.stop()
            sock.close()
    finally:
        org.close()


class BackgroundServer:
    """The same in a thread of this process."""

    def __init__(self, org: Org, sock: socket.socket) -> None:
        self._worker = Worker(org)
        self._server = configuration(org, self._worker)
        self._sock = sock
        self._thread = threading.Thread(target=self._run, name="localorg-http", daemon=True)
        self._failed: BaseException | None = None
        self._ended = threading.Event()

    def _run(self) -> None:
        try:
            self._server.run(sockets=[self._sock])
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
        self._server.should_exit = True
        self._thread.join()
        self._worker.stop()
        self._sock.close()
