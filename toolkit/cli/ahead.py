"""Modules that a command will need, loaded while it waits for an org."""

from __future__ import annotations

import threading
from contextlib import suppress
from importlib import import_module


def load_ahead(*names: str) -> None:
    """Import modules in a thread, in this order, and return at once.

    Whoever imports one of them meanwhile waits for it as for any other import.
    """
    threading.Thread(target=_load, args=(names,), name="sfmeta-imports", daemon=True).start()


def _load(names: tuple[str, ...]) -> None:
    for name in names:
        with suppress(Exception):  # whoever needs the module imports it again, and is told
            import_module(name)
