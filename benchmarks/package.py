"""`sfmeta package` beside `sf project convert source` on a project of your choice, in the same run.

    python benchmarks/package.py PROJECT [PROJECT ...] [--runs 3] [--sf PATH_TO_SF]

Goals: at most a fifth of the wall clock and half the memory of the Salesforce CLI. Exit 1 when one is missed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from commands import SF_QUIET
from harness import HEADER, Command, Figures, in_turn

WALL_RATIO = 0.2
MEMORY_RATIO = 0.5


def measure(project: Path, sf: str, runs: int, work: Path) -> list[str]:
    """Print the table of one project; what is returned are the goals that were missed."""
    sfmeta = str(Path(sys.executable).with_name("sfmeta"))
    quiet = {**os.environ, **SF_QUIET, "HOME": str(work / "home")}
    out = str(work / "mdapi")
    ours, peer = in_turn(
        [
            Command(f"sfmeta package ({project.name})", [sfmeta, "package", str(project), "-o", str(work / "p.zip")]),
            Command(
                f"sf project convert source ({project.name})",
                [sf, "project", "convert", "source", "--output-dir", out, "--json"],
                cwd=project,
                environment=quiet,
            ),
        ],
        runs=runs,
    )
    print(HEADER)
    for figure in (ours, peer):
        print(figure.row(peer))
    return _missed(ours, peer)


def _missed(ours: Figures, peer: Figures) -> list[str]:
    missed = []
    if ours.wall > WALL_RATIO * peer.wall:
        missed.append(f"{ours.command.name}: {ours.wall / peer.wall:.2f} of the peer's time, goal {WALL_RATIO}")
    if ours.peak > MEMORY_RATIO * peer.peak:
        missed.append(f"{ours.command.name}: {ours.peak / peer.peak:.2f} of the peer's memory, goal {MEMORY_RATIO}")
    return missed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("projects", nargs="+", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--sf", default=shutil.which("sf"), help="the Salesforce CLI")
    options = parser.parse_args()
    if not options.sf:
        parser.error("the Salesforce CLI was not found; name it with --sf")
    missed = []
    for project in options.projects:
        with tempfile.TemporaryDirectory() as folder:
            missed += measure(project.resolve(), options.sf, options.runs, Path(folder))
    for line in missed:
        print(f"missed: {line}")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
