"""check_many: many files, in the order they were named, by one process or several."""

from __future__ import annotations

import contextlib
import functools
import gc
import itertools
import os
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from toolkit.metadata.schema import reading
from toolkit.metadata.schema.check import Checker
from toolkit.metadata.schema.finding import SchemaFinding
from toolkit.metadata.schema.model import schema

if TYPE_CHECKING:
    from pathlib import Path

_BLOCK = 400  # files that are checked before their results are given
_WINDOW = 30_000  # files that workers share before their results are given
_WORTH = 800  # files; with fewer, starting processes costs more than it saves


class Job(NamedTuple):
    """A file to check: where it is, what the user calls it, its type by its path (None: unknown), its API version."""

    path: str | Path
    source: str
    type_name: str | None
    api_version: str


class Result(NamedTuple):
    """The findings of one file, in the order of their places."""

    source: str
    findings: tuple[SchemaFinding, ...]


def check_many(jobs: Iterable[Job], *, workers: int = 1) -> Iterator[Result]:
    """The results in the order of the jobs, as they come; each file is read when its turn comes, and let go.

    workers: processes that share the work (1: this one alone). The findings do not depend on it. Results come some
    hundred at a time, with several workers up to 30,000.
    """
    if workers < 1:
        raise ValueError("workers must be 1 or more")
    checker = Checker(schema())
    coming = iter(jobs)
    while block := list(itertools.islice(coming, _BLOCK if workers == 1 else _WINDOW)):
        if workers == 1 or len(block) < _WORTH:
            found = _marked(checker, block, range(len(block)))
        else:
            found = _shared(checker, block, workers)
        marked = dict(found)
        for index, job in enumerate(block):
            yield Result(job[1], marked.get(index, ()))


_Marked = tuple[int, tuple[SchemaFinding, ...]]


def _marked(checker: Checker, jobs: Sequence[Job], numbers: Iterable[int]) -> list[_Marked]:
    """The findings of the files that have any, with their indexes."""
    found: list[_Marked] = []
    with _no_garbage_collection():
        for number in numbers:
            findings = _findings(checker, jobs[number])
            if findings:
                found.append((number, findings))
    return found


@contextlib.contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Checking makes many objects and next to no cycles; looking for those takes a tenth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _shared(checker: Checker, jobs: list[Job], workers: int) -> list[_Marked]:
    import threading

    # a process with threads must not fork, lest a child inherit their locks
    if hasattr(os, "fork") and threading.active_count() == 1:
        from toolkit.metadata.schema import forked

        return forked.share(_by_type(jobs), functools.partial(_marked, checker, jobs), workers)

    import multiprocessing

    with multiprocessing.get_context("spawn").Pool(workers, initializer=_start, initargs=(jobs,)) as pool:
        starts = range(0, len(jobs), _BLOCK)
        return [marked for found in pool.imap_unordered(_spawned, starts) for marked in found]


def _by_type(jobs: list[Job]) -> list[int]:
    """The indexes of the jobs, those of one suffix together."""
    groups: dict[str, list[int]] = {}
    for index, job in enumerate(jobs):
        path = os.fspath(job[0])
        suffix = path.rpartition(".")[2]
        groups.setdefault(path[-12:] if suffix == "xml" else suffix, []).append(index)  # 12: as in cls-meta.xml
    return [index for group in groups.values() for index in group]


_worker: list[tuple[Checker, list[Job]]] = []  # of a process that was spawned


def _start(jobs: list[Job]) -> None:
    _worker[:] = [(Checker(schema()), jobs)]


def _spawned(start: int) -> list[_Marked]:
    checker, jobs = _worker[0]
    return _marked(checker, jobs, range(start, min(start + _BLOCK, len(jobs))))


def _findings(checker: Checker, job: Job) -> tuple[SchemaFinding, ...]:
    path, source, type_name, api_version = job
    try:
        data = reading.read(path, source=source)
    except reading.Unreadable as unreadable:
        return (unreadable.finding,)
    return tuple(checker.check(data, source=source, type_name=type_name, api_version=api_version))


def default_workers() -> int:
    """One a processor that this process may use, at most 4: beyond, reading the files is what takes the time."""
    return min(4, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
