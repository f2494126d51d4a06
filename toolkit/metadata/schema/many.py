"""check_many: many files, in the order they were named, by one process or several."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from toolkit.metadata.schema import reading
from toolkit.metadata.schema.check import Checker
from toolkit.metadata.schema.finding import SchemaFinding
from toolkit.metadata.schema.model import schema

_CHUNK = 400  # files that a worker takes at a time
_SAMPLE = 100  # files that are checked before workers start
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

    workers: processes that share the work (1: this one alone). The findings do not depend on it.
    """
    if workers < 1:
        raise ValueError("workers must be 1 or more")
    checker = Checker(schema())
    if workers > 1:
        jobs = list(jobs)
        if len(jobs) >= _WORTH:
            yield from _shared(jobs, workers, checker)
            return
    for job in jobs:
        yield Result(job.source, _findings(checker, job))


def _shared(jobs: list[Job], workers: int, checker: Checker) -> Iterator[Result]:
    import multiprocessing
    import threading

    # A forked worker starts at once, with the jobs and a taught checker; one of a process with threads must be
    # spawned, lest it inherit their locks.
    forkable = "fork" in multiprocessing.get_all_start_methods() and threading.active_count() == 1
    context = multiprocessing.get_context("fork" if forkable else "spawn")
    if forkable:
        for job in jobs[:: len(jobs) // _SAMPLE]:
            _findings(checker, job)  # what it learns of the project, the workers need not learn again
    starts = range(0, len(jobs), _CHUNK)
    with context.Pool(workers, initializer=_start, initargs=(jobs, checker if forkable else None)) as pool:
        for start, found in zip(starts, pool.imap(_check_chunk, starts), strict=True):
            marked = dict(found)
            for index, job in enumerate(jobs[start : start + _CHUNK], start):
                yield Result(job.source, marked.get(index, ()))


class _Worker(NamedTuple):
    jobs: list[Job]
    checker: Checker


_worker: list[_Worker] = []


def _start(jobs: list[Job], checker: Checker | None) -> None:
    """Give a worker process what it works on."""
    _worker[:] = [_Worker(jobs, checker or Checker(schema()))]


def _check_chunk(start: int) -> list[tuple[int, tuple[SchemaFinding, ...]]]:
    """The findings of the files that have any, with their indexes."""
    jobs, checker = _worker[0]
    every = ((index, _findings(checker, job)) for index, job in enumerate(jobs[start : start + _CHUNK], start))
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
