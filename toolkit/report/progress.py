"""What a release says while it runs: one line that is written over on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import IO

from toolkit.org.jobs import DeployResult
from toolkit.report.plain import plain

_EVERY = 15.0
"""Seconds between two plain lines about a job in which nothing else is new."""


def job_text(title: str, result: DeployResult) -> str:
    """Stage, components and tests of a running job in one line."""
    parts = [f"{title}: {result.status_text or 'waiting'}"]
    if result.components_total:
        parts.append(f"components {result.components_deployed}/{result.components_total}")
    if result.tests_total:
        parts.append(f"tests {result.tests_completed}/{result.tests_total}")
    errors = result.component_errors + result.test_errors
    if errors:
        parts.append(f"{errors} failed")
    if result.state_detail:
        parts.append(result.state_detail)
    return ", ".join(parts)


class PlainTalk:
    """Lines, each once; a running job gives a line when its stage changes and every fifteen seconds."""

    def __init__(self, out: IO[str], clock: Callable[[], float] = time.monotonic) -> None:
        self._out = out
        self._clock = clock
        self._stage = ""
        self._told = 0.0

    def say(self, text: str) -> None:
        self._out.write(f"{plain(text)}\n")
        self._out.flush()

    def job(self, title: str, result: DeployResult) -> None:
        stage, now = f"{result.id} {result.status_text}", self._clock()
        if stage != self._stage or now - self._told >= _EVERY:
            self._stage, self._told = stage, now
            self.say(job_text(title, result))

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

    def say(self, text: str) -> None:
        if text.endswith(": reading"):
            self._line(text)
        else:
            self.close()
            self._out.write(f"{plain(text)}\n")
            self._out.flush()

    def job(self, title: str, result: DeployResult) -> None:
        self._line(job_text(title, result))

    def _line(self, text: str) -> None:
        shown = f"{plain(text)} ({self._clock() - self._began:.0f} s)"
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
