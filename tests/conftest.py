"""What holds for every test: nothing leaves this machine, and no setting of this machine gets in."""

from __future__ import annotations

import ipaddress
import os
import signal
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests import baddays

_connect = socket.socket.connect


def _is_loopback(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a Unix socket
    host = address[0]
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _guarded(self: socket.socket, address: Any) -> None:
    if not _is_loopback(address):
        raise AssertionError(f"a test wants to leave this machine: {address!r}")
    _connect(self, address)


def pytest_configure(config: pytest.Config) -> None:
    baddays.register(config)
    if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # In the background of a shell Ctrl-C is ignored, and so it would be in every process that a test starts.
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    baddays.record(item, call)


@pytest.fixture(autouse=True, scope="session")
def no_outside_sockets() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", _guarded)
        yield


@pytest.fixture(autouse=True)
def own_environment_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Terminal, colour and tool settings of whoever runs the tests must not change what they see."""
    for name in list(os.environ):
        if name.startswith(("SFMETA_", "COBROWSE_", "SF_")) or name in {"NO_COLOR", "FORCE_COLOR", "COLUMNS"}:
            monkeypatch.delenv(name)
