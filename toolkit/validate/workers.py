"""Inspecting files in several processes; the results come back in the order of the files."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.validate.inspector import Inspected, Inspector
    from toolkit.validate.plan import Plan

_CHUNK = 64
_inspector: Inspector | None = None  # one a worker process, set by its initializer


def run(plan: Plan, workers: int) -> Iterator[Inspected]:
    """What each file gave, in their order."""
    # a forked child shares the plan without copying it; the command line has one thread, so forking is safe
    method = "fork" if sys.platform == "linux" else "spawn"
    context = multiprocessing.get_context(method)
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_start, initargs=(plan,)) as pool:
        yield from pool.map(_inspect, range(len(plan.sources.files)), chunksize=_CHUNK)


def _start(plan: Plan) -> None:
    global _inspector  # noqa: PLW0603  # the one way to give a process its state
    from toolkit.validate.inspector import Inspector

    _inspector = Inspector(plan)


def _inspect(number: int) -> Inspected:
    if _inspector is None:
        raise RuntimeError("the worker was not started")
    return _inspector.inspect(number)
