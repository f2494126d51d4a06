"""Signals that end the process, while a session with an org is open."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator

from toolkit.errors import EndedError

_ENDINGS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
"""What a CI runner sends to a run that is canceled, and a system to the processes of a terminal that is closed."""


@contextlib.contextmanager
def as_interruptions() -> Iterator[None]:
    """While it lasts, a signal that ends the process is an interruption, so that a job in the org is told of.

    A handler that somebody else has set stays; so does every one where this is not the main thread.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(signum: int, _frame: object) -> None:
        raise EndedError(signum)

    before = {signum: signal.signal(signum, end) for signum in _ENDINGS if signal.getsignal(signum) == signal.SIG_DFL}
    try:
        yield
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)
