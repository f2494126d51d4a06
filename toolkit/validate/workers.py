"""Inspecting files in several processes; the results come back in the order of the files."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.validate.inspector import Inspected, Inspector
    from toolkit.validate.plan import Options, Plan
    from toolkit.validate.source import Sources

_CHUNK = 64
_FILE = 1500  # bytes that reading an empty file is worth
_MOST = 400_000  # bytes of a file beyond which it costs no more: large ones are mostly content that no rule looks into
_inspector: Inspector | None = None  # one a spawned process, set by its initializer


def run(plan: Plan, workers: int) -> Iterator[Inspected]:
    """What the files gave, in their order; nothing for a file that gave nothing."""
    # a process with threads must not fork, lest a child inherit their locks
    if hasattr(os, "fork") and threading.active_count() == 1:
        yield from _forked(plan, workers)
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    context = get_context("spawn")
    arguments = (plan.sources, _plain(plan.options))
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_start, initargs=arguments) as pool:
        yield from pool.map(_inspect, range(len(plan.sources.files)), chunksize=_CHUNK)


def _forked(plan: Plan, workers: int) -> Iterator[Inspected]:
    from toolkit.metadata.schema.forked import share
    from toolkit.validate.inspector import Inspector

    inspector = Inspector(plan)
    files = plan.sources.files

    def work(numbers: Sequence[int]) -> list[tuple[int, Inspected]]:
        found = [(number, inspector.inspect(number)) for number in numbers]
        return [(number, inspected) for number, inspected in found if inspected]

    def weight(number: int) -> int:
        return _FILE + min(files[number].size, _MOST)

    found = dict(share(range(len(files)), work, workers, weight=weight))
    for number in sorted(found):
        yield found[number]


def _plain(options: Options) -> Options:
    """The options in types that can be sent to another process."""
    tuning = options.tuning
    parameters = {rule: dict(values) for rule, values in tuning.parameters.items()}
    return options._replace(tuning=tuning._replace(severities=dict(tuning.severities), parameters=parameters))


def _start(sources: Sources, options: Options) -> None:
    global _inspector  # noqa: PLW0603  # the one way to give a process its state
    from toolkit.validate.inspector import Inspector
    from toolkit.validate.plan import Plan

    _inspector = Inspector(Plan(sources, options))


def _inspect(number: int) -> Inspected:
    if _inspector is None:
        raise RuntimeError("the worker was not started")
    return _inspector.inspect(number)
