"""Several things at once: results in order, errors where they belong, a bound, and nothing begun after giving up."""

from __future__ import annotations

import threading
import time

import pytest

from toolkit.release.atonce import at_once


def test_results_come_in_the_order_of_the_tasks_and_errors_with_them() -> None:
    def task(number: int) -> int:
        time.sleep((5 - number) * 0.004)
        if number == 3:
            raise ValueError("three")
        return number

    told = [
        str(future.exception() or future.result())
        for future in at_once([lambda n=n: task(n) for n in range(6)], most=3)
    ]
    assert told == ["0", "1", "2", "three", "4", "5"]


@pytest.mark.parametrize("most", [1, 2, 4])
def test_no_more_than_that_many_at_a_time(most: int) -> None:
    running, peak, lock = 0, 0, threading.Lock()

    def task() -> None:
        nonlocal running, peak
        with lock:
            running += 1
            peak = max(peak, running)
        time.sleep(0.005)
        with lock:
            running -= 1

    for future in at_once([task] * 9, most=most):
        future.result()
    assert peak == most


def test_nothing_is_begun_once_the_caller_has_given_up() -> None:
    begun: list[int] = []
    go_on = threading.Event()

    def task(number: int) -> int:
        begun.append(number)
        if number:
            go_on.wait(5)
        return number

    coming = at_once([lambda n=n: task(n) for n in range(9)], most=2)
    assert next(coming).result() == 0
    coming.close()
    go_on.set()
    time.sleep(0.02)
    assert sorted(begun) == list(range(len(begun)))
    assert len(begun) <= 3
