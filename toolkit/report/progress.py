"""What a release says while it runs: one line that is written over on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import IO

from toolkit.org.jobs import DeployResult
from toolkit.report.plain import plain

_EVERY = 15.0
"""Seconds between two plain lines about a job in which nothing else is new."""

_NEWS = 200
"""Characters of a failure that are told while its job runs; the end tells all of it."""


def job_text(title: str, result: DeployResult) -> str:
    """Stage, components and tests of a running job in one line."""
    parts = [f"{title}: {result.status_text or 'waiting'}"]
    if result.components_total:
        parts.append(f"components {result.components_deployed}/{result.components_total}")
    if result.tests_total:
        parts.append(f"tests {result.tests_completed}/{result.tests_total}")
    if result.failed:
        parts.append(f"{result.failed} failed")
    if result.state_detail:
        parts.append(result.state_detail)
    return ", ".join(parts)


class Jobs:
    """The jobs of one run: how each was seen last, since when, and which of its failures have been told."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._began: dict[str, float] = {}
        self._told: set[tuple[str, str]] = set()
        self._last: dict[str, DeployResult] = {}

    @property
    def results(self) -> tuple[DeployResult, ...]:
        """Every job in the order of their starts, as it was seen last."""
        return tuple(self._last.values())

    def take(self, result: DeployResult) -> float:
        """Keep a look at a job; returns the seconds since the first one."""
        self._last[result.id] = result
        now = self._clock()
        return now - self._began.setdefault(result.id, now)

    def news(self, result: DeployResult) -> Iterator[str]:
        """The failures of a running job that have not been told yet. The end of a job is told by its report."""
        if result.done:
            return
        for text in _failures(result):
            if (result.id, text) not in self._told:
                self._told.add((result.id, text))
                yield text if len(text) <= _NEWS else f"{text[:_NEWS]}..."


def _failures(result: DeployResult) -> Iterator[str]:
    """Components by name: the org knows the zip's paths alone, and the report at the end has our own files."""
    for failure in result.failures:
        yield f"failed: {failure.type} {failure.full_name}: {failure.problem or 'no reason was given'}"
    for test in result.test_failures:
        yield f"test failed: {test.name}.{test.method}: {test.message}"


class PlainTalk:
    """Lines, each once; a running job gives a line when its stage changes and every fifteen seconds."""

    def __init__(self, out: IO[str], clock: Callable[[], float] = time.monotonic) -> None:
        self._out = out
        self._clock = clock
        self._stage = ""
        self._told = 0.0
        self.jobs = Jobs(clock)

    def say(self, text: str) -> None:
        self._out.write(f"{plain(text)}\n")
        self._out.flush()

    def job(self, title: str, result: DeployResult) -> None:
        elapsed = self.jobs.take(result)
        for failure in self.jobs.news(result):
            self.say(f"{title}: {failure}")
        stage, now = f"{result.id} {result.status_text}", self._clock()
        if stage != self._stage or now - self._told >= _EVERY:
            self._stage, self._told = stage, now
            self.say(f"{job_text(title, result)} ({elapsed:.0f} s)")

    def close(self) -> None:
        """Nothing is left to be wiped."""


class LiveTalk:
    """One line at the bottom of a terminal. Lines that tell of changes stay, those of passing interest do not."""

    def __init__(self, out: IO[str], width: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._out = out
        self._width = max(20, width)
        self._clock = clock
        self._began = clock()
        self._shown = False
        self.jobs = Jobs(clock)

    def say(self, text: str) -> None:
        if text.endswith(": reading"):
            self._line(text, self._clock() - self._began)
        else:
            self.close()
            self._out.write(f"{plain(text)}\n")
            self._out.flush()

    def job(self, title: str, result: DeployResult) -> None:
        elapsed = self.jobs.take(result)
        for failure in self.jobs.news(result):
            self.say(f"{title}: {failure}")
        self._line(job_text(title, result), elapsed, result.page)

    def _line(self, text: str, elapsed: float, link: str = "") -> None:
        """The line, with the link behind it where all of that fits; it was also told when the job started."""
        shown = f"{plain(text)} ({elapsed:.0f} s)"
        if link and len(shown) + len(link) + 1 < self._width:
            shown = f"{shown} {plain(link)}"
        if len(shown) > self._width - 1:
            shown = shown[: self._width - 4] + "..."
        self._out.write(f"\r\x1b[2K{shown}")
        self._out.flush()
        self._shown = True

    def close(self) -> None:
        """Wipe the passing line."""
        if self._shown:
            self._out.write("\r\x1b[2K")
            self._out.flush()
            self._shown = False
