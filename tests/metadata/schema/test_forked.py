"""Work that is shared with forked children: all of it is done once, whoever dies on the way."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.metadata.schema import forked


def doubled(numbers: Sequence[int]) -> list[tuple[int, int]]:
    return [(number, os.getpid()) for number in numbers]


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 700), st.integers(1, 5))
def test_every_number_is_worked_on_once(count: int, workers: int) -> None:
    order = list(reversed(range(count)))
    items = forked.share(order, doubled, workers)
    assert sorted(number for number, _ in items) == sorted(order)


def test_workers_are_processes_of_their_own_and_neighbours_stay_together() -> None:
    def slow(numbers: Sequence[int]) -> list[tuple[int, int]]:
        time.sleep(0.002)
        return doubled(numbers)

    items = forked.share(range(2000), slow, 2)
    by_process: dict[int, list[int]] = {}
    for number, pid in items:
        by_process.setdefault(pid, []).append(number)
    front, back = by_process.pop(os.getpid()), *by_process.values()
    assert max(front) < min(back)


def test_what_a_dead_child_had_taken_is_done_again() -> None:
    parent = os.getpid()

    def deadly(numbers: Sequence[int]) -> list[int]:
        if os.getpid() != parent:
            os.kill(os.getpid(), 9)
        time.sleep(0.002)  # lest the children find nothing to take
        return list(numbers)

    assert sorted(forked.share(range(3000), deadly, 3)) == list(range(3000))


def test_an_error_reaches_the_caller_and_no_child_stays_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    children: list[int] = []
    fork = os.fork

    def noted() -> int:
        children.append(fork())
        return children[-1]

    monkeypatch.setattr(os, "fork", noted)

    def failing(numbers: Sequence[int]) -> list[int]:
        time.sleep(0.002)
        if 500 in numbers:
            raise LookupError("five hundred")
        return list(numbers)

    with pytest.raises(LookupError, match="five hundred"):
        forked.share(range(1000), failing, 2)
    assert len(children) == 1
    with pytest.raises(ChildProcessError):
        os.waitpid(children[0], os.WNOHANG)


@given(st.lists(st.integers(0, 10_000), max_size=700), st.integers(1, 5))
def test_chunks_hold_every_number_once_and_weigh_about_the_same(weights: list[int], workers: int) -> None:
    order = range(len(weights))
    chunks = forked._cut(order, workers, weights.__getitem__)
    assert [number for chunk in chunks for number in chunk] == list(order)
    share = sum(weights) // (workers * 50)
    for chunk in chunks:
        assert 0 < len(chunk) <= 200
        assert len(chunk) <= 8 or sum(weights[number] for number in chunk[:-1]) < share
