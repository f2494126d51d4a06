"""Outcome: what a run of validate has to say, after the baseline and the level; reports print it as it is."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from toolkit.validate.engine import Result
from toolkit.validate.finding import Finding, Severity, fingerprints
from toolkit.validate.source import UNREADABLE, Sources


class Outcome(NamedTuple):
    """findings with their fingerprints, in stable order. hidden are below the level, known are in the baseline."""

    findings: tuple[tuple[str, Finding], ...]
    api_version: str
    files: int
    hidden: dict[Severity, int]
    known: int
    unchecked: dict[str, int]
    not_run: tuple[tuple[str, str], ...]
    level: Severity

    def number_of(self, severity: Severity) -> int:
        return sum(1 for _, finding in self.findings if finding.severity is severity)

    def failed(self, *, strict: bool) -> bool:
        """Whether the run must not pass: errors, and warnings too when strict."""
        grave = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
        return any(finding.severity in grave for _, finding in self.findings)


def outcome(
    result: Result,
    sources: Sources,
    *,
    level: Severity = Severity.WARNING,
    baseline: Iterable[str] = (),
) -> Outcome:
    """What is left when the findings of the baseline are taken away."""
    accepted = frozenset(baseline)
    named = fingerprints(result.findings)
    fresh = [(name, finding) for name, finding in named if name not in accepted]
    shown = tuple((name, finding) for name, finding in fresh if finding.severity.rank <= level.rank)
    hidden: dict[Severity, int] = {}
    for _, finding in fresh:
        if finding.severity.rank > level.rank:
            hidden[finding.severity] = hidden.get(finding.severity, 0) + 1
    return Outcome(
        shown,
        sources.api_version,
        result.files,
        hidden,
        len(named) - len(fresh),
        result.unchecked,
        result.not_run,
        level,
    )


class Lines:
    """The text of single lines, for the caret; files are read again, one at a time."""

    def __init__(self, sources: Sources) -> None:
        self._files = {file.path: file for file in sources.files}
        self._rows = lru_cache(maxsize=4)(self._read)

    def _read(self, path: str) -> tuple[str, ...]:
        file = self._files.get(path)
        if file is None or file.size > 16 << 20:
            return ()
        try:
            return tuple(file.read().decode("utf-8", "replace").replace("\r", "").split("\n"))
        except UNREADABLE:
            return ()

    def line(self, path: str, number: int) -> str | None:
        """The line (from 1) without its end, None when it cannot be had."""
        rows = self._rows(path)
        return rows[number - 1] if 0 < number <= len(rows) else None
