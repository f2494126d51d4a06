"""Whole-process cost of the everyday commands, beside bare Python and the Salesforce CLI in the same run.

    python benchmarks/commands.py [--runs 7] [--sf PATH_TO_SF]

Goals: `sfmeta --help` under 0.15 s, `generate` and `package` of the shipped configuration under 0.5 s each
(`sf project convert source` of a project of that size is the peer). Exit 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from harness import HEADER, Command, Figures, in_turn

GOALS = {"sfmeta --help": 0.15, "sfmeta generate": 0.5, "sfmeta package": 0.5}
SF_QUIET = {
    "SF_DISABLE_TELEMETRY": "true",
    "SF_AUTOUPDATE_DISABLE": "true",
    "SF_SKIP_NEW_VERSION_CHECK": "true",
    "SF_DISABLE_LOG_FILE": "true",
    "CI": "true",
}


def commands(work: Path, sf: str | None) -> list[Command]:
    sfmeta = str(Path(sys.executable).with_name("sfmeta"))
    listed = [
        Command("python -c pass", [sys.executable, "-c", "pass"]),
        Command("sfmeta --help", [sfmeta, "--help"]),
        Command("sfmeta generate", [sfmeta, "generate", "--output-dir", "out", "--force"], cwd=work),
        Command("sfmeta package", [sfmeta, "package", "-o", "package.zip"], cwd=work),
    ]
    if sf:
        quiet = {**os.environ, **SF_QUIET, "HOME": str(work / "home")}
        convert = [sf, "project", "convert", "source", "--output-dir", "mdapi", "--json"]
        listed.append(Command("sf project convert source", convert, cwd=work / "out", environment=quiet))
    return listed


def report(figures: tuple[Figures, ...]) -> list[str]:
    """Print the table; what is returned are the goals that were missed."""
    peer = next((f for f in figures if f.command.name.startswith("sf project")), None)
    print(HEADER)
    for figure in figures:
        print(figure.row(peer))
    by_name = {figure.command.name: figure for figure in figures}
    return [
        f"{name}: {by_name[name].wall:.3f} s, goal {goal} s"
        for name, goal in GOALS.items()
        if by_name[name].wall > goal
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--sf", default=shutil.which("sf"), help="the Salesforce CLI; left out when there is none")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "home").mkdir()
        sfmeta = Path(sys.executable).with_name("sfmeta")
        for first in (["init"], ["generate", "--output-dir", "out"]):
            in_turn([Command("set-up", [str(sfmeta), *first], cwd=work)], runs=1, warmup=0)
        missed = report(in_turn(commands(work, options.sf), runs=options.runs))
    if not options.sf:
        print("the Salesforce CLI was not found: no peer in this run")
    for line in missed:
        print(f"missed: {line}")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
