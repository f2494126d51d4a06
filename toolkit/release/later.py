"""What is said now and heard later: several steps that read at once do not talk into each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from toolkit.org.jobs import DeployResult
from toolkit.release.step import Talk


@dataclass(slots=True)
class Later:
    """A Talk that keeps what it is told."""

    _kept: list[Callable[[Talk], None]] = field(default_factory=list)

    def say(self, text: str) -> None:
        self._kept.append(lambda talk: talk.say(text))

    def job(self, title: str, result: DeployResult) -> None:
        self._kept.append(lambda talk: talk.job(title, result))

    def repeat(self, talk: Talk) -> None:
        """Say all of it there."""
        for told in self._kept:
            told(talk)
        self._kept.clear()
