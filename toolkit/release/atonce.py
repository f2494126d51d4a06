"""Doing several things at once that wait for an org most of their time, and hearing of them in their order."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import TypeVar

T = TypeVar("T")


def at_once(tasks: Sequence[Callable[[], T]], *, most: int) -> Iterator[Future[T]]:
    """The tasks' results in the order of the tasks, `most` of them under way at a time.

    When the caller goes on without having asked for all, no further task is begun. The threads do not outlive the
    process: an interrupted command ends although an org has not answered yet.
    """
    if len(tasks) < 2 or most < 2:
        for task in tasks:
            yield _done(task)
        return
    coming: SimpleQueue[tuple[Future[T], Callable[[], T]]] = SimpleQueue()
    futures: list[Future[T]] = []
    for task in tasks:
        futures.append(Future())
        coming.put((futures[-1], task))
    given_up = threading.Event()

    def work() -> None:
        while not given_up.is_set():
            try:
                future, task = coming.get_nowait()
            except Empty:
                return
            _carry_out(future, task)

    for number in range(min(most, len(tasks))):
        threading.Thread(target=work, name=f"sfmeta-{number}", daemon=True).start()
    try:
        for future in futures:
            future.exception()  # wait for it, whatever comes of it
            yield future
    finally:
        given_up.set()


def _done(task: Callable[[], T]) -> Future[T]:
    future: Future[T] = Future()
    _carry_out(future, task)
    return future


def _carry_out(future: Future[T], task: Callable[[], T]) -> None:
    try:
        future.set_result(task())
    except Exception as error:  # noqa: BLE001  whoever asks for the result gets it
        future.set_exception(error)
