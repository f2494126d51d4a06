"""Whole-process measurements side by side: the commands take turns, so that noise hits all of them alike."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Command:
    """A command as a person would type it; output is thrown away, a non-zero exit stops the benchmark."""

    name: str
    arguments: Sequence[str]
    cwd: Path | None = None
    environment: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One finished run: seconds of wall clock and of CPU (children included), peak memory in MiB."""

    wall: float
    cpu: float
    peak: float


@dataclass(frozen=True, slots=True)
class Figures:
    """All counted runs of one command."""

    command: Command
    runs: tuple[Run, ...]

    @property
    def wall(self) -> float:
        return statistics.median(run.wall for run in self.runs)

    @property
    def cpu(self) -> float:
        return statistics.median(run.cpu for run in self.runs)

    @property
    def peak(self) -> float:
        return max(run.peak for run in self.runs)

    def row(self, peer: Figures | None = None) -> str:
        """A Markdown table row; the last cell is the ratio of wall clocks to the peer's."""
        low, high = min(r.wall for r in self.runs), max(r.wall for r in self.runs)
        ratio = f"{self.wall / peer.wall:.2f}" if peer and peer is not self else ""
        wall = f"{self.wall:.3f} ({low:.3f}-{high:.3f})"
        return f"| {self.command.name} | {wall} | {self.cpu:.3f} | {self.peak:.0f} | {ratio} |"


HEADER = (
    "| command | wall median (min-max) s | CPU s | peak MiB | wall, ratio to peer |\n| --- | --- | --- | --- | --- |"
)


def measure(command: Command) -> Run:
    """Run once; SystemExit with the command's output when it fails."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command.arguments,
        cwd=command.cwd,
        env=dict(command.environment) if command.environment is not None else None,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    talk = process.stderr.read()
    process.stderr.close()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command.name} left with {process.returncode}:\n{talk.decode(errors='replace')}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def in_turn(commands: Sequence[Command], *, runs: int, warmup: int = 1) -> tuple[Figures, ...]:
    """Each command `runs` times, A B C A B C ..., after `warmup` rounds that are not counted."""
    counted: list[list[Run]] = [[] for _ in commands]
    for round_number in range(-warmup, runs):
        for index, command in enumerate(commands):
            run = measure(command)
            if round_number >= 0:
                counted[index].append(run)
    return tuple(Figures(command, tuple(done)) for command, done in zip(commands, counted, strict=True))
