"""check_many: many files, in the order they were named, by one process or several."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from toolkit.metadata.schema import reading
from toolkit.metadata.schema.check import Checker
from toolkit.metadata.schema.finding import SchemaFinding
from toolkit.metadata.schema.model import schema

_CHUNK = 200  # files that a worker takes at a time
_CHUNK_BYTES = 4 * 1024 * 1024  # and bytes, so that one chunk of large files does not hold up the rest
_WORTH = 1500  # files; with fewer, starting processes costs more than it saves


_Slim = tuple[str, str, str | None, str]


@dataclass(frozen=True, slots=True)
class Job:
    """A file to check: where it is, what the user calls it, its type by its path, and its API version."""

    path: Path
    source: str
    type_name: str | None
    api_version: str


@dataclass(frozen=True, slots=True)
class Result:
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
    first = list(islice(jobs_iterator := iter(jobs), _WORTH))
    if workers == 1 or len(first) < _WORTH:
        checker = Checker(schema())
        for job in _chained(first, jobs_iterator):
            yield _result(checker, job)
        return
    yield from _shared(_chained(first, jobs_iterator), workers)


def _shared(jobs: Iterator[Job], workers: int) -> Iterator[Result]:
    chunks = _chunks(jobs)
    with _context().Pool(workers, initializer=_start) as pool:
        waiting = deque(
            (chunk, pool.apply_async(_check_chunk, (_slim(chunk),))) for chunk in islice(chunks, workers * 3)
        )
        while waiting:
            chunk, answer = waiting.popleft()
            found = dict(answer.get())
            waiting.extend((more, pool.apply_async(_check_chunk, (_slim(more),))) for more in islice(chunks, 1))
            for index, job in enumerate(chunk):
                yield Result(job.source, found.get(index, ()))


def _context() -> multiprocessing.context.BaseContext:
    """A forked worker starts at once; one of a process with threads must be spawned, lest it inherit their locks."""
    forkable = "fork" in multiprocessing.get_all_start_methods() and threading.active_count() == 1
    return multiprocessing.get_context("fork" if forkable else "spawn")


def _chained(first: list[Job], rest: Iterator[Job]) -> Iterator[Job]:
    yield from first
    yield from rest


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


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except (OSError, ValueError):
        return 0  # reading it gives the finding


_worker: list[Checker] = []


def _start() -> None:
    """Give a worker process its checker."""
    _worker.append(Checker(schema()))


def _slim(jobs: list[Job]) -> list[_Slim]:
    """The jobs as plain tuples, which cost less to send."""
    return [(str(job.path), job.source, job.type_name, job.api_version) for job in jobs]


def _check_chunk(jobs: list[_Slim]) -> list[tuple[int, tuple[SchemaFinding, ...]]]:
    """The findings of the files that have any, with their places in the chunk."""
    found = []
    for index, (path, source, type_name, api_version) in enumerate(jobs):
        result = _result(_worker[0], Job(Path(path), source, type_name, api_version))
        if result.findings:
            found.append((index, result.findings))
    return found


def _result(checker: Checker, job: Job) -> Result:
    try:
        data = reading.read(job.path, source=job.source)
    except reading.Unreadable as unreadable:
        return Result(job.source, (unreadable.finding,))
    found = checker.check(data, source=job.source, type_name=job.type_name, api_version=job.api_version)
    return Result(job.source, tuple(found))


def default_workers() -> int:
    """One a processor that this process may use, at most 4: beyond, reading the files is what takes the time."""
    return min(4, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
