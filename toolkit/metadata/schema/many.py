"""check_many: many files, in the order they were named, by one process or several."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from toolkit.metadata.schema import reading
from toolkit.metadata.schema.check import Checker
from toolkit.metadata.schema.finding import SchemaFinding
from toolkit.metadata.schema.model import schema

_CHUNK = 200  # files that a worker takes at a time
_CHUNK_BYTES = 4 * 1024 * 1024  # and bytes, so that one chunk of large files does not hold up the rest
_SAMPLE = 5  # one file in so many of the first ones is checked before workers start
_WORTH = 1500  # files; with fewer, starting processes costs more than it saves


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

    workers: processes that share the work (1: this one alone). The findings do not depend on it. At most a few
    chunks are on their way at any time, so memory does not grow with the number of files.
    """
    if workers < 1:
        raise ValueError("workers must be 1 or more")
    checker = Checker(schema())
    rest = iter(jobs)
    first = list(islice(rest, _WORTH))
    if workers == 1 or len(first) < _WORTH:
        for job in chain(first, rest):
            yield Result(job.source, _findings(checker, job))
        return
    for job in first[::_SAMPLE]:
        _findings(checker, job)  # what it learns of the project, forked workers need not learn again
    yield from _shared(chain(first, rest), workers, checker)


def _shared(jobs: Iterator[Job], workers: int, checker: Checker) -> Iterator[Result]:
    # A forked worker starts at once and with a taught checker; one of a process with threads must be spawned, lest
    # it inherit their locks.
    forkable = "fork" in multiprocessing.get_all_start_methods() and threading.active_count() == 1
    context = multiprocessing.get_context("fork" if forkable else "spawn")
    chunks = _chunks(jobs)
    with context.Pool(workers, initializer=_start, initargs=(checker if forkable else None,)) as pool:
        waiting = deque((chunk, pool.apply_async(_check_chunk, (chunk,))) for chunk in islice(chunks, workers * 3))
        while waiting:
            chunk, answer = waiting.popleft()
            found = dict(answer.get())
            waiting.extend((more, pool.apply_async(_check_chunk, (more,))) for more in islice(chunks, 1))
            for index, job in enumerate(chunk):
                yield Result(job.source, found.get(index, ()))


def _chunks(jobs: Iterator[Job]) -> Iterator[list[Job]]:
    chunk: list[Job] = []
    size = 0
    for job in jobs:
        chunk.append(job)
        size += _size(job.path)
        if len(chunk) >= _CHUNK or size >= _CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _size(path: str | Path) -> int:
    try:
        return os.stat(path).st_size  # noqa: PTH116 - it takes both, without a new object for each file
    except (OSError, ValueError):
        return 0  # reading it gives the finding


_worker: list[Checker] = []


def _start(checker: Checker | None) -> None:
    """Give a worker process its checker."""
    _worker.append(checker or Checker(schema()))


def _check_chunk(jobs: list[Job]) -> list[tuple[int, tuple[SchemaFinding, ...]]]:
    """The findings of the files that have any, with their places in the chunk."""
    every = ((index, _findings(_worker[0], job)) for index, job in enumerate(jobs))
    return [(index, findings) for index, findings in every if findings]


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
