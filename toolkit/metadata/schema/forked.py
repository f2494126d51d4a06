"""Work shared with forked children: this process works too, and no worker waits for another.

Chunks are taken from both ends of the queue, so that neighbours - files of one type - stay with one worker, which
learns the type once. A child that dies costs time only: what it had taken is done again here.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pickle
import signal
import tempfile
from collections.abc import Callable, Sequence
from typing import IO, NamedTuple, TypeVar, cast

Item = TypeVar("Item")
Work = Callable[[Sequence[int]], list[Item]]

_COUNTER = 8  # bytes of a number in the queue's file


def share(
    order: Sequence[int], work: Work[Item], workers: int, *, weight: Callable[[int], int] | None = None
) -> list[Item]:
    """What work gives for the numbers of the order, chunk by chunk, in no particular order.

    workers: processes, this one included. weight: about what a number costs beside the others (all the same without).
    Items come from a child as a pickle. The process must have one thread.
    """
    with tempfile.TemporaryFile(buffering=0) as file:
        queue = _Queue(file, _cut(order, workers, weight))
        children = [_fork(queue, work, number) for number in range(1, workers)]
        waiting = list(children)
        try:
            items = queue.drain(work, 0)
            while waiting:
                found = _collect(waiting[0])
                child = waiting.pop(0)
                if found is None:
                    items += [item for chunk in queue.taken_by(child.number) for item in work(chunk)]
                else:
                    items += cast("list[Item]", found)
        finally:
            for child in waiting:
                _end(child)
    return items


def _cut(order: Sequence[int], workers: int, weight: Callable[[int], int] | None) -> list[Sequence[int]]:
    """The order in chunks that cost about the same: some fifty for each worker, of eight to two hundred numbers."""
    if weight is None:
        size = max(8, min(200, len(order) // (workers * 50)))
        return [order[start : start + size] for start in range(0, len(order), size)]
    weights = [weight(number) for number in order]
    share = sum(weights) // (workers * 50)
    chunks: list[Sequence[int]] = []
    start = load = 0
    for end, cost in enumerate(weights, 1):
        load += cost
        if end == len(order) or (load >= share and end - start >= 8) or end - start == 200:
            chunks.append(order[start:end])
            start, load = end, 0
    return chunks


class _Child(NamedTuple):
    number: int
    pid: int
    output: int  # a pipe that it writes its items to


class _Queue:
    """The chunks of the order; how many are gone from the front and from the back, and to whom, is in a file."""

    def __init__(self, file: IO[bytes], chunks: list[Sequence[int]]) -> None:
        self._file = file.fileno()
        self._numbers = chunks
        self._chunks = len(chunks)
        os.pwrite(self._file, bytes(2 * _COUNTER + self._chunks), 0)

    def drain(self, work: Work[Item], number: int) -> list[Item]:
        """What work gives for the chunks that this worker takes, until there are none."""
        items: list[Item] = []
        while (chunk := self._take(number)) is not None:
            items += work(self._numbers[chunk])
        return items

    def taken_by(self, number: int) -> list[Sequence[int]]:
        owners = os.pread(self._file, self._chunks, 2 * _COUNTER)
        return [self._numbers[chunk] for chunk, owner in enumerate(owners) if owner == number + 1]

    def _take(self, number: int) -> int | None:
        """The next chunk; even workers take from the front, odd ones from the back."""
        fcntl.lockf(self._file, fcntl.LOCK_EX)  # the system lets go of it when its holder dies
        try:
            state = os.pread(self._file, 2 * _COUNTER, 0)
            front, back = int.from_bytes(state[:_COUNTER], "big"), int.from_bytes(state[_COUNTER:], "big")
            if front + back == self._chunks:
                return None
            from_back = number % 2
            chunk = self._chunks - 1 - back if from_back else front
            counts = ((front + 1 - from_back), (back + from_back))
            os.pwrite(self._file, b"".join(count.to_bytes(_COUNTER, "big") for count in counts), 0)
            os.pwrite(self._file, bytes((number + 1,)), 2 * _COUNTER + chunk)
            return chunk
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN)


def _fork(queue: _Queue, work: Work[Item], number: int) -> _Child:
    output, entry = os.pipe()
    pid = os.fork()
    if pid:
        os.close(entry)
        return _Child(number, pid, output)
    status = 1
    try:
        os.close(output)
        with open(entry, "wb") as pipe:  # noqa: PTH123 - a descriptor
            pickle.dump(queue.drain(work, number), pipe)
        status = 0
    finally:
        os._exit(status)  # nothing of the parent's may be flushed or tidied up twice


def _collect(child: _Child) -> object:
    """What the child gives; None when it died."""
    with open(child.output, "rb") as pipe:  # noqa: PTH123 - a descriptor
        data = pipe.read()
    status = os.waitpid(child.pid, 0)[1]
    return pickle.loads(data) if status == 0 else None  # noqa: S301 - our own child wrote it


def _end(child: _Child) -> None:
    with contextlib.suppress(OSError):  # it has been collected, or is gone
        os.close(child.output)
    with contextlib.suppress(OSError):
        os.kill(child.pid, signal.SIGTERM)
        os.waitpid(child.pid, 0)
