"""What `sfmeta validate` costs: one small file beside bare Python, and a whole project with and without the rules.

    python benchmarks/validate.py [--project DIR] [--runs 7] [--project-runs 3]

Goals: one small file at most 60 ms of wall clock above `python -c pass`; on a project, the semantic rules at most as
much CPU again as reading it and checking it against the schema; resident memory at most 120 MB. The whole process is
measured, interpreter start included, with compiled modules as an installed package has them. For the small file the
least of the runs counts, because what else the machine does only adds to it. Exit 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from harness import HEADER, Command, Figures, in_turn

GOAL_ONE_FILE = 0.060
"""Seconds above bare Python."""
GOAL_RULES = 2.0
"""CPU of schema and rules, as a multiple of the schema's alone."""
GOAL_MEMORY = 120
"""MiB."""
ONE_FILE = """<?xml version="1.0" encoding="UTF-8"?>
<ApexClass xmlns="http://soap.sforce.com/2006/04/metadata">
    <apiVersion>62.0</apiVersion>
    <status>Active</status>
</ApexClass>
"""
SCHEMA_ONLY = """
import sys
from toolkit.validate.discover import from_paths
from toolkit.validate.engine import validate
from toolkit.validate.plan import Options
validate(from_paths(sys.argv[1:]), Options(only=frozenset(), notes=False))
"""
ALL = """
import sys
from toolkit.validate.discover import from_paths
from toolkit.validate.engine import validate
from toolkit.validate.plan import Options
validate(from_paths(sys.argv[1:]), Options(notes=False))
"""


def compiled(work: Path) -> dict[str, str]:
    """An environment in which modules are compiled once, as those of an installed package are."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(work / "compiled")
    return environment


def commands(work: Path) -> list[Command]:
    """One small file, beside what the same interpreter and the same command line cost without it."""
    environment = compiled(work)
    file = work / "classes" / "Small.cls-meta.xml"
    file.parent.mkdir()
    file.write_text(ONE_FILE, encoding="utf-8")
    sfmeta = str(Path(sys.executable).with_name("sfmeta"))
    return [
        Command("python -c pass", [sys.executable, "-c", "pass"], work, environment),
        Command("sfmeta --version", [sfmeta, "--version"], work, environment),
        Command("sfmeta validate, one file", [sfmeta, "validate", "classes/Small.cls-meta.xml"], work, environment),
    ]


def project_commands(project: Path, environment: dict[str, str]) -> list[Command]:
    """One process each, so that CPU and memory are those of the work and not of its distribution."""
    return [
        Command("schema only", [sys.executable, "-c", SCHEMA_ONLY, "."], project, environment),
        Command("schema and rules", [sys.executable, "-c", ALL, "."], project, environment),
    ]


def report(figures: tuple[Figures, ...]) -> None:
    print(HEADER)
    for figure in figures:
        print(figure.row(figures[0]))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--project", type=Path, help="a checkout to measure on; only the small file without it")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--project-runs", type=int, default=3)
    options = parser.parse_args()
    missed = []
    with tempfile.TemporaryDirectory() as folder:
        bare, _, one = small = in_turn(commands(Path(folder)), runs=options.runs)
        measured = project_commands(options.project, compiled(Path(folder))) if options.project else []
        figures = in_turn(measured, runs=options.project_runs)
    report(small)
    above = min(run.wall for run in one.runs) - min(run.wall for run in bare.runs)
    print(f"\none small file above bare Python: {above * 1000:.0f} ms (goal {GOAL_ONE_FILE * 1000:.0f} ms)\n")
    if above > GOAL_ONE_FILE:
        missed.append(f"one small file: {above * 1000:.0f} ms above bare Python, goal {GOAL_ONE_FILE * 1000:.0f} ms")
    if figures:
        schema, whole = figures
        report(figures)
        ratio = whole.cpu / schema.cpu
        print(
            f"\nschema and rules, CPU: {ratio:.2f} times the schema's (goal {GOAL_RULES}); peak goal {GOAL_MEMORY} MiB"
        )
        if ratio > GOAL_RULES:
            missed.append(f"schema and rules: {ratio:.2f} times the CPU of the schema check, goal {GOAL_RULES}")
        if whole.peak > GOAL_MEMORY:
            missed.append(f"schema and rules: {whole.peak:.0f} MiB, goal {GOAL_MEMORY} MiB")
    for line in missed:
        print(f"missed: {line}")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
